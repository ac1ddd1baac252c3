import { describe, expect, it, test } from 'vitest'
import { formatNanos } from '../../../src/core/money/index.ts'
import { totalsOf } from '../../../src/core/reconciliation/index.ts'
import {
  BOOK,
  type Case,
  call,
  compared,
  cost,
  DAY,
  hour,
  NEXT,
  OLD_BOOK,
  used,
} from './support.ts'

/* A right bill, and each way in which it can come to differ: the cause is found, with its amount, and
   no other. */

const CALLS = [
  call({ tokens: { input: 60_000, cache_read: 40_000, output: 7_000, reasoning: 3_000 } }),
  call({ at: hour(23.9), tokens: { input: 1_000, cache_write_5m: 5_000, output: 500 } }),
  call({ at: hour(3), tokens: { input: 9_000, output: 200 }, fees: { web_search: 4 } }),
]

const RIGHT = [
  used('input', 70_000),
  used('cache_read', 40_000),
  used('cache_write_5m', 5_000),
  used('output', 10_700),
  used('fee:web_search', 4),
  cost('input', '0.14'),
  cost('cache_read', '0.008'),
  cost('cache_write_5m', '0.0125'),
  cost('output', '0.107'),
  cost('fee:web_search', '0.04'),
]

/** `RIGHT` with other rows instead of those of the same report and kind. */
const instead = (...rows: (typeof RIGHT)[number][]) => [
  ...RIGHT.filter(
    ({ report, kind }) => !rows.some((own) => own.report === report && own.kind === kind),
  ),
  ...rows,
]

const foundIn = (own: Case): { causes: Record<string, string>; unexplained: string } => {
  const { causes, unexplained } = totalsOf(compared(own).comparisons)
  const told = [...causes].filter(([, amount]) => amount !== 0n)
  return {
    causes: Object.fromEntries(told.map(([cause, amount]) => [cause, formatNanos(amount)])),
    unexplained: formatNanos(unexplained),
  }
}

it('finds nothing in a right bill', () => {
  const { comparisons } = compared({ calls: CALLS, rows: RIGHT })
  expect(comparisons).toHaveLength(5)
  for (const { variance, causes, unexplained } of comparisons)
    expect({ ...variance, causes, unexplained }).toEqual({
      total: 0n,
      quantity: 0n,
      price: 0n,
      unsplit: 0n,
      causes: [],
      unexplained: 0n,
    })
})

