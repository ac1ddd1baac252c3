import { type FaultValues, fillWords } from '../../core/faults/index.ts'
import {
  divideHalfUp,
  formatNanos,
  minorExponent,
  NANOS_DECIMALS,
  type Nanos,
  readNanos,
} from '../../core/money/index.ts'
import { MINUTE_MS, parseInstant, SECOND_MS } from '../../core/time/index.ts'
import type { Language, Template, Words } from './words.ts'

export type Values = FaultValues

/** Fills `{placeholders}`. A template and its values that do not match are a bug. */
export const fill = (template: Template, values: Values = {}): string => fillWords(template, values)

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

interface FigurePlace {
  readonly currency: string | null
  readonly lang: Language
}

/** Figures that a reader adds up. */
interface FigureSum {
  readonly total: string
  readonly parts: readonly string[]
}

/**
 * Amounts that a sentence adds up. Where the rounded figures would not add up to the rounded sum, all
 * of them are shown exactly instead.
 */
export function formatSum(total: string, parts: readonly string[], place: FigurePlace): FigureSum {
  const format = formatterOf([{ total, parts }], place)
  return { total: format(total), parts: parts.map(format) }
}

/** The same for sums that have figures in common: rounded where every one of them still adds up. */
export function formatterOf(
  sums: readonly FigureSum[],
  { currency, lang }: FigurePlace,
): (amount: string) => string {
  const rounded = (amount: string): bigint => shown(readNanos(amount), currency)
  const close = sums.every(
    ({ total, parts }) => parts.reduce((sum, part) => sum + rounded(part), 0n) === rounded(total),
  )
  return (amount) =>
    close ? formatMoney(amount, currency, lang) : formatAllDigits(amount, currency, lang)
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

/** A rate as so many in a hundred, no digit lost: `0.19` is `19`. */
export const percentOf = (rate: string): string => formatNanos((readNanos(rate) * 100n) as Nanos)

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
  second: '2-digit',
  hourCycle: 'h23',
}

interface DatePlace {
  readonly words: Words
  readonly lang: Language
  readonly timeZone: string
}

/** Year, month, day, weekday, hour, minute and second of a moment, as the language writes each. */
function datePartsOf(at: string, { lang, timeZone }: DatePlace): Readonly<Record<string, string>> {
  const format = new Intl.DateTimeFormat(lang, { ...DATE_PARTS, timeZone })
  const parts = Object.fromEntries(
    format.formatToParts(readTime(at)).map(({ type, value }) => [type, value]),
  )
  return { ...parts, month: parts.month?.replace('月', '') ?? '' }
}

/** Weekday, date, time and zone: `Thu 26 Nov, 12:59 (Asia/Tokyo)`. The year where it is another one. */
export const formatDate = (at: string, place: DatePlace, now: string): string =>
  fill(place.words.time.zoned, {
    moment: formatMoment(at, place, { now, precision: 'minute' }),
    zone: place.timeZone,
  })

/** The same without the zone, where something beside it names the zone once: `Thu 26 Nov, 12:59`. */
export function formatMoment(
  at: string,
  place: DatePlace,
  { now, precision }: { readonly now: string; readonly precision: 'minute' | 'second' },
): string {
  const parts = datePartsOf(at, place)
  const { hour, minute, second, year } = parts
  const clock = precision === 'minute' ? `${hour}:${minute}` : `${hour}:${minute}:${second}`
  const { moment, momentWithYear } = place.words.time
  const isThisYear = year === datePartsOf(now, place).year
  return fill(isThisYear ? moment : momentWithYear, { ...parts, clock })
}

/** A date without a time of day: `26 Nov 2026`, `2026/11/26`. */
export function formatDay(at: string, place: DatePlace): string {
  const { month = '', day = '', ...parts } = datePartsOf(at, place)
  // Where months are numbers, dates below one another keep their figures in line.
  const digits = /^\d+$/.test(month) ? 2 : 0
  const padded = { month: month.padStart(digits, '0'), day: day.padStart(digits, '0') }
  return fill(place.words.time.day, { ...parts, ...padded })
}

const LONG_DAY_LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', ja: 'ja' }

/** A date that somebody agrees to, its month written out: `26 November 2026`, by the calendar of UTC. */
export const formatLongDay = (at: string, lang: Language): string =>
  new Intl.DateTimeFormat(LONG_DAY_LOCALES[lang], { dateStyle: 'long', timeZone: 'UTC' }).format(
    readTime(at),
  )

/** A day of a year that is known: `26 Nov`. */
export const formatDayOfYear = (at: string, place: DatePlace): string =>
  fill(place.words.time.dayOfYear, datePartsOf(at, place))

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
