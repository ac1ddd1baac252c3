import { fromMinor, type Nanos, parseNanos, type Ratio, ratio } from '../money/index.ts'
import type { AlertKind } from './types.ts'

/** What an account wants to be told about. */
export interface AlertSettings {
  /** Percentages of a window's capacity, ascending. */
  readonly windowLevels: readonly number[]
  /** Percentages of a cap's amount, ascending. */
  readonly capLevels: readonly number[]
  /** A window's reset is told when at least this percentage of it was used. */
  readonly windowResetAbove: number
  /** Days before a lot expires, descending. */
  readonly lotExpiryDays: readonly number[]
  /** An hour is told when it costs more than this many usual hours … */
  readonly anomalyFactor: Ratio
  /** … and more than this. */
  readonly anomalyFloor: Nanos
  readonly muted: readonly AlertKind[]
}

/** As stored and as the API has it; what is absent has its default. */
export interface AlertSettingsDocument {
  readonly window_levels?: readonly number[]
  readonly cap_levels?: readonly number[]
  readonly window_reset_above?: number
  readonly lot_expiry_days?: readonly number[]
  readonly anomaly_factor?: string
  readonly anomaly_floor?: string
  readonly muted?: readonly AlertKind[]
}

export const ALERT_DEFAULTS = {
  window_levels: [50, 75, 90, 100],
  cap_levels: [50, 75, 90, 100],
  window_reset_above: 90,
  lot_expiry_days: [30, 7, 1],
  anomaly_factor: '5',
  muted: [],
} as const satisfies AlertSettingsDocument

/** In minor units: 5.00 USD, 500 JPY. Below it no hour is worth a word. */
const ANOMALY_FLOOR_MINOR = 500n

const ascending = (values: readonly number[]): number[] =>
  [...new Set(values)].sort((a, b) => a - b)

export function alertSettings(document: AlertSettingsDocument, currency: string): AlertSettings {
  const own = { ...ALERT_DEFAULTS, ...document }
  const floor = document.anomaly_floor === undefined ? null : parseNanos(document.anomaly_floor)
  return {
    windowLevels: ascending(own.window_levels),
    capLevels: ascending(own.cap_levels),
    windowResetAbove: own.window_reset_above,
    lotExpiryDays: ascending(own.lot_expiry_days).reverse(),
    anomalyFactor: ratio.parseRatio(own.anomaly_factor) ?? { numerator: 5n, denominator: 1n },
    anomalyFloor: floor ?? fromMinor(ANOMALY_FLOOR_MINOR, currency),
    muted: own.muted,
  }
}
