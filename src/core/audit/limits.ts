import type { Plan } from '../funding/types.ts'
import type { CapFacts, CapUseFacts, EntryBody, WindowFacts } from '../ledger/entry.ts'
import { add, formatNanos, max, min, type Nanos, subtract, ZERO } from '../money/index.ts'
import {
  addDuration,
  dayContaining,
  formatInstant,
  type Instant,
  parseDuration,
  periodContaining,
  weekContaining,
} from '../time/index.ts'
import { amountOf, instantOf } from './amounts.ts'
import { RESIZING } from './fold.ts'
import type { SourceFault } from './sources.ts'
import { type AuditState, counterKey, type OwnRun, runKey } from './state.ts'

interface Looked {
  readonly state: AuditState
  readonly body: EntryBody
  readonly plan: Plan | undefined
  readonly lateAfterMs: number
}

/** Caps that did not hold; windows with other bounds than their rule; counters that were not the sum. */
export function limitFaults(own: Looked): SourceFault[] {
  const { caps = [] } = own.body
  const held = [...caps, ...unnamedCaps(own)].map((use) => capFault(own, use))
  const stale = caps.map((use) => staleCap(own, use))
  return [...held, ...windowFaults(own), ...stale].filter((fault) => fault !== null).slice(0, 1)
}

export const windowFaults = (own: Looked): SourceFault[] =>
  (own.body.windows ?? []).flatMap((facts) => windowFault(own, facts) ?? [])

/**
 * Caps of the whole account that the entry does not name although they were in force: only where no hold
 * was there, since a call in flight is bound by the caps of its beginning.
 */
function unnamedCaps({ state, body, lateAfterMs }: Looked): CapUseFacts[] {
  if (body.hold || body.kind === 'settle') return []
  const [at, eventAt] = [instantOf(body.at), instantOf(body.event_at)]
  const countsAt = at - eventAt <= lateAfterMs ? eventAt : at
  return [...state.caps.values()].flatMap((cap): CapUseFacts[] => {
    const bucket = cap.scope === 'account' ? bucketOf(cap.period, state.anchor, countsAt) : null
    if (bucket === null || body.caps?.some(({ id }) => id === cap.id)) return []
    const { id, scope, scope_id, period, amount, counts } = cap
    return [
      { id, scope, scope_id, period, bucket, amount, counts, spent: '0', held: '0', drawn: '0' },
    ]
  })
}

const MONTH = { months: 1, milliseconds: 0 }

function bucketOf(period: string, anchor: Instant, at: Instant): string | null {
  if (period === 'day') return formatInstant(dayContaining(at).start)
  if (period === 'week') return formatInstant(weekContaining(at).start)
  if (period === 'cycle') return formatInstant(periodContaining(anchor, MONTH, at).start)
  return period === 'lifetime' || period === 'call' ? period : null
}

function amountAt(cap: CapFacts, whose: string | null, at: Instant): Nanos {
  let amount = amountOf(cap.amount)
  for (const { for: each, to, until } of cap.raises ?? [])
    if (each === whose && (until === null || at < instantOf(until)))
      amount = max(amount, amountOf(to))
  return amount
}

/** What the cap counts of an entry, by its trace. */
function countedBy({ counts }: CapUseFacts, body: EntryBody): Nanos {
  let sum = ZERO
  for (const { class: kind, category, drawn } of body.funding ?? []) {
    const isPaid =
      kind === 'paid' || kind === 'overage' || (kind === 'before_windows' && category === 'paid')
    if (counts === 'all' || (kind !== 'included' && (counts === 'money' || isPaid)))
      sum = add(sum, amountOf(drawn))
  }
  return sum
}

const spentOf = (state: AuditState, use: CapUseFacts): Nanos =>
  use.period === 'call' ? ZERO : (state.counters.get(counterKey(use.id, use.bucket)) ?? ZERO)

function staleCap({ state }: Looked, use: CapUseFacts): SourceFault | null {
  const spent = spentOf(state, use)
  if (spent === amountOf(use.spent)) return null
  const evidence = { cap: use.id, bucket: use.bucket, spent: formatNanos(spent), stated: use.spent }
  return { rule: 'counter_stale', amount: ZERO, about: use.id, evidence }
}

function capFault({ state, body }: Looked, use: CapUseFacts): SourceFault | null {
  const cap = state.caps.get(use.id)
  const drawn = countedBy(use, body)
  if (!cap || drawn <= ZERO) return null
  const spent = spentOf(state, use)
  const isEach = cap.scope_id === '*' && cap.scope !== 'account' && cap.scope !== 'model'
  const limit = amountAt(cap, isEach ? use.scope_id : null, instantOf(body.at))
  const over = subtract(add(add(spent, amountOf(use.held)), drawn), limit)
  // what the call's own hold had reserved stays its own when the cap is lowered
  const promised = min(amountOf(use.promised), amountOf(body.hold?.worst))
  if (over <= ZERO || drawn <= promised) return null
  const amount = min(min(over, drawn), subtract(drawn, promised))
  const evidence = {
    cap: use.id,
    bucket: use.bucket,
    limit: formatNanos(limit),
    spent: formatNanos(spent),
  }
  return { rule: 'cap_exceeded', amount, about: use.id, evidence }
}

function windowFault(own: Looked, facts: WindowFacts): SourceFault | null {
  const { state, body } = own
  if (facts.start === null || facts.end === null || RESIZING.includes(body.kind)) return null
  const key = runKey(facts.id, facts.start)
  const run = state.runs.get(key)
  const fault = (
    rule: 'window_bounds_wrong' | 'event_misdated' | 'counter_stale',
    more: object,
  ) => ({
    rule,
    amount: ZERO,
    about: facts.id,
    evidence: { window: facts.id, start: facts.start, end: facts.end, ...more },
  })
  const end = run ? run.end : endOf(own, facts)
  if (end !== null && end !== instantOf(facts.end))
    return fault('window_bounds_wrong', { expected_end: formatInstant(end) })
  if (isOtherPeriod(own, facts)) return fault('event_misdated', { event_at: body.event_at })
  if (run && run.used !== amountOf(facts.used))
    return fault('counter_stale', { stated: facts.used, used: formatNanos(run.used) })
  return null
}

/** Where a run that begins there ends by its plan; `null`: the plan or the window is not known. */
function endOf({ state, plan }: Looked, facts: WindowFacts): Instant | null {
  const spec = plan?.windows.find(({ id }) => id === facts.id)
  const length = spec && parseDuration(spec.length)
  if (!spec || !length || facts.start === null) return null
  const start = instantOf(facts.start)
  if (spec.shape === 'anchored') return addDuration(start, length)
  return periodContaining(state.anchor, length, start).end
}

/** An event counts in the period of its own time, as long as it is not too late for that. */
function isOtherPeriod({ state, body, plan, lateAfterMs }: Looked, facts: WindowFacts): boolean {
  if (body.kind !== 'record' || amountOf(facts.drawn) <= ZERO) return false
  const [at, eventAt] = [instantOf(body.at), instantOf(body.event_at)]
  const countsAt = at - eventAt <= lateAfterMs ? eventAt : at
  if (countsAt >= instantOf(facts.end ?? '')) return true
  if (countsAt >= instantOf(facts.start ?? '')) return false
  // a window that opens with a call takes an event of before it, unless that one has its own run
  const spec = plan?.windows.find(({ id }) => id === facts.id)
  const isOwn = ({ id, start, end }: OwnRun): boolean =>
    id === facts.id && start <= countsAt && countsAt < end
  return spec?.shape === 'calendar' || [...state.runs.values()].some(isOwn)
}