const FAULTS: Record<string, { own: Case; causes?: Record<string, string>; unexplained?: string }> =
  {
    'output that nobody used': {
      own: { calls: CALLS, rows: instead(used('output', 20_700), cost('output', '0.207')) },
      unexplained: '0.1',
    },
    'too little billed': {
      own: { calls: CALLS, rows: instead(used('output', 700), cost('output', '0.007')) },
      unexplained: '-0.1',
    },
    'a price of nobody': {
      own: { calls: CALLS, rows: instead(cost('output', '0.214')) },
      unexplained: '0.107',
    },
    'a call before midnight, billed the day after': {
      own: {
        calls: CALLS,
        rows: [
          ...instead(
            used('input', 69_000),
            cost('input', '0.138'),
            used('cache_write_5m', 0),
            cost('cache_write_5m', '0'),
            used('output', 10_200),
            cost('output', '0.102'),
          ),
          used('input', 1_000, { day: NEXT }),
          cost('input', '0.002', { day: NEXT }),
          used('cache_write_5m', 5_000, { day: NEXT }),
          cost('cache_write_5m', '0.0125', { day: NEXT }),
          used('output', 500, { day: NEXT }),
          cost('output', '0.005', { day: NEXT }),
        ],
        days: [DAY, NEXT],
      },
      causes: {},
    },
    'a call before midnight, and the bill ends there': {
      own: { calls: CALLS, rows: instead(used('output', 10_200), cost('output', '0.102')) },
      causes: { late_bucket: '-0.005' },
    },
    'a key that is not ours': {
      own: {
        calls: CALLS,
        rows: [
          ...RIGHT.map((own) => (own.report === 'usage' ? { ...own, key: 'ours' } : own)),
          used('output', 1_000, { key: 'another' }),
          cost('output', '0.01'),
        ],
        settings: { ownKeys: new Set(['ours']) },
      },
      causes: { foreign_key: '0.01' },
    },
    'a model that went by another way': {
      own: {
        calls: CALLS,
        rows: [
          ...RIGHT,
          used('output', 100, { model: 'x' }),
          cost('output', '0.5', { model: 'x' }),
        ],
      },
      causes: { unknown_model: '0.5' },
    },
    'something that is not metered': {
      own: { calls: CALLS, rows: [...RIGHT, cost('other:vector storage', '1.5', { model: null })] },
      causes: { not_metered: '1.5' },
    },
    'cache writes of another lifetime': {
      own: {
        calls: CALLS,
        rows: instead(
          used('cache_write_5m', 0),
          cost('cache_write_5m', '0'),
          used('cache_write_1h', 5_000),
          cost('cache_write_1h', '0.02'),
        ),
      },
      causes: { cache_kinds_merged: '0.0075' },
    },
    'a batch billed at the ordinary price': {
      own: {
        calls: [...CALLS, call({ tier: 'batch', tokens: { output: 1_000 } })],
        rows: instead(used('output', 11_700), cost('output', '0.117')),
      },
      causes: { tier_differs: '0.005' },
    },
    'ordinary use billed as batch': {
      own: { calls: CALLS, rows: instead(cost('output', '0.0535')) },
      causes: { tier_differs: '-0.0535' },
    },
    'the rest of an answer whose client left': {
      own: {
        calls: [
          ...CALLS,
          call({
            tokens: { input: 100 },
            open: { cause: 'client_aborted', most: { output: 4_000 } },
          }),
        ],
        rows: instead(
          used('input', 70_100),
          cost('input', '0.1402'),
          used('output', 13_700),
          cost('output', '0.137'),
        ),
      },
      causes: { client_aborted: '0.03' },
    },
    'more than an answer whose client left can have been': {
      own: {
        calls: [...CALLS, call({ open: { cause: 'client_aborted', most: { output: 1_000 } } })],
        rows: instead(used('output', 13_700), cost('output', '0.137')),
      },
      causes: { client_aborted: '0.01' },
      unexplained: '0.02',
    },
    'an attempt that failed, billed': {
      own: {
        calls: [...CALLS, call({ open: { cause: 'upstream_failed', most: { output: 1_000 } } })],
        rows: instead(used('output', 11_700), cost('output', '0.117')),
      },
      causes: { upstream_failed: '0.01' },
    },
    'a refusal, billed': {
      own: {
        calls: [...CALLS, call({ open: { cause: 'refused', most: { input: 500 } } })],
        rows: instead(used('input', 70_500), cost('input', '0.141')),
      },
      causes: { refused: '0.001' },
    },
    'a call whose usage never came': {
      own: {
        calls: [...CALLS, call({ open: { cause: 'usage_missing', most: { input: 500 } } })],
        rows: instead(used('input', 70_400), cost('input', '0.1408')),
      },
      causes: { usage_missing: '0.0008' },
    },
    'the priority tier, which the cost report leaves out': {
      own: {
        calls: [...CALLS, call({ tier: 'priority', tokens: { output: 1_000 } })],
        rows: [...RIGHT, used('output', 1_000, { tier: 'priority' })],
      },
      causes: { priority_tier_not_in_cost_report: '-0.015' },
    },
    'the price of another book': {
      own: { calls: CALLS, rows: instead(cost('output', '0.1284')), books: [OLD_BOOK, BOOK] },
      causes: { price_row_changed: '0.0214' },
    },
    'the price of another band': {
      own: { calls: CALLS, rows: instead(cost('input', '0.28')) },
      causes: { band_differs: '0.14' },
    },
    'an agreed discount': {
      own: {
        calls: CALLS,
        rows: instead(cost('output', '0.09095')),
        settings: { discounts: [{ numerator: 85n, denominator: 100n }] },
      },
      causes: { discount: '-0.01605' },
    },
    'amounts rounded to a tenth of a cent': {
      own: {
        calls: CALLS,
        rows: instead(cost('cache_write_5m', '0.013', { step: 1_000_000n as never })),
      },
      causes: { rounding: '0.0005' },
    },
  }

describe('a fault in the bill', () => {
  test.each(Object.entries(FAULTS))('%s', (_name, { own, causes = {}, unexplained = '0' }) => {
    expect(foundIn(own)).toEqual({ causes, unexplained })
  })
})

describe('what a bill does not tell', () => {
  it('is not compared where it has only a part of a day', () => {
    const rows = [used('output', 5, { bucket: { start: hour(0), end: hour(5) } })]
    const own = compared({ calls: CALLS, rows, days: [] })
    expect(own).toEqual({ comparisons: [], days: [], partDays: [DAY] })
  })

  it('is compared by quantity alone without a report of cost', () => {
    const rows = instead(used('output', 11_700)).filter(({ report }) => report === 'usage')
    const { total, quantity, price, unexplained, causes } = totalsOf(
      compared({ calls: CALLS, rows }).comparisons,
    )
    expect([total, quantity, price, unexplained]).toEqual([
      10_000_000n,
      10_000_000n,
      0n,
      10_000_000n,
    ])
    expect(causes.size).toBe(0)
  })

  it('cannot be split without a report of use', () => {
    const rows = instead(cost('output', '0.207')).filter(({ report }) => report === 'cost')
    const sums = totalsOf(compared({ calls: CALLS, rows }).comparisons)
    expect([sums.total, sums.unsplit, sums.unexplained]).toEqual([
      100_000_000n,
      100_000_000n,
      100_000_000n,
    ])
  })

  it('is folded to the coarser of both sides: without tiers in the bill there are none', () => {
    const calls = [
      call({ tokens: { output: 1_000 } }),
      call({ tier: 'batch', tokens: { output: 1_000 } }),
    ]
    const rows = [used('output', 2_000, { tier: null }), cost('output', '0.015', { tier: null })]
    expect(foundIn({ calls, rows })).toEqual({ causes: {}, unexplained: '0' })
  })
})

it('knows a snapshot of a model under its own name', () => {
  const rows = RIGHT.map((own) => (own.model === null ? own : { ...own, model: 'm-20260101' }))
  expect(foundIn({ calls: CALLS, rows })).toEqual({ causes: {}, unexplained: '0' })
})
