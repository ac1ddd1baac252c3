import { describe, expect, it, test } from 'vitest'
import { nanos } from '../../../src/core/money/index.ts'
import { type BillRow, OwnSide, reconcileBill } from '../../../src/core/reconciliation/index.ts'
import { DAY_MS, instant } from '../../../src/core/time/index.ts'
import { bookOf } from '../pricing/fixtures.ts'
import {
  BOOK,
  type Case,
  call,
  compared,
  cost,
  DAY,
  hour,
  NEXT,
  SETTINGS,
  used,
} from './support.ts'

/* Each cause takes exactly its share: unit by unit where there are quantities, else nano by nano, and not one
   more than the records bear out. */

/** Of every position that differs: its kind, the causes, and what none of them explains. */
const sharesOf = (own: Case) =>
  compared(own)
    .comparisons.filter(({ causes, unexplained }) => causes.length > 0 || unexplained !== 0n)
    .map(({ position: { kind, day }, causes, unexplained }) => [
      day === DAY ? kind : `${kind} of the next day`,
      causes.map(({ cause, quantity, amount }) => `${cause} ${quantity} ${amount}`).join(', '),
      unexplained,
    ])

const output = (count: number, own: object = {}) => call({ tokens: { output: count }, ...own })
const DAYS = [DAY, NEXT]

describe('what was used about midnight', () => {
  const late = [used('output', 1_000), used('output', 500, { day: NEXT })]

  it('is taken from one day and given to the other', () => {
    const calls = [output(1_000), output(500, { at: hour(23.9) })]
    expect(sharesOf({ calls, rows: late, days: DAYS })).toEqual([
      ['output', 'late_bucket -500 -5000000', 0n],
      ['output of the next day', 'late_bucket 500 5000000', 0n],
    ])
  })

  it('moves back too', () => {
    const calls = [output(1_000), output(500, { at: hour(0.1, NEXT) })]
    const rows = [used('output', 1_500), used('output', 0, { day: NEXT })]
    expect(sharesOf({ calls, rows, days: DAYS })).toEqual([
      ['output', 'late_bucket 500 5000000', 0n],
      ['output of the next day', 'late_bucket -500 -5000000', 0n],
    ])
  })

  it.each([
    ['ten minutes before it', instant(NEXT - 600_000), late, true],
    ['more than ten minutes before it', instant(NEXT - 600_001), late, false],
    ['less than ten minutes after it', instant(NEXT + 599_999), null, true],
    ['ten minutes after it', instant(NEXT + 600_000), null, false],
  ])('is what was used %s: %#', (_when, at, rows, isLate) => {
    const calls = [output(1_000), output(500, { at })]
    const moved = rows ?? [used('output', 1_500), used('output', 0, { day: NEXT })]
    const own = sharesOf({ calls, rows: moved, days: DAYS })
    expect(own.every(([, causes]) => String(causes).startsWith('late_bucket'))).toBe(isLate)
  })

  it('moves no more than was used then', () => {
    const calls = [output(1_300), output(200, { at: hour(23.9) })]
    expect(sharesOf({ calls, rows: late, days: DAYS })).toEqual([
      ['output', 'late_bucket -200 -2000000', -3_000_000n],
      ['output of the next day', 'late_bucket 200 2000000', 3_000_000n],
    ])
  })

  it('is counted over all the tiers that the bill does not tell apart', () => {
    const calls = ['', 'batch'].flatMap((tier) => [
      output(100, { tier, at: hour(0.05, NEXT) }),
      output(100, { tier, at: hour(12, NEXT) }),
      output(100, { tier }),
    ])
    const rows = [
      used('output', 400, { tier: null }),
      used('output', 200, { tier: null, day: NEXT }),
    ]
    const causes = compared({ calls, rows, days: DAYS }).comparisons.map((one) => one.causes)
    expect(causes).toMatchObject([
      [{ cause: 'late_bucket', quantity: 200n }],
      [{ cause: 'late_bucket', quantity: -200n }],
    ])
  })

  it('explains the edge of a bill only where it can be all of the difference', () => {
    const calls = [output(1_000), output(500, { at: hour(23.9) })]
    const billed = (quantity: number) => sharesOf({ calls, rows: [used('output', quantity)] })
    expect(billed(1_000)).toEqual([['output', 'late_bucket -500 -5000000', 0n]])
    expect(billed(999)).toEqual([['output', '', -5_010_000n]])
  })

  it('comes in over the edge from a day that the bill does not have', () => {
    const calls = [output(1_000), output(500, { at: hour(0.1, NEXT) })]
    const billed = (quantity: number) => sharesOf({ calls, rows: [used('output', quantity)] })
    expect(billed(1_500)).toEqual([['output', 'late_bucket 500 5000000', 0n]])
    expect(billed(1_501)).toEqual([['output', '', 5_010_000n]])
  })

  it('is not looked for over an edge that the bill goes beyond', () => {
    const calls = [output(1_000), output(500, { at: hour(23.9) })]
    const rows = [used('output', 1_000), used('output', 0, { day: NEXT })]
    expect(sharesOf({ calls, rows, days: DAYS })).toEqual([['output', '', -5_000_000n]])
  })
})

