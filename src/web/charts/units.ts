import { formatExact, formatMoney } from '../../contract/explain/index.ts'
import {
  compactCount,
  count,
  dateOnly,
  dateTime,
  dayOfYear,
  hourAndMinute,
  timeOfDay,
} from '../app/format.ts'
import { useLang, useTimeZone } from '../app/preferences.ts'
import type { Unit } from './model.ts'

/** Money of one currency; `null`: units of a window. */
export function useMoneyUnit(currency: string | null): Unit {
  const lang = useLang()
  const style: Intl.NumberFormatOptions = currency === null ? {} : { style: 'currency', currency }
  const short = new Intl.NumberFormat(lang, {
    ...style,
    notation: 'compact',
    maximumSignificantDigits: 3,
  })
  // Parts of a unit have their usual two digits, and more only where the figure has more.
  const small = new Intl.NumberFormat(lang, {
    ...style,
    ...(currency === null && { minimumFractionDigits: 2 }),
    maximumFractionDigits: 9,
  })
  return {
    text: (exact) => formatMoney(exact, currency, lang),
    tick: (value) => (Number.isInteger(value) || value > 1_000 ? short : small).format(value),
  }
}

/** Whole things: calls, tokens, accounts. */
export function useCountUnit(): Unit {
  const lang = useLang()
  return {
    text: (exact) =>
      /^-?\d+$/.test(exact) ? count(BigInt(exact), lang) : formatExact(exact, null),
    tick: (value) => compactCount(value, lang),
  }
}

/** How wide a bucket is: says how its beginning is written. */
export type BucketWidth = 'minute' | 'hour' | 'day'

/** Times of the axis, short and in full. Days are days of UTC unless `zone` says otherwise. */
export function useBucketTime(width: BucketWidth, zone?: string) {
  const lang = useLang()
  const own = useTimeZone()
  const timeZone = zone ?? (width === 'day' ? 'UTC' : own)
  const place = { lang, timeZone }
  return {
    short: (at: string): string =>
      width === 'day' ? dayOfYear(at, place) : hourAndMinute(at, place),
    full: (at: string): string =>
      width === 'day' ? dateOnly(at, place) : `${dateOnly(at, place)} ${timeOfDay(at, place)}`,
  }
}

/** A moment in full, as everywhere else. */
export function useMoment(): (at: string) => string {
  const place = { lang: useLang(), timeZone: useTimeZone() }
  return (at) => dateTime(at, place, at)
}
