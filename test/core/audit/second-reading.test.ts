import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type Stated, takeApart } from '../../../src/core/audit/apart.ts'
import { read, usageOf } from '../../../src/core/audit/reading.ts'
import { type Dialect, normalise, type TokenKind } from '../../../src/core/usage/index.ts'
import { PAID_TOOLS } from '../usage/fixtures.ts'

/*
 * The audit reads for itself what a provider reports. What is consistent comes out as it went in, part by part; where
 * counts contradict each other the least of them is taken, and that is said (DESIGN §4, usage).
 */

type Parts = Readonly<Partial<Record<TokenKind, number>>>

const some = (parts: Parts): Parts =>
  Object.fromEntries(Object.entries(parts).filter(([, count]) => count > 0))

const sumOf = (...counts: readonly (number | undefined)[]): number =>
  counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)

const openAi =
  (prompt: string, completion: string) =>
  (own: Parts): unknown => ({
    [`${prompt}_tokens`]: sumOf(own.input, own.cache_read, own.cache_write),
    [`${completion}_tokens`]: sumOf(own.output, own.reasoning, own.output_audio),
    total_tokens: sumOf(...Object.values(own)),
    [`${prompt}_tokens_details`]: {
      cached_tokens: own.cache_read,
      cache_write_tokens: own.cache_write,
    },
    [`${completion}_tokens_details`]: {
      reasoning_tokens: own.reasoning,
      audio_tokens: own.output_audio,
    },
  })

/** How a provider words a call that used these parts. */
const WORDED: readonly (readonly [Dialect, readonly TokenKind[], (own: Parts) => unknown])[] = [
  [
    'anthropic',
    ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'],
    (own) => ({
      input_tokens: own.input,
      cache_read_input_tokens: own.cache_read,
      cache_creation_input_tokens: sumOf(own.cache_write_5m, own.cache_write_1h),
      cache_creation: {
        ephemeral_5m_input_tokens: own.cache_write_5m,
        ephemeral_1h_input_tokens: own.cache_write_1h,
      },
      output_tokens: sumOf(own.output, own.reasoning),
      output_tokens_details: { thinking_tokens: own.reasoning },
    }),
  ],
  [
    'openai_chat',
    ['input', 'cache_read', 'cache_write', 'output', 'reasoning', 'output_audio'],
    openAi('prompt', 'completion'),
  ],
  [
    'openai_responses',
    ['input', 'cache_read', 'cache_write', 'output', 'reasoning', 'output_audio'],
    openAi('input', 'output'),
  ],
  [
    'gemini',
    ['input', 'cache_read', 'output', 'reasoning'],
    (own) => ({
      promptTokenCount: sumOf(own.input, own.cache_read),
      cachedContentTokenCount: own.cache_read,
      candidatesTokenCount: own.output,
      thoughtsTokenCount: own.reasoning,
      totalTokenCount: sumOf(...Object.values(own)),
    }),
  ],
  [
    'otel',
    ['input', 'cache_read', 'cache_write', 'output', 'reasoning'],
    (own) => ({
      'gen_ai.usage.input_tokens': sumOf(own.input, own.cache_read, own.cache_write),
      'gen_ai.usage.cache_read.input_tokens': own.cache_read,
      'gen_ai.usage.cache_creation.input_tokens': own.cache_write,
      'gen_ai.usage.output_tokens': sumOf(own.output, own.reasoning),
      'gen_ai.usage.reasoning.output_tokens': own.reasoning,
    }),
  ],
  [
    'ai_sdk',
    ['input', 'cache_read', 'cache_write', 'output', 'reasoning'],
    (own) => ({
      inputTokens: sumOf(own.input, own.cache_read, own.cache_write),
      inputTokenDetails: {
        noCacheTokens: own.input,
        cacheReadTokens: own.cache_read,
        cacheWriteTokens: own.cache_write,
      },
      outputTokens: sumOf(own.output, own.reasoning),
      outputTokenDetails: { textTokens: own.output, reasoningTokens: own.reasoning },
      totalTokens: sumOf(...Object.values(own)),
    }),
  ],
]

