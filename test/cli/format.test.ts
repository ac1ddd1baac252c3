import { describe, expect, test } from 'vitest'
import {
  type Clock,
  count,
  exactMoney,
  freshness,
  moment,
  money,
  span,
  timestamp,
} from '../../src/cli/render/format.ts'

const at = (text: string): number => Date.parse(text)
const tokyo: Clock = { now: () => at('2026-11-26T01:16:00Z'), timeZone: 'Asia/Tokyo' }

describe('money: two decimals from a cent on, four significant digits below', () => {
  test.each([
    ['0', 'USD', '$0.00'],
    ['12.4', 'USD', '$12.40'],
    ['1234567.891', 'USD', '$1,234,567.89'],
    ['0.01', 'USD', '$0.01'],
    ['0.0003412', 'USD', '$0.0003412'],
    ['0.000341289', 'USD', '$0.0003413'],
    ['0.000000001', 'USD', '$0.000000001'],
    ['-0.5', 'USD', '-$0.50'],
    ['-0.0034', 'USD', '-$0.003400'],
    ['1500', 'JPY', '¥1,500'],
    ['0.25', 'JPY', '¥0.2500'],
    ['1.5', 'KWD', 'KWD 1.500'],
    ['0.0577', 'EUR', '€0.06'],
    ['nonsense', 'USD', '?'],
  ])('%s %s is %s', (amount, currency, shown) => {
    expect(money(amount, currency)).toBe(shown)
  })

  test.each([
    ['0.054399', 'USD', '$0.054399'],
    ['8', 'USD', '$8.00'],
    ['8.1', 'USD', '$8.10'],
    ['0.000000001', 'USD', '$0.000000001'],
    ['3', 'JPY', '¥3'],
    ['-1234.5', 'USD', '-$1,234.50'],
  ])('exactly: %s %s is %s', (amount, currency, shown) => {
    expect(exactMoney(amount, currency)).toBe(shown)
  })
})

test.each([
  [0, '0 s'],
  [999, '0 s'],
  [45_000, '45 s'],
  [163 * 60_000, '2 h 43 min'],
  [2 * 3_600_000, '2 h'],
  [6 * 86_400_000 + 4 * 3_600_000 + 59 * 60_000, '6 d 4 h'],
  [-5, '0 s'],
])('a span of %d ms is "%s"', (milliseconds, shown) => {
  expect(span(milliseconds)).toBe(shown)
})

test('a moment is relative, absolute, with weekday and zone', () => {
  expect(moment(at('2026-11-26T03:59:00Z'), tokyo)).toBe(
    'in 2 h 43 min - Thu 26 Nov, 12:59 (Asia/Tokyo)',
  )
  expect(moment(at('2026-11-26T01:15:00Z'), tokyo)).toBe(
    '1 min ago - Thu 26 Nov, 10:15 (Asia/Tokyo)',
  )
  expect(moment(at('2027-01-01T00:00:00Z'), tokyo)).toContain('Fri 1 Jan 2027, 09:00')
})

test('midnight is 00:00, not 24:00', () => {
  expect(moment(at('2026-11-26T15:00:00Z'), tokyo)).toContain('Fri 27 Nov, 00:00')
})

test('timestamps carry milliseconds', () => {
  expect(timestamp(at('2026-11-26T01:16:00.120Z'), tokyo)).toBe('2026-11-26 10:16:00.120')
})

test('figures say how old they are once that matters', () => {
  expect(freshness('2026-11-26T01:15:58Z', 918204, tokyo)).toEqual({
    text: 'as of 10:15:58 - seq 918,204',
    stale: false,
  })
  expect(freshness('2026-11-26T01:13:00Z', 1, tokyo)).toEqual({
    text: 'as of 10:13:00 - seq 1 (3 min old)',
    stale: true,
  })
})

test('counts are grouped', () => {
  expect([0, 999, 1000, 1234567].map(count)).toEqual(['0', '999', '1,000', '1,234,567'])
})
