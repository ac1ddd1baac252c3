import {
  capInterval,
  type FundingPlan,
  fund,
  includedCap,
  leastRoom,
  windowsFor,
} from '../funding/index.ts'
import { type Nanos, nanos, subtract, ZERO } from '../money/index.ts'
import { type BoundRating, bound as boundOf } from '../pricing/index.ts'
import type { Instant } from '../time/index.ts'
import type { Case, Priced } from './admission.ts'
import { capUses } from './cap-uses.ts'
import { bookAt } from './rating.ts'

/** What stopped a call. */
export interface Blocked {
  readonly type: 'blocked'
  readonly funding: FundingPlan
  /** The call's worst case. */
  readonly needed: Nanos
  /** A cap that the worst case does not fit under, although the windows would let the call finish. */
  readonly capId?: string
}

/** On what terms a call is admitted, or why it is not. */
export type Verdict =
  | {
      readonly type: 'held'
      readonly funding: FundingPlan
      readonly price: Priced
      readonly maxOutputTokens: number
    }
  /** Admitted without a price: nothing is held. */
  | { readonly type: 'unheld' }
  /** The plan refuses what has no price. */
  | { readonly type: 'unpriced'; readonly missing: readonly string[] }
  | Blocked

export function verdictOf(own: Case): Verdict {
  if (own.coverage.effect === 'blocked')
    return { type: 'blocked', funding: fundFor(own, ZERO), needed: ZERO }
  const price = priceOf(own)
  return price.status === 'unpriced' ? withoutPrice(own, price.missing) : withPrice(own, price)
}

function withPrice(own: Case, price: Priced): Verdict {
  const { bound, fit, minOutputTokens } = own.command
  const funding = fundFor(own, price.worst)
  const finishes = mayFinish(own)
  // what a call may finish on its windows still has to fit under the caps that count included value
  const cap = finishes ? includedCap(own) : null
  if (funding.short === ZERO || (finishes && (cap === null || price.worst <= cap.room)))
    return { type: 'held', funding, price, maxOutputTokens: bound.maxOutputTokens }
  const payable = price.maxOutputWithin(cap?.room ?? subtract(price.worst, funding.short))
  if (fit === 'refuse' || payable < minOutputTokens)
    return { type: 'blocked', funding, needed: price.worst, ...(cap && { capId: cap.id }) }
  const within = fundFor(own, price.worstFor(payable))
  return { type: 'held', funding: within, price, maxOutputTokens: payable }
}

/** A call without a price is delivered only where something could pay for it. */
function withoutPrice(own: Case, missing: readonly string[]): Verdict {
  if (own.plan.unpriced === 'refuse') return { type: 'unpriced', missing }
  const funding = fundFor(own, nanos(1n))
  return funding.short > ZERO ? { type: 'blocked', funding, needed: ZERO } : { type: 'unheld' }
}

/**
 * The first instant at which this very call would be admitted, were nothing to change but the time;
 * `null` where waiting does not help. Decided as it will be then: with the windows, caps and prices of
 * that instant, and with all of them, since a window that begins anew is of no use while another one,
 * or a cap, still stops the call.
 */
export function retryAt(own: Case): Instant | null {
  const ends = [
    ...(own.windows ?? []).map(({ end }) => end),
    ...own.caps.flatMap(({ cap }) => capInterval(cap, own.state.anchor, own.at)?.end ?? []),
  ]
  for (const at of [...new Set(ends)].sort((a, b) => a - b)) {
    const { type } = verdictOf(caseAt(own, at))
    if (type === 'held' || type === 'unheld') return at
  }
  return null
}

function caseAt(own: Case, at: Instant): Case {
  const { state, plan, command } = own
  const context = { ...own.context, at }
  return {
    ...own,
    context,
    at,
    windows: own.windows && windowsFor(plan, command.call, state, at),
    caps: capUses(state, context, command.call, at),
  }
}

function priceOf(own: Case): BoundRating {
  const { call } = own.command
  const book = bookAt(own.context.catalogue, own.state.currency, own.at)
  if (!book) return { status: 'unpriced', reason: 'no_price_book', missing: [call.model] }
  const context = {
    model: call.model,
    tier: call.tier,
    speed: call.speed,
    region: call.region,
    features: call.features,
    plan: own.plan.id,
    eventAt: own.at,
  }
  return boundOf(book, context, own.command.bound)
}

const fundFor = (own: Case, amount: Nanos): FundingPlan =>
  fund({
    amount,
    call: own.command.call,
    coverage: own.coverage.effect,
    windows: own.windows,
    lots: own.state.lots,
    paidUse: own.state.paidUse,
    overage: own.state.overage,
    caps: own.caps,
    at: own.at,
  })

/**
 * Whether the call may finish on its windows although the worst case is not covered: it begins on
 * included capacity, and what exceeds it is split into money as far as money reaches, then posted as
 * included overshoot.
 */
const mayFinish = (own: Case): boolean =>
  own.plan.crossing === 'finish' &&
  own.coverage.effect === 'covered' &&
  own.windows !== null &&
  leastRoom(own.windows).room > ZERO
