import {
  billingPeriod,
  graceEnd,
  leastSeats,
  periodNow,
  periodOf,
  type Subscription,
  type UnpaidFee,
} from '../funding/index.ts'
import { type AccountState, subscriptionFacts } from '../ledger/index.ts'
import { formatInstant, type Instant } from '../time/index.ts'
import { head, posted, timeOf } from './body.ts'
import type { FeeUnpaid, LapseSubscription, RenewSubscription } from './commands.ts'
import { type Context, type Decision, planOf } from './decision.ts'
import { chargedTime, type Offer } from './fees.ts'
import { billingOf, inForce, moveNow, offerNow, paymentContent } from './moves.ts'
import { refuse, replay } from './replay.ts'
import { postTransition, type Transition } from './transition.ts'

/**
 * Begins the next period where the last one ended, however late it is done: periods are counted from
 * the anchor. What was scheduled for the boundary happens here.
 */
export function renewSubscription(
  state: AccountState,
  command: RenewSubscription,
  context: Context,
): Decision {
  const content = { payment: paymentContent(command.payment) }
  const repeated = replay(context, 'renew_subscription', command.requestId, content)
  if (repeated) return repeated
  const own = inForce(state)
  if (!own) return refuse({ code: 'subscription_unknown' })
  const { end } = periodNow(own)!
  if (timeOf(state, context) < end || own.next?.type === 'cancel')
    return refuse({ code: 'renewal_not_due' })
  const from = offerNow(state, context)
  const to = nextOffer(own, from, context)
  return postTransition(state, renewed(own, { from, to }, end), { command, context, content })
}

function nextOffer(own: Subscription, from: Offer, context: Context): Offer {
  if (!own.next) return from
  return { plan: planOf(context.catalogue, own.next.plan), seats: own.next.seats }
}

function renewed(own: Subscription, { from, to }: Pick<Transition, 'from' | 'to'>, end: Instant) {
  const period = periodOf(to.plan)
  const counted =
    period === own.period
      ? { anchor: own.anchor, period, index: own.index + 1 }
      : { anchor: end, period, index: 0 }
  const next = billingPeriod(counted.anchor, counted.period, counted.index)
  const transition: Transition = {
    type: 'renew',
    when: 'now',
    effectiveAt: end,
    pricedAt: end,
    from,
    to,
    lines: chargedTime(to, next, next.start),
    billing: billingOf(to.plan),
    after: {
      ...own,
      ...counted,
      status: 'active',
      seats: to.seats,
      next: null,
      unpaid: null,
    },
  }
  return transition
}

/**
 * Until when the fee of the next period may still be paid: counted from when it was first asked for, so that a
 * server that stood still has not used up the holder's time.
 */
const graceOf = (
  { since, askedAt }: Pick<UnpaidFee, 'since' | 'askedAt'>,
  state: AccountState,
  context: Context,
): Instant => graceEnd(planOf(context.catalogue, state.plan), askedAt ?? since)

/** Falls to the free plan: a cancelled subscription at its end, an unpaid one when the grace is over. */
export function lapseSubscription(
  state: AccountState,
  command: LapseSubscription,
  context: Context,
): Decision {
  const repeated = replay(context, 'lapse_subscription', command.requestId, {})
  if (repeated) return repeated
  const own = inForce(state)
  if (!own) return refuse({ code: 'subscription_unknown' })
  const at = timeOf(state, context)
  const { end } = periodNow(own)!
  const cancelled = own.next?.type === 'cancel' && at >= end
  const unpaid = own.unpaid !== null && at >= graceOf(own.unpaid, state, context)
  if (!cancelled && !unpaid) return refuse({ code: 'renewal_not_due' })
  const plan = planOf(context.catalogue, cancelled ? own.next!.plan : own.fallback)
  const to = { plan, seats: leastSeats(plan) }
  const from = offerNow(state, context)
  const moved = moveNow(own, { from, to, type: 'lapse', fallback: own.fallback }, end)
  return postTransition(
    state,
    { ...moved, lines: [] },
    {
      command: { ...command, ...{ reason: cancelled ? 'cancelled' : 'fee_unpaid' } },
      context,
      content: {},
    },
  )
}

/** Notes that the next period is not paid, and when to look again. The plan goes on until the grace ends. */
export function feeUnpaid(state: AccountState, command: FeeUnpaid, context: Context): Decision {
  const content = { code: command.code, declined: command.declined }
  const repeated = replay(context, 'fee_unpaid', command.requestId, content)
  if (repeated) return repeated
  const own = inForce(state)
  if (!own) return refuse({ code: 'subscription_unknown' })
  const at = timeOf(state, context)
  const { end } = periodNow(own)!
  if (at < end || own.next?.type === 'cancel') return refuse({ code: 'renewal_not_due' })
  const asked = own.unpaid ?? { since: end, ...(at > end && { askedAt: at }) }
  const grace = graceOf(asked, state, context)
  const retryAt =
    command.retryMs === null ? grace : (Math.min(at + command.retryMs, grace) as Instant)
  const unpaid = {
    since: asked.since,
    ...(asked.askedAt !== undefined && { askedAt: asked.askedAt }),
    code: command.code,
    declines: (own.unpaid?.declines ?? 0) + (command.declined ? 1 : 0),
    retryAt,
  }
  return posted(state, {
    ...head(state, command, context, content),
    postings: [],
    subscription: subscriptionFacts({ ...own, status: 'past_due', unpaid }, state.plan),
    ...(command.attempt && { unpaid_fee: { ...command.attempt, ends_at: formatInstant(grace) } }),
    reason: command.code,
  })
}

/** When the subscription needs attention next; `null` when it goes on by itself for ever. */
export function subscriptionDue(state: AccountState): Instant | null {
  const own = inForce(state)
  if (!own || state.parked !== null) return null
  return own.unpaid?.retryAt ?? periodNow(own)!.end
}
