import { describe, expect, it } from 'vitest'
import { rate, rateCall } from '../../../src/core/pricing/index.ts'
import { at, bookOf, contextOf, linesOf, MODEL, priced, row, totalOf, usageOf } from './fixtures.ts'

const million = 1_000_000

describe('bands', () => {
  const book = bookOf({
    rows: [
      row('input', '1'),
      row('input', '2', { prompt_tokens_above: 200_000 }),
      row('input', '4', { prompt_tokens_from: 500_000 }),
      row('cache_read', '0.1'),
      row('output', '10'),
      row('output', '30', { prompt_tokens_above: 200_000 }),
    ],
  })
  const of = (input: number, cached = 0) =>
    priced(rate(book, contextOf(), usageOf({ input, cache_read: cached, output: 1_000 })))

  it.each([
    [200_000, null, 10n],
    [200_001, 'prompt_tokens_above:200000', 30n],
    [499_999, 'prompt_tokens_above:200000', 30n],
    [500_000, 'prompt_tokens_from:500000', 30n],
  ])('a prompt of %i tokens', (input, band, output) => {
    const rated = of(input)
    expect(rated.band).toBe(band)
    expect(rated.lines.at(-1)).toMatchObject({ kind: 'output', perMtok: output * 1_000_000_000n })
  })

  it('the whole prompt decides, cached tokens too', () => {
    expect(of(1, 199_999).band).toBeNull()
    expect(of(1, 200_000).band).toBe('prompt_tokens_above:200000')
  })
})

describe('tiers and speeds', () => {
  const book = bookOf({
    rows: [
      row('input', '4'),
      row('output', '20'),
      row('input', '2', { tier: 'flex' }),
      row('output', '10', { tier: 'flex' }),
      row('input', '8', { speed: 'fast' }),
      row('input', '16', { tier: 'flex', speed: 'fast' }),
    ],
  })
  const million_input = usageOf({ input: million })

  it.each([null, 'standard', 'default', 'auto', 'on_demand', 'standard_only'])(
    'tier %s is ordinary',
    (tier) => {
      expect(totalOf(rate(book, contextOf({ tier }), million_input))).toBe('4')
    },
  )

  it('a special one has to be the row’s own', () => {
    expect(totalOf(rate(book, contextOf({ tier: 'flex' }), million_input))).toBe('2')
    expect(totalOf(rate(book, contextOf({ speed: 'fast' }), million_input))).toBe('8')
    const both = contextOf({ tier: 'flex', speed: 'fast' })
    expect(totalOf(rate(book, both, million_input))).toBe('16')
  })

  it('a special one without a price is unpriced, never the ordinary price', () => {
    const priority = rate(book, contextOf({ tier: 'priority' }), million_input)
    expect(priority).toEqual({ status: 'unpriced', reason: 'unknown_tier', missing: ['priority'] })
    const turbo = rate(book, contextOf({ speed: 'turbo' }), million_input)
    expect(turbo).toEqual({ status: 'unpriced', reason: 'unknown_speed', missing: ['turbo'] })
    const kind = rate(book, contextOf({ tier: 'flex' }), usageOf({ cache_read: 1 }))
    expect(kind).toMatchObject({ reason: 'unknown_tier', missing: ['flex cache_read'] })
    const fastOutput = rate(book, contextOf({ speed: 'fast' }), usageOf({ output: 1 }))
    expect(fastOutput).toMatchObject({ reason: 'unknown_speed', missing: ['fast output'] })
  })

  it('a row that names an ordinary tier is an ordinary row', () => {
    const named = bookOf({ rows: [row('input', '4', { tier: 'standard', speed: 'standard' })] })
    expect(totalOf(rate(named, contextOf({ tier: 'default' }), million_input))).toBe('4')
  })

  it.each([
    ['priority', 'default', true],
    ['default', null, false],
    ['auto', 'flex', false],
    [null, 'flex', false],
  ])('asked %s, served %s', (requestedTier, tier, differs) => {
    const { flags } = priced(rate(book, contextOf({ tier, requestedTier }), million_input))
    expect(flags.includes('tier_differs_from_request')).toBe(differs)
  })
})

describe('regions', () => {
  const rows = [row('input', '4'), row('input', '5', { region: 'us' }), row('output', '20')]
  const book = bookOf({ rows })
  const of = (region: string | null, tokens = {}) =>
    priced(rate(book, contextOf({ region }), usageOf({ input: million, ...tokens })))

  it('rows that name the region win', () => {
    expect(of('us').total).toBe(5_000_000_000n)
    expect(of('us').flags).toEqual([])
  })

  it('otherwise the others apply, and the receipt says so', () => {
    expect(of('eu').flags).toEqual(['region_without_price'])
    expect(of('eu').total).toBe(4_000_000_000n)
    expect(of('us', { output: 1 }).flags).toEqual(['region_without_price'])
  })

  it.each([null, 'global', 'not_available'])('%s is no region', (region) => {
    expect(of(region).flags).toEqual([])
  })

  it('a weight that names the region is its price', () => {
    const weights = [{ id: 'eu', multiplier: '1.1', when: { region: 'eu' } }]
    const rated = priced(
      rate(bookOf({ rows, weights }), contextOf({ region: 'eu' }), usageOf({ input: million })),
    )
    expect(rated).toMatchObject({ total: 4_400_000_000n, flags: [] })
  })
})