describe.each(WORDED)('%s', (dialect, kinds, wordsOf) => {
  const parts = fc.record(
    Object.fromEntries(kinds.map((kind) => [kind, fc.integer({ min: 1, max: 90_000 })])),
  ) as fc.Arbitrary<Parts>

  test('comes out part by part as it went in, by the meter and by the audit', () => {
    fc.assert(
      fc.property(parts, (own) => {
        const raw = wordsOf(own)
        const reading = read(dialect, raw)
        expect(some(reading?.tokens ?? {})).toEqual(own)
        expect(reading?.sound).toBe(true)
        expect(reading?.compound).toBe(false)
        const prompt = Object.entries(own).filter(([kind]) => /^(input|cache)/.test(kind))
        expect(reading?.prompt).toBe(sumOf(...prompt.map(([, count]) => count)))
        expect(reading?.stated.read).toBe(own.cache_read)
        expect(some(normalise(dialect, raw).usage?.tokens ?? {})).toEqual(own)
      }),
    )
  })
})

describe('counts that include one another', () => {
  const apart = (stated: Stated) => {
    const { quantities, contradictory } = takeApart(stated)
    return [quantities, contradictory ? 'contradictory' : 'sound']
  }

  it.each<[string, Stated, Parts, string]>([
    ['that add up', { prompt: 10, written: 5, total: 15 }, { input: 10, output: 5 }, 'sound'],
    ['without a total', { prompt: 10, written: 5 }, { input: 10, output: 5 }, 'sound'],
    [
      'below the total',
      { prompt: 10, written: 5, total: 16 },
      { input: 10, output: 5 },
      'contradictory',
    ],
    ['the prompt alone', { prompt: 10, total: 20 }, { input: 10 }, 'sound'],
    ['the output alone', { written: 5, total: 20 }, { output: 5 }, 'sound'],
    ['an output above the total', { written: 5, total: 3 }, { output: 3 }, 'contradictory'],
    ['a prompt above the total', { prompt: 5, total: 3 }, { input: 3 }, 'contradictory'],
    [
      'of which the output gives way first',
      { prompt: 10, written: 5, total: 12 },
      { input: 10, output: 2 },
      'contradictory',
    ],
    [
      'of which the output gives way whole',
      { prompt: 10, written: 5, total: 10 },
      { input: 10, output: 0 },
      'contradictory',
    ],
    [
      'of which the prompt does not fit',
      { prompt: 10, written: 5, total: 7 },
      { input: 2, output: 5 },
      'contradictory',
    ],
    [
      'of which only the output fits',
      { prompt: 10, written: 5, total: 5 },
      { input: 0, output: 5 },
      'contradictory',
    ],
    [
      'of which neither fits',
      { prompt: 10, written: 5, total: 4 },
      { input: 4, output: 0 },
      'contradictory',
    ],
  ])('%s', (_what, stated, quantities, how) => {
    expect(apart(stated)).toEqual([quantities, how])
  })

  it.each<[string, Omit<Stated, 'prompt'>, Parts, string]>([
    ['a part from the cache', { cached: 3 }, { input: 7, cache_read: 3 }, 'sound'],
    ['all from the cache', { cached: 10 }, { input: 0, cache_read: 10 }, 'sound'],
    ['nothing from the cache', { cached: 0 }, { input: 10, cache_read: 0 }, 'sound'],
    [
      'more from the cache than there is',
      { cached: 11 },
      { input: 0, cache_read: 10 },
      'contradictory',
    ],
    [
      'read and written',
      { cached: 4, cacheWrites: 6 },
      { input: 0, cache_read: 4, cache_write: 6 },
      'sound',
    ],
    [
      'more written than is left',
      { cached: 4, cacheWrites: 7 },
      { input: 6, cache_read: 4, cache_write: 0 },
      'contradictory',
    ],
    ['the rest said too', { cached: 4, uncached: 6 }, { input: 6, cache_read: 4 }, 'sound'],
    ['less of a rest', { cached: 4, uncached: 5 }, { input: 5, cache_read: 4 }, 'contradictory'],
    ['more of a rest', { cached: 4, uncached: 7 }, { input: 6, cache_read: 4 }, 'contradictory'],
    ['speech', { audio: 4 }, { input: 6, input_audio: 4 }, 'sound'],
    ['no speech', { audio: 0 }, { input: 10, input_audio: 0 }, 'sound'],
    [
      'speech and pictures',
      { audio: 6, image: 4 },
      { input: 0, input_audio: 6, input_image: 4 },
      'sound',
    ],
    [
      'more speech and pictures than there is',
      { audio: 6, image: 5 },
      { input: 10, input_audio: 0, input_image: 0 },
      'sound',
    ],
    [
      'speech that may have been cached',
      { audio: 4, cached: 1 },
      { input: 6, cache_read: 1, input_audio: 3 },
      'sound',
    ],
    [
      'speech that may all have been cached',
      { audio: 4, cached: 5 },
      { input: 5, cache_read: 5, input_audio: 0 },
      'sound',
    ],
    [
      'speech that may have been written to the cache',
      { audio: 4, cacheWrites: 1 },
      { input: 6, cache_write: 1, input_audio: 3 },
      'sound',
    ],
    [
      'speech that was not cached',
      { audio: 4, cached: 3, cachedAudio: 0 },
      { input: 3, cache_read: 3, input_audio: 4 },
      'sound',
    ],
    [
      'speech of which some was cached',
      { audio: 4, cached: 3, cachedAudio: 1 },
      { input: 4, cache_read: 3, input_audio: 3 },
      'sound',
    ],
    [
      'speech of which more was cached than there is',
      { audio: 4, cached: 3, cachedAudio: 9 },
      { input: 7, cache_read: 3, input_audio: 0 },
      'sound',
    ],
    [
      'pictures of which some were cached',
      { image: 4, cached: 3, cachedImage: 1 },
      { input: 4, cache_read: 3, input_image: 3 },
      'sound',
    ],
  ])('a prompt of ten with %s', (_what, stated, quantities, how) => {
    expect(apart({ prompt: 10, ...stated })).toEqual([quantities, how])
  })

  it('of a prompt that is not said are taken as they are', () => {
    const stated = { uncached: 3, cached: 2, cacheWrites: 1, text: 7, reasoning: 4 }
    const quantities = { input: 3, cache_read: 2, cache_write: 1, output: 7, reasoning: 4 }
    expect(apart(stated)).toEqual([quantities, 'sound'])
  })

  it.each<[string, Omit<Stated, 'written'>, Parts, string]>([
    ['thoughts', { reasoning: 4 }, { output: 6, reasoning: 4 }, 'sound'],
    ['nothing but thoughts', { reasoning: 10 }, { output: 0, reasoning: 10 }, 'sound'],
    [
      'more thoughts than there is',
      { reasoning: 11 },
      { output: 10, reasoning: 0 },
      'contradictory',
    ],
    [
      'speech and pictures',
      { audioOut: 3, imageOut: 2 },
      { output: 5, output_audio: 3, output_image: 2 },
      'sound',
    ],
    [
      'all of it told apart',
      { audioOut: 3, imageOut: 2, reasoning: 5 },
      { output: 0, reasoning: 5, output_audio: 3, output_image: 2 },
      'sound',
    ],
    [
      'more speech than is left',
      { audioOut: 4, imageOut: 2, reasoning: 5 },
      { output: 5, reasoning: 5, output_audio: 0, output_image: 0 },
      'contradictory',
    ],
    ['its text said too', { text: 4, reasoning: 6 }, { output: 4, reasoning: 6 }, 'sound'],
    ['less text', { text: 3, reasoning: 6 }, { output: 3, reasoning: 6 }, 'contradictory'],
    ['more text', { text: 5, reasoning: 6 }, { output: 4, reasoning: 6 }, 'contradictory'],
  ])('an output of ten with %s', (_what, stated, quantities, how) => {
    expect(apart({ written: 10, ...stated })).toEqual([quantities, how])
  })
})

