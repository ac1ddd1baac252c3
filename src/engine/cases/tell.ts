import type { Alert, AlertFacts } from '../../core/alerts/index.ts'
import {
  after,
  type CaseEvent,
  type CaseView,
  nextDue,
  STAGES,
  type SupportPolicy,
} from '../../core/cases/index.ts'
import { formatNanos } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { noteTold } from '../../store/cases/steps.ts'
import { supportPolicyInForce } from '../../store/cases/terms.ts'
import { enterNotifications } from '../../store/notifications/alerts.ts'
import { newNotification } from '../../store/notifications/new-notification.ts'
import { readAccount } from '../../store/reads/account-state.ts'
import type { CaseParts } from './parts.ts'
import type { OwnCase } from './take-steps.ts'

/** Cases that the account has opened, and waits for. */
const OF_THE_ACCOUNT: readonly string[] = ['dispute', 'person_asked']

/**
 * Tells the account what has happened in its case since it was told last, and that something is late. Each
 * thing has a key of its own, so that a crash before it is marked as told tells nothing twice.
 */
export async function tellCase({ pool, nowMs }: CaseParts, own: OwnCase): Promise<void> {
  const { record, view } = own
  if (record.accountId === null || !OF_THE_ACCOUNT.includes(record.origin)) return
  const at = instant(nowMs())
  const due = nextDue(view)
  const isLate = due !== null && due <= at
  if (record.told >= record.steps && !isLate) return
  const policy = await supportPolicyInForce(pool)
  const news = own.events.filter(({ number }) => number > record.told)
  const alerts = [
    ...news.flatMap((event) => newsOf(own, event, policy)),
    ...(isLate ? [overdue(record.caseId, view, due)] : []),
  ]
  if (alerts.length > 0) await enter(pool, { accountId: record.accountId, alerts, at })
  await noteTold(pool, record.caseId, record.steps)
}

async function enter(
  pool: CaseParts['pool'],
  told: { readonly accountId: string; readonly alerts: readonly Alert[]; readonly at: Instant },
): Promise<void> {
  const state = await readAccount(pool, told.accountId)
  if (!state) return
  const { name, currency, seq } = state
  const about = {
    account_id: told.accountId,
    account_name: name,
    currency,
    as_of: formatInstant(told.at),
    seq,
  }
  await enterNotifications(
    pool,
    told.alerts.map((alert) => newNotification(about, alert, told.at)),
  )
}

function newsOf(own: OwnCase, event: CaseEvent, policy: SupportPolicy | null): Alert[] {
  const { caseId: case_id, amount } = own.record
  switch (event.kind) {
    case 'received':
      return [
        alert(`case_received:${case_id}`, {
          kind: 'case_received',
          case_id,
          amount: amount && formatNanos(amount.nanos),
          decided_by: event.facts.due?.decided ?? null,
        }),
      ]
    case 'decided':
      return [
        alert(`case_decided:${case_id}:${event.number}`, {
          kind: 'case_decided',
          case_id,
          verdict: event.facts.verdict,
          amount: event.facts.plan?.total ?? '0',
          appeal_until: policy && formatInstant(after(event.at, policy.appeal_within)),
        }),
      ]
    case 'posted':
      return [
        alert(`case_refunded:${case_id}:${event.number}`, {
          kind: 'case_refunded',
          case_id,
          amount: event.facts.total,
          to: event.facts.refund_id === null ? 'sources' : 'card',
          provisional_used: event.facts.provisional_used,
        }),
      ]
    default:
      return []
  }
}

const alert = (key: string, facts: AlertFacts): Alert => ({ key, facts })

function overdue(case_id: string, view: CaseView, due: Instant): Alert {
  const stage = STAGES.find((own) => view.times[own] === undefined) ?? 'settled'
  const due_at = formatInstant(due)
  return alert(`case_overdue:${case_id}:${view.round}:${stage}`, {
    kind: 'case_overdue',
    case_id,
    stage,
    due_at,
  })
}
