import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type Nanos, nanos } from '../../../src/core/money/index.ts'
import { Cost, dearestOf } from '../../../src/core/pricing/cost.ts'

/* What a call costs by how much it writes: floored once, and asked backwards, how much a budget reaches for. */

const ONE = { numerator: 1n, denominator: 1n }
const costOf = (own: Partial<ConstructorParameters<typeof Cost>[0]> = {}) =>
  new Cost({ prompt: 0n, output: 0n, fees: 0n, weight: ONE, promotion: ONE, ...own })

describe('a cost', () => {
  it('is that of the prompt, of what is written and of fees', () => {
    expect(costOf({ prompt: 7_000_000n }).at(0)).toBe(7n)
    expect(costOf({ output: 3_000_000n }).at(4)).toBe(12n)
    expect(costOf({ fees: 5n }).at(0)).toBe(5n)
    expect(costOf({ prompt: 7_000_000n, output: 3_000_000n, fees: 5n }).at(4)).toBe(24n)
  })

  it('is floored once, over all of it', () => {
    expect(costOf({ prompt: 600_000n, output: 600_000n }).at(1)).toBe(1n)
    expect(costOf({ prompt: 999_999n }).at(0)).toBe(0n)
  })

  it('has its weight on tokens, and its promotion on everything', () => {
    const own = { prompt: 8_000_000n, output: 4_000_000n, fees: 10n }
    const double = { numerator: 2n, denominator: 1n }
    const half = { numerator: 1n, denominator: 2n }
    expect(costOf({ ...own, weight: double }).at(1)).toBe(34n)
    expect(costOf({ ...own, weight: half }).at(1)).toBe(16n)
    expect(costOf({ ...own, promotion: half }).at(1)).toBe(11n)
    expect(costOf({ ...own, promotion: double }).at(1)).toBe(44n)
    expect(costOf({ ...own, weight: double, promotion: half }).at(1)).toBe(17n)
  })
})

describe('a budget', () => {
  const cost = costOf({ prompt: 10_000_000n, output: 3_000_000n })

  it('reaches for so much output, to the nano', () => {
    expect(cost.within(nanos(16n), 99)).toBe(2)
    expect(cost.within(nanos(18n), 99)).toBe(2)
    expect(cost.within(nanos(19n), 99)).toBe(3)
    expect(cost.within(nanos(19n), 2)).toBe(2)
  })

  it('that is exactly the prompt reaches for that alone, and one nano less for nothing', () => {
    expect(cost.within(nanos(10n), 99)).toBe(0)
    expect(cost.within(nanos(9n), 99)).toBe(-1)
  })

  it('reaches for all where writing costs nothing', () => {
    const free = costOf({ prompt: 10_000_000n })
    expect(free.within(nanos(10n), 99)).toBe(99)
    expect(free.within(nanos(9n), 99)).toBe(-1)
  })
})

test('what a budget reaches for costs no more than it, and one token more would', () => {
  const part = fc.bigInt(0n, 90_000_000n)
  const share = fc.record({ numerator: fc.bigInt(1n, 9n), denominator: fc.bigInt(1n, 9n) })
  const parts = fc.record({
    ...{ prompt: part, output: part, fees: fc.bigInt(0n, 50n), weight: share, promotion: share },
  })
  fc.assert(
    fc.property(parts, fc.bigInt(0n, 4_000n), (own, budget) => {
      const cost = new Cost(own)
      const most = cost.within(budget as Nanos, 100)
      if (most >= 0) expect(cost.at(most)).toBeLessThanOrEqual(budget)
      if (most < 100) expect(cost.at(most + 1)).toBeGreaterThan(budget)
    }),
  )
})

it('the dearest of several is the one that counts', () => {
  const [flat, steep] = [costOf({ prompt: 9_000_000n }), costOf({ output: 2_000_000n })]
  expect([0, 4, 5].map((count) => dearestOf([flat, steep], count))).toEqual([9n, 9n, 10n])
  expect(dearestOf([], 5)).toBe(0n)
})
