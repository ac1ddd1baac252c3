import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatNanos, type Nanos, nanos, readNanos } from '../../../src/core/money/index.ts'
import {
  type BoundRating,
  bound,
  EXPECTED_OUTPUT_TOKENS_DEFAULT,
  type PriceRowDocument,
  rate,
  type UsageBound,
} from '../../../src/core/pricing/index.ts'
import { PROMPT_KINDS, type TokenKind } from '../../../src/core/usage/index.ts'
import { bookOf, contextOf, row, usageOf } from './fixtures.ts'

type Priced = Extract<BoundRating, { status: 'priced' }>

function pricedBound(rating: BoundRating): Priced {
  expect(rating).toMatchObject({ status: 'priced' })
  if (rating.status !== 'priced') throw new Error('unreachable')
  return rating
}

const boundOf = (own: Partial<UsageBound> = {}): UsageBound => ({
  promptTokensMax: 1_000,
  promptTokensExpected: 800,
  promptKinds: ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h'],
  maxOutputTokens: 4_000,
  outputKinds: ['output', 'reasoning'],
  fees: {},
  ...own,
})

describe('bound', () => {
  const rows = [
    row('input', '4'),
    row('cache_read', '0.2'),
    row('cache_write_1h', '8'),
    row('output', '20'),
  ]
  const fees = [{ model: '*', fee: 'web_search', each: '0.01' }]
  const book = bookOf({ rows, fees, models: [{ model: 'model', expected_output_tokens: 500 }] })

  it('worst is the dearest kind over the longest prompt and output; expected is the plain one', () => {
    const rating = pricedBound(bound(book, contextOf(), boundOf({ fees: { web_search: 3 } })))
    expect(rating.bookId).toBe('book')
    expect(formatNanos(rating.worst)).toBe('0.118')
    expect(formatNanos(rating.expected)).toBe('0.0132')
    expect(formatNanos(rating.expectedFor(100))).toBe('0.0052')
    expect(formatNanos(rating.worstFor(0))).toBe('0.038')
  })

  it('expects 1,024 tokens where the book does not say', () => {
    expect(EXPECTED_OUTPUT_TOKENS_DEFAULT).toBe(1_024)
    const rating = pricedBound(bound(bookOf({ rows }), contextOf(), boundOf()))
    expect(formatNanos(rating.expected)).toBe('0.02368')
  })

  it('the largest output within a budget', () => {
    const rating = pricedBound(bound(book, contextOf(), boundOf()))
    expect(rating.maxOutputWithin(rating.worst)).toBe(4_000)
    expect(rating.maxOutputWithin(readNanos('0.028'))).toBe(1_000)
    expect(rating.maxOutputWithin(readNanos('0.027999999'))).toBe(999)
    expect(rating.maxOutputWithin(readNanos('0.008'))).toBe(0)
    expect(rating.maxOutputWithin(readNanos('0.007999999'))).toBe(-1)
  })

  it('a band that the prompt can reach counts, and one that it cannot does not', () => {
    const banded = bookOf({
      rows: [...rows, row('output', '100', { prompt_tokens_above: 900 })],
    })
    const worst = (promptTokensMax: number) =>
      formatNanos(pricedBound(bound(banded, contextOf(), boundOf({ promptTokensMax }))).worst)
    expect(worst(900)).toBe('0.0872')
    expect(worst(901)).toBe('0.407208')
  })

  it('a cheaper band above does not hide the dearer one below', () => {
    const cheaper = bookOf({
      rows: [
        row('input', '4'),
        row('input', '1', { prompt_tokens_above: 900 }),
        row('output', '0'),
      ],
    })
    const rating = pricedBound(bound(cheaper, contextOf(), boundOf()))
    expect(formatNanos(rating.worst)).toBe('0.0036')
  })

  it('what is asked for may be served, and so may the ordinary', () => {
    const tiered = bookOf({ rows: [...rows, row('output', '10', { tier: 'flex' })] })
    const flex = pricedBound(bound(tiered, contextOf({ tier: 'flex' }), boundOf()))
    expect(formatNanos(flex.worst)).toBe('0.088')
  })

  it('a tier that the provider chooses may be any that has prices, but no batch', () => {
    const tiered = bookOf({
      rows: [
        ...rows,
        ...['flex', 'priority', 'batch'].flatMap((tier, index) => [
          row('input', `${2 + index}`, { tier }),
          row('output', `${[10, 50, 90][index]}`, { tier }),
        ]),
      ],
    })
    const of = (tier: string | null) =>
      pricedBound(bound(tiered, contextOf({ tier }), boundOf({ promptKinds: ['input'] })))
    // 1,000 × 3 + 4,000 × 50, a million; ordinary 1,000 × 4 + 4,000 × 20
    expect(formatNanos(of('auto').worst)).toBe('0.203')
    for (const tier of [null, 'default', 'standard_only', 'flex'])
      expect(formatNanos(of(tier).worst)).toBe('0.084')
    // what it is expected to cost stays the ordinary price
    expect(of('auto').expected).toBe(of(null).expected)
    expect(of('auto').maxOutputWithin(readNanos('0.053'))).toBe(1_000)
  })

  it('any region can serve a call that names none', () => {
    const regional = bookOf({ rows: [...rows, row('output', '22', { region: 'us' })] })
    const worst = (region: string | null) =>
      formatNanos(pricedBound(bound(regional, contextOf({ region }), boundOf())).worst)
    expect(worst(null)).toBe('0.096')
    expect(worst('us')).toBe('0.096')
    expect(worst('global')).toBe('0.088')
  })

  it.each([
    ['unknown_model', ['strange'], { model: 'strange' }, {}],
    ['unknown_tier', ['priority'], { tier: 'priority' }, {}],
    ['unknown_speed', ['turbo'], { speed: 'turbo' }, {}],
    [
      'unknown_kind',
      ['input_audio', 'output'],
      {},
      { promptKinds: ['input_audio'], outputKinds: ['output'] },
    ],
    ['unknown_fee', ['container_second'], {}, { fees: { container_second: 1 } }],
  ] as const)('%s %j is unpriced', (reason, missing, context, own) => {
    expect(bound(book, contextOf(context), boundOf(own as Partial<UsageBound>))).toEqual({
      status: 'unpriced',
      reason,
      missing,
    })
  })

  it('an embedding writes nothing and needs no output price', () => {
    const embedding = bookOf({ rows: [row('input', '0.02')] })
    const own = boundOf({ promptKinds: ['input'], maxOutputTokens: 0 })
    expect(formatNanos(pricedBound(bound(embedding, contextOf(), own)).worst)).toBe('0.00002')
  })
})

