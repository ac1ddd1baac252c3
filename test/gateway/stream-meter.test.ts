import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAccumulator, type StreamDialect } from '../../src/core/usage/index.ts'
import { withoutUsage } from '../../src/gateway/dialects/openai/strip-usage.ts'
import { StreamMeter } from '../../src/gateway/stream-meter.ts'

const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constant('{"a":"b"}'))

const anthropicDelta = (own: string) =>
  fc.constantFrom(
    { type: 'text_delta', text: own },
    { type: 'thinking_delta', thinking: own },
    { type: 'input_json_delta', partial_json: own },
    { type: 'signature_delta', signature: own },
  )

/** Events as each dialect writes them, text and all. */
const EVENTS: Record<StreamDialect, (own: string) => fc.Arbitrary<object>> = {
  anthropic: (own) =>
    anthropicDelta(own).map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
  openai_chat: (own) =>
    fc.constantFrom<object>(
      { choices: [{ index: 0, delta: { content: own }, finish_reason: null }], usage: null },
      { choices: [{ index: 0, delta: { content: own }, logprobs: null, finish_reason: null }] },
      { choices: [{ index: 0, delta: { role: 'assistant', content: own }, finish_reason: null }] },
      { choices: [{ index: 0, delta: { refusal: own }, finish_reason: null }] },
      {
        choices: [
          { index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: own } }] } },
        ],
      },
      { choices: [{ delta: { content: 'a' } }, { delta: { content: own }, finish_reason: null }] },
    ),
  openai_responses: (own) =>
    fc.constantFrom<object>(
      { type: 'response.output_text.delta', item_id: 'i', delta: own, obfuscation: 'xxxxxxx' },
      { type: 'response.output_text.done', text: own },
      { type: 'response.refusal.delta', delta: own },
      { type: 'response.function_call_arguments.delta', delta: own },
    ),
}

test.each(Object.keys(EVENTS) as StreamDialect[])(
  '%s: measuring text where it stands gives what parsing it gives',
  (dialect) => {
    const events = fc.array(text.chain(EVENTS[dialect]), { maxLength: 12 })
    fc.assert(
      fc.property(events, (all) => {
        const meter = new StreamMeter(dialect, {})
        const parsed = createAccumulator(dialect)
        for (const event of all) {
          const data = JSON.stringify(event)
          meter.push({ data: Buffer.from(data).toString('latin1'), event: undefined, raw: '' })
          parsed.push({ data: event })
        }
        const [seen, expected] = [meter.snapshot(), parsed.snapshot()]
        expect(seen.outputStarted).toBe(expected.outputStarted)
        // two sums, each rounded down
        const difference =
          expected.deliveredOutputTokensEstimate - seen.deliveredOutputTokensEstimate
        expect([0, 1]).toContain(difference)
        expect(seen.finished).toBe(expected.finished)
      }),
    )
  },
)

const raw = (data: string) => withoutUsage({ data, event: undefined, raw: `data: ${data}\n\n` })

test.each([
  [
    '{"id":"a","choices":[{"delta":{"content":"x"}}],"usage":null}',
    '{"id":"a","choices":[{"delta":{"content":"x"}}]}',
  ],
  ['{"id":"a", "choices": [], "usage": null, "p": 1}', '{"id":"a", "choices": [], "p": 1}'],
  ['{"usage": null, "id":"a"}', '{"id":"a"}'],
  // the words of an answer are not ours to touch
  ['{"choices":[{"delta":{"content":"\\"choices\\":[],\\"usage\\":null"}}]}', null],
  [
    '{"choices":[{"delta":{"content":",\\"usage\\":null"}}],"usage":null}',
    '{"choices":[{"delta":{"content":",\\"usage\\":null"}}]}',
  ],
  // usage that the provider sends unasked, beside an answer
  ['{"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":1}}', null],
  ['[DONE]', null],
])('usage is taken out of %s', (data, expected) => {
  expect(raw(data)).toBe(`data: ${expected ?? data}\n\n`)
})

test('the chunk that only carries usage is left out whole', () => {
  expect(raw('{"id":"a","choices":[],"usage":{"prompt_tokens":1}}')).toBe('')
  expect(withoutUsage({ data: null, event: undefined, raw: ': ping\n\n' })).toBe(': ping\n\n')
})
