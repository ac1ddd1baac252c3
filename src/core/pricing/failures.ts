import type { Unpriced, UnpricedReason } from './types.ts'

/** One thing without a price. */
export interface Failure {
  readonly reason: UnpricedReason
  readonly missing: string
}

/** The most telling reason first: one model without prices makes the rest moot. */
const PRECEDENCE: readonly UnpricedReason[] = [
  'no_price_book',
  'unknown_model',
  'unknown_tier',
  'unknown_speed',
  'unknown_kind',
  'unknown_fee',
]

/** The answer for a call in which these have no price; `null` when there are none. */
export function unpricedFor(failures: readonly Failure[]): Unpriced | null {
  if (failures.length === 0) return null
  for (const reason of PRECEDENCE) {
    const missing = failures.filter((failure) => failure.reason === reason)
    if (missing.length > 0)
      return {
        status: 'unpriced',
        reason,
        missing: [...new Set(missing.map((one) => one.missing))],
      }
  }
  return null
}
