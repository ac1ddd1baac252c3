import {
  isFree,
  type Plan,
  periodNow,
  periodOf,
  planRef,
  type Subscription,
} from '../funding/index.ts'
import type { AccountState } from '../ledger/index.ts'
import { formatNanos } from '../money/index.ts'
import type { Instant, Interval } from '../time/index.ts'
import type { FeePayment } from './commands.ts'
import { type Context, planOf, seatsOf } from './decision.ts'
import { chargedTime, type FeeLine, type Offer, unusedTime } from './fees.ts'
import type { Transition } from './transition.ts'

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

/** Nothing is charged, and nothing changes before the period ends. */
export const still = (
  own: Subscription,
  wanted: Pick<Transition, 'type' | 'when' | 'from' | 'to'>,
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
    agreedFee: isFree(to.plan) ? null : (own?.agreedFee ?? null),
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
