/**
 * Time as arguments. An instant is whole milliseconds since 1970-01-01T00:00:00Z; the core never asks
 * for the current one. Intervals are half-open: `start` belongs to them, `end` does not.
 */

declare const brand: unique symbol

/** Milliseconds since the Unix epoch, UTC. */
export type Instant = number & { readonly [brand]: 'Instant' }

export interface Interval {
  readonly start: Instant
  /** Not part of the interval. */
  readonly end: Instant
}

export const instant = (epochMs: number): Instant => epochMs as Instant

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/** 9999-12-31T23:59:59.999Z: the last instant that RFC 3339 can write. */
export const INSTANT_MAX = 253_402_300_799_999 as Instant

export const contains = (interval: Interval, at: Instant): boolean =>
  interval.start <= at && at < interval.end

export interface CivilDate {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  /** 1 to 31. */
  readonly day: number
}

/** Days since the epoch of a proleptic Gregorian date (Hinnant, "chrono-compatible date algorithms"). */
export function daysFromCivil({ year, month, day }: CivilDate): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

export function civilFromDays(days: number): CivilDate {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  }
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/** Years with four digits; PostgreSQL has no year 0. */
const FIRST = daysFromCivil({ year: 1, month: 1, day: 1 }) * DAY_MS
const AFTER_LAST = daysFromCivil({ year: 10_000, month: 1, day: 1 }) * DAY_MS

/** Reads an RFC 3339 date-time with a zone, of the years 1 to 9999 in UTC; digits beyond milliseconds are cut. */
export function parseInstant(text: string): Instant | undefined {
  const match = RFC_3339.exec(text)
  if (!match) return undefined
  const part = (index: number): number => parseInt(match[index] ?? '0', 10)
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(part) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const offsetMinutes = part(9) * 60 + part(10)
  const valid =
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month) &&
    hour < 24 &&
    minute < 60 &&
    second < 60 &&
    offsetMinutes < DAY_MS / MINUTE_MS
  if (!valid) return undefined
  const milliseconds = parseInt((match[7] ?? '').padEnd(3, '0').slice(0, 3), 10)
  const local =
    daysFromCivil({ year, month, day }) * DAY_MS +
    hour * HOUR_MS +
    minute * MINUTE_MS +
    second * SECOND_MS +
    milliseconds
  const offset = offsetMinutes * MINUTE_MS * (match[8] === '-' ? -1 : 1)
  const at = local - offset
  return at >= FIRST && at < AFTER_LAST ? (at as Instant) : undefined
}

const pad = (value: number, width: number): string => value.toString().padStart(width, '0')

/** RFC 3339 in UTC with milliseconds: `2026-11-21T08:00:00.000Z`. */
export function formatInstant(at: Instant): string {
  const days = Math.floor(at / DAY_MS)
  const { year, month, day } = civilFromDays(days)
  const rest = at - days * DAY_MS
  const hour = Math.floor(rest / HOUR_MS)
  const minute = Math.floor(rest / MINUTE_MS) % 60
  const second = Math.floor(rest / SECOND_MS) % 60
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}.${pad(rest % SECOND_MS, 3)}Z`
}
