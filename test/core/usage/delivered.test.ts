import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createAccumulator,
  deliveredUsage,
  outputTokens,
  promptTokens,
  type StreamDialect,
  type StreamSnapshot,
} from '../../../src/core/usage/index.ts'
import { utf8Bytes } from '../../../src/core/usage/stream.ts'
import { usageIn } from './fixtures.ts'

function read(dialect: StreamDialect, events: readonly unknown[]): StreamSnapshot {
  const accumulator = createAccumulator(dialect)
  for (const data of events) accumulator.push({ data })
  return accumulator.snapshot()
}

const start = {
  type: 'message_start',
  message: { model: 'claude-opus-5.5', usage: { input_tokens: 900, output_tokens: 4 } },
}
const text = (value: string) => ({ type: 'content_block_delta', delta: { text: value } })
const delta = (output: number) => ({
  type: 'message_delta',
  delta: { stop_reason: null },
  usage: { output_tokens: output },
})
const stop = { type: 'message_stop' }
const words = 'a'.repeat(800)

describe('usage of a stream that the caller left', () => {
  it('cut before any count: the prompt once, the output by a low estimate', () => {
    const call = deliveredUsage(read('anthropic', [start, text(words)]))
    expect(call.usage).toEqual({
      tokens: { input: 900, output: 200 },
      fees: {},
      estimated: ['output'],
      flags: ['estimated'],
    })
    expect(call.model).toBe('claude-opus-5.5')
  })

  it('what a block begins with was delivered as well', () => {
    const block = (own: object) => ({ type: 'content_block_start', content_block: own })
    const begun = [
      block({ type: 'text', text: words }),
      block({ type: 'thinking', thinking: words }),
    ]
    for (const one of begun)
      expect(usageIn(deliveredUsage(read('anthropic', [start, one]))).tokens.output).toBe(200)
    const empty = block({ type: 'text', text: '' })
    expect(usageIn(deliveredUsage(read('anthropic', [start, empty]))).tokens.output).toBe(0)
  })

  it('a real count below the estimate is the output', () => {
    const call = deliveredUsage(read('anthropic', [start, text(words), delta(150)]))
    expect(usageIn(call)).toMatchObject({
      tokens: { input: 900, output: 150 },
      estimated: [],
      flags: [],
    })
  })

  it('a real count above it is not: hidden tokens were not delivered', () => {
    const call = deliveredUsage(read('anthropic', [start, text(words), delta(5000)]))
    expect(usageIn(call)).toMatchObject({ tokens: { output: 200 }, estimated: ['output'] })
  })

  it('what was drained after the abort is the platform’s cost', () => {
    const events = [start, text(words)]
    const drained = read('anthropic', [...events, text(words), delta(3000), stop])
    const call = deliveredUsage(read('anthropic', events), { drained })
    expect(usageIn(call)).toMatchObject({ tokens: { input: 900, output: 200 } })
  })

  it('a drained stream gives the prompt that only comes at its end', () => {
    const chunk = (content: string) => ({ choices: [{ index: 0, delta: { content } }] })
    const end = { choices: [], usage: { prompt_tokens: 70, completion_tokens: 300 } }
    const atAbort = read('openai_chat', [chunk(words)])
    const drained = read('openai_chat', [chunk(words), chunk(words), end, '[DONE]'])
    expect(usageIn(deliveredUsage(atAbort, { drained }))).toMatchObject({
      tokens: { input: 70, output: 200 },
      estimated: ['output'],
    })
    expect(usageIn(deliveredUsage(atAbort, { promptTokensEstimate: 64 }))).toMatchObject({
      tokens: { input: 64, output: 200 },
      estimated: ['input', 'output'],
      flags: ['estimated'],
    })
    expect(usageIn(deliveredUsage(atAbort)).tokens).toEqual({ output: 200 })
  })

  it('a finished stream is billed as reported', () => {
    const snapshot = read('anthropic', [start, text('Hi'), delta(40), stop])
    expect(deliveredUsage(snapshot)).toEqual(snapshot.call)
  })

  it('nothing sent and nothing reported is unknown, not zero', () => {
    expect(deliveredUsage(read('openai_chat', [])).usage).toBeNull()
  })

  it('never more than was reported, nor than was sent', () => {
    const sent = fc.string({ unit: 'grapheme', maxLength: 80 })
    fc.assert(
      fc.property(fc.array(sent), fc.option(fc.nat({ max: 400 })), (parts, reported) => {
        const events: unknown[] = [start, ...parts.map(text)]
        if (reported !== null) events.push(delta(reported))
        const usage = usageIn(deliveredUsage(read('anthropic', events)))
        const bytes = Buffer.byteLength(parts.join(''))
        expect(outputTokens(usage)).toBeLessThanOrEqual(Math.floor(bytes / 4))
        if (reported !== null) expect(outputTokens(usage)).toBeLessThanOrEqual(reported)
        expect(promptTokens(usage)).toBe(900)
      }),
    )
  })

  it('counts the bytes of UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        expect(utf8Bytes(value)).toBe(Buffer.byteLength(value))
      }),
    )
  })
})
