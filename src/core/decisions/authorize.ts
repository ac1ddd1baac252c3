import {
  coverageOf,
  type FundingPlan,
  fund,
  includedCap,
  leastRoom,
  windowsFor,
} from '../funding/index.ts'
import type { AccountState } from '../ledger/index.ts'
import { type Nanos, nanos, subtract, ZERO } from '../money/index.ts'
import { type BoundRating, bound as boundOf } from '../pricing/index.ts'
import { admissionOf, admitUnheld, type Case, held } from './admission.ts'
import { blockOf } from './block.ts'
import { callFacts, capFactsOf, refusedEntry, refusedTrace, timeOf, windowFacts } from './body.ts'
import { capUses } from './cap-uses.ts'
import type { Authorize } from './commands.ts'
import {
  type Answer,
  answer,
  type Change,
  type Context,
  type Decision,
  planNow,
} from './decision.ts'
import { bookAt } from './rating.ts'
import { conflict, differingField, digestOf, refuse, replay } from './replay.ts'

/** Content of the command that a repeat must share, beside the call itself. */
const contentOf = (command: Authorize): Readonly<Record<string, unknown>> => ({
  bound: command.bound,
  min_output_tokens: command.minOutputTokens,
  fit: command.fit,
  ttl_ms: command.ttlMs,
})

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
  const plan = planNow(context.catalogue, state)
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
  const whole = { ...content, call: callFacts(command.call) }
  const ended = context.prior.find(({ body }) => body.hold?.request_id === command.requestId)
  if (ended?.body.hold) {
    const { settled: _settled, released: _released, ...admission } = ended.body.hold
    return admission.content === digestOf(whole)
      ? answer({ status: 'admitted', admission, hold: null }, true)
      : conflict('content')
  }
  const { hold } = context
  if (hold) {
    if (hold.request_id !== command.requestId) return refuse({ code: 'call_in_flight' })
    const field = differingField({ ...hold.command, call: hold.call }, whole)
    return field
      ? conflict(field)
      : answer({ status: 'admitted', admission: admissionOf(hold), hold }, true)
  }
  const refused = replay(context, 'authorize', command.requestId, whole, (body) => ({
    ...body.command,
    call: body.call,
  }))
  if (refused) return refused
  const charged = context.prior.some(({ body }) => body.kind === 'settle' || body.kind === 'record')
  return charged ? refuse({ code: 'call_already_settled' }) : null
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
  const finishes = mayFinish(own)
  // what a call may finish on its windows still has to fit under the caps that count included value
  const cap = finishes ? includedCap(own) : null
  if (whole.short === ZERO || (finishes && (cap === null || price.worst <= cap.room)))
    return held(own, whole, price, bound.maxOutputTokens)
  const payable = price.maxOutputWithin(cap?.room ?? subtract(price.worst, whole.short))
  if (fit === 'refuse' || payable < minOutputTokens)
    return blocked(own, whole, price.worst, cap?.id)
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

function blocked(own: Case, funding: FundingPlan, needed: Nanos, capId?: string): Change {
  const { call } = own.command
  const refused = blockOf({
    call,
    ...(capId !== undefined && { capId }),
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
    call: callFacts(call),
    plan: own.state.plan,
    coverage: { effect: own.coverage.effect, reason: own.coverage.reason },
    funding: refusedTrace(funding.trace),
    windows: (own.windows ?? []).map((instance) =>
      windowFacts(instance, { drawn: ZERO, overshoot: ZERO }, own.state.windows.includes(instance)),
    ),
    caps: capFactsOf(own.caps, call, { trace: [] }),
  })
}