describe('keys that are not ours', () => {
  const settings = { ownKeys: new Set(['ours']) }

  it('explain what they used, and no more', () => {
    const rows = [used('output', 1_002, { key: 'ours' }), used('output', 1, { key: 'another' })]
    expect(sharesOf({ calls: [output(1_000)], rows, settings })).toEqual([
      ['output', 'foreign_key 1 10000', 20_000n],
    ])
  })

  it('explain no more than differs', () => {
    const rows = [used('output', 900, { key: 'ours' }), used('output', 300, { key: 'another' })]
    expect(sharesOf({ calls: [output(1_000)], rows, settings })).toEqual([
      ['output', 'foreign_key 200 2000000', 0n],
    ])
  })

  it('explain nothing where nothing too much was billed', () => {
    const rows = [used('output', 700, { key: 'ours' }), used('output', 300, { key: 'another' })]
    expect(sharesOf({ calls: [output(1_000)], rows, settings })).toEqual([])
  })

  it('include use without a key', () => {
    const rows = [used('output', 1_000, { key: 'ours' }), used('output', 7, { key: null })]
    expect(sharesOf({ calls: [output(1_000)], rows, settings })).toEqual([
      ['output', 'foreign_key 7 70000', 0n],
    ])
  })

  describe('without a report of use', () => {
    const rows = (foreign: string, key: string | null = 'another') => [
      cost('output', '0.01', { key: 'ours' }),
      cost('output', foreign, { key }),
    ]

    it('explain what they cost', () => {
      expect(sharesOf({ calls: [output(1_000)], rows: rows('0.004'), settings })).toEqual([
        ['output', 'foreign_key null 4000000', 0n],
      ])
    })

    it('explain no more than differs', () => {
      expect(sharesOf({ calls: [output(1_100)], rows: rows('0.004'), settings })).toEqual([
        ['output', 'foreign_key null 3000000', 0n],
      ])
    })

    it('explain nothing where too little was billed', () => {
      expect(sharesOf({ calls: [output(2_000)], rows: rows('0.004'), settings })).toEqual([
        ['output', 'foreign_key null 0', -6_000_000n],
      ])
    })

    it('are not where an amount is of no key', () => {
      expect(sharesOf({ calls: [output(1_000)], rows: rows('0.004', null), settings })).toEqual([
        ['output', '', 4_000_000n],
      ])
    })

    it('come before what calls can have used beside', () => {
      const calls = [output(1_000, { open: { cause: 'refused', most: { output: 100 } } })]
      expect(sharesOf({ calls, rows: rows('0.004'), settings })).toEqual([
        ['output', 'foreign_key null 4000000', 0n],
      ])
      const [ours, another] = rows('0.004')
      const more = [ours!, another!, cost('output', '0.0005', { key: 'ours' })]
      expect(sharesOf({ calls, rows: more, settings })).toEqual([
        ['output', 'foreign_key null 4000000, refused null 500000', 0n],
      ])
    })
  })
})

