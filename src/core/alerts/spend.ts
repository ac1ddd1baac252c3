import type { AccountState } from '../ledger/index.ts'
import { formatNanos, type Nanos, ZERO } from '../money/index.ts'
import {
  formatInstant,
  HOUR_MS,
  type Instant,
  type Interval,
  parseDuration,
  periodContaining,
} from '../time/index.ts'
import type { AlertSettings } from './settings.ts'
import type { Alert } from './types.ts'

/** Sums of what was drawn from money, in whole hours of the event time. */
export interface Spend {
  /** Promotional, paid and overage, in the hour that is running. */
  readonly thisHour: Nanos
  /** The sum of the hours before it that cost anything, within the last seven days … */
  readonly before: Nanos
  /** … and how many they were. */
  readonly hoursBefore: number
  /** Paid and overage, since the billing cycle began. */
  readonly paidInCycle: Nanos
}

export const NO_SPEND: Spend = { thisHour: ZERO, before: ZERO, hoursBefore: 0, paidInCycle: ZERO }

/** Fewer hours do not show what is usual. */
const USUAL_HOURS_MIN = 6
export const USUAL_OVER_MS = 7 * 24 * HOUR_MS

const MONTH = parseDuration('P1M')!

export const cycleOf = (state: AccountState, at: Instant): Interval =>
  periodContaining(state.anchor, MONTH, at)

/**
 * From which hour paid use counts in the cycle. Usage is summed by whole hours: the hour in which a cycle
 * begins is counted to the old one, so that paid use of before is not told as new. An account's first
 * cycle has no before.
 */
export function cycleHoursFrom(state: AccountState, at: Instant): Instant {
  const { start } = cycleOf(state, at)
  const isFirst = state.openedAt >= start
  const hours = isFirst ? Math.floor(start / HOUR_MS) : Math.ceil(start / HOUR_MS)
  return (hours * HOUR_MS) as Instant
}

/** The first paid call of a cycle: told once a cycle. */
export function paidUseStarted(state: AccountState, spend: Spend, at: Instant): Alert[] {
  if (spend.paidInCycle <= 0n) return []
  const { start, end } = cycleOf(state, at)
  const cycle_start = formatInstant(start)
  const facts = { cycle_start, cycle_end: formatInstant(end), paid: formatNanos(spend.paidInCycle) }
  return [{ key: `paid_use_started:${cycle_start}`, facts: { kind: 'paid_use_started', ...facts } }]
}

/** An hour that costs far more than the usual hour of the last seven days: told once an hour. */
export function spendAnomaly(spend: Spend, settings: AlertSettings, at: Instant): Alert[] {
  if (spend.hoursBefore < USUAL_HOURS_MIN || spend.thisHour <= settings.anomalyFloor) return []
  const { numerator, denominator } = settings.anomalyFactor
  const hours = BigInt(spend.hoursBefore)
  if (spend.thisHour * hours * denominator <= spend.before * numerator) return []
  const hour = formatInstant((Math.floor(at / HOUR_MS) * HOUR_MS) as Instant)
  const usual = formatNanos((spend.before / hours) as Nanos)
  const facts = { hour, spent: formatNanos(spend.thisHour), usual }
  return [{ key: `spend_anomaly:${hour}`, facts: { kind: 'spend_anomaly', ...facts } }]
}