describe('models', () => {
  const book = bookOf({
    rows: [
      row('input', '5', undefined, 'claude-opus-5'),
      row('input', '2', { tier: 'flex' }, 'claude-opus-5'),
    ],
    aliases: [
      { pattern: '-20\\d{6}$', rule: 'snapshot suffix' },
      { pattern: '^anthropic/', replace: '', rule: 'vendor prefix' },
    ],
  })
  const of = (model: string, own = {}) =>
    rate(book, contextOf({ model, ...own }), usageOf({ input: million }))

  it('an exact id, or the first rule that leads to a priced one', () => {
    expect(priced(of('claude-opus-5'))).toMatchObject({ modelRule: 'exact', flags: [] })
    expect(priced(of('claude-opus-5-20250930'))).toMatchObject({
      model: 'claude-opus-5',
      modelRule: 'snapshot suffix',
      flags: ['model_alias'],
    })
    expect(priced(of('anthropic/claude-opus-5'))).toMatchObject({ modelRule: 'vendor prefix' })
  })

  it('an alias inherits every tier of the family', () => {
    expect(totalOf(of('claude-opus-5-20250930', { tier: 'flex' }))).toBe('2')
  })

  it('an unknown id is unpriced, also the second time', () => {
    const unknown = { status: 'unpriced', reason: 'unknown_model', missing: ['groq/llama'] }
    expect(of('groq/llama')).toEqual(unknown)
    expect(of('groq/llama')).toEqual(unknown)
    expect(of('x'.repeat(5_000))).toMatchObject({ reason: 'unknown_model' })
  })
})

describe('kinds without a row of their own', () => {
  const book = bookOf({
    rows: [row('input', '3'), row('output', '15'), row('cache_write_5m', '3.75')],
  })
  const of = (tokens: Parameters<typeof usageOf>[0]) => rate(book, contextOf(), usageOf(tokens))

  it('a write of unstated lifetime is the five-minute one', () => {
    expect(priced(of({ cache_write: million }))).toMatchObject({
      lines: [{ kind: 'cache_write_5m', quantity: million, amount: 3_750_000_000n }],
      flags: ['cache_write_read_as_5m'],
    })
    const both = priced(of({ cache_write: 2, cache_write_5m: 3 }))
    expect(both.lines).toMatchObject([{ kind: 'cache_write_5m', quantity: 5 }])
  })

  it('reasoning is output, images are text', () => {
    expect(priced(of({ output: 1, reasoning: million }))).toMatchObject({
      lines: [{ kind: 'output' }, { kind: 'reasoning', amount: 15_000_000_000n }],
      flags: ['reasoning_priced_as_output'],
    })
    expect(priced(of({ input_image: million, output_image: million }))).toMatchObject({
      total: 18_000_000_000n,
      flags: ['image_priced_as_text'],
    })
  })

  it('a row of its own stands before', () => {
    const own = bookOf({ rows: [row('cache_write', '9'), row('cache_write_5m', '1')] })
    const rated = priced(rate(own, contextOf(), usageOf({ cache_write: million })))
    expect(rated).toMatchObject({ lines: [{ kind: 'cache_write' }], flags: [] })
  })

  it('nothing else has a stand-in, and all that is missing is named', () => {
    expect(of({ cache_read: 1, cache_write_1h: 1, input_audio: 1, output_audio: 1 })).toEqual({
      status: 'unpriced',
      reason: 'unknown_kind',
      missing: ['cache_read', 'cache_write_1h', 'input_audio', 'output_audio'],
    })
  })

  it('a quantity of zero needs no price and makes no line', () => {
    expect(priced(of({ input: 0, cache_read: 0, output: 1 })).lines).toHaveLength(1)
  })

  it('missing usage is unpriced: it is not zero', () => {
    const call = { usage: null, parts: [] }
    expect(rateCall(book, contextOf(), call)).toMatchObject({ missing: ['usage'] })
  })
})

describe('fees', () => {
  const book = bookOf({
    rows: [row('input', '1')],
    fees: [
      { model: '*', fee: 'web_search', each: '0.01' },
      { model: MODEL, fee: 'web_fetch', each: '0.5' },
      { model: '*', fee: 'web_fetch', each: '9' },
    ],
  })
  const of = (fees: Record<string, number>) => rate(book, contextOf(), usageOf({}, fees))

  it('are counted, the model’s own price first', () => {
    expect(linesOf(of({ web_search: 3, web_fetch: 2 }))).toEqual([
      ['web_search', '0.03'],
      ['web_fetch', '1'],
    ])
  })

  it('an unknown one is unpriced once it is counted', () => {
    expect(of({ container_second: 0 })).toMatchObject({ status: 'priced' })
    expect(of({ container_second: 1 })).toMatchObject({
      reason: 'unknown_fee',
      missing: ['container_second'],
    })
  })
})

