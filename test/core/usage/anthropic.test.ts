import { describe, expect, it } from 'vitest'
import { normalise } from '../../../src/core/usage/index.ts'
import { type Row, usageIn } from './fixtures.ts'

const split = (short: unknown, long: unknown) => ({
  ephemeral_5m_input_tokens: short,
  ephemeral_1h_input_tokens: long,
})

const ROWS: readonly Row[] = [
  [
    'input excludes cache: four disjoint quantities',
    {
      input_tokens: 3,
      cache_creation_input_tokens: 12304,
      cache_read_input_tokens: 0,
      output_tokens: 550,
    },
    { input: 3, cache_read: 0, cache_write: 12304, output: 550 },
    [],
  ],
  [
    'the split by lifetime makes two kinds',
    { cache_creation_input_tokens: 30, cache_creation: split(10, 20), output_tokens: 1 },
    { cache_write_5m: 10, cache_write_1h: 20, output: 1 },
    [],
  ],
  [
    'the split alone is enough',
    { cache_creation: split(10, 20) },
    { cache_write_5m: 10, cache_write_1h: 20 },
    [],
  ],
  [
    'a split above its total: the dearer hour gives way first',
    { cache_creation_input_tokens: 25, cache_creation: split(10, 20) },
    { cache_write_5m: 10, cache_write_1h: 15 },
    ['identity_broken'],
  ],
  [
    'a split far above its total',
    { cache_creation_input_tokens: 4, cache_creation: split(10, 20) },
    { cache_write_5m: 4, cache_write_1h: 0 },
    ['identity_broken'],
  ],
  [
    'a split below its total is the lower reading',
    { cache_creation_input_tokens: 100, cache_creation: split(10, 20) },
    { cache_write_5m: 10, cache_write_1h: 20 },
    ['identity_broken'],
  ],
  [
    'half a split: the rest has no stated lifetime',
    { cache_creation_input_tokens: 100, cache_creation: split(10, null) },
    { cache_write_5m: 10, cache_write: 90 },
    [],
  ],
  [
    'thinking is part of the output',
    { output_tokens: 100, output_tokens_details: { thinking_tokens: 60 } },
    { output: 40, reasoning: 60 },
    [],
  ],
  [
    'more thinking than output: all of it is output',
    { output_tokens: 100, output_tokens_details: { thinking_tokens: 101 } },
    { output: 100 },
    ['subset_exceeds_total'],
  ],
  ['zero is not absent', { input_tokens: 0, output_tokens: 0 }, { input: 0, output: 0 }, []],
  [
    'null is absent',
    { input_tokens: 5, output_tokens: null, cache_read_input_tokens: null },
    { input: 5 },
    [],
  ],
  [
    'a malformed count is absent',
    { input_tokens: -5, output_tokens: 7 },
    { output: 7 },
    ['malformed_count'],
  ],
  [
    'a billion is the most: more is malformed',
    { input_tokens: 1_000_000_000, output_tokens: 1_000_000_001 },
    { input: 1_000_000_000 },
    ['malformed_count'],
  ],
  ['a fraction is malformed', { input_tokens: 1.5, output_tokens: '7' }, {}, ['malformed_count']],
]

describe('Anthropic usage', () => {
  it.each(ROWS)('%s', (_, raw, tokens, flags) => {
    const usage = usageIn(normalise('anthropic', raw))
    expect(usage.tokens).toEqual(tokens)
    expect(usage.flags).toEqual(flags)
    expect(usage.estimated).toEqual([])
  })

  it('reads the served model, tier, speed and region, and the counted tools', () => {
    const call = normalise('anthropic', {
      model: 'claude-opus-5.5',
      usage: {
        input_tokens: 1,
        output_tokens: 2,
        service_tier: 'batch',
        speed: 'fast',
        inference_geo: 'us',
        server_tool_use: { web_search_requests: 2, web_fetch_requests: 0, note: 'x' },
      },
    })
    expect(call).toMatchObject({
      model: 'claude-opus-5.5',
      tier: 'batch',
      speed: 'fast',
      region: 'us',
    })
    expect(usageIn(call).fees).toEqual({ web_search: 2, web_fetch: 0 })
  })

  it('missing usage is null, whatever the rest says', () => {
    for (const raw of [
      null,
      3,
      'x',
      [],
      {},
      { model: 'm' },
      { model: 'm', usage: null },
      { usage: {} },
    ])
      expect(normalise('anthropic', raw).usage).toBeNull()
  })

  it('notes zero output where text was delivered', () => {
    const raw = {
      content: [{ type: 'text', text: 'Hello' }],
      usage: { input_tokens: 1, output_tokens: 0 },
    }
    expect(usageIn(normalise('anthropic', raw)).flags).toEqual(['zero_reported_with_output'])
    const empty = { ...raw, content: [] }
    expect(usageIn(normalise('anthropic', empty)).flags).toEqual([])
  })
})

