import { min, type Nanos, nanos, subtractToZero } from '../money/index.ts'
import type { Instant } from '../time/index.ts'

/** What has been claimed of a campaign, and how fast. */
export interface Burn {
  readonly granted: Nanos
  /** `null`: no ceiling. */
  readonly budget: Nanos | null
  /** Claimed in the last `paceMs`. */
  readonly recent: Nanos
  readonly paceMs: number
  /** The end of the last claim window; `null`: none. */
  readonly until: Instant | null
}

export interface BurnForecast {
  /** Granted at the end if the pace of late goes on, never above the budget; `null`: there is no end. */
  readonly atEnd: Nanos | null
  /** When the budget is gone at that pace, if before the end. */
  readonly exhaustedAt: Instant | null
}

/** Straight on at the pace of late: no more is claimed to be known. */
export function forecastBurn(burn: Burn, at: Instant): BurnForecast {
  const { granted, budget, recent, until } = burn
  const pace = BigInt(Math.max(1, Math.trunc(burn.paceMs)))
  const restMs = until === null ? null : BigInt(Math.max(0, until - at))
  const uncapped = restMs === null ? null : nanos(granted + (recent * restMs) / pace)
  return {
    atEnd: uncapped === null || budget === null ? uncapped : min(uncapped, budget),
    exhaustedAt: exhaustion({ ...burn, pace }, at),
  }
}

function exhaustion(burn: Burn & { readonly pace: bigint }, at: Instant): Instant | null {
  const { granted, budget, recent, until, pace } = burn
  if (budget === null || recent <= 0n) return null
  const left = subtractToZero(budget, granted)
  const inMs = (left * pace + recent - 1n) / recent
  const when = BigInt(at) + inMs
  const end = BigInt(until ?? FAR_MS)
  return when < end ? (parseInt(when.toString(), 10) as Instant) : null
}

/** 9999-12-31: what is later is never. */
const FAR_MS = 253_402_300_799_999
