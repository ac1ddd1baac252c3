import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DIALECTS,
  normalise,
  outputTokens,
  promptTokens,
  TOKEN_KINDS,
} from '../../../src/core/usage/index.ts'
import { sumOf } from './fixtures.ts'

const count = fc.nat({ max: 300 })
const maybe = fc.option(count, { nil: undefined })
const anything = fc.oneof(fc.anything(), fc.jsonValue(), fc.constant(null))

/** What a response says, in one dialect's words, and the totals that it states itself. */
interface Case {
  readonly raw: unknown
  readonly prompt: number | undefined
  readonly output: number | undefined
  readonly total: number | undefined
}

const chatCase: fc.Arbitrary<Case> = fc
  .record({
    prompt: maybe,
    output: maybe,
    total: maybe,
    read: maybe,
    write: maybe,
    audio: maybe,
    image: maybe,
    reasoning: maybe,
    spoken: maybe,
  })
  .map(({ prompt, output, total, ...own }) => ({
    prompt,
    output,
    total,
    raw: {
      prompt_tokens: prompt,
      completion_tokens: output,
      total_tokens: total,
      prompt_tokens_details: {
        cached_tokens: own.read,
        cache_write_tokens: own.write,
        audio_tokens: own.audio,
        image_tokens: own.image,
      },
      completion_tokens_details: { reasoning_tokens: own.reasoning, audio_tokens: own.spoken },
    },
  }))

const responsesCase: fc.Arbitrary<Case> = fc
  .record({
    prompt: maybe,
    output: maybe,
    total: maybe,
    read: maybe,
    write: maybe,
    reasoning: maybe,
  })
  .map(({ prompt, output, total, ...own }) => ({
    prompt,
    output,
    total,
    raw: {
      input_tokens: prompt,
      output_tokens: output,
      total_tokens: total,
      input_tokens_details: { cached_tokens: own.read, cache_write_tokens: own.write },
      output_tokens_details: { reasoning_tokens: own.reasoning },
    },
  }))

const geminiCase: fc.Arbitrary<Case> = fc
  .record({
    prompt: count,
    output: count,
    total: maybe,
    read: maybe,
    thoughts: count,
    tools: count,
  })
  .map(({ prompt, output, total, read, thoughts, tools }) => ({
    prompt: prompt + tools,
    output: output + thoughts,
    total,
    raw: {
      promptTokenCount: prompt,
      candidatesTokenCount: output,
      totalTokenCount: total,
      cachedContentTokenCount: read,
      thoughtsTokenCount: thoughts,
      toolUsePromptTokenCount: tools,
    },
  }))

const otelCase: fc.Arbitrary<Case> = fc
  .record({ prompt: maybe, output: maybe, read: maybe, write: maybe, reasoning: maybe })
  .map(({ prompt, output, ...own }) => ({
    prompt,
    output,
    total: undefined,
    raw: {
      'gen_ai.usage.input_tokens': prompt,
      'gen_ai.usage.output_tokens': output,
      'gen_ai.usage.cache_read.input_tokens': own.read,
      'gen_ai.usage.cache_creation.input_tokens': own.write,
      'gen_ai.usage.reasoning.output_tokens': own.reasoning,
    },
  }))

const aiSdkCase: fc.Arbitrary<Case> = fc
  .record({
    prompt: maybe,
    output: maybe,
    total: maybe,
    fresh: maybe,
    read: maybe,
    write: maybe,
    text: maybe,
    reasoning: maybe,
  })
  .map(({ prompt, output, total, ...own }) => ({
    prompt,
    output,
    total,
    raw: {
      inputTokens: prompt,
      outputTokens: output,
      totalTokens: total,
      inputTokenDetails: {
        noCacheTokens: own.fresh,
        cacheReadTokens: own.read,
        cacheWriteTokens: own.write,
      },
      outputTokenDetails: { textTokens: own.text, reasoningTokens: own.reasoning },
    },
  }))

const anthropicCase: fc.Arbitrary<Case> = fc
  .record({
    input: count,
    read: count,
    write: count,
    short: maybe,
    long: maybe,
    output: count,
    thinking: maybe,
  })
  .map(({ input, read, write, short, long, output, thinking }) => ({
    prompt: input + read + write,
    output,
    total: undefined,
    raw: {
      input_tokens: input,
      cache_read_input_tokens: read,
      cache_creation_input_tokens: write,
      cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long },
      output_tokens: output,
      output_tokens_details: { thinking_tokens: thinking },
    },
  }))

const CASES = [
  ['anthropic', anthropicCase],
  ['openai_chat', chatCase],
  ['openai_responses', responsesCase],
  ['gemini', geminiCase],
  ['otel', otelCase],
  ['ai_sdk', aiSdkCase],
] as const

// The sum of the disjoint parts is the provider's total, or the call is flagged and read lower. It is
// never read higher, whatever contradicts whatever.
describe('disjoint parts', () => {
  it.each(CASES)('%s', (dialect, cases) => {
    fc.assert(
      fc.property(cases, ({ raw, prompt, output, total }) => {
        const { usage } = normalise(dialect, raw)
        if (!usage) return
        for (const quantity of Object.values(usage.tokens))
          expect(Number.isSafeInteger(quantity) && quantity >= 0).toBe(true)
        const plain = usage.flags.filter((flag) => flag !== 'modality_overlap').length === 0
        const compare = (sum: number, stated: number | undefined) => {
          if (stated === undefined) return
          if (plain) expect(sum).toBe(stated)
          else expect(sum).toBeLessThanOrEqual(stated)
        }
        compare(promptTokens(usage), prompt)
        compare(outputTokens(usage), output)
        if (prompt !== undefined && output !== undefined) compare(sumOf(usage.tokens), total)
      }),
      { numRuns: 500 },
    )
  })

  it('what is consistent is never flagged', () => {
    fc.assert(
      fc.property(count, count, count, count, count, (fresh, read, write, text, reasoning) => {
        const prompt = fresh + read + write
        const output = text + reasoning
        const { usage } = normalise('openai_chat', {
          prompt_tokens: prompt,
          completion_tokens: output,
          total_tokens: prompt + output,
          prompt_tokens_details: { cached_tokens: read, cache_write_tokens: write },
          completion_tokens_details: { reasoning_tokens: reasoning },
        })
        expect(usage).toEqual({
          tokens: { input: fresh, cache_read: read, cache_write: write, output: text, reasoning },
          fees: {},
          estimated: [],
          flags: [],
        })
      }),
    )
  })
})

describe('rubbish', () => {
  it.each(DIALECTS)('%s: never throws, and invents no quantity', (dialect) => {
    const names = ['usage', 'usageMetadata', 'attributes', 'model', 'content', 'choices', 'output']
    const response = fc.oneof(anything, fc.dictionary(fc.constantFrom(...names), anything))
    fc.assert(
      fc.property(response, (raw) => {
        const { usage } = normalise(dialect, raw)
        for (const kind of Object.keys(usage?.tokens ?? {})) expect(TOKEN_KINDS).toContain(kind)
      }),
      { numRuns: 300 },
    )
  })

  it.each(CASES)('%s: a malformed count is absent and flagged', (dialect, cases) => {
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom(-1, 1.5, Number.NaN, true, 'x', 2 ** 60),
        ({ raw }, bad) => {
          const [name] = Object.keys(raw as object)
          const { usage } = normalise(dialect, { ...(raw as object), [name ?? '']: bad })
          expect(usage?.flags).toContain('malformed_count')
        },
      ),
      { numRuns: 50 },
    )
  })
})
