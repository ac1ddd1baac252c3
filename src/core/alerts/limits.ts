import { formatNanos, type Nanos, subtractToZero } from '../money/index.ts'
import { formatInstant, type Instant, type Interval } from '../time/index.ts'
import type { Crossing, LimitFacts } from './types.ts'

const HUNDRED = 100n

/** A limit with what is used of it in one period instance. */
export interface Standing {
  readonly limit: Nanos
  readonly used: Nanos
  /** `null`: it never begins anew. */
  readonly interval: Interval | null
}

const toNumber = (value: bigint): number => parseInt(value.toString(), 10)

export function limitFacts({ limit, used, interval }: Standing): LimitFacts {
  const percent = limit === 0n ? 100 : toNumber((used * HUNDRED) / limit)
  const usedPercent = percent > 100 ? 100 : percent
  return {
    limit: formatNanos(limit),
    used: formatNanos(used),
    left: formatNanos(subtractToZero(limit, used)),
    used_percent: usedPercent,
    left_percent: 100 - usedPercent,
    resets_at: interval === null ? null : formatInstant(interval.end),
  }
}

export const reaches = ({ limit, used }: Standing, level: number): boolean =>
  limit > 0n && used * HUNDRED >= limit * BigInt(level)

/** The highest level that is reached; the lower ones are told with it. */
export function levelCrossing(
  standing: Standing,
  levels: readonly number[],
  alertAt: (level: number) => Crossing['alert'],
): Crossing[] {
  const reached = levels.filter((level) => reaches(standing, level)).map(alertAt)
  const alert = reached.at(-1)
  return alert ? [{ alert, covers: reached.slice(0, -1).map(({ key }) => key) }] : []
}

/** Before this share of the period has passed, its pace says little. */
const ELAPSED_PERCENT_MIN = 10
/** Below this share of the limit, no pace is worth a word. */
const USED_PERCENT_MIN = 20

/** When a forecast can first be made; `null` without a period. */
export const forecastFrom = ({ interval }: Standing, since: Instant): Instant | null =>
  interval === null
    ? null
    : ((startOf(interval, since) +
        Math.ceil(
          ((interval.end - startOf(interval, since)) * ELAPSED_PERCENT_MIN) / 100,
        )) as Instant)

const startOf = (interval: Interval, since: Instant): Instant =>
  since > interval.start ? since : interval.start

/**
 * When the limit is used up if the rest of the period is like its beginning; `null` when it lasts, or
 * is used up already. `since`: usage before it is not the account's.
 */
export function runsOutAt(standing: Standing, at: Instant, since: Instant): Instant | null {
  const { limit, used, interval } = standing
  const from = forecastFrom(standing, since)
  if (interval === null || from === null || at < from || at >= interval.end) return null
  if (!reaches(standing, USED_PERCENT_MIN) || used >= limit) return null
  const start = startOf(interval, since)
  const neededMs = toNumber((BigInt(at - start) * limit) / used)
  const out = (start + neededMs) as Instant
  return out < interval.end ? out : null
}

/** Whether a forecast may yet arise without any further usage: only once enough time has passed. */
export const awaitsForecast = (standing: Standing): boolean => reaches(standing, USED_PERCENT_MIN)
