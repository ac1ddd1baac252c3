import { describe, expect, it } from 'vitest'
import {
  fill,
  formatDate,
  formatDay,
  formatDayOfYear,
  formatDuration,
  formatExact,
  formatLongDay,
  formatMoment,
  formatMoney,
  formatSum,
  wordsOf,
} from '../../../src/contract/explain/index.ts'

const MINUTE = 60_000

describe('money', () => {
  it.each([
    ['0.054399', 'USD', 'en', '$0.05'],
    ['0.01', 'USD', 'en', '$0.01'],
    ['0.009999', 'USD', 'en', '$0.009999'],
    ['0.00034125', 'USD', 'en', '$0.0003413'],
    ['0.000000001', 'USD', 'en', '$0.000000001'],
    ['0', 'USD', 'en', '$0.00'],
    ['-1.005', 'USD', 'en', '-$1.01'],
    ['1234567.895', 'USD', 'en', '$1,234,567.90'],
    ['999999999.999999999', 'USD', 'en', '$1,000,000,000.00'],
    ['12.5', 'JPY', 'en', '¥13'],
    ['0.5', 'JPY', 'ja', '￥0.5'],
    ['1.2345', 'KWD', 'en', 'KWD\u00a01.235'],
    ['0.054399', null, 'en', '0.05'],
  ] as const)('%s %s in %s is %s', (amount, currency, lang, shown) => {
    expect(formatMoney(amount, currency, lang)).toBe(shown)
  })

  it('has its exact figure beside it', () => {
    expect(formatExact('0.054399', 'USD')).toBe('0.054399 USD')
  })

  it('adds up as shown, or is shown exactly', () => {
    const place = { currency: 'USD', lang: 'en' } as const
    expect(formatSum('0.05', ['0.02', '0.03'], place)).toEqual({
      total: '$0.05',
      parts: ['$0.02', '$0.03'],
    })
    expect(formatSum('0.03', ['0.015', '0.015'], place)).toEqual({
      total: '$0.03',
      parts: ['$0.015', '$0.015'],
    })
  })
})

describe('time', () => {
  const place = (lang: 'en' | 'ja', timeZone: string) => ({ lang, timeZone, words: wordsOf(lang) })
  const now = '2026-11-26T01:16:00.000Z'

  it.each([
    ['2026-11-26T03:59:00.000Z', 'en', 'Asia/Tokyo', 'Thu 26 Nov, 12:59 (Asia/Tokyo)'],
    ['2026-11-26T03:59:00.000Z', 'ja', 'Asia/Tokyo', '11月26日(木) 12:59(Asia/Tokyo)'],
    ['2026-11-26T00:00:00.000Z', 'en', 'UTC', 'Thu 26 Nov, 00:00 (UTC)'],
    ['2027-01-04T08:00:00.000Z', 'en', 'UTC', 'Mon 4 Jan 2027, 08:00 (UTC)'],
    ['2027-01-04T08:00:00.000Z', 'ja', 'UTC', '2027年1月4日(月) 08:00(UTC)'],
  ] as const)('%s in %s, %s', (at, lang, timeZone, shown) => {
    expect(formatDate(at, place(lang, timeZone), now)).toBe(shown)
  })

  it('is without its zone where the zone is known, and to the second where calls are told apart', () => {
    const at = '2026-11-26T03:59:07.000Z'
    const tokyo = place('en', 'Asia/Tokyo')
    expect(formatMoment(at, tokyo, { now, precision: 'minute' })).toBe('Thu 26 Nov, 12:59')
    expect(formatMoment(at, tokyo, { now, precision: 'second' })).toBe('Thu 26 Nov, 12:59:07')
    expect(formatMoment(at, place('ja', 'UTC'), { now, precision: 'second' })).toBe(
      '11月26日(木) 03:59:07',
    )
  })

  it.each([
    ['en', '4 Jan 2027', '4 Jan', '4 January 2027'],
    ['ja', '2027/01/04', '1月4日', '2027年1月4日'],
  ] as const)('a day in %s has one order wherever it stands', (lang, day, ofYear, long) => {
    const at = '2027-01-04T08:00:00.000Z'
    expect(formatDay(at, place(lang, 'UTC'))).toBe(day)
    expect(formatDayOfYear(at, place(lang, 'UTC'))).toBe(ofYear)
    expect(formatLongDay(at, lang)).toBe(long)
  })

  it.each([
    [0, '0 s', '0秒'],
    [12_300, '13 s', '13秒'],
    [MINUTE, '1 min', '1分'],
    [59.5 * MINUTE, '1 h 0 min', '1時間0分'],
    [163 * MINUTE, '2 h 43 min', '2時間43分'],
    [(3 * 24 + 5) * 60 * MINUTE, '3 d 5 h', '3日5時間'],
    [24 * 60 * MINUTE - 1, '1 d 0 h', '1日0時間'],
  ])('%d ms is %s, %s', (milliseconds, inEnglish, inJapanese) => {
    expect(formatDuration(milliseconds, wordsOf('en'))).toBe(inEnglish)
    expect(formatDuration(milliseconds, wordsOf('ja'))).toBe(inJapanese)
  })
})

it('a template without its value is a bug', () => {
  expect(() => fill('{a} and {b}', { a: 1 })).toThrow(/\{b\}/)
})
