import type {
  CallFacts,
  CapUse,
  Coverage,
  Plan,
  Promised,
  WindowInstance,
} from '../funding/index.ts'
import { coverageFacts, sameInstance } from '../funding/index.ts'
import {
  type AccountState,
  apply,
  type CallFactsBody,
  type EntryBody,
  type HoldFacts,
  readInstant,
  type WindowFacts,
} from '../ledger/index.ts'
import { formatNanos, min, type Nanos, readNanos, subtract, ZERO } from '../money/index.ts'
import { isKnown, type NormalisedCall } from '../usage/index.ts'
import { admissionOf } from './admission.ts'
import { head, normalisedFacts, windowFacts } from './body.ts'
import { capUsesOf, mergeCapChanges, spentCapChanges } from './cap-uses.ts'
import { chargedEntry } from './charged-entry.ts'
import { type ChargeCase, chargeFacts } from './charging.ts'
import type { Release, Settle } from './commands.ts'
import { type Change, type Context, type Decision, planOf } from './decision.ts'
import { heldCapChanges, releaseHold } from './hold-state.ts'
import { ruleOn } from './outcome.ts'
import { bookAt, rateServed } from './rating.ts'
import { refuse, replay } from './replay.ts'
import type { HoldBody } from './results.ts'

/** Content of an ending that a repeat must share. Evidence may differ: timings always do. */
export const endContent = (end: {
  readonly outcome: string
  readonly usage: NormalisedCall | null
}) => ({
  outcome: end.outcome,
  model: end.usage?.model ?? null,
  usage: normalisedFacts(end.usage),
})

/** The same of a stored entry, which says it in its own members. */
export const storedEnd = (body: EntryBody) => ({
  outcome: body.outcome!.code,
  model: body.served?.model ?? null,
  usage: body.usage ?? null,
})

/** Content that an entry's other members hold already. */
export const NO_CONTENT: Readonly<Record<string, never>> = {}

/** What the funding decision knows of a stored call. */
export const callOf = (call: CallFactsBody): CallFacts => ({
  model: call.model,
  features: call.features,
  client: call.client,
  keyId: call.key_id,
  memberId: call.member_id,
  projectId: call.project_id,
  sessionId: call.session_id,
})

/** Takes the hold off, runs the funding order on the true amount and posts it. */
export function settle(state: AccountState, command: Settle, context: Context): Decision {
  const content = endContent(command)
  const repeated = replay(context, 'settle', command.requestId, content, storedEnd)
  if (repeated) return repeated
  const { hold } = context
  if (!hold) return withoutHold(context)
  if (hold.request_id !== command.requestId) return refuse({ code: 'hold_unknown' })
  const released = releaseHold(state, hold)
  const own = chargeCase(released, hold, context)
  const served = command.usage && isKnown(command.usage) ? command.usage : null
  const ruling = ruleOn(command.outcome, own.plan, served !== null)
  const rating =
    served &&
    rateServed(bookAt(context.catalogue, state.currency, own.at), {
      ...{ call: hold.call, plan: own.plan.id, served },
      at: own.at,
    })
  const facts = chargeFacts(own, { usage: command.usage, ruling, rating })
  const drawn = (readNanos(facts.totals!.money) + readNanos(facts.totals!.included)) as Nanos
  const entry = chargedEntry(head(state, command, context, NO_CONTENT, own.at), {
    call: hold.call,
    plan: hold.plan,
    facts,
    hold: holdFacts(hold, drawn),
    evidence: command.evidence,
  })
  return end(state, hold, entry)
}

/** Ends an attempt without a charge. The call may be tried again. */
export function release(state: AccountState, command: Release, context: Context): Decision {
  const content = { outcome: command.outcome }
  const repeated = replay(context, 'release', command.requestId, content)
  if (repeated) return repeated
  const { hold } = context
  if (!hold) return withoutHold(context)
  if (hold.request_id !== command.requestId) return refuse({ code: 'hold_unknown' })
  const plan = planOf(context.catalogue, hold.plan)
  return end(state, hold, {
    ...head(state, command, context, content, readInstant(hold.at)),
    postings: [],
    ...releasedFacts(releaseHold(state, hold), hold),
    outcome: { ...ruleOn(command.outcome, plan, true).facts, customer_pays: 'nothing' },
    evidence: command.evidence,
  })
}

