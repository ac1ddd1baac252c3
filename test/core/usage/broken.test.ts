import { describe, expect, test } from 'vitest'
import { auditCharges } from '../../../src/core/audit/index.ts'
import {
  createAccumulator,
  type Dialect,
  type NormalisedCall,
  normalise,
  type StreamDialect,
} from '../../../src/core/usage/index.ts'
import { AT, bookOf, callOf, chargeOf } from '../../support/audit/vector-records.ts'
import { type Broken, brokenOnes } from '../../support/core/broken.ts'
import { digest, OfRecord } from '../../support/core/of-record.ts'
import { show } from '../../support/core/render.ts'

/*
 * What a provider reports may be broken in any place: it is read all the same, never upward, by the meter and by the
 * audit, which reads for itself. The record says how.
 */

const record = new OfRecord(new URL('readings.json', import.meta.url))

const OPENAI_CHAT = {
  model: 'model',
  service_tier: 'flex',
  usage: {
    ...{ prompt_tokens: 3_000, completion_tokens: 700, total_tokens: 3_700 },
    prompt_tokens_details: { cached_tokens: 1_000, cache_write_tokens: 200, audio_tokens: 50 },
    completion_tokens_details: { reasoning_tokens: 300, audio_tokens: 20 },
  },
}
const ANTHROPIC = {
  ...{ input_tokens: 90, cache_read_input_tokens: 30, output_tokens: 15 },
  ...{ cache_creation_input_tokens: 50, service_tier: 'priority', inference_geo: 'us' },
  cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 20 },
  server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
  output_tokens_details: { thinking_tokens: 4 },
  iterations: [
    { type: 'message', input_tokens: 40, output_tokens: 5, cache_read_input_tokens: 10 },
    { type: 'compaction', input_tokens: 50, output_tokens: 10, cache_read_input_tokens: 20 },
  ],
}

const USAGES: readonly (readonly [Dialect, unknown])[] = [
  ['openai_chat', OPENAI_CHAT.usage],
  ['anthropic', ANTHROPIC],
  [
    'openai_responses',
    {
      output: [
        { type: 'web_search_call', action: { type: 'search' } },
        { type: 'file_search_call' },
        { type: 'code_interpreter_call', container_id: 'c' },
        { type: 'function_call' },
      ],
      usage: {
        ...{ input_tokens: 3_000, output_tokens: 700, total_tokens: 3_700 },
        input_tokens_details: { cached_tokens: 1_000, cache_write_tokens: 200 },
        output_tokens_details: { reasoning_tokens: 300 },
      },
    },
  ],
  [
    'gemini',
    {
      ...{ promptTokenCount: 3_000, cachedContentTokenCount: 1_000, candidatesTokenCount: 400 },
      ...{ thoughtsTokenCount: 300, toolUsePromptTokenCount: 70, totalTokenCount: 3_770 },
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 2_900 },
        { modality: 'AUDIO', tokenCount: 60 },
        { modality: 'IMAGE', tokenCount: 40 },
      ],
      candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 400 }],
    },
  ],
  [
    'otel',
    {
      'gen_ai.usage.input_tokens': 3_000,
      'gen_ai.usage.output_tokens': 700,
      'gen_ai.usage.cache_read.input_tokens': 1_000,
      'gen_ai.usage.cache_creation.input_tokens': 200,
      'gen_ai.usage.reasoning.output_tokens': 300,
    },
  ],
  [
    'ai_sdk',
    {
      ...{ inputTokens: 3_000, outputTokens: 700, totalTokens: 3_700 },
      ...{ cachedInputTokens: 1_000, reasoningTokens: 300 },
      inputTokenDetails: { noCacheTokens: 1_800, cacheReadTokens: 1_000, cacheWriteTokens: 200 },
      outputTokenDetails: { textTokens: 400, reasoningTokens: 300 },
    },
  ],
]

/** What it comes to in words, and all of it as a digest. */
const brief = ({ usage, parts }: NormalisedCall): string => {
  const tokens = Object.entries(usage?.tokens ?? {}).map(([kind, count]) => `${kind} ${count}`)
  return `${usage ? tokens.join(', ') : 'absent'} #${digest([usage, parts])}`
}

const PRICES = {
  ...{ input: '3', cache_read: '0.3', cache_write: '3.7', output: '15', reasoning: '14' },
  ...{ input_audio: '40', output_audio: '80', input_image: '5', output_image: '30' },
  ...{ cache_write_5m: '3.75', cache_write_1h: '6' },
}
const BOOKS = [{ document: bookOf(PRICES, 'model'), publishedAt: null }]

/** What the audit makes of a bill for it that is a little too high. */
function audited(dialect: Dialect, usage: unknown): string {
  const call = callOf({ at: AT, dialect, model: 'model', usage })
  const [found] = auditCharges({ charges: [chargeOf('0.02')], calls: [call], books: BOOKS })
  return found ? `${found.rule} ${found.expected} #${digest(found.evidence)}` : 'right'
}