const entry = (type: string, model: string | null, input: number, output: number) => ({
  type,
  model,
  input_tokens: input,
  output_tokens: output,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
})
const withIterations = (model: string, input: number, output: number, iterations: unknown[]) =>
  normalise('anthropic', {
    model,
    usage: {
      input_tokens: input,
      output_tokens: output,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 0,
      iterations,
    },
  })

describe('Anthropic iterations', () => {
  it('a refused attempt without output is not billed, the fallback is the top level', () => {
    const call = withIterations('claude-opus-4.8', 412, 264, [
      entry('message', 'claude-fable-5', 408, 0),
      entry('fallback_message', 'claude-opus-4.8', 412, 264),
    ])
    expect(call.model).toBe('claude-opus-4.8')
    expect(usageIn(call).tokens).toMatchObject({ input: 412, output: 264 })
    expect(call.parts).toEqual([])
    expect(usageIn(call).flags).toEqual([])
  })

  it('a declined hop that wrote is a part at its own model', () => {
    const call = withIterations('claude-opus-4.8', 412, 264, [
      entry('message', 'claude-fable-5', 408, 30),
      entry('fallback_message', 'claude-opus-4.8', 412, 264),
    ])
    expect(call.parts).toMatchObject([
      { model: 'claude-fable-5', usage: { tokens: { input: 408, output: 30 } } },
    ])
    expect(usageIn(call).tokens).toMatchObject({ input: 412, output: 264 })
    expect(usageIn(call).flags).toEqual(['multiple_models'])
  })

  it('compaction is not in the top level: it is added, at the serving model', () => {
    const call = withIterations('claude-opus-5.5', 100, 50, [
      entry('compaction', null, 5000, 700),
      entry('message', null, 100, 50),
    ])
    expect(usageIn(call).tokens).toMatchObject({ input: 100, output: 50 })
    expect(call.parts).toMatchObject([
      { model: 'claude-opus-5.5', usage: { tokens: { input: 5000, output: 700 } } },
    ])
    expect(usageIn(call).flags).toEqual([])
  })

  it('an advisor is a part at its own model', () => {
    const call = withIterations('claude-haiku-5.5', 100, 50, [
      entry('message', null, 100, 50),
      entry('advisor_message', 'claude-opus-5.5', 823, 1612),
    ])
    expect(call.parts).toMatchObject([
      { model: 'claude-opus-5.5', usage: { tokens: { input: 823, output: 1612 } } },
    ])
    expect(usageIn(call).flags).toEqual(['multiple_models'])
  })

  it('tool-loop turns of the serving model are the top level already', () => {
    const call = withIterations('claude-opus-5.5', 300, 90, [
      entry('message', 'claude-opus-5.5-20261001', 100, 40),
      entry('message', null, 200, 50),
    ])
    expect(call.parts).toEqual([])
    expect(usageIn(call).tokens).toMatchObject({ input: 300, output: 90 })
  })

  it('a top level that contains the extra entries is not charged for them twice', () => {
    const call = withIterations('claude-haiku-5.5', 923, 1662, [
      entry('message', null, 100, 50),
      entry('advisor_message', 'claude-opus-5.5', 823, 1612),
    ])
    expect(usageIn(call).tokens).toMatchObject({ input: 100, output: 50 })
    expect(call.parts).toHaveLength(1)
    expect(usageIn(call).flags).toEqual(['multiple_models', 'identity_broken'])
  })
})
