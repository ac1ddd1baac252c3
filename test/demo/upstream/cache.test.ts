import type Anthropic from '@anthropic-ai/sdk'
import { describe, expect, test } from 'vitest'
import { message, useClients } from './clients.ts'

const clients = useClients()
const BLOCK_TOKENS = 512

type Mark = '5m' | '1h' | undefined
const block = (name: string, mark?: Mark): Anthropic.TextBlockParam => ({
  type: 'text',
  text: `[${name}] `.padEnd(BLOCK_TOKENS * 4, '.'),
  ...(mark ? { cache_control: { type: 'ephemeral', ttl: mark } } : {}),
})

async function usageOf(...content: Anthropic.TextBlockParam[]): Promise<Anthropic.Usage> {
  const call = { ...message, messages: [{ role: 'user' as const, content }] }
  const answer = await clients.anthropic.messages.create(call)
  const counted = await clients.anthropic.messages.countTokens(withoutCap(call))
  const { usage } = answer
  const parts = [
    usage.input_tokens,
    usage.cache_read_input_tokens ?? 0,
    usage.cache_creation_input_tokens ?? 0,
  ]
  // Whatever the cache did, the three parts are the prompt.
  expect(parts.reduce((total, part) => total + part, 0)).toBe(counted.input_tokens)
  const split = usage.cache_creation
  expect((split?.ephemeral_5m_input_tokens ?? 0) + (split?.ephemeral_1h_input_tokens ?? 0)).toBe(
    usage.cache_creation_input_tokens,
  )
  return usage
}

function withoutCap(
  call: Anthropic.MessageCreateParamsNonStreaming,
): Anthropic.MessageCountTokensParams {
  return { model: call.model, messages: call.messages }
}

describe('Anthropic: marked prefixes', () => {
  test('without a mark nothing is cached, however often it is sent', async () => {
    for (let time = 0; time < 2; time += 1) {
      const usage = await usageOf(block('a'), block('b'))
      expect(usage.input_tokens).toBe(1024)
      expect(usage.cache_read_input_tokens).toBe(0)
    }
  })

  test('a marked prefix is written once and read from then on', async () => {
    const first = await usageOf(block('a'), block('b', '5m'), block('question'))
    expect(first).toMatchObject({ input_tokens: 512, cache_creation_input_tokens: 1024 })
    const second = await usageOf(block('a'), block('b', '5m'), block('other question'))
    expect(second).toMatchObject({
      input_tokens: 512,
      cache_read_input_tokens: 1024,
      cache_creation_input_tokens: 0,
    })
  })

  test('a longer prefix reads the known part and writes the rest', async () => {
    await usageOf(block('a', '5m'))
    const usage = await usageOf(block('a'), block('b'), block('c', '1h'))
    expect(usage).toMatchObject({ input_tokens: 0, cache_read_input_tokens: 512 })
    expect(usage.cache_creation).toEqual({
      ephemeral_5m_input_tokens: 0,
      ephemeral_1h_input_tokens: 1024,
    })
  })

  test('a prefix is a prefix: the same blocks behind another start are new', async () => {
    await usageOf(block('a'), block('b', '5m'))
    const usage = await usageOf(block('x'), block('b', '5m'))
    expect(usage).toMatchObject({ cache_read_input_tokens: 0, cache_creation_input_tokens: 1024 })
  })

  test('each stretch is written with the lifetime of the mark that ends it', async () => {
    const usage = await usageOf(block('a', '1h'), block('b'), block('c', '5m'), block('d'))
    expect(usage.input_tokens).toBe(512)
    expect(usage.cache_creation).toEqual({
      ephemeral_5m_input_tokens: 1024,
      ephemeral_1h_input_tokens: 512,
    })
  })

  test('models do not share a cache', async () => {
    await usageOf(block('a', '5m'))
    const content = [block('a', '5m')]
    const call = { ...message, messages: [{ role: 'user' as const, content }] }
    const answer = await clients.anthropic.messages.create({ ...call, model: 'claude-opus-5.5' })
    expect(answer.usage.cache_read_input_tokens).toBe(0)
  })

  test('blocks of odd sizes still add up to the prompt', async () => {
    const odd = (length: number, mark?: Mark) => ({
      ...block('odd', mark),
      text: 'é'.repeat(length),
    })
    await usageOf(odd(333, '5m'), odd(77))
    const usage = await usageOf(odd(333), odd(501, '1h'), odd(77))
    expect(usage.cache_read_input_tokens).toBe(Math.ceil(666 / 4))
  })

  test('the bill splits the prompt as the answer does', async () => {
    await usageOf(block('a', '1h'))
    await usageOf(block('a', '1h'), block('b', '5m'), block('c'))
    const line = clients.upstream.bill().lines.at(-1)
    expect(line?.usage).toMatchObject({
      input_tokens: 512,
      cache_read_tokens: 512,
      cache_write_5m_tokens: 512,
      cache_write_1h_tokens: 0,
    })
  })
})

describe('OpenAI: the automatic cache', () => {
  const text = (...names: string[]): string => names.map((name) => block(name).text).join('')
  const cachedOf = async (content: string, model = 'gpt-5.5') => {
    const messages = [{ role: 'user' as const, content }]
    const { usage } = await clients.openai.chat.completions.create({ model, messages })
    return usage?.prompt_tokens_details
  }

  test('whole 512-token chunks seen before are cached; the prompt includes them', async () => {
    expect((await cachedOf(text('a', 'b')))?.cached_tokens).toBe(0)
    expect((await cachedOf(text('a', 'b', 'c')))?.cached_tokens).toBe(1024)
    expect((await cachedOf(text('a', 'x', 'c')))?.cached_tokens).toBe(512)
    const { lines } = clients.upstream.bill()
    expect(lines[1]?.usage).toMatchObject({ input_tokens: 512, cache_read_tokens: 1024 })
  })

  test('where the prompt is cut into messages makes no difference', async () => {
    await cachedOf(text('a', 'b'))
    const whole = text('a', 'b')
    const messages = [
      { role: 'system' as const, content: whole.slice(0, 700) },
      { role: 'user' as const, content: whole.slice(700) },
    ]
    const call = { model: 'gpt-5.5', messages }
    const { usage } = await clients.openai.chat.completions.create(call)
    expect(usage?.prompt_tokens_details?.cached_tokens).toBe(1024)
  })

  test('newer models bill what they write to the cache', async () => {
    const first = await cachedOf(text('a', 'b', 'c'), 'gpt-6.1-sol')
    expect(first).toMatchObject({ cached_tokens: 0, cache_write_tokens: 1536 })
    const second = await cachedOf(text('a', 'b', 'd'), 'gpt-6.1-sol')
    expect(second).toMatchObject({ cached_tokens: 1024, cache_write_tokens: 512 })
    const line = clients.upstream.bill().lines.at(-1)
    expect(line?.usage).toMatchObject({ input_tokens: 0, cache_write_tokens: 512 })
  })

  test('responses share the rule', async () => {
    const call = { model: 'gpt-5.5', input: text('a', 'b') }
    await clients.openai.responses.create(call)
    const { usage } = await clients.openai.responses.create(call)
    expect(usage?.input_tokens_details.cached_tokens).toBe(1024)
  })
})