/** What every entry says that gives a hold back whole. */
export const releasedFacts = (released: AccountState, hold: HoldBody) => ({
  call: hold.call,
  plan: hold.plan,
  coverage: hold.coverage,
  windows: hold.windows.flatMap((facts) => asItStands(released, facts)),
  totals: { total: '0', money: '0', included: '0', absorbed: '0' },
  hold: holdFacts(hold, 0n as Nanos),
})

/**
 * A window of the hold at this moment, with nothing drawn from it. A run that is not kept any more is not
 * named: the hold knows it as it was, and a reset may have ended it since, so that it would begin anew.
 */
function asItStands(released: AccountState, facts: WindowFacts): WindowFacts[] {
  if (facts.start === null) return [{ ...facts, drawn: '0' }]
  const start = readInstant(facts.start)
  const instance = released.windows.find((own) => sameInstance(own, facts.id, start))
  return instance ? [windowFacts(instance, { drawn: ZERO, overshoot: ZERO })] : []
}

function withoutHold(context: Context): Decision {
  const ended = context.prior.some(({ body }) => body.hold !== undefined)
  return refuse({ code: ended ? 'hold_released' : 'hold_unknown' })
}

/** The change that ends a hold with an entry. */
export function end(
  state: AccountState,
  hold: HoldBody,
  entry: NonNullable<Change['entry']>,
): Change {
  return {
    type: 'change',
    state: apply(releaseHold(state, hold), entry),
    entry,
    hold: { type: 'remove', callId: hold.call_id },
    caps: mergeCapChanges([...heldCapChanges(hold, -1), ...spentCapChanges(entry.caps ?? [])]),
    capDefinitions: null,
    result: null,
  }
}

/** `settled + released = held`, to the nano; a charge beyond the hold is not part of it. */
function holdFacts(hold: HoldBody, drawn: Nanos): HoldFacts {
  const held = (readNanos(hold.money) + readNanos(hold.included)) as Nanos
  const settled = min(held, drawn)
  return {
    ...admissionOf(hold),
    settled: formatNanos(settled),
    released: formatNanos(subtract(held, settled)),
  }
}

function chargeCase(released: AccountState, hold: HoldBody, context: Context): ChargeCase {
  const plan = planOf(context.catalogue, hold.plan)
  const call = callOf(hold.call)
  return {
    state: released,
    plan,
    call,
    coverage: coverageFacts({ ...hold.coverage, effect: hold.coverage.effect as Coverage }),
    windows: heldInstances(released, hold, plan),
    caps: withoutOwn(capUsesOf(released, context, { call, named: hold.caps }), hold),
    at: readInstant(hold.at),
    heldIncluded: hold.included !== '0',
    promised: promisedBy(hold),
    absorbAll: released.parked === null ? null : 'account_parked',
  }
}

/** What the hold promised the call: it may be drawn although a switch or a cap has changed since. */
function promisedBy(hold: HoldBody): Promised {
  return {
    sources: new Map(hold.funding.map((own) => [own.source, readNanos(own.drawn)])),
    caps: new Map(hold.caps.map((own) => [own.id, readNanos(own.drawn)])),
  }
}

/** The instances that were open when the call was authorized, as they stand now. */
function heldInstances(state: AccountState, hold: HoldBody, plan: Plan): WindowInstance[] | null {
  if (plan.windows.length === 0) return null
  return hold.windows.flatMap((facts) => {
    if (facts.start === null) return []
    const start = readInstant(facts.start)
    return state.windows.filter((own) => sameInstance(own, facts.id, start))
  })
}

/** Counters beside the state still carry the call's own hold. */
function withoutOwn(uses: CapUse[], hold: HoldBody): CapUse[] {
  return uses.map((use) => {
    const own = hold.caps.find((facts) => facts.id === use.cap.id && facts.beside)
    if (!use.beside || !own || use.cap.period === 'call') return use
    return { ...use, held: subtract(use.held, readNanos(own.drawn)) }
  })
}
