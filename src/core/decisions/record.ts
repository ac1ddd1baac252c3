import { coverageOf } from '../funding/index.ts'
import { type AccountState, type EntryBody, EVENT_GRACE_MS } from '../ledger/index.ts'
import { DAY_MS, formatInstant, type Instant, MINUTE_MS } from '../time/index.ts'
import { callFacts, head, posted, timeOf } from './body.ts'
import { capUses, spentCapChanges } from './cap-uses.ts'
import { chargedEntry } from './charged-entry.ts'
import { chargeFacts } from './charging.ts'
import type { RecordUsage } from './commands.ts'
import type { Context, Decision } from './decision.ts'
import { ruleOn } from './outcome.ts'
import { planThen, windowsThen } from './plan-then.ts'
import { bookAt, rateServed } from './rating.ts'
import { refuse, replay } from './replay.ts'
import { endContent, NO_CONTENT, storedEnd } from './settle.ts'

/** An event this far ahead of the database's clock is accepted, and its skew is on the entry. */
export const EVENT_SKEW_MAX_MS = 5 * MINUTE_MS
/** Older events are refused: their request ids may have been forgotten by the sender. */
export const EVENT_AGE_MAX_MS = 35 * DAY_MS

/** Usage reported afterwards: rated at the event's time, funded from what is there, posted at once. */
export function record(state: AccountState, command: RecordUsage, context: Context): Decision {
  const content = {
    ...endContent(command),
    call: callFacts(command.call),
    event_at: formatInstant(command.eventAt),
  }
  const repeated = replay(context, 'record', command.requestId, content, storedRecord)
  if (repeated) return repeated
  if (context.hold) return refuse({ code: 'call_in_flight' })
  if (context.prior.some(({ body }) => body.kind === 'settle' || body.kind === 'record'))
    return refuse({ code: 'call_already_settled' })
  const at = timeOf(state, context)
  const age = at - command.eventAt
  if (age > EVENT_AGE_MAX_MS) return refuse({ code: 'event_too_old' })
  if (-age > EVENT_SKEW_MAX_MS) return refuse({ code: 'event_in_future' })
  // the period and the plan of an event are those of its own time, within the grace
  const countsAt = (age <= EVENT_GRACE_MS ? command.eventAt : at) as Instant
  const then = planThen(state, context, countsAt)
  const { plan } = then
  const coverage = coverageOf(plan, command.call)
  const rating = command.usage?.usage
    ? rateServed(bookAt(context.catalogue, state.currency, command.eventAt), {
        call: command.call,
        plan: plan.id,
        served: command.usage,
        at: command.eventAt,
      })
    : null
  const facts = chargeFacts(
    {
      state,
      plan,
      call: command.call,
      coverage,
      ...windowsThen(state, context, { then, call: command.call, at: countsAt }),
      caps: capUses(state, context, command.call, countsAt),
      at: command.eventAt,
      heldIncluded: false,
      absorbAll: absorbReason(state, coverage.effect),
    },
    {
      usage: command.usage,
      ruling: ruleOn(command.outcome, plan, command.usage?.usage != null),
      rating,
    },
  )
  const entry = chargedEntry(head(state, command, context, NO_CONTENT, command.eventAt), {
    call: content.call,
    plan: then.ref,
    facts,
    evidence: age < 0 ? { ...command.evidence, event_skew_ms: -age } : command.evidence,
  })
  return posted(state, entry, { caps: spentCapChanges(entry.caps ?? []) })
}

const storedRecord = (body: EntryBody) => ({
  ...storedEnd(body),
  call: body.call,
  event_at: body.event_at,
})

/** Why a call that has happened already may not be charged, if so. */
export function absorbReason(state: AccountState, effect: string): string | null {
  if (state.parked !== null) return 'account_parked'
  return effect === 'blocked' ? 'blocked_by_plan' : null
}
