import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { BLOCK_TOKENS, expectedCache, PromptWriter, readTrace } from '../../src/demo/traces.ts'
import { startUpstream, type Upstream } from '../../src/demo/upstream/index.ts'

const mooncake = readTrace('mooncake')
const azure = readTrace('azure')
const total = (numbers: number[]): number => numbers.reduce((sum, number) => sum + number, 0)

describe('reading', () => {
  test('every call of both traces is read', () => {
    expect(mooncake).toHaveLength(3000)
    expect(azure).toHaveLength(19_366)
    expect(azure[0]).toEqual({ index: 0, offsetMs: 0, inputTokens: 374, outputTokens: 44 })
    expect(azure[1]).toMatchObject({ offsetMs: 4315, inputTokens: 396, outputTokens: 109 })
    expect(mooncake[0]).toMatchObject({ offsetMs: 0, inputTokens: 6758, outputTokens: 500 })
    expect(mooncake[0]?.blockIds).toHaveLength(14)
  })

  test('the sums are those of the files', () => {
    expect(total(azure.map((call) => call.inputTokens))).toBe(22_361_870)
    expect(total(azure.map((call) => call.outputTokens))).toBe(4_088_665)
    expect(total(mooncake.map((call) => call.inputTokens))).toBe(40_550_180)
    expect(total(mooncake.map((call) => call.outputTokens))).toBe(1_048_832)
  })

  test('time never runs backwards', () => {
    for (const calls of [azure, mooncake]) {
      let before = 0
      for (const call of calls) {
        expect(call.offsetMs).toBeGreaterThanOrEqual(before)
        before = call.offsetMs
      }
    }
  })

  test('the blocks of a call cover its prompt', () => {
    for (const call of mooncake) {
      expect(call.blockIds).toHaveLength(Math.ceil(call.inputTokens / BLOCK_TOKENS))
    }
  })
})

describe('writing prompts', () => {
  test('a prompt has four bytes for each token, and names its blocks', () => {
    const writer = new PromptWriter()
    for (const call of [...mooncake.slice(0, 300), ...azure.slice(0, 300)]) {
      const { blocks, rest } = writer.textOf(call)
      expect(Buffer.byteLength(blocks.join('') + rest)).toBe(call.inputTokens * 4)
      for (const [index, block] of blocks.entries()) {
        expect(block).toHaveLength(2048)
        expect(block.startsWith(`[block ${call.blockIds?.[index]}] `)).toBe(true)
      }
    }
  })

  test('a block is the same text for every writer, kept or made anew', () => {
    const roomy = new PromptWriter()
    const narrow = new PromptWriter(3)
    for (const call of mooncake.slice(0, 50))
      expect(narrow.stringOf(call)).toBe(roomy.stringOf(call))
  })

  test('the cache mark is on the last whole block', () => {
    const call = mooncake[0] as (typeof mooncake)[number]
    const content = new PromptWriter().contentOf(call, '1h')
    expect(content).toHaveLength(14)
    const marked = content.flatMap((block, index) => (block.cache_control ? [index] : []))
    expect(marked).toEqual([12])
    expect(content[12]?.cache_control).toEqual({ type: 'ephemeral', ttl: '1h' })
    const { cache_control, ...bare } =
      new PromptWriter().contentOf(azure[0] as typeof call)[0] ?? {}
    expect(cache_control).toBeUndefined()
    expect(bare).toMatchObject({ type: 'text' })
  })
})

describe('replayed against the simulator', () => {
  let upstream: Upstream
  beforeAll(async () => {
    upstream = await startUpstream({ seed: 1 })
  })
  beforeEach(() => upstream.reset())
  afterAll(() => upstream.stop())
  const calls = mooncake.slice(0, 250)
  const truth = expectedCache(calls)

  test('Anthropic: reads, writes and input are those of the record', async () => {
    const client = new Anthropic({ apiKey: 'k', baseURL: upstream.url })
    const writer = new PromptWriter()
    for (const [index, call] of calls.entries()) {
      const content = writer.contentOf(call)
      const { usage } = await client.messages.create(
        { model: 'm', max_tokens: 8192, messages: [{ role: 'user', content }] },
        { headers: { 'x-sim-output-tokens': String(call.outputTokens) } },
      )
      const { read = 0, written = 0 } = truth[index] ?? {}
      expect(usage.cache_read_input_tokens).toBe(read)
      expect(usage.cache_creation_input_tokens).toBe(written)
      expect(usage.input_tokens).toBe(call.inputTokens - read - written)
      expect(usage.output_tokens).toBe(call.outputTokens)
    }
    expect(total(truth.map(({ read }) => read))).toBeGreaterThan(0)
    expect(upstream.stats().bill.usage.cache_read_tokens).toBe(total(truth.map(({ read }) => read)))
  })

  test('OpenAI: cached tokens are those of the record', async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: `${upstream.url}/v1` })
    const writer = new PromptWriter()
    for (const [index, call] of calls.entries()) {
      const messages = [{ role: 'user' as const, content: writer.stringOf(call) }]
      const { usage } = await client.chat.completions.create({ model: 'm', messages })
      expect(usage?.prompt_tokens).toBe(call.inputTokens)
      expect(usage?.prompt_tokens_details?.cached_tokens).toBe(truth[index]?.read)
    }
  })

  test('the other trace keeps its counts as well', async () => {
    const client = new Anthropic({ apiKey: 'k', baseURL: upstream.url })
    const writer = new PromptWriter()
    for (const call of azure.slice(0, 100)) {
      const { usage } = await client.messages
        .stream(
          {
            ...{ model: 'm', max_tokens: 8192 },
            messages: [{ role: 'user', content: writer.contentOf(call) }],
          },
          { headers: { 'x-sim-output-tokens': String(call.outputTokens) } },
        )
        .finalMessage()
      expect(usage).toMatchObject({
        input_tokens: call.inputTokens,
        output_tokens: call.outputTokens,
      })
    }
  })
})
