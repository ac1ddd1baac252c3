import { expect } from 'vitest'
import {
  createAccumulator,
  type NormalisedCall,
  type StreamDialect,
  type StreamEvent,
} from '../../src/core/usage/index.ts'
import { type Fields, registerShape, type Vector } from './shapes.ts'

function read(dialect: StreamDialect, events: readonly StreamEvent[]): NormalisedCall {
  const accumulator = createAccumulator(dialect)
  for (const event of events) accumulator.push(event)
  return accumulator.snapshot().call
}

function checkUsage(vector: Vector, call: NormalisedCall): void {
  const tokens: Fields = call.usage?.tokens ?? {}
  expect(tokens).toEqual(vector.expect.usage)
  for (const [kind, wrong] of Object.entries(vector.observed_wrong ?? {}))
    expect(tokens[kind] ?? 0).not.toBe(wrong)
}

/** The wire form of a row's event: usage is inside the message at the start, beside it later. */
const anthropicEvent = ({ event, usage }: Fields): StreamEvent => ({
  event,
  data:
    event === 'message_start'
      ? { type: event, message: { id: 'msg_1', model: 'model', usage } }
      : { type: event, delta: { stop_reason: null }, usage },
})

registerShape(
  'stream of Anthropic events',
  ({ given }) => Array.isArray(given.sse) && given.sse[0]?.event === 'message_start',
  (vector) => checkUsage(vector, read('anthropic', vector.given.sse.map(anthropicEvent))),
)

registerShape(
  'stream of OpenAI chunks',
  ({ given }) => Array.isArray(given.sse) && given.sse[0]?.choices !== undefined,
  (vector) => {
    const events = vector.given.sse.map((data: unknown) => ({ data }))
    checkUsage(vector, read('openai_chat', events))
  },
)

const CHUNKS = /^(\d+) chunks, usage\.output = 1,2,\.\.\.,\1; input = (\d+) on each$/

registerShape(
  'chunks with cumulative usage',
  ({ given }) => CHUNKS.test(given.chunks ?? ''),
  (vector) => {
    const [, count = '', input = ''] = CHUNKS.exec(vector.given.chunks) ?? []
    const outputs = Array.from({ length: parseInt(count, 10) }, (_, index) => index + 1)
    const prompt = parseInt(input, 10)
    const chat = outputs.map((output) => ({
      data: {
        choices: [{ index: 0, delta: { content: 'word ' }, finish_reason: null }],
        usage: { prompt_tokens: prompt, completion_tokens: output, total_tokens: prompt + output },
      },
    }))
    const messages = outputs.map((output) => ({
      data: { type: 'message_delta', delta: {}, usage: { input_tokens: prompt, output_tokens: output } },
    }))
    checkUsage(vector, read('openai_chat', chat))
    checkUsage(vector, read('anthropic', messages))
  },
)
