import type { EntryBody } from '../ledger/entry.ts'
import { formatNanos, type Nanos, ZERO } from '../money/index.ts'
import { HOUR_MS, type Instant } from '../time/index.ts'
import { instantOf } from './amounts.ts'
import { carriedBy } from './entry-charge.ts'
import type { BurnSettings } from './external.ts'
import type { AuditState, OwnHour } from './state.ts'

/** An hour that is unlike the account's others. */
export interface Burn {
  readonly sign: 'rate' | 'equal_calls' | 'cache_misses'
  readonly hour: Instant
  readonly cost: Nanos
  readonly evidence: Readonly<Record<string, unknown>>
}

/** Below so many hours nothing is usual yet. */
const HOURS_MIN = 12
/** Old hours count less: the mean is of about this many. */
const HOURS_MAX = 240

/** Counts a charge in its hour, and says once an hour what is unusual about it. */
export function burnOf(state: AuditState, body: EntryBody, settings: BurnSettings): Burn[] {
  const at = instantOf(body.at)
  const start = at - (at % HOUR_MS)
  if (state.hour?.start !== start) turn(state, start)
  const hour = state.hour!
  const before = { ...hour, equal: 0 }
  hour.cost = (hour.cost + carriedBy(body)) as Nanos
  hour.calls += 1
  if (missesCache(body)) hour.misses += 1
  const fingerprint = body.call?.fingerprint ?? null
  const equal = fingerprint === null ? 0 : (hour.equal.get(fingerprint) ?? 0) + 1
  if (fingerprint !== null) hour.equal.set(fingerprint, equal)
  const found: Burn[] = []
  const say = (sign: Burn['sign'], evidence: Burn['evidence']) =>
    found.push({ sign, hour: start as Instant, cost: hour.cost, evidence })
  if (isDear(state, hour.cost, settings) && !isDear(state, before.cost, settings))
    say('rate', { usual: formatNanos(usualOf(state)), hours: state.usual.hours })
  if (equal === settings.equalCalls) say('equal_calls', { fingerprint, calls: equal })
  if (hour.misses === settings.cacheMisses && before.misses !== hour.misses)
    say('cache_misses', { calls: hour.misses })
  return found
}

const usualOf = ({ usual }: AuditState): Nanos =>
  usual.hours === 0 ? ZERO : ((usual.cost / BigInt(usual.hours)) as Nanos)

function isDear(state: AuditState, cost: Nanos, { hourFactor, hourMin }: BurnSettings): boolean {
  if (state.usual.hours < HOURS_MIN || cost < hourMin) return false
  return cost > usualOf(state) * BigInt(hourFactor)
}

/** Written anew where it would have been read: a long prompt of which nothing came from the cache. */
function missesCache({ usage }: EntryBody): boolean {
  const tokens = usage?.tokens ?? {}
  const written =
    (tokens.cache_write ?? 0) + (tokens.cache_write_5m ?? 0) + (tokens.cache_write_1h ?? 0)
  return written > 0 && (tokens.cache_read ?? 0) === 0
}

function turn(state: AuditState, start: number): void {
  const old = state.hour
  if (old) {
    const { cost, hours } = state.usual
    // once the mean is full, an hour takes the place of an average one
    const kept = hours < HOURS_MAX ? cost : cost - cost / BigInt(hours)
    state.usual = { cost: (kept + old.cost) as Nanos, hours: Math.min(hours + 1, HOURS_MAX) }
  }
  state.hour = newHour(start)
}

const newHour = (start: number): OwnHour => ({
  start,
  cost: ZERO,
  calls: 0,
  misses: 0,
  equal: new Map(),
})
