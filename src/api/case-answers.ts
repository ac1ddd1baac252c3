import { decisionLetter } from '../contract/cases/index.ts'
import type { Language, Reader } from '../contract/explain/index.ts'
import { placeOf } from '../contract/explain/place.ts'
import { ruleSentence } from '../contract/explain/rule-words.ts'
import { receiptId } from '../contract/receipt/index.ts'
import {
  after,
  type CaseEvent,
  type CaseView,
  isEnded,
  isOpen,
  type SupportPolicy,
  tracker,
} from '../core/cases/index.ts'
import { formatNanos } from '../core/money/index.ts'
import { formatInstant, type Instant, instant, SECOND_MS } from '../core/time/index.ts'
import type { OwnCase } from '../engine/cases/take-steps.ts'
import type { CaseRecord } from '../store/cases/read.ts'
import { supportPolicyInForce } from '../store/cases/terms.ts'
import { listStaff } from '../store/control/index.ts'
import { readFinding, type StoredFinding } from '../store/findings/findings.ts'
import type { Services } from './deps.ts'
import { type ReaderAsked, readerIn } from './reader-in.ts'

export interface About {
  readonly calls?: readonly string[]
  readonly period?: { readonly from: string; readonly until: string }
  readonly payment_id?: string
}

export const aboutOf = (record: CaseRecord): About | null =>
  (record.facts.about as About | undefined) ?? null

/** A case as the operator's people see it in a list. */
export const caseListed = (own: CaseRecord, now: Instant) => ({
  case_id: own.caseId,
  account_id: own.accountId,
  origin: own.origin,
  subject: own.subject,
  facts: own.facts,
  amount: own.amount && formatNanos(own.amount.nanos),
  currency: own.currency,
  state: own.state,
  assignee: own.assignee,
  tier: own.tier,
  language: own.language,
  plan: own.plan,
  due_at: own.dueAt && formatInstant(own.dueAt),
  left_seconds: own.dueAt && Math.floor((own.dueAt - now) / SECOND_MS),
  needs_person: own.needsPerson && !isEnded(own.state),
  pending: own.pending,
  sample: own.sample,
  rules: Array.isArray(own.facts.rules) ? own.facts.rules.map(String) : [],
  opened_at: formatInstant(own.openedAt),
  updated_at: formatInstant(own.updatedAt),
})

/** What the account sees of its case in a list. */
export const disputeListed = (own: CaseRecord) => ({
  case_id: own.caseId,
  account_id: own.accountId ?? '',
  origin: own.origin,
  state: own.state,
  about: aboutOf(own),
  amount: own.amount && formatNanos(own.amount.nanos),
  currency: own.currency,
  opened_at: formatInstant(own.openedAt),
  updated_at: formatInstant(own.updatedAt),
  due_at: own.dueAt && formatInstant(own.dueAt),
})

export const provisionalJson = ({ provisional }: CaseView) =>
  provisional && {
    lot_id: provisional.lot_id,
    amount: provisional.amount,
    currency: provisional.currency,
    used: provisional.used === null ? null : formatNanos(provisional.used),
  }

export const decisionJson = ({ decision }: CaseView) =>
  decision && {
    verdict: decision.verdict,
    reason: decision.reason,
    total: decision.plan?.total ?? '0',
    at: formatInstant(decision.at),
    automatic: decision.automatic,
  }

/** The findings that the check named, as they stand now. */
export async function findingsOf(
  pool: Services['pool'],
  own: OwnCase,
): Promise<readonly StoredFinding[]> {
  const { accountId } = own.record
  const check = own.events.findLast(
    (event): event is CaseEvent<'checked'> => event.kind === 'checked',
  )
  const found: StoredFinding[] = []
  for (const key of check?.facts.findings ?? []) {
    const finding = accountId === null ? null : await readFinding(pool, { accountId, key })
    if (finding) found.push(finding)
  }
  return found
}

const lastOf = <K extends CaseEvent['kind']>(own: OwnCase, kind: K) =>
  own.events.findLast((event) => event.kind === kind) as CaseEvent<K> | undefined

