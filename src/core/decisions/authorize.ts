import { coverageFacts, coverageOf, windowsFor } from '../funding/index.ts'
import type { AccountState } from '../ledger/index.ts'
import { ZERO } from '../money/index.ts'
import { admissionOf, admitUnheld, type Case, held, passedOn } from './admission.ts'
import { blockOf } from './block.ts'
import { callFacts, capFactsOf, refusedEntry, refusedTrace, timeOf, windowFacts } from './body.ts'
import { capUses } from './cap-uses.ts'
import type { Authorize } from './commands.ts'
import { answer, type Change, type Context, type Decision, planNow } from './decision.ts'
import { conflict, differingField, digestOf, refuse, replay } from './replay.ts'
import type { HoldBody } from './results.ts'
import { type Blocked, retryAt, verdictOf } from './verdict.ts'

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
  const repeated = repeat(state, command, context, content)
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
  const verdict = verdictOf(own)
  switch (verdict.type) {
    case 'held':
      return held(own, verdict.funding, verdict.price, verdict.maxOutputTokens)
    case 'unheld':
      return admitUnheld(own, command.bound.maxOutputTokens)
    case 'unpriced':
      return unpriced(own, verdict.missing)
    case 'blocked':
      return blocked(own, verdict)
  }
}

/** A repeat of this request, or another attempt of a call that is not free to be tried. */
function repeat(
  state: AccountState,
  command: Authorize,
  context: Context,
  content: Case['content'],
): Decision | null {
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
    return field ? conflict(field) : admittedAgain(state, command, { ...context, hold })
  }
  const refused = replay(context, 'authorize', command.requestId, whole, (body) => ({
    ...body.command,
    call: body.call,
  }))
  if (refused) return refused
  const charged = context.prior.some(({ body }) => body.kind === 'settle' || body.kind === 'record')
  return charged ? refuse({ code: 'call_already_settled' }) : null
}

/** The same under an open hold: an answer that was lost is given again, but not to somebody else. */
function admittedAgain(
  state: AccountState,
  { askedBy, inPlaceOf }: Authorize,
  context: Context & { readonly hold: HoldBody },
): Decision {
  const { hold } = context
  const { asked_by: before } = hold
  if (askedBy === undefined || before === undefined || askedBy === before)
    return answer({ status: 'admitted', admission: admissionOf(hold), hold }, true)
  return before === inPlaceOf
    ? passedOn(state, hold, { askedBy, at: timeOf(state, context) })
    : refuse({ code: 'call_in_flight' })
}

function unpriced(own: Case, missing: readonly string[]): Change {
  const { call } = own.command
  return refusedEntry(
    own.state,
    own.command,
    own.context,
    { code: 'model_unpriced', changeable_by: 'operator', message: missing.join(', ') },
    { content: own.content, call: callFacts(call) },
  )
}

function blocked(own: Case, { funding, needed, capId }: Blocked): Change {
  const { call } = own.command
  const refused = blockOf({
    ...(capId !== undefined && { capId }),
    coverage: own.coverage,
    funding,
    windows: own.windows ?? [],
    caps: own.caps,
    state: own.state,
    at: own.at,
    needed,
    retryAt: retryAt(own),
  })
  return refusedEntry(own.state, own.command, own.context, refused, {
    content: own.content,
    call: callFacts(call),
    plan: own.state.plan,
    coverage: coverageFacts(own.coverage),
    funding: refusedTrace(funding.trace),
    windows: (own.windows ?? []).map((instance) =>
      windowFacts(instance, { drawn: ZERO, overshoot: ZERO }, own.state.windows.includes(instance)),
    ),
    caps: capFactsOf(own.caps, call, { trace: [] }),
  })
}
