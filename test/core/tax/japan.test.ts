import { describe, expect, it } from 'vitest'
import { readNanos } from '../../../src/core/money/index.ts'
import { baseDateEnd, depositOf, lastBaseDate } from '../../../src/core/tax/index.ts'
import { at } from '../pricing/fixtures.ts'

/* The Payment Services Act of Japan: unused balances are looked at on 31 March and 30 September, by the calendar
   of Japan, and above ten million yen half of them is deposited (articles 3 and 14). */

describe('a base date', () => {
  it('ends when its day ends in Japan, nine hours before it ends in UTC', () => {
    expect(baseDateEnd('2026-03-31')).toBe(at('2026-03-31T15:00:00Z'))
    expect(baseDateEnd('2026-09-30')).toBe(at('2026-09-30T15:00:00Z'))
  })

  it('has to be a date', () => {
    expect(baseDateEnd('2026-02-30')).toBeNull()
    expect(baseDateEnd('yesterday')).toBeNull()
  })

  it.each([
    ['2026-03-31T14:59:59.999Z', '2025-09-30'],
    ['2026-03-31T15:00:00Z', '2026-03-31'],
    ['2026-09-30T14:59:59.999Z', '2026-03-31'],
    ['2026-09-30T15:00:00Z', '2026-09-30'],
    ['2026-12-31T23:59:59.999Z', '2026-09-30'],
    ['2026-12-31T14:59:59.999Z', '2026-09-30'],
  ])('at %s the last that is over is %s', (now, date) => {
    expect(lastBaseDate(at(now))).toBe(date)
  })
})

describe('the deposit', () => {
  it.each([
    ['10000000', false, '0'],
    ['10000000.000000001', true, '5000000.000000001'],
    ['10000001', true, '5000000.5'],
    ['0', false, '0'],
  ])('of %s yen unused', (unused, exceeds, atLeast) => {
    expect(depositOf(readNanos(unused))).toEqual({ exceeds, atLeast })
  })
})