/** A case as the account sees it; in its own language where none is asked for. */
export async function disputeJson(services: Services, own: OwnCase, asked: ReaderAsked = {}) {
  const { pool, nowMs } = services
  const { record, view } = own
  const now = instant(nowMs())
  const policy = await supportPolicyInForce(pool)
  const findings = await findingsOf(pool, own)
  const reader = readerIn({ lang: record.language, ...asked })
  const until = appealUntil(view, policy)
  return {
    ...disputeListed(record),
    tracker: tracker(view, now),
    findings: findings.map((stored) => findingTold(stored, reader.lang)),
    returned: lastOf(own, 'checked')?.facts.returned ?? '0',
    offer: isOpen(view.state) ? view.offer : null,
    decision: decisionJson(view),
    letter: letterOf(own, { findings, reader, until, currency: record.currency }),
    provisional: provisionalJson(view),
    refunded: formatNanos(view.refunded),
    person: await personOf(services, view),
    messages: messagesOf(own),
    can: canDo(view, until, now),
    appeal_until: until,
    as_of: formatInstant(now),
  }
}

const findingTold = ({ finding, status }: StoredFinding, lang: Language) => ({
  finding_key: finding.key,
  rule: finding.rule,
  sentence: ruleSentence(finding.rule, lang),
  receipts: finding.calls.map(receiptId),
  difference: formatNanos(finding.difference),
  status,
})

export function appealUntil(view: CaseView, policy: SupportPolicy | null): string | null {
  if (!view.decision || !policy || view.appealed) return null
  return formatInstant(after(view.decision.at, policy.appeal_within))
}

async function personOf({ pool }: Services, view: CaseView) {
  if (view.assignee === null) return null
  const staff = await listStaff(pool)
  const own = staff.find(({ staffId }) => staffId === view.assignee)
  return { staff_id: view.assignee, name: own?.name ?? view.assignee }
}

const messagesOf = (own: OwnCase) =>
  own.events.flatMap((event) => {
    const at = formatInstant(event.at)
    if (event.kind === 'replied') return [{ at, from: 'support', words: event.facts.words }]
    const words = wordsOfAccount(event)
    return words === null ? [] : [{ at, from: 'account', words }]
  })

function wordsOfAccount(event: CaseEvent): string | null {
  switch (event.kind) {
    case 'received':
    case 'person_asked':
    case 'customer_wrote':
    case 'appealed':
      return event.facts.words ?? null
    default:
      return null
  }
}

function canDo(view: CaseView, until: string | null, now: Instant): string[] {
  const going = !isEnded(view.state)
  const open = isOpen(view.state)
  const appeals = view.state === 'settled' || view.state === 'closed'
  return [
    ...(open && view.offer ? ['accept'] : []),
    ...(going ? ['write', 'ask_person'] : []),
    ...(open ? ['withdraw'] : []),
    ...(appeals && until !== null && formatInstant(now) < until ? ['appeal'] : []),
  ]
}

function letterOf(
  own: OwnCase,
  with_: {
    readonly findings: readonly StoredFinding[]
    readonly reader: Reader
    readonly until: string | null
    readonly currency: string | null
  },
): string[] {
  const { record, view } = own
  const { decision } = view
  if (!decision) return []
  const posted = lastOf(own, 'posted')
  const place = placeOf(with_.reader, {
    currency: with_.currency,
    as_of: formatInstant(decision.at),
  })
  return decisionLetter(place, {
    case_id: record.caseId,
    about: aboutOf(record) as Parameters<typeof decisionLetter>[1]['about'],
    findings: with_.findings.map(({ finding }) => ({
      rule: finding.rule,
      calls: finding.calls,
      posted: finding.posted === null ? null : formatNanos(finding.posted),
      expected: finding.expected === null ? null : formatNanos(finding.expected),
    })),
    decision: { ...decision, at: formatInstant(decision.at) },
    posted: posted && posted.number > (lastOf(own, 'decided')?.number ?? 0) ? posted.facts : null,
    appeal_until: with_.until,
  })
}