describe('what calls can have used beside', () => {
  const open = (cause: 'client_aborted' | 'refused', most: number) => ({
    open: { cause, most: { output: most } },
  })

  it('is added up over calls', () => {
    const calls = [output(1_000), output(0, open('refused', 30)), output(0, open('refused', 20))]
    expect(sharesOf({ calls, rows: [used('output', 1_060)] })).toEqual([
      ['output', 'refused 50 500000', 100_000n],
    ])
  })

  it('can be a single token', () => {
    const calls = [output(1), output(0, open('refused', 1))]
    expect(sharesOf({ calls, rows: [used('output', 2)] })).toEqual([
      ['output', 'refused 1 10000', 0n],
    ])
  })

  it('explains nothing where nothing too much was billed', () => {
    const calls = [output(1_000, open('refused', 30))]
    expect(sharesOf({ calls, rows: [used('output', 1_000)] })).toEqual([])
    expect(sharesOf({ calls, rows: [used('output', 990)] })).toEqual([['output', '', -100_000n]])
  })

  it('explains cost without a report of use, cause by cause, up to what it is worth', () => {
    const calls = [
      output(1_000, open('client_aborted', 100)),
      output(0, open('refused', 200)),
      output(0, { open: { cause: 'usage_missing', most: { input: 5 } } }),
    ]
    const billed = (amount: string) => sharesOf({ calls, rows: [cost('output', amount)] })
    expect(billed('0.0105')).toEqual([['output', 'client_aborted null 500000', 0n]])
    expect(billed('0.012')).toEqual([
      ['output', 'client_aborted null 1000000, refused null 1000000', 0n],
    ])
    expect(billed('0.015')).toEqual([
      ['output', 'client_aborted null 1000000, refused null 2000000', 2_000_000n],
    ])
  })

  it('explains no cost that was billed too little', () => {
    const calls = [output(1_000, open('refused', 200))]
    expect(sharesOf({ calls, rows: [cost('output', '0.009')] })).toEqual([
      ['output', '', -1_000_000n],
    ])
  })
})

describe('cache writes', () => {
  it('of a lifetime that the bill tells apart in other words are the same tokens', () => {
    const calls = [call({ tokens: { cache_write_5m: 500 } })]
    const rows = [used('cache_write_1h', 200), used('cache_write', 300), used('cache_write_5m', 0)]
    expect(sharesOf({ calls, rows })).toEqual([
      ['cache_write', 'cache_kinds_merged 300 750000', 0n],
      ['cache_write_1h', 'cache_kinds_merged 200 800000', 0n],
      ['cache_write_5m', 'cache_kinds_merged -200 -500000, cache_kinds_merged -300 -750000', 0n],
    ])
  })

  it('are never other kinds', () => {
    const calls = [call({ tokens: { cache_read: 500, output: 1 } })]
    const rows = [used('cache_write_1h', 500), used('cache_read', 0), used('output', 1)]
    expect(sharesOf({ calls, rows })).toEqual([
      ['cache_read', '', -100_000n],
      ['cache_write_1h', '', 2_000_000n],
    ])
  })
})

it('moves tokens between tiers, one difference after the other', () => {
  const calls = [output(500, { tier: 'batch' }), output(1_000)]
  const rows = [used('output', 1_300), used('output', 200, { tier: 'batch' })]
  expect(sharesOf({ calls, rows })).toEqual([
    ['output', 'tier_differs 300 3000000', 0n],
    ['output', 'tier_differs -300 -1500000', 0n],
  ])
})

