import { minorExponent, NANOS_DECIMALS, type Nanos, parseNanos } from '../../core/money/index.ts'

const SYMBOLS: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥' }
const SIGNIFICANT_DIGITS = 4

/**
 * An amount as people read it: at least one minor unit with the currency's decimals, below with four
 * significant digits. Rounded half away from zero for the eye only; exact values are in receipts
 * and `--json`.
 */
export function money(amount: string, currency: string): string {
  const value = parseNanos(amount)
  if (value === undefined) return '?'
  const magnitude = value < 0n ? -value : value
  const exponent = minorExponent(currency)
  const minor = 10n ** BigInt(NANOS_DECIMALS - exponent)
  const decimals =
    magnitude === 0n || magnitude >= minor ? exponent : significantDecimals(magnitude)
  return withUnit(value < 0n, roundTo(magnitude, decimals), currency)
}

/** The exact amount, every digit, at least the currency's decimals. */
export function exactMoney(amount: string, currency: string): string {
  const value = parseNanos(amount)
  if (value === undefined) return '?'
  const magnitude = value < 0n ? -value : value
  const all = roundTo(magnitude, NANOS_DECIMALS)
  const least = minorExponent(currency)
  let end = all.length
  while (all.length - end < NANOS_DECIMALS - least && all[end - 1] === '0') end -= 1
  const cut = all.slice(0, end)
  return withUnit(value < 0n, cut.endsWith('.') ? cut.slice(0, -1) : cut, currency)
}

const significantDecimals = (magnitude: bigint): number =>
  Math.min(NANOS_DECIMALS, NANOS_DECIMALS - magnitude.toString().length + SIGNIFICANT_DIGITS)

function roundTo(magnitude: bigint, decimals: number): string {
  const step = 10n ** BigInt(NANOS_DECIMALS - decimals)
  const rounded = (magnitude + step / 2n) / step
  const digits = rounded.toString().padStart(decimals + 1, '0')
  const units = digits.slice(0, digits.length - decimals)
  const grouped = units.replace(/\B(?=(\d{3})+$)/g, ',')
  return decimals === 0 ? grouped : `${grouped}.${digits.slice(-decimals)}`
}

function withUnit(negative: boolean, digits: string, currency: string): string {
  const symbol = SYMBOLS[currency]
  const sign = negative ? '-' : ''
  return symbol === undefined ? `${sign}${currency} ${digits}` : `${sign}${symbol}${digits}`
}

/** Our own amounts in answers of the server: what cannot be read counts as unknown. */
export const readAmount = (amount: string | null | undefined): Nanos | undefined =>
  amount === null || amount === undefined ? undefined : parseNanos(amount)

export const count = (value: number): string =>
  Math.trunc(value) === value ? value.toString().replace(/\B(?=(\d{3})+$)/g, ',') : value.toString()

/** A rate such as `1,234/s`: three digits are enough. */
export const rate = (value: number): string =>
  value >= 100 ? count(Math.round(value)) : value.toPrecision(value >= 10 ? 3 : 2)

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The two largest units: `2 h 43 min`, `6 d 4 h`, `45 s`. Cut down, never up. */
export function span(milliseconds: number): string {
  const units = [
    ['d', DAY],
    ['h', HOUR],
    ['min', MINUTE],
    ['s', SECOND],
  ] as const
  const rest = Math.max(0, milliseconds)
  const first = units.findIndex(([, size]) => rest >= size)
  if (first === -1) return '0 s'
  const [name, size] = units[first] as (typeof units)[number]
  const next = units[first + 1]
  const whole = `${Math.floor(rest / size)} ${name}`
  const part = next ? Math.floor((rest % size) / next[1]) : 0
  return next && part > 0 ? `${whole} ${part} ${next[0]}` : whole
}

/** Where times are shown: the reader's zone, or UTC when asked. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  readonly timeZone: string
}

const formats = new Map<string, Intl.DateTimeFormat>()

function format(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone} ${JSON.stringify(options)}`
  let found = formats.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', { ...options, timeZone, hourCycle: 'h23' })
    formats.set(key, found)
  }
  return found
}

/** `Thu 26 Nov, 12:59`; with the year when it is another one than now. */
export function dateTime(at: number, clock: Clock): string {
  const year = { year: 'numeric' } as const
  const nowYear = format(clock.timeZone, year).format(clock.now())
  const otherYear = format(clock.timeZone, year).format(at) !== nowYear
  const parts = format(clock.timeZone, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at)
  const part = (type: string): string => parts.find((p) => p.type === type)?.value ?? ''
  const date = `${part('weekday')} ${part('day')} ${part('month')}${otherYear ? ` ${part('year')}` : ''}`
  return `${date}, ${part('hour')}:${part('minute')}`
}

/** `Thu 26 Nov, 12:59 (Asia/Tokyo)` */
export const dateTimeZone = (at: number, clock: Clock): string =>
  `${dateTime(at, clock)} (${clock.timeZone})`

/** `12:03:41` */
export const timeOfDay = (at: number, clock: Clock): string =>
  format(clock.timeZone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at)

/** `2026-11-21 12:03:41.120` in the clock's zone: for timelines, where order matters. */
export function timestamp(at: number, clock: Clock): string {
  const parts = format(clock.timeZone, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at)
  const part = (type: string): string => parts.find((p) => p.type === type)?.value ?? ''
  const milliseconds = (((at % 1000) + 1000) % 1000).toString().padStart(3, '0')
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')}.${milliseconds}`
}

/** Relative, absolute and zone together: `in 2 h 43 min - Thu 26 Nov, 12:59 (Asia/Tokyo)`. */
export function moment(at: number, clock: Clock): string {
  const distance = at - clock.now()
  const relative = distance >= 0 ? `in ${span(distance)}` : `${span(-distance)} ago`
  return `${relative} - ${dateTimeZone(at, clock)}`
}

const FRESH_MS = 10_000
const OLD_MS = 60_000

/** `as of 12:03:41 - seq 918,204`, and how old it is once that matters. */
export function freshness(
  asOf: string,
  seq: number,
  clock: Clock,
): { text: string; stale: boolean } {
  const at = Date.parse(asOf)
  const age = clock.now() - at
  const aged = age > FRESH_MS ? ` (${span(age)} old)` : ''
  const text = `as of ${timeOfDay(at, clock)} - seq ${count(seq)}${aged}`
  return { text, stale: age > OLD_MS }
}
