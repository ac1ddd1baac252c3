import {
  type CapUse,
  type CoverageAnswer,
  coverageOf,
  type FundingPlan,
  fund,
  leastRoom,
  type Plan,
  type WindowInstance,
  windowsFor,
} from '../funding/index.ts'
import type { AccountState, Admission, WindowFacts } from '../ledger/index.ts'
import { formatNanos, max, min, type Nanos, nanos, subtract, ZERO } from '../money/index.ts'
import { type BoundRating, bound as boundOf } from '../pricing/index.ts'
import { formatInstant, type Instant } from '../time/index.ts'
import { blockOf } from './block.ts'
import {
  callFacts,
  capFactsOf,
  fundingFacts,
  refusedEntry,
  refusedTrace,
  timeOf,
  windowFacts,
} from './body.ts'
import { capUses } from './cap-uses.ts'
import type { Authorize } from './commands.ts'
import {
  type Answer,
  answer,
  type Change,
  type Context,
  type Decision,
  planOf,
} from './decision.ts'
import { heldCapChanges, placeHold } from './hold-state.ts'
import { bookAt } from './rating.ts'
import { conflict, differingField, refuse, replay } from './replay.ts'
import type { HoldBody } from './results.ts'

/** Content of the command that a repeat must share. */
const contentOf = (command: Authorize): Readonly<Record<string, unknown>> => ({
  call: callFacts(command.call),
  bound: command.bound,
  min_output_tokens: command.minOutputTokens,
  fit: command.fit,
  ttl_ms: command.ttlMs,
})

/** Everything that the admission of a call is decided on. */
interface Case {
  readonly state: AccountState
  readonly command: Authorize
  readonly context: Context
  readonly content: Readonly<Record<string, unknown>>
  readonly at: Instant
  readonly plan: Plan
  readonly coverage: CoverageAnswer
  /** `null`: the plan has no windows. */
  readonly windows: readonly WindowInstance[] | null
  readonly caps: readonly CapUse[]
}

/**
 * Decides admission: runs the funding order on the worst case, holds included windows at the expected
 * cost and money at what the windows' room does not cover. Refuses, or clamps the output, when the
 * funds do not reach.
 */
export function authorize(state: AccountState, command: Authorize, context: Context): Decision {
  const content = contentOf(command)
  const repeated = repeat(command, context, content)
  if (repeated) return repeated
  const at = timeOf(state, context)
  const plan = planOf(context.catalogue, state.plan)
  const own: Case = {
    state,
    command,
    context,
    content,
    at,
    plan,
    coverage: coverageOf(plan, command.call),
    windows: plan.windows.length === 0 ? null : windowsFor(plan, command.call, state, at),
    caps: capUses(state, context, command.call, at),
  }
  if (state.parked !== null) return admitUnheld(own, command.bound.maxOutputTokens)
  if (own.coverage.effect === 'blocked') return blocked(own, fundFor(own, ZERO), ZERO)
  return admit(own, priceOf(own))
}

