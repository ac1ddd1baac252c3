import {
  divideHalfUp,
  minorExponent,
  NANOS_DECIMALS,
  type Nanos,
  readNanos,
} from '../../core/money/index.ts'
import { MINUTE_MS, parseInstant, SECOND_MS } from '../../core/time/index.ts'
import type { Language, Template, Words } from './words.ts'

export type Values = Readonly<Record<string, string | number>>

/** Fills `{placeholders}`. A template and its values that do not match are a bug. */
export function fill(template: Template, values: Values = {}): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`no value for {${name}} in: ${template}`)
    return String(value)
  })
}

/** A sentence: what a placeholder put first begins with a capital. */
export function sentence(template: Template, values: Values = {}): string {
  const text = fill(template, values)
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const SIGNIFICANT_DIGITS = 4

type DecimalText = Intl.StringNumericLiteral

/**
 * Money for people: minor units from one minor unit up (`$0.05`), four significant digits below
 * (`$0.0003412`). Rounded for the eye only: the exact figure is on the receipt.
 */
export function formatMoney(amount: string, currency: string | null, lang: Language): string {
  const nanos = readNanos(amount)
  const oneMinor = minorUnit(currency)
  const isSmall = nanos !== 0n && nanos < oneMinor && nanos > -oneMinor
  const exponent = exponentOf(currency)
  const digits: Intl.NumberFormatOptions = isSmall
    ? { maximumSignificantDigits: SIGNIFICANT_DIGITS }
    : { minimumFractionDigits: exponent, maximumFractionDigits: exponent }
  return new Intl.NumberFormat(lang, { ...styleOf(currency), ...digits }).format(
    amount as DecimalText,
  )
}

const exponentOf = (currency: string | null): number =>
  currency === null ? 2 : minorExponent(currency)
const minorUnit = (currency: string | null): bigint =>
  10n ** BigInt(NANOS_DECIMALS - exponentOf(currency))
const styleOf = (currency: string | null): Intl.NumberFormatOptions =>
  currency === null ? { style: 'decimal' } : { style: 'currency', currency }

/** The amount as `formatMoney` shows it. */
function shown(amount: Nanos, currency: string | null): bigint {
  const oneMinor = minorUnit(currency)
  const magnitude = amount < 0n ? -amount : amount
  if (magnitude >= oneMinor) return divideHalfUp(amount, oneMinor) * oneMinor
  const drop = Math.max(0, magnitude.toString().length - SIGNIFICANT_DIGITS)
  const step = 10n ** BigInt(drop)
  return divideHalfUp(amount, step) * step
}

/**
 * Amounts that a sentence adds up. Where the rounded figures would not add up to the rounded sum, all
 * of them are shown exactly instead.
 */
export function formatSum(
  total: string,
  parts: readonly string[],
  place: { readonly currency: string | null; readonly lang: Language },
): { readonly total: string; readonly parts: readonly string[] } {
  const { currency, lang } = place
  const sum = parts.reduce((so, part) => so + shown(readNanos(part), currency), 0n)
  const closes = sum === shown(readNanos(total), currency)
  const format = (amount: string): string =>
    closes ? formatMoney(amount, currency, lang) : formatAllDigits(amount, currency, lang)
  return { total: format(total), parts: parts.map(format) }
}

/** Every digit of it: a price list that rounds is wrong. */
export function formatAllDigits(amount: string, currency: string | null, lang: Language): string {
  const digits = {
    minimumFractionDigits: exponentOf(currency),
    maximumFractionDigits: NANOS_DECIMALS,
  }
  return new Intl.NumberFormat(lang, { ...styleOf(currency), ...digits }).format(
    amount as DecimalText,
  )
}

/** The exact figure, with its ISO code: `0.054399 USD`. */
export const formatExact = (amount: string, currency: string | null): string =>
  currency === null ? amount : `${amount} ${currency}`

export const formatCount = (count: number, lang: Language): string =>
  new Intl.NumberFormat(lang).format(count)

export const formatList = (items: readonly string[], lang: Language): string =>
  new Intl.ListFormat(lang, { type: 'conjunction' }).format(items)

function readTime(at: string): number {
  const instant = parseInstant(at)
  if (instant === undefined) throw new Error(`not a time: ${JSON.stringify(at)}`)
  return instant
}

const DATE_PARTS: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
}

/** Weekday, date, time and zone: `Thu 26 Nov, 12:59 (Asia/Tokyo)`. The year where it is another one. */
export function formatDate(
  at: string,
  place: { readonly words: Words; readonly lang: Language; readonly timeZone: string },
  now: string,
): string {
  const { words, lang, timeZone } = place
  const format = new Intl.DateTimeFormat(lang, { ...DATE_PARTS, timeZone })
  const partsOf = (time: string): Record<string, string> =>
    Object.fromEntries(format.formatToParts(readTime(time)).map(({ type, value }) => [type, value]))
  const parts = partsOf(at)
  const form = parts.year === partsOf(now).year ? words.time.date : words.time.dateWithYear
  return fill(form, { ...parts, month: parts.month?.replace('月', '') ?? '', zone: timeZone })
}

const MINUTES_PER_HOUR = 60
const HOURS_PER_DAY = 24

/** `2 h 43 min`, `4 d 3 h`, `12 s`: the two largest units; minutes are rounded up. */
export function formatDuration(milliseconds: number, words: Words): string {
  const { time } = words
  if (milliseconds < MINUTE_MS) {
    return fill(time.seconds, { seconds: Math.max(0, Math.ceil(milliseconds / SECOND_MS)) })
  }
  const minutes = Math.ceil(milliseconds / MINUTE_MS)
  const hours = Math.floor(minutes / MINUTES_PER_HOUR)
  const days = Math.floor(hours / HOURS_PER_DAY)
  if (hours === 0) return fill(time.minutes, { minutes })
  if (days === 0) return fill(time.hourMinutes, { hours, minutes: minutes % MINUTES_PER_HOUR })
  return fill(time.dayHours, { days, hours: hours % HOURS_PER_DAY })
}

/** Relative and absolute: `in 2 h 43 min (Thu 26 Nov, 12:59 (Asia/Tokyo))`. */
export function formatReset(
  at: string,
  place: { readonly words: Words; readonly lang: Language; readonly timeZone: string },
  now: string,
): string {
  return fill(place.words.time.relative, {
    duration: formatDuration(Math.max(0, readTime(at) - readTime(now)), place.words),
    date: formatDate(at, place, now),
  })
}