const KINDS = [...PROMPT_KINDS, 'output', 'reasoning'] as const
const price = fc.nat({ max: 50_000 }).map((cents) => (cents / 1_000).toFixed(3))
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
const condition = fc.record(
  {
    prompt_tokens_above: maybe(fc.constantFrom(10, 50, 51)),
    tier: maybe(fc.constantFrom('flex', 'priority')),
    speed: maybe(fc.constant('fast')),
    region: maybe(fc.constant('us')),
  },
  { noNullPrototype: true },
)
const multiplier = fc
  .integer({ min: 1, max: 3_000 })
  .map((thousandths) => (thousandths / 1_000).toFixed(3))

const strip = (own: object) =>
  Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined))

const randomRows = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...KINDS), condition, price), {
    minLength: 1,
    maxLength: 25,
    selector: ([kind, when]) => JSON.stringify([kind, strip(when)]),
  })
  .map((entries) => [
    ...KINDS.map((kind) => row(kind, '1.5')),
    ...entries
      .filter(([, when]) => Object.keys(strip(when)).length > 0)
      .map(([kind, when, text]): PriceRowDocument => row(kind, text, strip(when))),
  ])

const randomWeights = fc
  .array(
    fc.tuple(
      multiplier,
      fc.record({
        prompt_tokens_above: maybe(fc.constantFrom(10, 30)),
        tier: maybe(fc.constantFrom('flex', 'standard')),
        region: maybe(fc.constant('us')),
        feature: maybe(fc.constantFrom('reasoning', 'tools')),
      }),
    ),
    { maxLength: 3 },
  )
  .map((entries) =>
    entries.map(([text, when], index) => ({
      id: `w${index}`,
      multiplier: text,
      when: strip(when),
    })),
  )

