import { type Fault, faultAt } from '../contract/problem-words/faults.ts'
import {
  type CarriedFacts,
  type ContestedCall,
  dueRow,
  dueTimes,
  inCase,
  isOpen,
  limitsOf,
  type NewEvent,
  type PlanFault,
  planOf,
  planRefund,
  type RefundPlan,
  type SupportPolicy,
} from '../core/cases/index.ts'
import { formatNanos, type Nanos, readNanos, subtractToZero, ZERO } from '../core/money/index.ts'
import { type Instant, instant } from '../core/time/index.ts'
import { contestedCalls, isAbout, scopeOf } from '../engine/cases/recheck.ts'
import { loadCase, type OwnCase } from '../engine/cases/take-steps.ts'
import { reserveSpent } from '../store/cases/terms.ts'
import { actorOf, type Caller, callerId } from './caller.ts'
import { casePartsOf, stepCase } from './case-parts.ts'
import type { Services } from './deps.ts'
import type { Inbound } from './handler.ts'
import { foreign } from './handlers/payments.ts'
import { ProblemError } from './problem-answer.ts'

const currencyOf = ({ record }: OwnCase): string => record.currency ?? ''

/** What whoever asks may still give in a case alone; `null`: an operator has no limit. */
export function aloneIn(own: OwnCase, caller: Caller, policy: SupportPolicy | null): Nanos | null {
  if (caller.type === 'operator') return null
  if (caller.type !== 'support') return ZERO
  const limits = limitsOf(policy, caller.role, currencyOf(own))
  return limits ? subtractToZero(limits.case, own.view.refunded) : ZERO
}

interface Planned {
  readonly plan: RefundPlan
  readonly carried?: CarriedFacts
}

const NOTHING: Planned = { plan: planOf([]) }

interface Wish extends Planned {
  readonly reason: string
  readonly words: string | null
  readonly at: Instant
}

const decidedBy = (
  own: OwnCase,
  policy: SupportPolicy | null,
  { plan, carried, reason, words, at }: Wish,
  requestedBy: string | null,
): NewEvent => ({
  kind: 'decided',
  facts: {
    verdict: 'refund',
    reason,
    plan,
    findings: plan.lines.flatMap(({ finding_key: key }) => key ?? []),
    words,
    automatic: false,
    requested_by: requestedBy,
    ...(carried && { carried }),
    due: dueTimes(dueRow(policy, own.record.origin, own.record.amount), 'decided', at),
  },
})

/** Whether a plan is within what somebody may give alone, the cases of the day aside. */
function isWithin(
  own: OwnCase,
  caller: Caller,
  with_: { policy: SupportPolicy | null; plan: RefundPlan },
) {
  if (caller.type === 'operator') return true
  if (caller.type !== 'support') return false
  const limits = limitsOf(with_.policy, caller.role, currencyOf(own))
  return limits !== null && inCase(own.view.refunded, with_.plan) <= limits.case
}

const reservation =
  (
    services: Services,
    caller: Caller,
    total: (own: OwnCase) => Nanos,
    policy: SupportPolicy | null,
  ) =>
  async (client: Parameters<typeof reserveSpent>[0], own: OwnCase): Promise<'day_limit' | null> => {
    if (caller.type !== 'support') return null
    const currency = currencyOf(own)
    const limits = limitsOf(policy, caller.role, currency)
    if (!limits) return 'day_limit'
    const at = instant(services.nowMs())
    const wanted = { staffId: caller.id, currency, at, amount: total(own), limit: limits.day }
    return (await reserveSpent(client, wanted)) ? null : 'day_limit'
  }

/** Gives back within the limits of whoever asks; above them the refund waits for a second person. */
export async function refundInCase(
  inbound: Inbound<'refundInCase'>,
  services: Services,
  policy: SupportPolicy | null,
): Promise<OwnCase> {
  const { caller, body, params } = inbound
  const caseId = params.case_id
  const own = await loadCase(services.pool, caseId)
  if (!own) throw new ProblemError('case_unknown')
  needReason(policy, body.reason)
  // where nothing can be decided, nothing is asked about its lines
  const planned = isOpen(own.view.state) ? await planIn(services, own, inbound) : NOTHING
  const { plan } = planned
  const at = instant(services.nowMs())
  const facts = { ...planned, reason: body.reason, words: body.words ?? null }
  const wish = { ...facts, at }
  const asked: NewEvent = { kind: 'refund_requested', facts }
  const ask = () => stepCase(services, inbound, { caseId, steps: () => [asked] })
  if (!isWithin(own, caller, { policy, plan })) return ask()
  return stepCase<'day_limit'>(services, inbound, {
    caseId,
    steps: (now) =>
      isWithin(now, caller, { policy, plan })
        ? [decidedBy(now, policy, wish, null)]
        : { code: 'day_limit' },
    reserve: reservation(services, caller, () => readNanos(plan.total), policy),
    onRefused: ask,
  })
}

