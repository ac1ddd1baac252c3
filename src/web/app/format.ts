import {
  formatDate,
  formatDay,
  formatDayOfYear,
  formatDuration,
  formatMoment,
  wordsOf,
} from '../../contract/explain/index.ts'
import type { Lang } from './preferences.ts'

export interface TimePlace {
  readonly lang: Lang
  readonly timeZone: string
}

/** `12:03:41` */
export const timeOfDay = (at: string, { lang, timeZone }: TimePlace): string =>
  new Intl.DateTimeFormat(lang, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).format(new Date(at))

/** `12:03` */
export const hourAndMinute = (at: string, { lang, timeZone }: TimePlace): string =>
  new Intl.DateTimeFormat(lang, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).format(new Date(at))

/** Weekday, date, time and zone; the year where it is another one than now. */
export const dateTime = (at: string, { lang, timeZone }: TimePlace, now: string): string =>
  formatDate(at, { words: wordsOf(lang), lang, timeZone }, now)

/** The same without the zone, which something beside it has named: in rows of a table. */
export const moment = (
  at: string,
  { lang, timeZone }: TimePlace,
  form: { readonly now: string; readonly precision: 'minute' | 'second' },
): string => formatMoment(at, { words: wordsOf(lang), lang, timeZone }, form)

/** A date without a time of day: `3 Dec 2026`. */
export const dateOnly = (at: string, { lang, timeZone }: TimePlace): string =>
  formatDay(at, { words: wordsOf(lang), lang, timeZone })

/** A day of a year that is known: `3 Dec`. */
export const dayOfYear = (at: string, { lang, timeZone }: TimePlace): string =>
  formatDayOfYear(at, { words: wordsOf(lang), lang, timeZone })

/** `2 h 43 min`: the two largest units; minutes are rounded up. */
export const duration = (milliseconds: number, lang: Lang): string =>
  formatDuration(milliseconds, wordsOf(lang))

/** `420 ms`, `3.1 s`: three figures are enough to compare. */
export const elapsed = (milliseconds: number, lang: Lang): string => {
  const isShort = milliseconds < 1_000
  const value = isShort ? milliseconds : milliseconds / 1_000
  const number = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 }).format(value)
  return `${number} ${isShort ? 'ms' : 's'}`
}

export const count = (value: number | bigint, lang: Lang): string =>
  new Intl.NumberFormat(lang).format(value)

/** `1.2M`: for axes and narrow columns; the exact figure belongs beside it or in a title. */
export const compactCount = (value: number, lang: Lang): string =>
  new Intl.NumberFormat(lang, { notation: 'compact', maximumFractionDigits: 1 }).format(value)

export const percent = (share: number, lang: Lang): string =>
  new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1 }).format(share)

export const listOf = (items: readonly string[], lang: Lang): string =>
  new Intl.ListFormat(lang, { type: 'conjunction' }).format(items)
