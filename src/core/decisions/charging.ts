import {
  type CallFacts,
  type CapUse,
  type Coverage,
  type CoverageFacts,
  drawKey,
  type FundingPlan,
  fund,
  includedCap,
  type Plan,
  type Promised,
  roomOf,
  type SourceTrace,
  type WindowInstance,
} from '../funding/index.ts'
import type { AccountState, EntryBody, OutcomeFacts, RatingFacts } from '../ledger/index.ts'
import {
  add,
  formatNanos,
  min,
  type Nanos,
  subtract,
  subtractToZero,
  ZERO,
} from '../money/index.ts'
import type { Rating } from '../pricing/index.ts'
import type { Instant } from '../time/index.ts'
import type { NormalisedCall } from '../usage/index.ts'
import { capFactsOf, fundingFacts, normalisedFacts, windowFacts } from './body.ts'
import { chargePostings } from './legs.ts'
import type { OutcomeRuling } from './outcome.ts'
import { ratingFacts } from './rating.ts'

/** What the true amount of a call is funded from. The call's own hold is already off the state. */
export interface ChargeCase {
  readonly state: AccountState
  readonly plan: Plan
  readonly call: CallFacts
  readonly coverage: CoverageFacts & { readonly effect: Coverage }
  /** The instances open when the call was authorized; `null`: the plan has no windows. */
  readonly windows: readonly WindowInstance[] | null
  /** The same as large as the call's plan had them; absent: as they are. */
  readonly asThen?: readonly WindowInstance[]
  readonly caps: readonly CapUse[]
  readonly at: Instant
  /** The hold included capacity, so that the call began on the windows. */
  readonly heldIncluded: boolean
  /** What the call's own hold promised it; absent where there was none. */
  readonly promised?: Promised
  /** The call must not be charged whatever it cost. */
  readonly absorbAll: string | null
}

export interface ChargeInput {
  readonly usage: NormalisedCall | null
  readonly ruling: OutcomeRuling
  readonly rating: Rating | null
}

/** The members of the entry that say what was charged, to whom, and why. */
export type ChargeFacts = Pick<
  EntryBody,
  | 'served'
  | 'outcome'
  | 'usage'
  | 'rating'
  | 'coverage'
  | 'funding'
  | 'windows'
  | 'caps'
  | 'totals'
  | 'postings'
> & { readonly outcome: OutcomeFacts } & Partial<
    Pick<EntryBody, 'absorbed_reason' | 'draw_key' | 'pending'>
  >

/** Rates, funds and posts the true amount; never beyond funds or caps. */
export function chargeFacts(own: ChargeCase, input: ChargeInput): ChargeFacts {
  const { facts: outcome, absorbed } = input.ruling
  const pending = pendingOf(input)
  if (pending) return factsOf(own, input, pending.rating, nothing(own), pending.why)
  const total = input.rating?.status === 'priced' ? input.rating.rated.total : ZERO
  if (outcome.customer_pays === 'nothing' && !(absorbed && total > ZERO))
    return factsOf(own, input, { status: 'not_billed' }, nothing(own))
  const rating: RatingFacts = input.rating ? ratingFacts(input.rating) : { status: 'not_billed' }
  if (outcome.customer_pays === 'nothing')
    return factsOf(own, input, rating, absorb(own, total, outcome.code))
  if (own.absorbAll !== null) return factsOf(own, input, rating, absorb(own, total, own.absorbAll))
  return factsOf(own, input, rating, charge(own, total))
}

/* One literal with all members, absent ones undefined: objects put together by spreading become slow
   dictionaries at this size, and this one is built for every call. JSON leaves undefined out. */
const factsOf = (
  own: ChargeCase,
  input: ChargeInput,
  rating: RatingFacts,
  money: Money,
  pending?: 'unpriced' | 'usage_missing',
): ChargeFacts =>
  ({
    served: servedOf(input.usage),
    outcome: input.ruling.facts,
    usage: normalisedFacts(input.usage),
    coverage: own.coverage,
    rating,
    funding: money.funding,
    windows: money.windows,
    caps: money.caps,
    totals: money.totals,
    postings: money.postings,
    absorbed_reason: money.absorbed_reason,
    draw_key: money.draw_key,
    pending,
  }) as ChargeFacts

function pendingOf(
  input: ChargeInput,
): { rating: RatingFacts; why: 'unpriced' | 'usage_missing' } | null {
  const pays = input.ruling.facts.customer_pays
  if (pays === 'after_reconciliation')
    return { rating: { status: 'usage_missing' }, why: 'usage_missing' }
  if (pays === 'delivered' && input.rating?.status === 'unpriced')
    return { rating: ratingFacts(input.rating), why: 'unpriced' }
  return null
}