/** A repeat of this request, or another attempt of a call that is not free to be tried. */
function repeat(command: Authorize, context: Context, content: Case['content']): Answer | null {
  const { hold } = context
  if (hold) {
    if (hold.request_id !== command.requestId) return refuse({ code: 'call_in_flight' })
    const field = differingField(hold.command, content)
    return field
      ? conflict(field)
      : answer({ status: 'admitted', admission: admissionOf(hold), hold }, true)
  }
  const refused = replay(context, 'authorize', command.requestId, content)
  if (refused) return refused
  for (const { body } of context.prior) {
    if (body.hold?.request_id === command.requestId) {
      const { settled: _settled, released: _released, ...admission } = body.hold
      return answer({ status: 'admitted', admission, hold: null }, true)
    }
    if (body.kind === 'settle' || body.kind === 'record')
      return refuse({ code: 'call_already_settled' })
  }
  return null
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

function admit(own: Case, price: BoundRating): Decision {
  if (price.status === 'unpriced') return admitUnpriced(own, price.missing)
  const { bound, fit, minOutputTokens } = own.command
  const whole = fundFor(own, price.worst)
  if (whole.short === ZERO || mayFinish(own)) return held(own, whole, price, bound.maxOutputTokens)
  const payable = price.maxOutputWithin(subtract(price.worst, whole.short))
  if (fit === 'refuse' || payable < minOutputTokens) return blocked(own, whole, price.worst)
  return held(own, fundFor(own, price.worstFor(payable)), price, payable)
}

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

/** A call without a price is delivered only where something could pay for it. */
function admitUnpriced(own: Case, missing: readonly string[]): Decision {
  if (own.plan.unpriced === 'refuse')
    return refusedEntry(
      own.state,
      own.command,
      own.context,
      { code: 'model_unpriced', changeable_by: 'operator', message: missing.join(', ') },
      {
        content: own.content,
        call: callFacts(own.command.call),
      },
    )
  const probe = fundFor(own, nanos(1n))
  return probe.short > ZERO
    ? blocked(own, probe, ZERO)
    : admitUnheld(own, own.command.bound.maxOutputTokens)
}

const admitUnheld = (own: Case, maxOutputTokens: number): Change =>
  place(own, {
    ...holdBase(own, maxOutputTokens),
    book: null,
    worst: '0',
    expected: '0',
    money: '0',
    included: '0',
    funding: [],
    windows: windowsHeld(own, ZERO),
    caps: capFactsOf(own.caps, []),
  })

type Priced = Extract<BoundRating, { status: 'priced' }>

function held(own: Case, funding: FundingPlan, price: Priced, maxOutputTokens: number): Change {
  const expected = price.expectedFor(maxOutputTokens)
  const included = includedHeld(own, funding, expected)
  const trace = funding.trace.map((step) =>
    step.class === 'included' ? { ...step, drawn: included } : step,
  )
  return place(own, {
    ...holdBase(own, maxOutputTokens),
    book: price.bookId,
    worst: formatNanos(price.worstFor(maxOutputTokens)),
    expected: formatNanos(expected),
    money: formatNanos(funding.money),
    included: formatNanos(included),
    funding: fundingFacts(trace),
    windows: windowsHeld(own, included),
    caps: capFactsOf(own.caps, trace),
  })
}

/** Windows are held at the expected cost, so that calls in flight do not starve one another; whole where a call may not cross. */
function includedHeld(own: Case, funding: FundingPlan, expected: Nanos): Nanos {
  if (own.plan.crossing === 'clamp') return funding.included
  let before = ZERO
  for (const step of funding.trace) {
    if (step.class !== 'before_windows') break
    before = (before + step.drawn) as Nanos
  }
  return min(funding.included, max(subtract(expected, before), ZERO))
}

function windowsHeld(own: Case, included: Nanos): WindowFacts[] {
  const covered = own.coverage.effect === 'covered'
  return (own.windows ?? []).map((instance) => {
    const begun = covered || own.state.windows.includes(instance)
    return windowFacts(instance, { drawn: covered ? included : ZERO, overshoot: ZERO }, begun)
  })
}

function holdBase(own: Case, maxOutputTokens: number) {
  const { command, state, at } = own
  return {
    account_id: command.accountId,
    call_id: command.call.callId,
    request_id: command.requestId,
    at: formatInstant(at),
    expires_at: formatInstant((at + command.ttlMs) as Instant),
    seq: state.seq,
    plan: state.plan,
    max_output_tokens: maxOutputTokens,
    clamped: maxOutputTokens < command.bound.maxOutputTokens,
    call: callFacts(command.call),
    actor: command.actor,
    command: own.content,
    coverage: { effect: own.coverage.effect, reason: own.coverage.reason },
  }
}

const place = (own: Case, hold: HoldBody): Change => ({
  type: 'change',
  state: { ...placeHold(own.state, hold), lastAt: own.at },
  entry: null,
  hold: { type: 'put', hold },
  caps: heldCapChanges(own.state, hold, 1),
  capDefinitions: null,
  result: { status: 'admitted', admission: admissionOf(hold), hold },
})

/** The part of a hold that is the answer. */
export const admissionOf = (hold: Admission): Admission => ({
  call_id: hold.call_id,
  request_id: hold.request_id,
  at: hold.at,
  expires_at: hold.expires_at,
  seq: hold.seq,
  plan: hold.plan,
  book: hold.book,
  worst: hold.worst,
  expected: hold.expected,
  max_output_tokens: hold.max_output_tokens,
  clamped: hold.clamped,
  money: hold.money,
  included: hold.included,
})

function blocked(own: Case, funding: FundingPlan, needed: Nanos): Change {
  const refused = blockOf({
    coverage: own.coverage,
    funding,
    windows: own.windows ?? [],
    caps: own.caps,
    state: own.state,
    at: own.at,
    needed,
  })
  return refusedEntry(own.state, own.command, own.context, refused, {
    content: own.content,
    call: callFacts(own.command.call),
    plan: own.state.plan,
    coverage: { effect: own.coverage.effect, reason: own.coverage.reason },
    funding: refusedTrace(funding.trace),
    windows: (own.windows ?? []).map((instance) =>
      windowFacts(instance, { drawn: ZERO, overshoot: ZERO }, own.state.windows.includes(instance)),
    ),
    caps: capFactsOf(own.caps, []),
  })
}
