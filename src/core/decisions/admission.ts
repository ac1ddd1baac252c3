import {
  type CapUse,
  type CoverageAnswer,
  coverageFacts,
  type FundingPlan,
  type Plan,
  type WindowInstance,
} from '../funding/index.ts'
import type { AccountState, Admission, WindowFacts } from '../ledger/index.ts'
import { formatNanos, max, min, type Nanos, subtract, ZERO } from '../money/index.ts'
import type { BoundRating } from '../pricing/index.ts'
import { formatInstant, type Instant } from '../time/index.ts'
import { callFacts, capFactsOf, fundingFacts, windowFacts } from './body.ts'
import type { Authorize } from './commands.ts'
import type { Change, Context } from './decision.ts'
import { heldCapChanges, placeHold } from './hold-state.ts'
import { digestOf } from './replay.ts'
import type { HoldBody } from './results.ts'

/** Everything that the admission of a call is decided on. */
export interface Case {
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

export const admitUnheld = (own: Case, maxOutputTokens: number): Change =>
  place(
    own,
    holdBody(own, maxOutputTokens, {
      book: null,
      worst: '0',
      expected: '0',
      money: '0',
      included: '0',
      funding: [],
      windows: windowsHeld(own, ZERO),
      caps: capFactsOf(own.caps, own.command.call, { trace: [] }),
    }),
  )

/** A bound that could be priced. */
export type Priced = Extract<BoundRating, { status: 'priced' }>

export function held(
  own: Case,
  funding: FundingPlan,
  price: Priced,
  maxOutputTokens: number,
): Change {
  const expected = price.expectedFor(maxOutputTokens)
  const worst = price.worstFor(maxOutputTokens)
  const included = includedHeld(own, funding, expected)
  const trace = funding.trace.map((step) =>
    step.class === 'included' ? { ...step, drawn: included } : step,
  )
  return place(
    own,
    holdBody(own, maxOutputTokens, {
      book: price.bookId,
      worst: formatNanos(worst),
      expected: formatNanos(expected),
      money: formatNanos(funding.money),
      included: formatNanos(included),
      funding: fundingFacts(trace),
      windows: windowsHeld(own, included),
      caps: capFactsOf(own.caps, own.command.call, { trace, worst }),
    }),
  )
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

type Held = Pick<
  HoldBody,
  'book' | 'worst' | 'expected' | 'money' | 'included' | 'funding' | 'windows' | 'caps'
>

/** The hold as one literal: it is built for every call. */
function holdBody(own: Case, maxOutputTokens: number, held: Held): HoldBody {
  const { command, state, at } = own
  const call = callFacts(command.call)
  return {
    account_id: command.accountId,
    call_id: command.call.callId,
    request_id: command.requestId,
    at: formatInstant(at),
    expires_at: formatInstant((at + command.ttlMs) as Instant),
    seq: state.seq,
    plan: state.plan,
    book: held.book,
    worst: held.worst,
    expected: held.expected,
    max_output_tokens: maxOutputTokens,
    clamped: maxOutputTokens < command.bound.maxOutputTokens,
    money: held.money,
    included: held.included,
    content: digestOf({ ...own.content, call }),
    asked_by: command.askedBy,
    call,
    actor: command.actor,
    command: own.content,
    coverage: coverageFacts(own.coverage),
    funding: held.funding,
    windows: held.windows,
    caps: held.caps,
  }
}

/** The hold passes to another who makes the call; nothing else about it changes. */
export const passedOn = (
  state: AccountState,
  before: HoldBody,
  to: { readonly askedBy: string; readonly at: Instant },
): Change => {
  const hold = { ...before, asked_by: to.askedBy }
  return {
    type: 'change',
    state: { ...state, lastAt: to.at },
    entry: null,
    hold: { type: 'put', hold },
    caps: [],
    capDefinitions: null,
    result: { status: 'admitted', admission: admissionOf(hold), hold },
  }
}

const place = (own: Case, hold: HoldBody): Change => ({
  type: 'change',
  state: { ...placeHold(own.state, hold), lastAt: own.at },
  entry: null,
  hold: { type: 'put', hold },
  caps: heldCapChanges(hold, 1),
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
  content: hold.content,
})
