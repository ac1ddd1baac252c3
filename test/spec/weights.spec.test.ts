import { describe, expect, test } from 'vitest'
import { at, book, plan, served, TestCatalogue, usd } from '../support/core/fixtures.ts'
import { admitted, Ledger, postedEntry } from '../support/core/ledger.ts'
import { useStories } from './stories.ts'

useStories()

const WEIGHTED = {
  id: 'weighted',
  currency: 'USD',
  effective_from: '2026-01-01T00:00:00Z',
  rows: [
    { model: 'unit', kind: 'input', per_mtok: '10' },
    { model: 'unit', kind: 'output', per_mtok: '10000' },
  ],
  fees: [{ model: '*', fee: 'web_search', each: '0.01' }],
  weights: [
    { id: 'extended_context', multiplier: '3.5', when: { prompt_tokens_above: 100_000 } },
    { id: 'reasoning', multiplier: '2.0', when: { feature: 'reasoning' } },
    { id: 'tool_use', multiplier: '1.5', when: { feature: 'tools' } },
  ],
}
const SPRING = {
  id: 'spring',
  multiplier: '0.5',
  from: '2026-11-01T00:00:00Z',
  until: '2026-11-03T00:00:00Z',
  plans: ['pro'],
}

interface Row {
  readonly story: string
  readonly features: readonly string[]
  readonly input: number
  readonly rule?: 'highest' | 'product'
  readonly promotion?: true
  readonly lines: readonly string[]
  readonly total: string
}

/** 100 output tokens are 1.00; 100,000 input tokens are 1.00; a search is 0.01. */
const ROWS: readonly Row[] = [
  {
    story: 'no weight applies',
    features: [],
    input: 0,
    lines: ['output 1', 'web_search 0.01'],
    total: '1.01',
  },
  {
    story: 'a weight is its own line and leaves fees alone',
    features: ['tools'],
    input: 0,
    lines: ['output 1', 'web_search 0.01', 'tool_use 0.5'],
    total: '1.51',
  },
  {
    story: 'of several weights the highest counts',
    features: ['tools', 'reasoning'],
    input: 0,
    lines: ['output 1', 'web_search 0.01', 'reasoning 1'],
    total: '2.01',
  },
  {
    story: 'or all of them, where the book says product',
    features: ['tools', 'reasoning'],
    input: 0,
    rule: 'product',
    lines: ['output 1', 'web_search 0.01', 'reasoning 1', 'tool_use 1'],
    total: '3.01',
  },
  {
    story: 'exactly at the threshold is not above it',
    features: [],
    input: 100_000,
    lines: ['input 1', 'output 1', 'web_search 0.01'],
    total: '2.01',
  },
  {
    story: 'one token above moves the whole call',
    features: [],
    input: 100_001,
    lines: ['input 1.00001', 'output 1', 'web_search 0.01', 'extended_context 5.000025'],
    total: '7.010035',
  },
  {
    story: 'a promotion acts on everything, fees included',
    features: [],
    input: 0,
    promotion: true,
    lines: ['output 1', 'web_search 0.01', 'spring -0.505'],
    total: '0.505',
  },
  {
    story: 'a promotion acts on what the weights have made',
    features: ['reasoning'],
    input: 0,
    promotion: true,
    lines: ['output 1', 'web_search 0.01', 'reasoning 1', 'spring -1.005'],
    total: '1.005',
  },
]

describe('weights and promotions are lines of their own', () => {
  test.each(ROWS.map((row) => [row.story, row] as const))('%s', (_story, row) => {
    const document = {
      ...WEIGHTED,
      ...(row.rule && { weights_rule: row.rule }),
      ...(row.promotion && { promotions: [SPRING] }),
    }
    const ledger = new Ledger({
      catalogue: new TestCatalogue([plan({ windows: [] })], [book(document)]),
      paidUse: true,
    })
    ledger.topUp('credits', '100')
    const usage = served(
      { ...(row.input > 0 && { input: row.input }), output: 100 },
      { fees: { web_search: 1 } },
    )
    const entry = postedEntry(ledger.record('call', usage, { features: row.features }))
    if (entry.rating?.status !== 'priced') throw new Error('not priced')
    expect(
      entry.rating.lines.map((line) => `${line.kind ?? line.fee ?? line.id} ${line.amount}`),
    ).toEqual(row.lines)
    expect(entry.totals).toMatchObject({ total: row.total, money: row.total })
  })
})

describe('a promotion', () => {
  const story = (planId: string) =>
    new Ledger({
      catalogue: new TestCatalogue(
        [plan({ id: planId, windows: [] })],
        [book({ ...WEIGHTED, promotions: [SPRING] })],
      ),
      paidUse: true,
      at: at('2026-10-31T00:00:00Z'),
    })

  test.each([
    ['2026-10-31T23:59:59.999Z', 'pro', '1'],
    ['2026-11-01T00:00:00Z', 'pro', '0.5'],
    ['2026-11-02T23:59:59.999Z', 'pro', '0.5'],
    ['2026-11-03T00:00:00Z', 'pro', '1'],
    ['2026-11-02T00:00:00Z', 'free', '1'],
  ])('at %s on plan %s: %s', (time, planId, total) => {
    const ledger = story(planId)
    ledger.topUp('credits', '100')
    ledger.now = at(time)
    expect(postedEntry(ledger.record('call', served({ output: 100 }))).totals!.total).toBe(total)
  })

  test('that ends while a call is in flight still holds for it: the call began in it', () => {
    const ledger = story('pro')
    ledger.topUp('credits', '100')
    ledger.now = at('2026-11-02T23:59:59Z')
    expect(admitted(ledger.authorize('call', usd('0'))).worst).toBe('0')
    ledger.now = at('2026-11-03T00:10:00Z')
    expect(postedEntry(ledger.settle('call', served({ output: 100 }))).totals!.total).toBe('0.5')
  })
})