describe('multipliers', () => {
  const rows = [row('input', '1'), row('output', '10')]
  const fees = [{ model: '*', fee: 'web_search', each: '0.01' }]
  const weights = [
    { id: 'extended_context', multiplier: '3.5', when: { prompt_tokens_above: 100_000 } },
    { id: 'reasoning', multiplier: '2.0', when: { feature: 'reasoning' } },
    { id: 'tool_use', multiplier: '1.5', when: { feature: 'tools' } },
  ]
  const usage = usageOf({ input: 100_000, output: 10_000 }, { web_search: 5 })
  const features = ['reasoning', 'tools']

  it('only the highest weight applies, on tokens and not on fees', () => {
    expect(linesOf(rate(bookOf({ rows, fees, weights }), contextOf({ features }), usage))).toEqual([
      ['input', '0.1'],
      ['output', '0.1'],
      ['web_search', '0.05'],
      ['weight reasoning', '0.2'],
    ])
  })

  it('all that apply multiply where the book says so', () => {
    const book = bookOf({ rows, fees, weights, weights_rule: 'product' })
    expect(linesOf(rate(book, contextOf({ features }), usage)).slice(3)).toEqual([
      ['weight reasoning', '0.2'],
      ['weight tool_use', '0.2'],
    ])
  })

  it('promotions multiply everything, after weights', () => {
    const promotions = [
      {
        id: 'spring',
        multiplier: '0.5',
        from: '2026-10-01T00:00:00Z',
        until: '2026-12-01T00:00:00Z',
      },
      {
        id: 'pro',
        multiplier: '0.9',
        from: '2026-10-01T00:00:00Z',
        until: '2026-12-01T00:00:00Z',
        plans: ['pro'],
      },
    ]
    const book = bookOf({ rows, fees, weights, promotions })
    const context = contextOf({ features: ['reasoning'], plan: 'pro' })
    const rating = rate(book, context, usage)
    expect(linesOf(rating).slice(3)).toEqual([
      ['weight reasoning', '0.2'],
      ['promotion spring', '-0.225'],
      ['promotion pro', '-0.0225'],
    ])
    expect(totalOf(rating)).toBe('0.2025')
    expect(linesOf(rate(book, contextOf({ plan: 'max' }), usage)).at(-1)).toEqual([
      'promotion spring',
      '-0.125',
    ])
  })

  it('a promotion is in force from its beginning up to, and not at, its end', () => {
    const promotions = [
      { id: 'day', multiplier: '0.5', from: '2026-10-01T00:00:00Z', until: '2026-10-02T00:00:00Z' },
    ]
    const book = bookOf({ rows, promotions })
    const totalAt = (time: string) =>
      totalOf(rate(book, contextOf({ eventAt: at(time) }), usageOf({ input: million })))
    expect(totalAt('2026-09-30T23:59:59.999Z')).toBe('1')
    expect(totalAt('2026-10-01T00:00:00Z')).toBe('0.5')
    expect(totalAt('2026-10-01T23:59:59.999Z')).toBe('0.5')
    expect(totalAt('2026-10-02T00:00:00Z')).toBe('1')
  })
})

describe('calls of several models', () => {
  const book = bookOf({
    rows: [
      row('input', '1'),
      row('output', '10'),
      row('input', '100', undefined, 'big'),
      row('output', '1000', undefined, 'big'),
      row('input', '500', { prompt_tokens_above: 1_000 }, 'big'),
    ],
    weights: [{ id: 'reasoning', multiplier: '2', when: { feature: 'reasoning' } }],
    promotions: [
      {
        id: 'big',
        multiplier: '0.5',
        from: '2026-01-01T00:00:00Z',
        until: '2027-01-01T00:00:00Z',
        models: ['big'],
      },
    ],
  })
  const parts = [{ model: 'big', usage: usageOf({ input: 1_000, output: 100 }) }]
  const main = usageOf({ input: 50_000, output: 1_000 })

  it('each part is priced at its own rows and its own band', () => {
    const rating = rateCall(book, contextOf({ features: ['reasoning'] }), { usage: main, parts })
    expect(linesOf(rating)).toEqual([
      ['input', '0.05'],
      ['output', '0.01'],
      ['input', '0.1'],
      ['output', '0.1'],
      ['weight reasoning', '0.26'],
      ['promotion big', '-0.2'],
    ])
    expect(priced(rating)).toMatchObject({ model: MODEL, band: null })
    expect(priced(rating).lines.map((line) => 'model' in line && line.model)).toEqual([
      MODEL,
      MODEL,
      'big',
      'big',
      false,
      false,
    ])
  })

  it('one part without a price leaves the whole call unpriced', () => {
    const strange = [{ model: 'strange', usage: usageOf({ input: 1 }) }]
    expect(rateCall(book, contextOf(), { usage: main, parts: strange })).toEqual({
      status: 'unpriced',
      reason: 'unknown_model',
      missing: ['strange'],
    })
  })

  it('a part without a model is the serving model’s', () => {
    const own = [{ model: null, usage: usageOf({ input: million }) }]
    expect(totalOf(rateCall(book, contextOf(), { usage: main, parts: own }))).toBe('1.06')
  })
})