/** A second person agrees, within the own limits. */
export async function approveRefund(
  inbound: Inbound<'approveCaseRefund'>,
  services: Services,
  policy: SupportPolicy | null,
): Promise<OwnCase> {
  const { caller, params } = inbound
  const at = instant(services.nowMs())
  return stepCase<'day_limit'>(services, inbound, {
    caseId: params.case_id,
    steps: (own) => {
      const { pending } = own.view
      if (!pending) return { code: 'case_step' }
      // who asked is told that first, whatever the limit
      const isOther = pending.by !== callerId(caller)
      if (isOther && !isWithin(own, caller, { policy, plan: pending.plan }))
        return { code: 'day_limit' }
      return [decidedBy(own, policy, { ...pending, at }, pending.by)]
    },
    reserve: reservation(
      services,
      caller,
      (own) => readNanos(own.view.pending?.plan.total ?? '0'),
      policy,
    ),
    onRefused: () => {
      throw new ProblemError('approval_limit')
    },
  })
}

export function needReason(policy: SupportPolicy | null, reason: string): void {
  if (policy?.reasons.includes(reason)) return
  const reasons = policy?.reasons.join(', ')
  throw new ProblemError('reason_unknown', {
    errors: [
      reasons === undefined
        ? faultAt('body/reason', 'reason_no_policy')
        : faultAt('body/reason', 'reason_not_in_policy', { reasons }),
    ],
  })
}

async function planIn(
  services: Services,
  own: OwnCase,
  inbound: Inbound<'refundInCase'>,
): Promise<Planned> {
  const { body } = inbound
  if ('payment_id' in body) return { plan: await purchasePlan(services, own, inbound) }
  const accountId = own.record.accountId ?? ''
  const callIds = body.calls.map(({ call_id: id }) => id)
  const wanted = body.calls.map(({ call_id: callId, amount }) => ({
    callId,
    amount: amount === undefined ? null : readNanos(amount),
  }))
  const calls = await contestedCalls(services.pool, accountId, callIds)
  const strange = calls.find((call) => !isAbout(own.record, call))
  const planned = strange
    ? { fault: { callId: strange.callId, fault: 'not_in_case' as const } }
    : planRefund(wanted, calls, roundReason(own, body.reason))
  if ('plan' in planned) return { ...planned, carried: carriedBy(calls) }
  const index = callIds.lastIndexOf(planned.fault.callId)
  throw new ProblemError('refund_line_invalid', { errors: [lineFault(planned.fault, index)] })
}

const carriedBy = (calls: readonly ContestedCall[]): CarriedFacts =>
  Object.fromEntries(calls.map(({ callId, left }) => [callId, formatNanos(left)]))

const REASON_MAX = 64

/** A charge is refunded once for one reason: what an appeal gives is for another one. */
const roundReason = ({ view }: OwnCase, reason: string): string =>
  view.round === 1 ? reason : `${reason.slice(0, REASON_MAX - 4)}_r${view.round}`

const lineFault = ({ callId, fault }: PlanFault, index: number): Fault =>
  faultAt(`body/calls/${index}`, `line_${fault}`, { call: callId })

async function purchasePlan(
  services: Services,
  own: OwnCase,
  { body, caller, from }: Inbound<'refundInCase'>,
): Promise<RefundPlan> {
  const { purchases } = casePartsOf(services)
  if (!purchases) throw new ProblemError('processor_unavailable')
  const paymentId = 'payment_id' in body ? body.payment_id : ''
  const { accountId, caseId } = own.record
  const scope = scopeOf(own.record)
  if ('payment_id' in scope && scope.payment_id !== paymentId)
    throw new ProblemError('refund_line_invalid', {
      errors: [faultAt('body/payment_id', 'payment_not_in_case')],
    })
  const preview = await foreign(
    purchases.preview({
      accountId: accountId ?? '',
      paymentId,
      refundId: `preview_${caseId}`,
      reason: body.reason,
      actor: actorOf(caller, from),
    }),
  )
  if ('code' in preview) throw new ProblemError(purchaseProblem(preview.code))
  const amount = formatNanos(preview.total)
  return { lines: [], purchase: { payment_id: paymentId, amount }, total: amount }
}

const PURCHASE_PROBLEMS = [
  'purchase_unknown',
  'purchase_not_credited',
  'refund_in_progress',
] as const

const purchaseProblem = (code: string): (typeof PURCHASE_PROBLEMS)[number] | 'not_refundable' =>
  PURCHASE_PROBLEMS.find((own) => own === code) ?? 'not_refundable'