describe('what no call of ours can be', () => {
  it('is not metered where no gateway carries it', () => {
    expect(sharesOf({ calls: [], rows: [used('other:storage', 7)] })).toEqual([
      ['other:storage', 'not_metered 7 0', 0n],
    ])
  })

  it('is an unknown model where no book has a price for it', () => {
    expect(sharesOf({ calls: [], rows: [used('output', 1, { model: 'x' })] })).toEqual([
      ['output', 'unknown_model 1 0', 0n],
    ])
  })

  it('is unexplained where a book has one', () => {
    expect(sharesOf({ calls: [], rows: [used('output', 5)] })).toEqual([['output', '', 50_000n]])
    expect(sharesOf({ calls: [], rows: [used('fee:web_search', 2)] })).toEqual([
      ['fee:web_search', '', 20_000_000n],
    ])
  })

  it('of a fee without a price is of unknown price, as before the first book', () => {
    const before = instant(Date.UTC(2025, 0, 1))
    const calls = [call({ at: before, tokens: { output: 3 }, fees: { web_search: 1 } })]
    const rows = [
      used('output', 3, { day: before }),
      used('fee:web_search', 1, { day: before }),
      cost('output', '1', { day: before }),
      cost('fee:web_search', '1', { day: before }),
    ]
    expect(compared({ calls, rows, days: [before] }).comparisons).toMatchObject([
      { position: { kind: 'fee:web_search' }, causes: [{ cause: 'unknown_model' }] },
      { position: { kind: 'output' }, causes: [{ cause: 'unknown_model' }] },
    ])
    expect(sharesOf({ calls: [], rows: [used('fee:unheard_of', 2)] })).toEqual([
      ['fee:unheard_of', 'unknown_model 2 0', 0n],
    ])
  })
})

describe('rounding', () => {
  const off = (by: bigint, step = 0n) =>
    sharesOf({
      calls: [output(1_000)],
      rows: [
        used('output', 1_000),
        cost('output', '0', { cost: nanos(10_000_000n + by), step: nanos(step) }),
      ],
    })

  it('is a nano of ours, and the last digit of the bill', () => {
    expect(off(1n)).toEqual([['output', 'rounding null 1', 0n]])
    expect(off(-1n)).toEqual([['output', 'rounding null -1', 0n]])
    expect(off(2n)).toEqual([['output', '', 2n]])
    expect(off(11n, 10n)).toEqual([['output', 'rounding null 11', 0n]])
    expect(off(12n, 10n)).toEqual([['output', '', 12n]])
  })

  it('of every row of the bill adds up', () => {
    const half = (by: bigint) =>
      cost('output', '0', { cost: nanos(5_000_000n + by), step: nanos(10n) })
    const rows = [used('output', 1_000), half(10n), half(11n)]
    expect(sharesOf({ calls: [output(1_000)], rows })).toEqual([['output', 'rounding null 21', 0n]])
  })

  it('is allowed for where another price is meant', () => {
    const billed = (amount: bigint) =>
      sharesOf({
        calls: [output(1_000)],
        rows: [used('output', 1_000), cost('output', '0', { cost: nanos(amount) })],
      })
    expect(billed(5_000_001n)).toEqual([['output', 'tier_differs null -4999999', 0n]])
    expect(billed(4_999_999n)).toEqual([['output', 'tier_differs null -5000001', 0n]])
    expect(billed(5_000_002n)).toEqual([['output', '', -4_999_998n]])
  })
})

it('adds shares of a price with a fraction of a nano up to the nano', () => {
  // 37.5 nanos a token
  const book = bookOf({ rows: [{ model: 'm', kind: 'output', per_mtok: '0.0375' }] })
  const open = (cause: 'client_aborted' | 'refused') =>
    output(0, { open: { cause, most: { output: 1 } } })
  const calls = [output(2), open('client_aborted'), open('refused')]
  expect(sharesOf({ calls, rows: [used('output', 4)], books: [book] })).toEqual([
    ['output', 'client_aborted 1 37, refused 1 38', 0n],
  ])
})

it('prices a difference as our own tokens were priced, even a single one', () => {
  const calls = [call({ tokens: { input: 1, cache_read: 200_000 } })]
  const rows = [used('input', 3), used('cache_read', 200_000)]
  expect(sharesOf({ calls, rows })).toEqual([['input', '', 8_000n]])
})

