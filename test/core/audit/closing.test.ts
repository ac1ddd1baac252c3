import { describe, expect, it } from 'vitest'
import { gapOf } from '../../../src/core/audit/closing.ts'
import { formatNanos } from '../../../src/core/money/index.ts'
import { entry } from './entries.ts'

/* The sums of an entry, each against its parts. */

describe('sums of an entry that do not close', () => {
  const priced = (total: string, ...amounts: readonly string[]) => ({
    rating: { status: 'priced', total, lines: amounts.map((amount) => ({ amount })) },
  })
  const totals = (total: string, money: string, included: string, absorbed: string) => ({
    ...{ total, money, included, absorbed },
  })
  const hold = (money: string, included: string, released: string, settled: string) => ({
    hold: { money, included, released, settled },
  })

  it.each<[string, object, string | null]>([
    ['lines that add up', priced('3', '1', '2'), null],
    ['lines that do not', priced('3', '1', '1.999999999'), 'lines 3 2.999999999'],
    ['a call without a price', { rating: { status: 'unpriced', total: '9', lines: [] } }, null],
    [
      'totals that add up',
      { totals: totals('6', '1', '2', '3'), funding: [{ drawn: '1' }, { drawn: '2' }] },
      null,
    ],
    [
      'totals that do not',
      { totals: totals('7', '1', '2', '3'), funding: [{ drawn: '3' }] },
      'totals 7 6',
    ],
    [
      'draws that are not what the customer carries',
      { totals: totals('6', '1', '2', '3'), funding: [{ drawn: '1' }, { drawn: '1' }] },
      'draws 3 2',
    ],
    ['no draws at all', { totals: totals('6', '1', '2', '3') }, 'draws 3 0'],
    [
      'postings that sum to nothing, asset by asset',
      {
        postings: [
          ['a', 'USD', '5'],
          ['b', 'USD', '-5'],
          ['c', 'EUR', '2'],
          ['d', 'EUR', '-2'],
        ],
      },
      null,
    ],
    [
      'postings that do so only over all assets',
      {
        postings: [
          ['a', 'USD', '5'],
          ['b', 'EUR', '-5'],
        ],
      },
      'postings 0 5',
    ],
    ['a hold of which all is settled or released', hold('3', '2', '1', '4'), null],
    ['a hold of which some is lost', hold('3', '2', '1', '3'), 'hold 4 3'],
    [
      'several, of which the lines come first',
      { ...priced('3', '1'), ...hold('3', '2', '1', '3') },
      'lines 3 1',
    ],
  ])('%s', (_what, own, expected) => {
    const gap = gapOf(entry(own))
    expect(gap && `${gap.what} ${formatNanos(gap.stated)} ${formatNanos(gap.computed)}`).toBe(
      expected,
    )
  })
})
