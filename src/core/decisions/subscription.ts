import {
  compareFees,
  feeOf,
  isFree,
  leastSeats,
  type Plan,
  periodNow,
  periodOf,
  planRef,
  type Subscription,
} from '../funding/index.ts'
import type { AccountState, RefusalFacts, TransitionFacts } from '../ledger/index.ts'
import { formatNanos } from '../money/index.ts'
import type { Instant, Interval } from '../time/index.ts'
import { timeOf } from './body.ts'
import type { CancelSubscription, ChangeSubscription, FeePayment } from './commands.ts'
import { type Context, type Decision, planOf, seatsOf } from './decision.ts'
import { chargedTime, type FeeLine, type Offer, unusedTime } from './fees.ts'
import { refuse, replay } from './replay.ts'
import { postTransition, pricedAtOf, scheduled, type Transition } from './transition.ts'

/** A payment as part of what a repeat must share. */
export const paymentContent = (payment: FeePayment | 'assumed' | null) => {
  if (payment === null) return null
  if (payment === 'assumed' || payment.collected) return 'collected'
  return {
    payment_id: payment.paymentId,
    amount: payment.amount === undefined ? null : formatNanos(payment.amount),
    tax: formatNanos(payment.tax),
  }
}

/** What the account has now. */
export function offerNow(state: AccountState, context: Context): Offer {
  const plan = planOf(context.catalogue, state.plan)
  return { plan, seats: seatsOf(state, plan) }
}

/** The agreement in force; `null` where the account pays for no plan. */
export const inForce = (state: AccountState): Subscription | null =>
  state.subscription && state.subscription.status !== 'ended' ? state.subscription : null

/** Starts, moves or keeps a subscription. Previewed by the very same function. */
export function changeSubscription(
  state: AccountState,
  command: ChangeSubscription,
  context: Context,
): Decision {
  const content = {
    plan: command.plan ?? null,
    seats: command.seats ?? null,
    when: command.when ?? null,
    fallback: command.fallback ?? null,
    terms: command.terms ?? null,
    payment: paymentContent(command.payment),
  }
  const repeated = replay(context, 'change_subscription', command.requestId, content)
  if (repeated) return repeated
  const wanted = wantedOf(state, command, context)
  if ('code' in wanted) return refuse(wanted)
  const pricedAt = pricedAtOf(state, command, context)
  if (pricedAt === null) return refuse({ code: 'preview_outdated' })
  const transition = plannedChange(state, wanted, pricedAt)
  if ('code' in transition) return refuse(transition)
  return postTransition(state, transition, { command, context, content })
}

interface Wanted {
  readonly from: Offer
  readonly to: Offer
  readonly when: 'now' | 'period_end'
  readonly type: TransitionFacts['type']
  /** Where it falls to when it ends; `null` = it names none, and needs none. */
  readonly fallback: string | null
}

function wantedOf(
  state: AccountState,
  command: ChangeSubscription,
  context: Context,
): Wanted | RefusalFacts {
  const own = inForce(state)
  if (own && periodNow(own)!.end <= timeOf(state, context)) return { code: 'renewal_due' }
  const from = offerNow(state, context)
  const to = offerWanted(command, from, context)
  if ('code' in to) return to
  const same = planRef(to.plan) === planRef(from.plan) && to.seats === from.seats
  if (same && !own?.next && (own || isFree(to.plan))) return { code: 'nothing_to_change' }
  const fallback = fallbackFor(state, command, from.plan)
  if (!isFree(to.plan) && !isFallback(context, fallback, to.plan))
    return { code: 'fallback_invalid' }
  const when = same || !own ? 'now' : (command.when ?? usualTime(from, to))
  return { from, to, when, type: typeOf(own, { from, to, same }), fallback }
}

/** What costs less waits for the end of the period that is paid for. */
const usualTime = (from: Offer, to: Offer): 'now' | 'period_end' =>
  compareOffers(to, from) < 0 ? 'period_end' : 'now'

function offerWanted(
  command: ChangeSubscription,
  from: Offer,
  context: Context,
): Offer | RefusalFacts {
  const plan = command.plan === undefined ? from.plan : context.catalogue.plan(command.plan)
  if (!plan) return { code: 'plan_unknown' }
  if (plan.currency !== from.plan.currency) return { code: 'currency_mismatch' }
  const seats = seatsFor(plan, command.seats, from)
  return seats === null ? { code: 'seats_invalid', field: 'seats' } : { plan, seats }
}

function seatsFor(plan: Plan, wanted: number | undefined, from: Offer): number | null {
  const { seats } = plan
  if (!seats) return wanted === undefined || wanted === 1 ? 1 : null
  const samePlan = plan.id === from.plan.id
  const count = wanted ?? (samePlan ? from.seats : Math.max(seats.min, 1))
  return count >= seats.min && count <= seats.max ? count : null
}

/** As ordered; else as agreed before; else the free plan that the account comes from. */
function fallbackFor(state: AccountState, command: ChangeSubscription, from: Plan): string | null {
  if (command.fallback !== undefined) return command.fallback
  if (state.subscription) return state.subscription.fallback
  return isFree(from) ? planRef(from) : null
}

