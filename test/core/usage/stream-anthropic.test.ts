import { describe, expect, it } from 'vitest'
import { createAccumulator, type StreamSnapshot } from '../../../src/core/usage/index.ts'
import { usageIn } from './fixtures.ts'

const start = (usage: unknown) => ({
  type: 'message_start',
  message: { id: 'msg_1', model: 'claude-opus-5.5', content: [], usage },
})
const text = (value: string) => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: value },
})
const delta = (usage: unknown, stop: string | null = null) => ({
  type: 'message_delta',
  delta: { stop_reason: stop },
  usage,
})
const stop = { type: 'message_stop' }

function read(...events: unknown[]): StreamSnapshot {
  const accumulator = createAccumulator('anthropic')
  for (const data of events) accumulator.push({ data })
  return accumulator.snapshot()
}

const STARTED = {
  input_tokens: 50,
  cache_read_input_tokens: 2400,
  cache_creation_input_tokens: 120,
  cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 20 },
  output_tokens: 4,
  service_tier: 'standard',
  speed: 'fast',
  inference_geo: 'us',
}

describe('Anthropic stream', () => {
  it('usage is cumulative: two deltas of 10 and 25 are 25', () => {
    const { call } = read(
      start(STARTED),
      delta({ output_tokens: 10 }),
      delta({ output_tokens: 25 }),
    )
    expect(usageIn(call).tokens).toEqual({
      input: 50,
      cache_read: 2400,
      cache_write_5m: 100,
      cache_write_1h: 20,
      output: 25,
    })
  })

  it('keeps split, tier, speed and region of the start; null changes nothing', () => {
    const nulls = {
      input_tokens: null,
      cache_creation_input_tokens: null,
      cache_read_input_tokens: null,
      output_tokens: 9,
    }
    const { call } = read(start(STARTED), delta(nulls, 'end_turn'), stop)
    expect(call).toMatchObject({ tier: 'standard', speed: 'fast', region: 'us' })
    expect(usageIn(call).tokens).toMatchObject({ input: 50, cache_write_1h: 20, output: 9 })
  })

  it('a later field replaces, even when it is lower', () => {
    const { call } = read(
      start({ input_tokens: 3000, output_tokens: 0 }),
      delta({ input_tokens: 86, cache_read_input_tokens: 2900, output_tokens: 12 }),
    )
    expect(usageIn(call).tokens).toEqual({ input: 86, cache_read: 2900, output: 12 })
  })

  it('the placeholder of the start is no output', () => {
    const snapshot = read(start(STARTED), text('Hello there'))
    expect(usageIn(snapshot.call).tokens).not.toHaveProperty('output')
    expect(snapshot).toMatchObject({ finished: false, outputStarted: true, stopReason: null })
    expect(snapshot.deliveredOutputTokensEstimate).toBe(2)
    expect(snapshot.rawUsage).toMatchObject({ output_tokens: 4 })
  })

  it('the end is message_stop', () => {
    const before = read(start(STARTED), text('x'), delta({ output_tokens: 3 }, 'end_turn'))
    expect(before).toMatchObject({ finished: false, stopReason: 'end_turn', messageId: 'msg_1' })
    expect(read(start(STARTED), stop).finished).toBe(true)
  })

  it('a refusal before any output', () => {
    const snapshot = read(start(STARTED), delta({ output_tokens: 1 }, 'refusal'), stop)
    expect(snapshot).toMatchObject({ refusal: true, outputStarted: false, finished: true })
  })

  it('an error inside the stream', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
    expect(read(start(STARTED), text('x'), error)).toMatchObject({
      error: { type: 'overloaded_error', message: 'Overloaded' },
      finished: false,
      outputStarted: true,
    })
  })

  it.each([
    [
      'thinking',
      { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'Hm' } },
    ],
    ['tool input', { type: 'content_block_delta', delta: { partial_json: '{"a":1}' } }],
    ['a tool without input', { type: 'content_block_start', content_block: { type: 'tool_use' } }],
  ])('%s is output', (_, event) => {
    expect(read(start(STARTED), event).outputStarted).toBe(true)
  })

  it.each([
    ['ping', { type: 'ping' }],
    ['an empty block', { type: 'content_block_start', content_block: { type: 'text', text: '' } }],
    ['a signature', { type: 'content_block_delta', delta: { signature: 'abc' } }],
    ['a fallback mark', { type: 'content_block_start', content_block: { type: 'fallback' } }],
    ['rubbish', 'event'],
    ['an unknown event', { type: 'content_block_shine', delta: { words: 'x' } }],
  ])('%s is not', (_, event) => {
    expect(read(start(STARTED), event).outputStarted).toBe(false)
  })

  it('notes zero output after text', () => {
    const { call } = read(
      start(STARTED),
      text('Hello'),
      delta({ output_tokens: 0 }, 'end_turn'),
      stop,
    )
    expect(usageIn(call).flags).toEqual(['zero_reported_with_output'])
  })

  it('without usage it has none', () => {
    expect(read(start(undefined), text('Hello'), stop).call.usage).toBeNull()
    expect(read().call.usage).toBeNull()
  })

  it('reads iterations of the last delta', () => {
    const iterations = [
      { type: 'message', model: 'claude-fable-5.2', input_tokens: 40, output_tokens: 7 },
      { type: 'fallback_message', model: 'claude-opus-5', input_tokens: 50, output_tokens: 9 },
    ]
    const { call } = read(start(STARTED), delta({ output_tokens: 9, iterations }, 'end_turn'), stop)
    expect(call.model).toBe('claude-opus-5')
    expect(call.parts).toMatchObject([{ model: 'claude-fable-5.2' }])
  })

  it('a snapshot does not move when the stream goes on', () => {
    const accumulator = createAccumulator('anthropic')
    accumulator.push({ data: start(STARTED) })
    accumulator.push({ data: delta({ output_tokens: 10 }) })
    const early = accumulator.snapshot()
    accumulator.push({ data: delta({ output_tokens: 99 }) })
    expect(usageIn(early.call).tokens.output).toBe(10)
    expect(early.rawUsage).toMatchObject({ output_tokens: 10 })
  })
})