const randomCase = fc.record({
  rows: randomRows,
  weights: randomWeights,
  rule: fc.constantFrom('highest' as const, 'product' as const),
  promotion: multiplier,
  features: fc.subarray(['reasoning', 'tools']),
  asked: fc.record({
    tier: fc.constantFrom(null, 'flex', 'priority', 'auto'),
    speed: fc.constantFrom(null, 'fast'),
    region: fc.constantFrom(null, 'us', 'global'),
  }),
  chosen: fc.constantFrom('flex', 'priority'),
  ordinary: fc.record({ tier: fc.boolean(), speed: fc.boolean(), region: fc.boolean() }),
  quantities: fc.array(fc.nat({ max: 30 }), { minLength: KINDS.length, maxLength: KINDS.length }),
  slack: fc.nat({ max: 20 }),
  searches: fc.nat({ max: 3 }),
})

type Case = typeof randomCase extends fc.Arbitrary<infer Own> ? Own : never

const build = (own: Case) => {
  const book = bookOf({
    rows: own.rows,
    weights: own.weights,
    weights_rule: own.rule,
    fees: [{ model: '*', fee: 'web_search', each: '0.01' }],
    promotions: [
      {
        id: 'p',
        multiplier: own.promotion,
        from: '2026-01-01T00:00:00Z',
        until: '2027-01-01T00:00:00Z',
      },
    ],
  })
  const tokens: Partial<Record<TokenKind, number>> = {}
  for (const [index, kind] of KINDS.entries()) tokens[kind] = own.quantities[index] ?? 0
  const sum = (kinds: readonly TokenKind[]) =>
    kinds.reduce((total, kind) => total + (tokens[kind] ?? 0), 0)
  const usageBound = boundOf({
    promptTokensMax: sum(PROMPT_KINDS) + own.slack,
    promptTokensExpected: sum(PROMPT_KINDS),
    promptKinds: PROMPT_KINDS,
    maxOutputTokens: sum(['output', 'reasoning']) + own.slack,
    fees: { web_search: 3 },
  })
  return { book, usageBound, usage: usageOf(tokens, { web_search: own.searches }) }
}

/** One of the ways in which a call can be served that asked for this. */
const servedAs = ({ features, asked, chosen, ordinary }: Case) =>
  contextOf({
    features,
    tier: ordinary.tier ? 'standard' : asked.tier === 'auto' ? chosen : asked.tier,
    speed: ordinary.speed ? null : asked.speed,
    region: ordinary.region ? 'global' : (asked.region ?? 'us'),
  })

describe('bound, over random books', () => {
  // Whatever is served within the bound costs no more than was held for it.
  it('is never exceeded', () => {
    let compared = 0
    fc.assert(
      fc.property(randomCase, (own) => {
        const { book, usageBound, usage } = build(own)
        const asked = contextOf({ features: own.features, ...own.asked })
        const limit = bound(book, asked, usageBound)
        const served = rate(book, servedAs(own), usage)
        if (limit.status === 'unpriced' || served.status === 'unpriced') return
        compared += 1
        expect(served.rated.total <= limit.worst).toBe(true)
        expect(limit.expected <= limit.worst).toBe(true)
      }),
      { numRuns: 500 },
    )
    expect(compared).toBeGreaterThan(150)
  })

  it('gives the largest output within a budget exactly', () => {
    let bounded = 0
    fc.assert(
      fc.property(randomCase, fc.nat({ max: 1_000 }), (own, thousandths) => {
        const { book, usageBound } = build(own)
        const { features, asked } = own
        const limit = bound(book, contextOf({ features, ...asked }), usageBound)
        if (limit.status === 'unpriced') return
        bounded += 1
        const budget: Nanos = nanos((limit.worst * BigInt(thousandths)) / 900n)
        const most = limit.maxOutputWithin(budget)
        const { maxOutputTokens } = usageBound
        expect(most).toBeLessThanOrEqual(maxOutputTokens)
        if (most >= 0) expect(limit.worstFor(most) <= budget).toBe(true)
        if (most < maxOutputTokens) expect(limit.worstFor(most + 1) > budget).toBe(true)
      }),
      { numRuns: 400 },
    )
    expect(bounded).toBeGreaterThan(150)
  })
})