describe('the cache writes of Anthropic', () => {
  const writes = (stated: number | undefined, short?: number, long?: number) => {
    const reading = read('anthropic', {
      input_tokens: 1,
      cache_creation_input_tokens: stated,
      cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long },
    })
    const { cache_write, cache_write_5m, cache_write_1h } = reading?.tokens ?? {}
    return [cache_write, cache_write_5m, cache_write_1h, reading?.sound]
  }

  it.each([
    ['not split', [50], [50, undefined, undefined, true]],
    ['none', [undefined], [0, undefined, undefined, true]],
    ['split', [50, 30, 20], [undefined, 30, 20, true]],
    ['split, without their sum', [undefined, 30, 20], [undefined, 30, 20, true]],
    ['split into less than their sum', [60, 30, 20], [undefined, 30, 20, false]],
    ['split into more, the dearer is cut first', [40, 30, 20], [undefined, 30, 10, false]],
    ['split into much more, both are cut', [20, 30, 20], [undefined, 20, 0, false]],
    ['of which only the short ones are told', [50, 30], [20, 30, 0, true]],
    ['of which all are short', [30, 30], [undefined, 30, 0, true]],
    ['of which only the long ones are told', [50, undefined, 20], [30, 0, 20, true]],
  ] as const)('%s', (_what, [stated, short, long], expected) => {
    expect(writes(stated, short, long)).toEqual(expected)
  })

  it('thoughts that are more than the output are none', () => {
    const thought = (count: number) =>
      read('anthropic', {
        output_tokens: 10,
        output_tokens_details: { thinking_tokens: count },
      })
    expect(thought(10)).toMatchObject({ tokens: { output: 0, reasoning: 10 }, sound: true })
    expect(thought(11)).toMatchObject({ tokens: { output: 10, reasoning: 0 }, sound: false })
  })
})