function isFallback(context: Context, ref: string | null, plan: Plan): boolean {
  const fallback = ref === null ? undefined : context.catalogue.plan(ref)
  return fallback !== undefined && isFree(fallback) && fallback.currency === plan.currency
}

export const compareOffers = (a: Offer, b: Offer): number =>
  compareFees(
    { fee: feeOf(a.plan, a.seats), period: periodOf(a.plan) },
    { fee: feeOf(b.plan, b.seats), period: periodOf(b.plan) },
  )

function typeOf(
  own: Subscription | null,
  { from, to, same }: { readonly from: Offer; readonly to: Offer; readonly same: boolean },
): TransitionFacts['type'] {
  if (!own) return 'start'
  if (same) return 'keep'
  if (planRef(from.plan) === planRef(to.plan)) return 'seats'
  const more = compareOffers(to, from)
  if (more === 0) return 'change'
  return more > 0 ? 'upgrade' : 'downgrade'
}

function plannedChange(
  state: AccountState,
  wanted: Wanted,
  pricedAt: Instant,
): Transition | RefusalFacts {
  const own = inForce(state)
  const { from, to, type } = wanted
  if (type === 'keep' && own)
    return { ...still(own, wanted, pricedAt), after: { ...own, next: null } }
  if (wanted.when === 'period_end' && own) {
    const next = scheduled(isFree(to.plan) ? 'cancel' : 'change', to.plan, to.seats)
    return { ...still(own, wanted, pricedAt), after: { ...own, next } }
  }
  return moveNow(own, { from, to, type, fallback: wanted.fallback }, pricedAt)
}

/** Nothing is charged, and nothing changes before the period ends. */
const still = (
  own: Subscription,
  wanted: Wanted,
  pricedAt: Instant,
): Omit<Transition, 'after'> => ({
  type: wanted.type,
  when: wanted.when,
  effectiveAt: wanted.when === 'now' ? pricedAt : periodNow(own)!.end,
  pricedAt,
  from: wanted.from,
  to: wanted.to,
  lines: [],
  billing: billingOf(wanted.from.plan),
})

export const billingOf = (plan: Plan): 'prepaid' | 'invoiced' => plan.billing ?? 'prepaid'

/**
 * A move at once. Unused time of the old plan goes back; the new one is charged for the rest of the same
 * period, or, where its periods are of another length, for a whole one that begins now.
 */
export function moveNow(
  own: Subscription | null,
  move: Pick<Transition, 'from' | 'to' | 'type'> & { readonly fallback: string | null },
  at: Instant,
): Transition {
  const { from, to } = move
  const old = own && periodNow(own)
  const goesOn =
    old !== null && own !== null && periodOf(to.plan) === own.period && !isFree(to.plan)
  const counted = goesOn ? own : { anchor: at, period: periodOf(to.plan), index: 0 }
  const after: Transition['after'] = {
    status: isFree(to.plan) ? 'ended' : 'active',
    seats: to.seats,
    anchor: counted.anchor,
    period: counted.period,
    index: counted.index,
    fallback: move.fallback ?? planRef(to.plan),
    next: null,
    unpaid: null,
  }
  return {
    type: move.type,
    when: 'now',
    effectiveAt: at,
    pricedAt: at,
    from,
    to,
    lines: movedLines(move, { old, period: periodOfAfter(after) }, at),
    billing: billingOf(to.plan),
    after,
  }
}

const periodOfAfter = (after: Transition['after']): Interval | null =>
  periodNow({ ...after, credit: 0n as Subscription['credit'], lastPaymentId: null })

const movedLines = (
  { from, to }: Pick<Transition, 'from' | 'to'>,
  periods: { readonly old: Interval | null; readonly period: Interval | null },
  at: Instant,
): FeeLine[] => [
  ...(periods.old ? unusedTime(from, periods.old, at) : []),
  ...(periods.period ? chargedTime(to, periods.period, at) : []),
]

/** Ends a subscription: at the end of what is paid for, or at once with the unused time as credit. */
export function cancelSubscription(
  state: AccountState,
  command: CancelSubscription,
  context: Context,
): Decision {
  const content = {
    when: command.when,
    reason: command.reason ?? null,
    terms: command.terms ?? null,
  }
  const repeated = replay(context, 'cancel_subscription', command.requestId, content)
  if (repeated) return repeated
  const own = inForce(state)
  if (!own) return refuse({ code: 'subscription_unknown' })
  const pricedAt = pricedAtOf(state, command, context)
  if (pricedAt === null) return refuse({ code: 'preview_outdated' })
  const from = offerNow(state, context)
  const plan = planOf(context.catalogue, own.fallback)
  const to = { plan, seats: leastSeats(plan) }
  const { end } = periodNow(own)!
  if (command.when === 'now') {
    const moved = moveNow(own, { from, to, type: 'cancel', fallback: own.fallback }, pricedAt)
    return postTransition(state, moved, { command, context, content })
  }
  if (end <= timeOf(state, context)) return refuse({ code: 'renewal_due' })
  if (own.next?.type === 'cancel') return refuse({ code: 'nothing_to_change' })
  const wanted = { from, to, when: 'period_end', type: 'cancel', fallback: null } as const
  const next = scheduled('cancel', plan, to.seats)
  return postTransition(
    state,
    { ...still(own, wanted, pricedAt), after: { ...own, next } },
    { command, context, content },
  )
}
