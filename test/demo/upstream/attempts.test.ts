import Anthropic from '@anthropic-ai/sdk'
import { describe, expect, test } from 'vitest'
import type { BillLine } from '../../../src/demo/upstream/index.ts'
import { chat, eventually, message, onlyLine, sim, useClients } from './clients.ts'

const clients = useClients()

const brief = (lines: readonly BillLine[]) =>
  lines.map(({ call, attempt, retry_count, status, billed }) => ({
    ...{ call, attempt, retry_count, status, billed },
  }))

describe('retries: both SDKs try three times', () => {
  test.each([
    ['rate_limit', 429],
    ['overloaded', 529],
    ['server_error', 500],
  ] as const)('%s twice, then an answer: billed once', async (fault, status) => {
    const asked = sim({ fault, 'fault-times': 2, call: 'c-1', 'retry-after': '0.01' })
    const answer = await clients.anthropic.messages.create(message, asked)
    expect(answer.stop_reason).toBe('end_turn')
    expect(brief(clients.upstream.bill().lines)).toEqual([
      { call: 'c-1', attempt: 1, retry_count: 0, status, billed: false },
      { call: 'c-1', attempt: 2, retry_count: 1, status, billed: false },
      { call: 'c-1', attempt: 3, retry_count: 2, status: 200, billed: true },
    ])
    expect(clients.upstream.stats().retries).toBe(2)
  })

  test('the OpenAI SDK does the same', async () => {
    const asked = sim({ fault: 'overloaded', 'fault-times': 2, call: 'c', 'retry-after': '0.01' })
    const answer = await clients.openai.chat.completions.create(chat, asked)
    expect(answer.choices).toHaveLength(1)
    const { lines } = clients.upstream.bill()
    expect(lines.map((line) => line.retry_count)).toEqual([0, 1, 2])
    expect(lines.map((line) => line.billed)).toEqual([false, false, true])
  })

  test('a broken connection is tried again', async () => {
    const asked = sim({ fault: 'connection_reset', 'fault-times': 1, call: 'c-2' })
    const answer = await clients.anthropic.messages.create(message, asked)
    expect(answer.type).toBe('message')
    expect(clients.upstream.bill().lines.map((line) => line.status)).toEqual([0, 200])
  })

  test('when every attempt fails the error comes through after the third', async () => {
    const asked = sim({ fault: 'rate_limit', call: 'c-3', 'retry-after': '0.01' })
    const failed = clients.anthropic.messages.create(message, asked)
    await expect(failed).rejects.toBeInstanceOf(Anthropic.RateLimitError)
    expect(clients.upstream.bill().lines).toHaveLength(3)
  })

  test('a bad request is not tried again', async () => {
    const failed = clients.anthropic.messages.create(message, sim({ fault: 'bad_request' }))
    await expect(failed).rejects.toBeInstanceOf(Anthropic.BadRequestError)
    expect(clients.upstream.bill().lines).toHaveLength(1)
  })

  test('calls are counted apart', async () => {
    for (const call of ['one', 'two']) {
      const asked = sim({ fault: 'server_error', 'fault-times': 1, call, 'retry-after': '0.01' })
      await clients.anthropic.messages.create(message, asked)
    }
    expect(clients.upstream.bill().lines.map((line) => line.attempt)).toEqual([1, 2, 1, 2])
  })
})

describe('clients that leave', () => {
  const long = sim({ 'output-tokens': 900, 'chunk-tokens': 2, 'chunk-delay-ms': 5 })

  test('an aborted stream stops the generation and is billed as far as it came', async () => {
    const stream = await clients.anthropic.messages.create({ ...message, stream: true }, long)
    let deltas = 0
    for await (const event of stream) {
      if (event.type === 'content_block_delta') deltas += 1
      if (deltas === 5) break
    }
    const { upstream } = clients
    await eventually(() => upstream.stats().aborted === 1)
    const line = onlyLine(upstream)
    expect(line).toMatchObject({ outcome: 'client_aborted', billed: true, status: 200 })
    expect(line.usage.output_tokens).toBeGreaterThanOrEqual(10)
    expect(line.usage.output_tokens).toBeLessThan(900)
    expect(upstream.stats().generated_tokens).toBe(line.usage.output_tokens)
    await eventually(() => upstream.stats().in_flight === 0)
  })

  test('OpenAI streams are noticed as well', async () => {
    const stream = await clients.openai.chat.completions.create({ ...chat, stream: true }, long)
    for await (const _ of stream) break
    await eventually(() => clients.upstream.stats().aborted === 1)
    expect(onlyLine(clients.upstream).outcome).toBe('client_aborted')
  })

  test('whoever leaves before the first byte of a stream pays for the prompt only', async () => {
    const controller = new AbortController()
    const asked = { ...sim({ 'first-byte-ms': 80 }), signal: controller.signal }
    const stream = clients.anthropic.messages.create({ ...message, stream: true }, asked)
    setTimeout(() => controller.abort(), 20)
    await expect(stream).rejects.toBeInstanceOf(Anthropic.APIUserAbortError)
    const { upstream } = clients
    await eventually(() => upstream.bill().lines.length === 1)
    const line = onlyLine(upstream)
    expect(line.outcome).toBe('client_aborted')
    expect(line.usage.output_tokens).toBe(0)
    expect(line.usage.input_tokens).toBeGreaterThan(0)
  })

  test('a whole answer is generated and billed although nobody waits for it', async () => {
    const controller = new AbortController()
    const asked = {
      ...sim({ 'first-byte-ms': 80, 'output-tokens': 50 }),
      signal: controller.signal,
    }
    const answer = clients.anthropic.messages.create(message, asked)
    setTimeout(() => controller.abort(), 20)
    await expect(answer).rejects.toBeInstanceOf(Anthropic.APIUserAbortError)
    const { upstream } = clients
    await eventually(() => upstream.bill().lines.length === 1)
    expect(onlyLine(upstream)).toMatchObject({ outcome: 'client_aborted', billed: true })
    expect(onlyLine(upstream).usage.output_tokens).toBe(50)
  })
})