const servedOf = (usage: NormalisedCall | null): NonNullable<EntryBody['served']> => ({
  model: usage?.model ?? null,
  tier: usage?.tier ?? null,
  speed: usage?.speed ?? null,
  region: usage?.region ?? null,
})

type Money = Pick<
  ChargeFacts,
  'funding' | 'windows' | 'caps' | 'totals' | 'postings' | 'absorbed_reason' | 'draw_key'
>

const untouched = (own: ChargeCase) =>
  (own.windows ?? []).map((instance) =>
    windowFacts(instance, { drawn: ZERO, overshoot: ZERO }, begun(own, instance)),
  )

/** A window counts as begun for a covered call (which opens it), or where it was open already. */
const begun = (own: ChargeCase, instance: WindowInstance): boolean =>
  own.coverage.effect === 'covered' || own.state.windows.includes(instance)

const nothing = (own: ChargeCase): Money => ({
  funding: [],
  windows: untouched(own),
  caps: [],
  totals: { total: '0', money: '0', included: '0', absorbed: '0' },
  postings: [],
})

const absorb = (own: ChargeCase, total: Nanos, reason: string): Money => ({
  ...nothing(own),
  totals: { total: formatNanos(total), money: '0', included: '0', absorbed: formatNanos(total) },
  postings: chargePostings(own.state.currency, { trace: [], included: ZERO }, ZERO, total),
  ...(total > ZERO && { absorbed_reason: reason }),
})

function charge(own: ChargeCase, total: Nanos): Money {
  const funding = fund({
    amount: total,
    call: own.call,
    coverage: own.coverage.effect,
    windows: own.asThen ?? own.windows,
    lots: own.state.lots,
    paidUse: own.state.paidUse,
    overage: own.state.overage,
    caps: own.caps,
    at: own.at,
    ...(own.promised && { promised: own.promised }),
  })
  const overshoot = finishes(own, funding) ? finishable(own, funding) : ZERO
  const absorbed = subtract(funding.short, overshoot)
  const included = (funding.included + overshoot) as Nanos
  const trace = withOvershoot(funding, overshoot)
  return {
    funding: fundingFacts(trace),
    windows: (own.windows ?? []).map((instance, index) => ({
      ...drawFromWindow(own, instance, included),
      ...capacityThen(instance, own.asThen?.[index]),
    })),
    caps: capFactsOf(own.caps, own.call, {
      trace,
      ...(own.promised && { promised: own.promised.caps }),
    }),
    totals: {
      total: formatNanos(total),
      money: formatNanos(funding.money),
      included: formatNanos(included),
      absorbed: formatNanos(absorbed),
    },
    postings: chargePostings(own.state.currency, funding, overshoot, absorbed),
    ...(absorbed > ZERO && { absorbed_reason: 'funds_short' }),
    ...paidDraw(own, funding),
  }
}

/** A call that began on its windows and meets no more money finishes on them. */
const finishes = (own: ChargeCase, funding: FundingPlan): boolean =>
  funding.short > ZERO &&
  own.plan.crossing === 'finish' &&
  own.coverage.effect === 'covered' &&
  (own.windows?.length ?? 0) > 0 &&
  (own.heldIncluded || funding.included > ZERO)

/** How much of what no source could give: all of it, or what the caps on included value leave. */
function finishable(own: ChargeCase, funding: FundingPlan): Nanos {
  const cap = includedCap(own)
  if (cap === null) return funding.short
  return min(funding.short, subtractToZero(cap.room, add(funding.included, funding.money)))
}

/** The overshoot is included value too: the trace of a source adds up to what was drawn from it. */
const withOvershoot = (funding: FundingPlan, overshoot: Nanos): SourceTrace[] =>
  funding.trace.map((step) =>
    step.class === 'included' ? { ...step, drawn: (step.drawn + overshoot) as Nanos } : step,
  )

/** The same amount is drawn from every window; what one has no room for is its overshoot. */
function drawFromWindow(own: ChargeCase, instance: WindowInstance, included: Nanos) {
  const drawn = min(included, roomOf(instance))
  return windowFacts(
    instance,
    { drawn, overshoot: subtract(included, drawn) },
    begun(own, instance),
  )
}

/** Says by what the call was judged, where its window is smaller by now. */
const capacityThen = (now: WindowInstance, then?: WindowInstance) =>
  then && then.capacity > now.capacity ? { capacity_then: formatNanos(then.capacity) } : {}

/** A covered call that drew money waits for room in its windows. */
function paidDraw(own: ChargeCase, funding: FundingPlan): { draw_key?: string } {
  const drewMoney = funding.trace.some(
    (step) => step.drawn > ZERO && step.class !== 'included' && step.class !== 'before_windows',
  )
  const windows = own.windows ?? []
  if (!drewMoney || own.coverage.effect !== 'covered' || windows.length === 0) return {}
  return { draw_key: drawKey(windows) }
}
