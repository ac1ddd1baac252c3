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
import type { Instant } from '../time/index.ts'
import { timeOf } from './body.ts'
import type { ChangeSubscription } from './commands.ts'
import type { Context, Decision } from './decision.ts'
import type { Offer } from './fees.ts'
import { inForce, moveNow, offerNow, paymentContent, still } from './moves.ts'
import { refuse, replay } from './replay.ts'
import { postTransition, pricedAtOf, scheduled, type Transition } from './transition.ts'

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
    ...(command.consent && { consent: command.consent }),
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

/** What nobody pays for has its least number of seats: no agreement is in force that could keep another. */
function seatsFor(plan: Plan, wanted: number | undefined, from: Offer): number | null {
  const { seats } = plan
  if (!seats) return wanted === undefined || wanted === 1 ? 1 : null
  const samePlan = plan.id === from.plan.id
  const count = wanted ?? (samePlan ? from.seats : Math.max(seats.min, 1))
  const most = isFree(plan) ? leastSeats(plan) : seats.max
  return count >= seats.min && count <= most ? count : null
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

const compareOffers = (a: Offer, b: Offer): number =>
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
