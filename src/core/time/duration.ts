import {
  civilFromDays,
  DAY_MS,
  daysFromCivil,
  daysInMonth,
  HOUR_MS,
  type Instant,
  type Interval,
  MINUTE_MS,
  SECOND_MS,
} from './instant.ts'

/**
 * A window length. Either calendar months (clamped at month ends) or an exact number of
 * milliseconds; never both, since a sum of the two has no single meaning.
 */
export interface Duration {
  readonly months: number
  readonly milliseconds: number
}

const ISO_8601 =
  /^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?$/

/** Reads an ISO 8601 duration (`PT5H`, `P7D`, `P1M`). `undefined` when empty, mixed or not one. */
export function parseDuration(text: string): Duration | undefined {
  const match = ISO_8601.exec(text)
  if (!match) return undefined
  const part = (index: number): number => parseInt(match[index] ?? '0', 10)
  const months = part(1) * 12 + part(2)
  const milliseconds =
    (part(3) * 7 + part(4)) * DAY_MS + part(5) * HOUR_MS + part(6) * MINUTE_MS + part(7) * SECOND_MS
  if ((months === 0) === (milliseconds === 0)) return undefined
  return { months, milliseconds }
}

/**
 * `anchor` plus `count` durations. Months are counted from the anchor's own day and clamped to the
 * month's end, so that a clamp never carries on: 31 May + 1 = 30 June, + 2 = 31 July.
 */
export function addDuration(anchor: Instant, duration: Duration, count = 1): Instant {
  if (duration.months === 0) return (anchor + duration.milliseconds * count) as Instant
  const days = Math.floor(anchor / DAY_MS)
  const date = civilFromDays(days)
  const monthIndex = date.year * 12 + (date.month - 1) + duration.months * count
  const year = Math.floor(monthIndex / 12)
  const month = (((monthIndex % 12) + 12) % 12) + 1
  const day = Math.min(date.day, daysInMonth(year, month))
  return (daysFromCivil({ year, month, day }) * DAY_MS + (anchor - days * DAY_MS)) as Instant
}

/** The calendar period of `anchor + n × duration` that contains `at`. Instants only, no wall clocks. */
export function periodContaining(anchor: Instant, duration: Duration, at: Instant): Interval {
  const approximateMs = duration.months * 30.436875 * DAY_MS + duration.milliseconds
  let index = Math.floor((at - anchor) / approximateMs)
  while (addDuration(anchor, duration, index) > at) index -= 1
  while (addDuration(anchor, duration, index + 1) <= at) index += 1
  return {
    start: addDuration(anchor, duration, index),
    end: addDuration(anchor, duration, index + 1),
  }
}

/** The UTC day that contains `at`. */
export function dayContaining(at: Instant): Interval {
  const start = Math.floor(at / DAY_MS) * DAY_MS
  return { start: start as Instant, end: (start + DAY_MS) as Instant }
}

const MONDAY_OFFSET_DAYS = 3

/** The ISO week (Monday 00:00 UTC to the next) that contains `at`. */
export function weekContaining(at: Instant): Interval {
  const day = Math.floor(at / DAY_MS)
  const start = (day - ((((day + MONDAY_OFFSET_DAYS) % 7) + 7) % 7)) * DAY_MS
  return { start: start as Instant, end: (start + 7 * DAY_MS) as Instant }
}
