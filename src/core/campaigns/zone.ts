import {
  DAY_MS,
  daysFromCivil,
  daysInMonth,
  HOUR_MS,
  type Instant,
  MINUTE_MS,
  SECOND_MS,
} from '../time/index.ts'

/**
 * Wall-clock times of an IANA zone. `Intl` is deterministic for one release of the time zone database,
 * so a time is resolved once, when a campaign is written, and the instant is stored beside the words:
 * a later release of that database moves no claim window.
 */
export type LocalTime =
  | { readonly status: 'one'; readonly at: Instant }
  /** The clocks are put forward over it. */
  | { readonly status: 'skipped' }
  /** The clocks are put back over it: an instant has to say which of the two is meant. */
  | { readonly status: 'twice' }
  | { readonly status: 'unreadable' }

const formats = new Map<string, Intl.DateTimeFormat | null>()

function formatOf(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const made = makeFormat(zone)
  if (formats.size < ZONES_MAX) formats.set(zone, made)
  return made
}

/** More names than the database has: made-up ones do not fill the memory. */
const ZONES_MAX = 1_000

function makeFormat(zone: string): Intl.DateTimeFormat | null {
  // Offsets such as "+02:00" are no zones: they know nothing of summer time.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(zone)) return null
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return null
  }
}

export const isZone = (zone: string): boolean => formatOf(zone) !== null

/** What the wall clock shows, as if it were UTC. */
function wallClock(format: Intl.DateTimeFormat, at: number): number {
  const parts = new Map(
    format.formatToParts(at).map(({ type, value }) => [type, parseInt(value, 10)]),
  )
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0
  const date = { year: part('year'), month: part('month'), day: part('day') }
  const time = part('hour') * HOUR_MS + part('minute') * MINUTE_MS + part('second') * SECOND_MS
  return daysFromCivil(date) * DAY_MS + time
}

const LOCAL = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?$/

function readLocal(text: string): number | undefined {
  const match = LOCAL.exec(text)
  if (!match) return undefined
  const part = (index: number): number => parseInt(match[index] ?? '0', 10)
  const date = { year: part(1), month: part(2), day: part(3) }
  const valid =
    date.year >= 1970 &&
    date.month >= 1 &&
    date.month <= 12 &&
    date.day >= 1 &&
    date.day <= daysInMonth(date.year, date.month) &&
    part(4) < 24 &&
    part(5) < 60 &&
    part(6) < 60
  if (!valid) return undefined
  const time = part(4) * HOUR_MS + part(5) * MINUTE_MS + part(6) * SECOND_MS
  return daysFromCivil(date) * DAY_MS + time
}

/** The instant at which the clocks of a zone show `local` (`2026-04-17T23:59`). */
export function resolveLocal(local: string, zone: string): LocalTime {
  const format = formatOf(zone)
  const wall = readLocal(local)
  if (format === null || wall === undefined) return { status: 'unreadable' }
  // A day before and after, the offset is the one before and after any change of the clocks here.
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((near) => wallClock(format, near) - near)
  const found = new Set(
    offsets.map((offset) => wall - offset).filter((at) => wallClock(format, at) === wall),
  )
  const [at] = found
  if (at === undefined) return { status: 'skipped' }
  return found.size > 1 ? { status: 'twice' } : { status: 'one', at: at as Instant }
}
