import { type Coverage, coverageFacts } from '../funding/index.ts'
import {
  type AccountState,
  chargeOf,
  type EntryBody,
  EVENT_GRACE_MS,
  readInstant,
  type UsageFacts,
} from '../ledger/index.ts'
import type { Instant } from '../time/index.ts'
import { isKnown, type NormalisedCall, type Usage } from '../usage/index.ts'
import { head, normalisedFacts, posted, timeOf } from './body.ts'
import { capUses, spentCapChanges } from './cap-uses.ts'
import { chargedEntry } from './charged-entry.ts'
import { chargeFacts } from './charging.ts'
import type { Complete } from './commands.ts'
import { type Context, type Decision, planAs, planOf } from './decision.ts'
import { ruleOn } from './outcome.ts'
import { type PlanThen, planThen, windowsThen } from './plan-then.ts'
import { bookAt, rateServed } from './rating.ts'
import { absorbReason } from './record.ts'
import { refuse, replay } from './replay.ts'
import { callOf } from './settle.ts'

/**
 * Charges a call that had to wait: for a price (the book in force at its time, as published since) or
 * for its usage (as the provider reported it later). Once a call.
 */
export function complete(state: AccountState, command: Complete, context: Context): Decision {
  const content = { usage: normalisedFacts(command.usage ?? null) }
  const repeated = replay(context, 'complete', command.requestId, content)
  if (repeated) return repeated
  const charge = chargeOf(context.prior.map(({ body }) => body))
  if (!charge) return refuse({ code: 'charge_unknown' })
  if (charge.reversed) return refuse({ code: 'already_reversed' })
  if (charge.pending === null) return refuse({ code: 'not_pending' })
  const { settled } = charge
  const usage = command.usage ?? storedUsage(settled)
  if (!usage || !isKnown(usage)) return refuse({ code: 'not_pending', field: 'usage' })
  const eventAt = readInstant(settled.event_at)
  const at = timeOf(state, context)
  const countsAt = (at - eventAt <= EVENT_GRACE_MS ? eventAt : at) as Instant
  const then = planOfCall(state, context, { ref: settled.plan!, at: countsAt })
  const { plan } = then
  const call = settled.call!
  const rating = rateServed(bookAt(context.catalogue, state.currency, eventAt), {
    call,
    plan: plan.id,
    served: usage,
    at: eventAt,
  })
  if (rating.status === 'unpriced')
    return refuse({ code: 'still_unpriced', message: rating.missing.join(', ') })
  const facts = chargeFacts(
    {
      state,
      plan,
      call: callOf(call),
      coverage: coverageFacts({
        reason: null,
        ...settled.coverage,
        effect: (settled.coverage?.effect ?? 'covered') as Coverage,
      }),
      ...windowsThen(state, context, { then, call: callOf(call), at: countsAt }),
      caps: capUses(state, context, callOf(call), countsAt),
      at: eventAt,
      heldIncluded: false,
      absorbAll: absorbReason(state, settled.coverage?.effect ?? 'covered'),
    },
    { usage, ruling: ruleOn(settled.outcome!.code as 'succeeded', plan, true), rating },
  )
  const entry = chargedEntry(head(state, command, context, content, eventAt), {
    call,
    plan: settled.plan!,
    facts,
    refSeq: settled.seq,
  })
  return posted(state, entry, { caps: spentCapChanges(entry.caps ?? []) })
}

/** The plan that the call was admitted or recorded under, with the seats of its time where they are known. */
function planOfCall(
  state: AccountState,
  context: Context,
  own: { readonly ref: string; readonly at: Instant },
): PlanThen {
  const then = planThen(state, context, own.at)
  if (then.ref === own.ref) return then
  return { ref: own.ref, plan: planAs(state, planOf(context.catalogue, own.ref)), isFormer: false }
}

const usageOf = (facts: UsageFacts): Usage => ({
  tokens: facts.tokens,
  fees: facts.fees,
  estimated: facts.estimated as Usage['estimated'],
  flags: facts.flags as Usage['flags'],
})

/** The usage of a charge, as it was normalised when it was posted. */
export function storedUsage(settled: EntryBody): NormalisedCall | null {
  if (!settled.usage) return null
  return {
    model: settled.served?.model ?? null,
    tier: settled.served?.tier ?? null,
    speed: settled.served?.speed ?? null,
    region: settled.served?.region ?? null,
    usage: usageOf(settled.usage),
    parts: (settled.usage.parts ?? []).map((part) => ({ model: part.model, usage: usageOf(part) })),
  }
}