describe('a count', () => {
  const counted = (value: unknown) => read('openai_chat', { prompt_tokens: value })?.prompt ?? null

  it.each<[unknown, number | null]>([
    [7, 7],
    [0, 0],
    ['12', 12],
    ['123456789', 123_456_789],
    ['1234567890123456', null],
    [1_000_000_000, 1_000_000_000],
    [1_000_000_001, null],
    ['4294967295', null],
    ['12x', null],
    ['x12', null],
    ['', null],
    [-1, null],
    [1.5, null],
    [null, null],
  ])('%j is %j', (value, count) => {
    expect(counted(value)).toBe(count)
  })

  it('under several names is the lowest', () => {
    const named = (first: number, second: number) =>
      read('otel', {
        'gen_ai.usage.input_tokens': first,
        'gen_ai.usage.prompt_tokens': second,
      })?.prompt
    expect([named(10, 8), named(8, 10)]).toEqual([8, 8])
  })

  it('in several places is their sum', () => {
    const own = { promptTokenCount: 10, toolUsePromptTokenCount: 7 }
    expect(read('gemini', own)?.prompt).toBe(17)
  })

  it('is found under its whole name before it is looked for within', () => {
    const nested = { gen_ai: { usage: { input_tokens: 5, output_tokens: 2 } } }
    expect(read('otel', nested)?.tokens).toEqual({ input: 5, output: 2 })
    expect(read('otel', { ...nested, 'gen_ai.usage.input_tokens': 9 })?.tokens.input).toBe(9)
  })
})

