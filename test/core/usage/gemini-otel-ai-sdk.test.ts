import { describe, expect, it } from 'vitest'
import { normalise } from '../../../src/core/usage/index.ts'
import { type Row, usageIn } from './fixtures.ts'

const modality = (audio: number, image = 0) => [
  { modality: 'AUDIO', tokenCount: audio },
  { modality: 'IMAGE', tokenCount: image },
  { modality: 'VIDEO', tokenCount: 1 },
]

const GEMINI: readonly Row[] = [
  [
    'thoughts are outside the candidates, the tool prompt outside the prompt',
    {
      promptTokenCount: 100,
      cachedContentTokenCount: 40,
      candidatesTokenCount: 20,
      thoughtsTokenCount: 30,
      toolUsePromptTokenCount: 5,
      totalTokenCount: 155,
    },
    { input: 65, cache_read: 40, output: 20, reasoning: 30 },
    [],
  ],
  [
    'modalities that say how they were cached are exact',
    {
      promptTokenCount: 100,
      cachedContentTokenCount: 40,
      promptTokensDetails: modality(50),
      cacheTokensDetails: modality(30),
      candidatesTokenCount: 20,
      candidatesTokensDetails: modality(0, 8),
    },
    {
      input: 40,
      cache_read: 40,
      input_audio: 20,
      input_image: 0,
      output: 12,
      output_audio: 0,
      output_image: 8,
    },
    [],
  ],
  [
    'a total that leaves thoughts out takes them out',
    {
      promptTokenCount: 100,
      candidatesTokenCount: 20,
      thoughtsTokenCount: 30,
      totalTokenCount: 120,
    },
    { input: 100, output: 20, reasoning: 0 },
    ['identity_broken', 'subset_exceeds_total'],
  ],
]

describe('Gemini usage', () => {
  it.each(GEMINI)('%s', (_, raw, tokens, flags) => {
    const usage = usageIn(normalise('gemini', raw))
    expect(usage.tokens).toEqual(tokens)
    expect(usage.flags).toEqual(flags)
  })

  it.each([
    ['ON_DEMAND', 'on_demand'],
    ['ON_DEMAND_PRIORITY', 'priority'],
    ['PROVISIONED_THROUGHPUT', 'provisioned_throughput'],
    ['TRAFFIC_TYPE_UNSPECIFIED', null],
  ])('traffic type %s is the tier %s', (trafficType, tier) => {
    const call = normalise('gemini', {
      modelVersion: 'gemini-3.1-pro',
      usageMetadata: { promptTokenCount: 1, trafficType },
    })
    expect(call).toMatchObject({ model: 'gemini-3.1-pro', tier })
  })
})

const gen = (own: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(own).map(([name, value]) => [`gen_ai.usage.${name}`, value]))

const OTEL: readonly Row[] = [
  [
    'the input includes what was cached',
    gen({ input_tokens: 130213, cache_read_tokens: 128955, cache_write_tokens: 1253 }),
    { input: 5, cache_read: 128955, cache_write: 1253 },
    [],
  ],
  [
    'newer names',
    gen({
      input_tokens: 100,
      'cache_read.input_tokens': 60,
      'cache_creation.input_tokens': 10,
      output_tokens: 30,
      'reasoning.output_tokens': 20,
    }),
    { input: 30, cache_read: 60, cache_write: 10, output: 10, reasoning: 20 },
    [],
  ],
  [
    'older names, as OTLP writes integers',
    gen({ prompt_tokens: '9', completion_tokens: '2' }),
    { input: 9, output: 2 },
    [],
  ],
  [
    'both generations that disagree: the lower one',
    gen({ prompt_tokens: 10, input_tokens: 9, output_tokens: 2 }),
    { input: 9, output: 2 },
    ['identity_broken'],
  ],
  [
    'more cached than input',
    gen({ input_tokens: 9, 'cache_read.input_tokens': 10 }),
    { input: 0, cache_read: 9 },
    ['subset_exceeds_total'],
  ],
]

describe('OpenTelemetry usage', () => {
  it.each(OTEL)('%s', (_, raw, tokens, flags) => {
    for (const given of [raw, { attributes: raw }]) {
      const usage = usageIn(normalise('otel', given))
      expect(usage.tokens).toEqual(tokens)
      expect(usage.flags).toEqual(flags)
    }
  })

  it('the response’s model stands before the request’s', () => {
    const attributes = {
      'gen_ai.request.model': 'gpt-5.5',
      'gen_ai.response.model': 'gpt-5.5-2026-08-01',
      'gen_ai.openai.response.service_tier': 'flex',
    }
    expect(normalise('otel', { attributes })).toMatchObject({
      model: 'gpt-5.5-2026-08-01',
      tier: 'flex',
      usage: null,
    })
  })
})

const AI_SDK: readonly Row[] = [
  [
    'v6: the details are the parts',
    {
      inputTokens: 100,
      inputTokenDetails: { noCacheTokens: 30, cacheReadTokens: 60, cacheWriteTokens: 10 },
      outputTokens: 22,
      outputTokenDetails: { textTokens: 1, reasoningTokens: 21 },
      totalTokens: 122,
    },
    { input: 30, cache_read: 60, cache_write: 10, output: 1, reasoning: 21 },
    [],
  ],
  [
    'v6: parts below their total are the lower reading',
    {
      inputTokens: 100,
      inputTokenDetails: { noCacheTokens: 20, cacheReadTokens: 60, cacheWriteTokens: 10 },
    },
    { input: 20, cache_read: 60, cache_write: 10 },
    ['identity_broken'],
  ],
  [
    'v5: read as including the cache, the lower reading',
    { inputTokens: 100, cachedInputTokens: 60, outputTokens: 22, reasoningTokens: 21 },
    { input: 40, cache_read: 60, output: 1, reasoning: 21 },
    [],
  ],
  [
    'NaN is no count',
    { inputTokens: Number.NaN, outputTokens: 3 },
    { output: 3 },
    ['malformed_count'],
  ],
]

describe('AI SDK usage', () => {
  it.each(AI_SDK)('%s', (_, raw, tokens, flags) => {
    const usage = usageIn(normalise('ai_sdk', { usage: raw }))
    expect(usage.tokens).toEqual(tokens)
    expect(usage.flags).toEqual(flags)
    expect(normalise('ai_sdk', raw).usage).toEqual(usage)
  })

  it.each([
    ['the answer of the provider', { response: { modelId: 'served' }, modelId: 'asked' }, 'served'],
    ['the result', { modelId: 'asked', model: 'other' }, 'asked'],
    ['its older name', { model: 'other' }, 'other'],
    ['nothing', {}, null],
  ])('the model is named by %s', (_, raw, model) => {
    expect(normalise('ai_sdk', raw).model).toBe(model)
  })

  it('v5 of Anthropic excludes the cache, and says so by its metadata', () => {
    const call = normalise('ai_sdk', {
      response: { modelId: 'claude-opus-5.5' },
      usage: { inputTokens: 100, cachedInputTokens: 600, outputTokens: 5 },
      providerMetadata: { anthropic: { cacheCreationInputTokens: 50 } },
    })
    expect(call.model).toBe('claude-opus-5.5')
    expect(usageIn(call)).toMatchObject({
      tokens: { input: 100, cache_read: 600, cache_write: 50, output: 5 },
      flags: [],
    })
  })
})