describe('another price', () => {
  const priced = (amount: string, own: Partial<Case> = {}) =>
    sharesOf({
      calls: [output(1_000)],
      rows: [used('output', 1_000), cost('output', amount)],
      ...own,
    })

  it.each(['flex', 'priority'])('is that of the %s tier', (tier) => {
    const books = [
      bookOf({
        rows: [
          { model: 'm', kind: 'output', per_mtok: '10' },
          { model: 'm', kind: 'output', per_mtok: '7', when: { tier } },
        ],
      }),
    ]
    expect(priced('0.007', { books })).toEqual([['output', 'tier_differs null -3000000', 0n]])
  })

  it('is that of a band in the place of the call', () => {
    const when = { tier: 'batch', speed: 'fast' } as const
    const rows = (per_mtok: string, from?: number) => ({
      ...{ model: 'm', kind: 'output' as const, per_mtok },
      when: { ...when, ...(from === undefined ? {} : { prompt_tokens_from: from }) },
    })
    const ordinary = { model: 'm', kind: 'output' as const, per_mtok: '10' }
    const books = [bookOf({ rows: [ordinary, rows('3'), rows('6', 1_000)] })]
    const own: Partial<Case> = {
      books,
      calls: [output(1_000, when)],
      rows: [used('output', 1_000, when), cost('output', '0.006', when)],
    }
    expect(priced('0', own)).toEqual([['output', 'band_differs null 3000000', 0n]])
  })

  it('of a tier is none for a fee, which has no tier', () => {
    const books = [
      bookOf({
        rows: [{ model: 'm', kind: 'output', per_mtok: '10' }],
        fees: [
          { model: 'm', fee: 'web_search', each: '0.02' },
          { model: '*', fee: 'web_search', each: '0.01' },
        ],
      }),
    ]
    const calls = [call({ fees: { web_search: 4 } })]
    const rows = [used('fee:web_search', 4), cost('fee:web_search', '0.04')]
    expect(sharesOf({ calls, rows, books })).toEqual([['fee:web_search', '', -40_000_000n]])
  })

  it('is none in a place that has no prices', () => {
    const place = { tier: 'unheard_of', speed: 'unheard_of' }
    const own: Partial<Case> = {
      calls: [output(1_000, place)],
      rows: [used('output', 1_000, place), cost('output', '0.003', place)],
    }
    expect(priced('0', own)).toEqual([['output', 'unknown_model null 3000000', 0n]])
  })
})

describe('the priority tier, which a cost report can leave out', () => {
  const left = (tier: string, provider: 'anthropic' | 'openai', amount = '0') =>
    sharesOf({
      calls: [output(1_000, { tier })],
      rows: [used('output', 1_000, { tier }), cost('output', amount, { tier })],
      settings: { provider },
    })

  it('is left out by Anthropic under every name that begins so', () => {
    expect(left('priority', 'anthropic')[0]?.[1]).toContain('priority_tier_not_in_cost_report')
    expect(left('priority_on_demand', 'anthropic')).toEqual([])
  })

  it('is left out by nobody else, and not where it costs something', () => {
    expect(left('priority', 'openai')).toEqual([['output', '', -15_000_000n]])
    expect(left('priority', 'anthropic', '0.002')).toEqual([['output', '', -13_000_000n]])
    expect(left('', 'anthropic')).toEqual([['output', '', -10_000_000n]])
  })
})

test('the comparisons of a bill are in the order of days, and of models and kinds', () => {
  const rows: BillRow[] = [
    used('output', 1, { day: NEXT }),
    used('output', 1),
    used('input', 1, { model: 'x' }),
    used('output', 1, { tier: 'batch' }),
    used('input', 1),
  ]
  const own = new OwnSide([BOOK], SETTINGS.lateMs)
  const usage = [NEXT, DAY].map((day) => ({ start: day, end: instant(day + DAY_MS) }))
  const settings = { books: [BOOK], settings: SETTINGS }
  const { comparisons, days } = reconcileBill({ rows, covered: { usage, cost: [] } }, own, settings)
  expect(days).toEqual([DAY, NEXT])
  expect(
    comparisons.map(({ position: { day, model, kind, tier } }) => [day, model, kind, tier]),
  ).toEqual([
    [DAY, 'm', 'input', ''],
    [DAY, 'm', 'output', ''],
    [DAY, 'm', 'output', 'batch'],
    [DAY, 'x', 'input', ''],
    [NEXT, 'm', 'output', ''],
  ])
})