describe('a report', () => {
  it('is the usage of an answer, or stands bare', () => {
    expect(usageOf('openai_chat', { usage: { prompt_tokens: 1 } })).toEqual({ prompt_tokens: 1 })
    expect(usageOf('openai_chat', { prompt_tokens: 1 })).toEqual({ prompt_tokens: 1 })
    expect(usageOf('gemini', { usageMetadata: { promptTokenCount: 1 } })).toEqual({
      promptTokenCount: 1,
    })
    expect(usageOf('otel', { attributes: { a: 1 } })).toEqual({ a: 1 })
    for (const none of [{ usage: null }, { usage: [1] }, null, 'usage', [1]])
      expect(usageOf('openai_chat', none)).toBeNull()
  })

  it('that says nothing is none', () => {
    expect(read('openai_chat', { model: 'm' })).toBeNull()
    expect(read('anthropic', { output_tokens_details: { thinking_tokens: 4 } })).toBeNull()
    expect(read('openai_chat', { total_tokens: 3 })).toMatchObject({ prompt: null, sound: true })
  })

  it.each<[Dialect, object]>([
    ['openai_chat', { completion_tokens: 3 }],
    ['openai_chat', { prompt_tokens_details: { cached_tokens: 3 } }],
    ['openai_chat', { prompt_tokens_details: { cache_write_tokens: 3 } }],
    ['anthropic', { cache_creation: { ephemeral_5m_input_tokens: 3 } }],
    ['anthropic', { cache_creation: { ephemeral_1h_input_tokens: 3 } }],
    ['anthropic', { server_tool_use: { web_search_requests: 3 } }],
  ])('of %s that says %j alone is one', (dialect, raw) => {
    expect(read(dialect, raw)).not.toBeNull()
  })

  it('keeps beside its parts what was stated of the cache and of media', () => {
    const raw = {
      ...{ prompt_tokens: 100, completion_tokens: 1 },
      prompt_tokens_details: {
        ...{ cached_tokens: 11, cache_write_tokens: 12, audio_tokens: 33, image_tokens: 34 },
      },
    }
    expect(read('openai_chat', raw)?.stated).toEqual({ read: 11, write: 12, audio: 33, image: 34 })
    expect(read('openai_chat', { prompt_tokens: 1 })?.stated).toEqual({
      ...{ read: 0, write: 0, audio: 0, image: 0 },
    })
  })

  it('of Gemini lists its media by modality', () => {
    const list = (...rows: readonly unknown[]) => rows
    const audio = { modality: 'AUDIO', tokenCount: 4 }
    const raw = {
      ...{ promptTokenCount: 50, candidatesTokenCount: 20 },
      promptTokensDetails: list(audio, audio, { modality: 'IMAGE', tokenCount: 5 }, null, 'AUDIO'),
      candidatesTokensDetails: list({ modality: 'AUDIO', tokenCount: 6 }, { modality: 'IMAGE' }),
    }
    expect(read('gemini', raw)?.tokens).toEqual({
      ...{ input: 37, input_audio: 8, input_image: 5 },
      ...{ output: 14, output_audio: 6, output_image: 0 },
    })
    const cached = { cachedContentTokenCount: 3, cacheTokensDetails: [{ ...audio, tokenCount: 2 }] }
    expect(read('gemini', { ...raw, ...cached })?.tokens).toMatchObject({
      ...{ cache_read: 3, input_audio: 6, input_image: 5 },
    })
  })

  it('of several rounds, or of unsaid meaning, cannot be read alone', () => {
    const rounds = (...types: readonly unknown[]) =>
      read('anthropic', { input_tokens: 1, iterations: types.map((type) => ({ type })) })?.compound
    expect([rounds(), rounds('message'), rounds('message', 'compaction')]).toEqual([
      ...[false, false, true],
    ])
    expect(read('anthropic', { input_tokens: 1, iterations: 'compaction' })?.compound).toBe(false)
    expect(read('ai_sdk', { inputTokens: 5, cachedInputTokens: 2 })?.compound).toBe(true)
    expect(read('ai_sdk', { inputTokens: 5 })?.compound).toBe(false)
    const details = { inputTokens: 5, cachedInputTokens: 2, inputTokenDetails: {} }
    expect(read('ai_sdk', details)?.compound).toBe(false)
    expect(read('openai_chat', { prompt_tokens: 5, cachedInputTokens: 2 })?.compound).toBe(false)
  })
})

describe('fees follow the tool calls that an answer reports', () => {
  it('by counts', () => {
    const server_tool_use = {
      web_search_requests: 2,
      web_fetch_requests: 0,
      latency: 7,
      x_requests: -1,
    }
    expect(read('anthropic', { server_tool_use })?.fees).toEqual({
      ...{ web_search: 2, web_fetch: 0, x: 0 },
    })
  })

  it.each(PAID_TOOLS)('by items: %s', (_, output, fees) => {
    expect(read('openai_responses', { output, usage: { input_tokens: 1 } })?.fees).toEqual(fees)
  })

  it('by items: searches that were made, and no other item', () => {
    const search = { type: 'web_search_call' }
    const output = [
      search,
      { ...search, status: 'completed', action: { type: 'search' } },
      { ...search, action: {} },
      { ...search, status: 'failed' },
      { ...search, action: { type: 'open_page' } },
      { type: 'file_search_call' },
      { type: 'function_call' },
      { type: 7 },
      null,
    ]
    expect(read('openai_responses', { output, usage: {} })?.fees).toEqual({
      ...{ web_search: 3, file_search: 1 },
    })
  })
})
