import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDuration,
  civilFromDays,
  DAY_MS,
  dayContaining,
  daysFromCivil,
  daysInMonth,
  formatInstant,
  INSTANT_MAX,
  type Instant,
  instant,
  parseDuration,
  parseInstant,
  periodContaining,
  weekContaining,
} from '../../../src/core/time/index.ts'

const any = fc.integer({ min: -62_135_596_800_000, max: INSTANT_MAX }).map(instant)
const recent = fc.integer({ min: 0, max: 4_102_444_800_000 }).map(instant)
const iso = (at: Instant) => new Date(at).toISOString()
const at = (text: string) => parseInstant(text)!

describe('instants', () => {
  test('are written as the platform writes them, and read back', () => {
    fc.assert(
      fc.property(any, (own) => {
        expect(formatInstant(own)).toBe(iso(own))
        expect(parseInstant(formatInstant(own))).toBe(own)
      }),
    )
  })

  test.each([
    ['2026-08-20T00:00:00+08:00', '2026-08-19T16:00:00.000Z'],
    ['2026-08-20T00:00:00-00:30', '2026-08-20T00:30:00.000Z'],
    ['2026-08-20t00:00:00z', '2026-08-20T00:00:00.000Z'],
    ['2026-08-20T00:00:00.1234Z', '2026-08-20T00:00:00.123Z'],
    ['2028-02-29T23:59:59.999Z', '2028-02-29T23:59:59.999Z'],
  ])('%s is %s', (text, expected) => {
    expect(formatInstant(parseInstant(text)!)).toBe(expected)
  })

  test.each([
    '2026-08-20',
    '2026-08-20T00:00:00',
    '2026-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-32T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01 00:00:00Z',
    '26-01-01T00:00:00Z',
    '2026-01-01T00:00:00+24:00',
    '0000-09-30T00:00:00Z',
    '0001-01-01T00:00:00+09:00',
    '9999-12-31T23:59:59-01:00',
    '',
  ])('%j is not one', (text) => {
    expect(parseInstant(text)).toBeUndefined()
  })

  test('days and dates agree with the platform', () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (days) => {
        const date = civilFromDays(days)
        expect(daysFromCivil(date)).toBe(days)
        const own = new Date(days * DAY_MS)
        expect(date).toEqual({
          year: own.getUTCFullYear(),
          month: own.getUTCMonth() + 1,
          day: own.getUTCDate(),
        })
      }),
    )
  })
})

describe('durations', () => {
  test.each([
    ['PT5H', 0, 18_000_000],
    ['P7D', 0, 604_800_000],
    ['P1M', 1, 0],
    ['P1Y2M', 14, 0],
    ['P1W', 0, 604_800_000],
    ['P1DT12H', 0, 129_600_000],
    ['PT1M', 0, 60_000],
    ['PT90S', 0, 90_000],
  ])('%s', (text, months, milliseconds) => {
    expect(parseDuration(text)).toEqual({ months, milliseconds })
  })

  test.each(['', 'P', 'PT', 'P0D', 'P1M1D', 'P1MT1H', '5H', 'P-1D', 'P1.5D', 'PT5H ', 'p7d'])(
    '%j is not one',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )
})

describe('months are clamped at the end of the month, and the clamp never carries on', () => {
  test.each([
    ['2026-05-31T15:13:09Z', 1, '2026-06-30T15:13:09.000Z'],
    ['2026-05-31T15:13:09Z', 2, '2026-07-31T15:13:09.000Z'],
    ['2026-01-31T00:00:00Z', 1, '2026-02-28T00:00:00.000Z'],
    ['2027-12-31T00:00:00Z', 2, '2028-02-29T00:00:00.000Z'],
    ['2026-03-31T00:00:00Z', -1, '2026-02-28T00:00:00.000Z'],
    ['2026-01-15T00:00:00Z', -1, '2025-12-15T00:00:00.000Z'],
    ['2026-01-15T00:00:00Z', 0, '2026-01-15T00:00:00.000Z'],
  ])('%s + %i months = %s', (anchor, count, expected) => {
    expect(formatInstant(addDuration(at(anchor), parseDuration('P1M')!, count))).toBe(expected)
  })

  test('for every anchor: the day is the anchor’s, or the last of a shorter month', () => {
    fc.assert(
      fc.property(recent, fc.integer({ min: -200, max: 200 }), (anchor, count) => {
        const own = new Date(addDuration(anchor, { months: 1, milliseconds: 0 }, count))
        const start = new Date(anchor)
        const last = daysInMonth(own.getUTCFullYear(), own.getUTCMonth() + 1)
        expect(own.getUTCDate()).toBe(Math.min(start.getUTCDate(), last))
        expect(Math.abs(own.getTime() - anchor) % DAY_MS).toBe(0)
      }),
    )
  })
})

describe('periods', () => {
  const lengths = fc
    .constantFrom('P1M', 'P3M', 'P1Y', 'P7D', 'PT5H', 'PT1M')
    .map((text) => parseDuration(text)!)

  test('contain the instant, touch without gap or overlap, and never depend on the way there', () => {
    fc.assert(
      fc.property(recent, lengths, recent, (anchor, length, own) => {
        const period = periodContaining(anchor, length, own)
        expect(period.start <= own && own < period.end).toBe(true)
        expect(periodContaining(anchor, length, period.start)).toEqual(period)
        expect(periodContaining(anchor, length, (period.end - 1) as Instant)).toEqual(period)
        expect(periodContaining(anchor, length, period.end).start).toBe(period.end)
      }),
      { numRuns: 500 },
    )
  })

  test('a day is the UTC day, a week begins on Monday', () => {
    fc.assert(
      fc.property(recent, (own) => {
        const day = dayContaining(own)
        expect(iso(day.start)).toBe(`${iso(own).slice(0, 10)}T00:00:00.000Z`)
        expect(day.end - day.start).toBe(DAY_MS)
        const week = weekContaining(own)
        expect(new Date(week.start).getUTCDay()).toBe(1)
        expect(week.start <= own && own < week.end && week.end - week.start === 7 * DAY_MS).toBe(
          true,
        )
      }),
    )
  })
})