function told(all: readonly Broken[], say: (document: unknown) => string): Record<string, string> {
  const sayings = new Map<string, string[]>()
  for (const { how, document } of all) {
    const saying = say(document)
    sayings.set(saying, [...(sayings.get(saying) ?? []), how])
  }
  return Object.fromEntries([...sayings].map(([saying, hows]) => [hows.join(', '), saying]))
}

describe.each(USAGES)('usage of %s', (dialect, usage) => {
  const all = brokenOnes(usage)
  const places = [...new Set(all.map(({ at }) => at))]

  test('is read whole', () => {
    record.expectSame(`${dialect}, whole`, [
      brief(normalise(dialect, usage)),
      audited(dialect, usage),
    ])
  })

  test.each(places)('in which %s is broken, is read', (place) => {
    const own = all.filter(({ at }) => at === place)
    for (const { document } of own)
      for (const count of Object.values(normalise(dialect, document).usage?.tokens ?? {}))
        expect(Number.isSafeInteger(count) && count >= 0).toBe(true)
    record.expectSame(`${dialect} ${place}`, {
      meter: told(own, (document) => brief(normalise(dialect, document))),
      audit: told(own, (document) => audited(dialect, document)),
    })
  })
})

const STREAMS: readonly (readonly [StreamDialect, readonly object[]])[] = [
  [
    'anthropic',
    [
      {
        type: 'message_start',
        message: { id: 'm', model: 'model', usage: { ...ANTHROPIC, output_tokens: 1 } },
      },
      { type: 'content_block_start', content_block: { type: 'tool_use', name: 'tool' } },
      {
        type: 'content_block_delta',
        delta: { type: 'text_delta', text: 'Hello there, all of you' },
      },
      { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'Now then' } },
      { type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: '{"a":1}' } },
      { type: 'message_delta', delta: { stop_reason: 'refusal' }, usage: { output_tokens: 15 } },
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      { type: 'message_stop' },
    ],
  ],
  [
    'openai_chat',
    [
      { id: 'c', model: 'model', choices: [{ delta: { content: 'Hello there, all of you' } }] },
      { id: 'c', choices: [{ delta: { reasoning_content: 'Now then' } }] },
      { id: 'c', choices: [{ delta: { refusal: 'I will not' } }] },
      {
        id: 'c',
        choices: [{ delta: { tool_calls: [{ function: { name: 'f', arguments: '{}' } }] } }],
      },
      { id: 'c', choices: [{ delta: {}, finish_reason: 'stop' }] },
      { error: { code: 'server_error', message: 'No' } },
      { id: 'c', choices: [], ...OPENAI_CHAT },
    ],
  ],
  [
    'openai_responses',
    [
      { type: 'response.created', response: { id: 'r', model: 'model', service_tier: 'auto' } },
      { type: 'response.output_item.added', item: { type: 'function_call', name: 'f' } },
      { type: 'response.output_text.delta', delta: 'Hello there, all of you' },
      { type: 'response.reasoning_text.delta', delta: 'Now then' },
      { type: 'response.refusal.delta', delta: 'I will not' },
      { type: 'response.function_call_arguments.delta', delta: '{"a":1}' },
      { type: 'error', code: 'server_error', message: 'No' },
      {
        type: 'response.incomplete',
        response: {
          ...{ id: 'r', model: 'model', service_tier: 'flex', status: 'incomplete' },
          incomplete_details: { reason: 'content_filter' },
          output: [{ type: 'web_search_call' }],
          usage: { input_tokens: 3_000, output_tokens: 700, total_tokens: 3_700 },
        },
      },
    ],
  ],
]

describe.each(STREAMS)('a stream of %s', (dialect, events) => {
  const seen = (own: readonly unknown[]): string => {
    const accumulator = createAccumulator(dialect)
    const snapshots = own.map((data) => {
      accumulator.push({ event: (data as { type?: string } | null)?.type, data })
      return show(accumulator.snapshot())
    })
    return snapshots.at(-1) ?? ''
  }

  test('says after each event what it has said so far', () => {
    const all = events.map((_, index) => JSON.parse(seen(events.slice(0, index + 1))))
    record.expectSame(`${dialect} stream`, all)
  })

  test.each(events.map((_, index) => index))('whose event %i is broken, is read on', (index) => {
    const all = brokenOnes(events[index])
    record.expectSame(
      `${dialect} stream, event ${index}`,
      all.map(({ at: place, how, document }) => {
        const snapshot = seen(events.map((event, at) => (at === index ? document : event)))
        return `${place} ${how} #${digest(snapshot)}`
      }),
    )
  })
})
