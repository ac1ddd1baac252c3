import { describe, expect, it } from 'vitest'
import type { Receipt } from '../../../src/client/index.ts'
import { outputCounted, partsOf, roundingOf } from '../../../src/web/account/receipt/formula.ts'
import { figureOf } from '../../../src/web/parts/cost.ts'

type Line = Receipt['lines'][number]
const line = (own: Partial<Line>): Line => ({ type: 'usage', amount: '0', ...own })

describe('a line says by how much its product was rounded', () => {
  it.each<[string, Line, string | null]>([
    [
      'an exact product was not',
      line({ quantity: 11_264, per_mtok: '2.5', amount: '0.02816' }),
      null,
    ],
    [
      'up, by a part of a nano',
      line({ quantity: 1, per_mtok: '0.000333334', amount: '0.000000001' }),
      '0.000000000666666',
    ],
    [
      'down',
      line({ quantity: 3, per_mtok: '0.0003334', amount: '0.000000001' }),
      '-0.0000000000002',
    ],
    [
      'what has no price per million has no such product',
      line({ each: '0.01', quantity: 2 }),
      null,
    ],
    ['a part of a unit is left alone', line({ quantity: 0.5, per_mtok: '1', amount: '1' }), null],
  ])('%s', (_promise, own, expected) => {
    expect(roundingOf(own)).toBe(expected)
  })
})

const figure = (amount: string | null, basis = 'credit') => ({ amount, basis })
const amounts = (own: object = {}) =>
  ({
    total: figure('0', 'list_price'),
    charged: figure('0'),
    covered_by_plan: figure('0', 'covered_by_plan'),
    credit: { promotional: figure('0'), paid: figure('0') },
    overage: figure('0', 'billed'),
    absorbed: figure('0', 'not_billed'),
    refunded: figure('0', 'refunded'),
    returned_to_plan: figure('0', 'covered_by_plan'),
    reversed: figure('0', 'not_billed'),
    ...own,
  }) as Receipt['amounts']

describe('the one figure of a call', () => {
  it.each<[string, object, { amount: string | null; basis: string }]>([
    ['what was charged', { charged: figure('1', 'billed') }, figure('1', 'billed')],
    [
      'what the plan covered, where nothing was charged',
      { covered_by_plan: figure('2', 'covered_by_plan') },
      figure('2', 'covered_by_plan'),
    ],
    ['what went back', { refunded: figure('3', 'refunded') }, figure('3', 'refunded')],
    [
      'what went back to the plan is given back too, and not covered',
      { returned_to_plan: figure('4', 'covered_by_plan') },
      figure('4', 'refunded'),
    ],
    ['nothing: zero, not billed', {}, figure('0', 'not_billed')],
    [
      'no price: unknown, and not zero',
      { total: figure(null, 'unpriced'), charged: figure(null, 'unpriced') },
      figure(null, 'unpriced'),
    ],
  ])('%s', (_promise, own, expected) => {
    expect(figureOf({ amounts: amounts(own) })).toEqual(expected)
  })
})

describe('the parts of a receipt', () => {
  it('are those that carry something, each with its basis', () => {
    const receipt = { amounts: amounts({ absorbed: figure('0.5', 'not_billed') }) } as Receipt
    expect(partsOf(receipt)).toEqual([{ what: 'absorbed', amount: '0.5', basis: 'not_billed' }])
  })

  it('show both counts of the output only where both are known', () => {
    const counted = (evidence: object, usage: object | null) =>
      outputCounted({ evidence, usage } as Receipt)
    const both = { delivered_output_tokens_estimate: 100 }
    expect(counted(both, { tokens: { output: 239 } })).toEqual({
      reported: 239,
      counted: 100,
      difference: 139,
    })
    expect(counted({}, { tokens: { output: 239 } })).toBeNull()
    expect(counted(both, null)).toBeNull()
  })
})
