import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import type { FaultName } from '../../../src/demo/upstream/index.ts'
import { chat, eventually, message, onlyLine, response, sim, useClients } from './clients.ts'

const clients = useClients()
const once = { maxRetries: 0 }
const faulty = (fault: FaultName, more: Record<string, string | number> = {}) => ({
  ...once,
  ...sim({ fault, 'output-tokens': 80, ...more }),
})

const streamMessage = (fault: FaultName, more = {}) =>
  clients.anthropic.messages.stream(message, faulty(fault, more)).finalMessage()
const wholeMessage = (fault: FaultName, more = {}) =>
  clients.anthropic.messages.create(message, faulty(fault, more))

async function events(fault: FaultName): Promise<Anthropic.RawMessageStreamEvent[]> {
  const call = { ...message, stream: true as const }
  const seen: Anthropic.RawMessageStreamEvent[] = []
  for await (const event of await clients.anthropic.messages.create(call, faulty(fault))) {
    seen.push(event)
  }
  return seen
}

async function chunks(fault: FaultName): Promise<OpenAI.ChatCompletionChunk[]> {
  const stream_options = { include_usage: true }
  const call = { ...chat, stream: true as const, stream_options }
  const seen: OpenAI.ChatCompletionChunk[] = []
  for await (const chunk of await clients.openai.chat.completions.create(call, faulty(fault))) {
    seen.push(chunk)
  }
  return seen
}

const spoken = (seen: OpenAI.ChatCompletionChunk[]): string =>
  seen.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')

describe('faults before any output: an error of the SDK, nothing billed', () => {
  test.each([
    ['rate_limit', Anthropic.RateLimitError, OpenAI.RateLimitError],
    ['overloaded', Anthropic.OverloadedError, OpenAI.InternalServerError],
    ['server_error', Anthropic.InternalServerError, OpenAI.InternalServerError],
    ['bad_request', Anthropic.BadRequestError, OpenAI.BadRequestError],
    ['connection_reset', Anthropic.APIConnectionError, OpenAI.APIConnectionError],
  ] as const)('%s', async (fault, anthropicError, openaiError) => {
    const { anthropic, openai, upstream } = clients
    await expect(wholeMessage(fault)).rejects.toBeInstanceOf(anthropicError)
    await expect(streamMessage(fault)).rejects.toBeInstanceOf(anthropicError)
    const completion = openai.chat.completions.create(chat, faulty(fault))
    await expect(completion).rejects.toBeInstanceOf(openaiError)
    const answer = openai.responses.create({ ...response, stream: true }, faulty(fault))
    await expect(answer).rejects.toBeInstanceOf(openaiError)
    const embedding = openai.embeddings.create({ model: 'e', input: 'x' }, faulty(fault))
    await expect(embedding).rejects.toBeInstanceOf(openaiError)
    const count = anthropic.messages.countTokens({ model: 'm', messages: [] }, faulty(fault))
    await expect(count).rejects.toBeInstanceOf(anthropicError)
    const { lines } = upstream.bill()
    expect(lines).toHaveLength(6)
    for (const line of lines) {
      expect(line).toMatchObject({ fault, billed: false, outcome: 'error_before_output' })
      expect(line.usage.input_tokens + line.usage.output_tokens).toBe(0)
    }
    expect(upstream.stats().faults[fault]).toBe(6)
  })

  test('timeout: the client gives up, and the simulator never spoke', async () => {
    const waiting = { ...faulty('timeout'), timeout: 150 }
    const { anthropic, openai, upstream } = clients
    const answer = anthropic.messages.create(message, waiting)
    await expect(answer).rejects.toBeInstanceOf(Anthropic.APIConnectionTimeoutError)
    const completion = openai.chat.completions.create(chat, waiting)
    await expect(completion).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError)
    await eventually(() => upstream.stats().aborted === 2)
    expect(upstream.bill().lines.every((line) => !line.billed)).toBe(true)
  })

  test('error details can be chosen: a spend limit has a code and no retry-after', async () => {
    const more = { 'error-code': 'enforced_spend_limit_reached', 'retry-after': 'none' }
    const error = await wholeMessage('rate_limit', more).catch((reason) => reason)
    expect(error).toBeInstanceOf(Anthropic.RateLimitError)
    expect(error.errorCode).toBe('enforced_spend_limit_reached')
    expect(error.headers.get('retry-after')).toBeNull()
    const usual = await wholeMessage('rate_limit', { 'retry-after': 7 }).catch((reason) => reason)
    expect(usual.headers.get('retry-after')).toBe('7')
    expect(usual.requestID).toBe(clients.upstream.bill().lines[1]?.request_id)
  })
})

describe('faults in the middle of a stream: billed as far as generated', () => {
  test('mid_stream_error is an in-band error in each dialect', async () => {
    const { openai, upstream } = clients
    const error = await streamMessage('mid_stream_error').catch((reason) => reason)
    expect(error).toBeInstanceOf(Anthropic.APIError)
    expect(error).toMatchObject({ status: undefined, type: 'overloaded_error' })
    await expect(chunks('mid_stream_error')).rejects.toBeInstanceOf(OpenAI.APIError)
    const call = { ...response, stream: true as const }
    const seen: OpenAI.Responses.ResponseStreamEvent[] = []
    for await (const event of await openai.responses.create(call, faulty('mid_stream_error'))) {
      seen.push(event)
    }
    expect(seen.slice(-2).map((event) => event.type)).toEqual(['error', 'response.failed'])
    expect(seen.map((event) => event.sequence_number)).toEqual(seen.map((_, index) => index))
    for (const line of upstream.bill().lines) {
      expect(line).toMatchObject({ outcome: 'failed_mid_stream', billed: true, status: 200 })
      expect(line.usage.output_tokens).toBe(24)
    }
  })

  test('the number of chunks and the kind of error can be chosen', async () => {
    const more = { 'fault-after': 5, 'chunk-tokens': 4, 'error-type': 'rate_limit_error' }
    const error = await streamMessage('mid_stream_error', more).catch((reason) => reason)
    expect(error.type).toBe('rate_limit_error')
    expect(onlyLine(clients.upstream).usage.output_tokens).toBe(20)
  })

  test('mid_stream_cut breaks the connection under streams and whole answers', async () => {
    const { openai, upstream } = clients
    await expect(streamMessage('mid_stream_cut')).rejects.toThrow()
    await expect(wholeMessage('mid_stream_cut')).rejects.toThrow()
    await expect(chunks('mid_stream_cut')).rejects.toThrow()
    const answer = openai.responses.stream(response, faulty('mid_stream_cut')).finalResponse()
    await expect(answer).rejects.toThrow()
    const { lines } = upstream.bill()
    expect(lines.map((line) => line.usage.output_tokens)).toEqual([24, 80, 24, 24])
    expect(lines.every((line) => line.outcome === 'failed_mid_stream')).toBe(true)
    expect(upstream.stats().aborted).toBe(0)
  })

  test('mid_stream_end stops cleanly, and only the missing last event tells', async () => {
    const seen = await events('mid_stream_end')
    expect(seen.map((event) => event.type)).not.toContain('message_stop')
    const said = await chunks('mid_stream_end')
    expect(said.at(-1)?.choices[0]?.finish_reason).toBeNull()
    for (const line of clients.upstream.bill().lines) {
      expect(line).toMatchObject({ outcome: 'failed_mid_stream', billed: true })
      expect(line.usage.output_tokens).toBe(24)
    }
  })

  test('mid_stream_error on a whole answer is a plain 500', async () => {
    const answer = wholeMessage('mid_stream_error')
    await expect(answer).rejects.toBeInstanceOf(Anthropic.InternalServerError)
    expect(onlyLine(clients.upstream).billed).toBe(false)
  })
})

describe('refusals', () => {
  test('before output: HTTP 200, no content, input tokens reported, nothing billed', async () => {
    const whole = await wholeMessage('refusal_before_output')
    const streamed = await streamMessage('refusal_before_output')
    for (const answer of [whole, streamed]) {
      expect(answer.content).toEqual([])
      expect(answer.stop_reason).toBe('refusal')
      expect(answer.stop_details?.category).toBe('cyber')
      expect(answer.usage.input_tokens).toBeGreaterThan(0)
    }
    const completion = await clients.openai.chat.completions.create(
      chat,
      faulty('refusal_before_output'),
    )
    expect(completion.choices[0]?.finish_reason).toBe('content_filter')
    expect(completion.choices[0]?.message.content).toBeNull()
    const answer = await clients.openai.responses.create(response, faulty('refusal_before_output'))
    expect(answer).toMatchObject({ status: 'incomplete', output: [] })
    expect(answer.incomplete_details?.reason).toBe('content_filter')
    for (const line of clients.upstream.bill().lines) {
      expect(line).toMatchObject({ outcome: 'refused_before_output', billed: false, status: 200 })
    }
  })

  test('after output: what was written is delivered and billed', async () => {
    const answer = await streamMessage('refusal_after_output')
    expect(answer.stop_reason).toBe('refusal')
    expect(answer.content).toHaveLength(1)
    const seen = await chunks('refusal_after_output')
    expect(spoken(seen)).not.toBe('')
    expect(seen.at(-2)?.choices[0]?.finish_reason).toBe('content_filter')
    for (const line of clients.upstream.bill().lines) {
      expect(line).toMatchObject({ outcome: 'refused_after_output', billed: true })
      expect(line.usage.output_tokens).toBe(80)
    }
  })

  test('as a message: OpenAI puts it where no text is', async () => {
    const { openai } = clients
    const call = faulty('refusal_message')
    const whole = await openai.chat.completions.create(chat, call)
    const streamed = await openai.chat.completions.stream(chat, call).finalChatCompletion()
    for (const completion of [whole, streamed]) {
      expect(completion.choices[0]?.message.refusal).toMatch(/cannot/)
      expect(completion.choices[0]?.finish_reason).toBe('stop')
    }
    expect(whole.usage?.completion_tokens).toBe(6)
    expect(clients.upstream.bill().lines[0]).toMatchObject({ outcome: 'succeeded', billed: true })
    for (const answer of [
      await openai.responses.create(response, call),
      await openai.responses.stream(response, call).finalResponse(),
    ]) {
      const item = answer.output[0]
      if (item?.type !== 'message') throw new Error('A message was expected.')
      expect(item.content[0]?.type).toBe('refusal')
    }
  })
})

describe('usage that lies or lacks', () => {
  test('usage_missing: text without a number, billed all the same', async () => {
    const whole = await wholeMessage('usage_missing')
    expect(whole).not.toHaveProperty('usage')
    expect((await events('usage_missing')).some((event) => 'usage' in event)).toBe(false)
    expect((await chunks('usage_missing')).some((chunk) => chunk.usage)).toBe(false)
    const { openai } = clients
    const completion = await openai.chat.completions.create(chat, faulty('usage_missing'))
    expect(completion).not.toHaveProperty('usage')
    const answer = await openai.responses.create(response, faulty('usage_missing'))
    expect(answer.usage).toBeNull()
    for (const line of clients.upstream.bill().lines) {
      expect(line).toMatchObject({ outcome: 'succeeded', billed: true })
      expect(line.usage.output_tokens).toBe(80)
    }
  })

  test('usage_zero: text was delivered, zero output is reported, the book has the truth', async () => {
    const { openai } = clients
    expect((await streamMessage('usage_zero')).usage.output_tokens).toBe(0)
    expect((await wholeMessage('usage_zero')).usage.output_tokens).toBe(0)
    const seen = await chunks('usage_zero')
    expect(spoken(seen)).not.toBe('')
    expect(seen.at(-1)?.usage?.completion_tokens).toBe(0)
    const answer = await openai.responses.create(response, faulty('usage_zero'))
    expect(answer.usage?.output_tokens).toBe(0)
    expect(clients.upstream.bill().lines.map((line) => line.usage.output_tokens)).toEqual([
      80, 80, 80, 80,
    ])
  })

  test('usage_every_chunk is cumulative: the last counts, a sum is wrong', async () => {
    const deltas = (await events('usage_every_chunk')).flatMap((event) =>
      event.type === 'message_delta' ? [event.usage.output_tokens] : [],
    )
    const rising = [8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 80]
    expect(deltas).toEqual(rising)
    const final = await streamMessage('usage_every_chunk')
    expect(final.usage.output_tokens).toBe(80)
    expect(final.stop_reason).toBe('end_turn')
    const counts = (await chunks('usage_every_chunk')).map(
      (chunk) => chunk.usage?.completion_tokens,
    )
    expect(counts.at(-1)).toBe(80)
    expect(counts.filter((count) => count === undefined)).toEqual([])
    const call = clients.openai.responses.stream(response, faulty('usage_every_chunk'))
    expect((await call.finalResponse()).usage?.output_tokens).toBe(80)
  })

  test('duplicate_final_usage says the same twice', async () => {
    const deltas = (await events('duplicate_final_usage')).filter(
      (event) => event.type === 'message_delta',
    )
    expect(deltas).toHaveLength(2)
    const usages = (await chunks('duplicate_final_usage')).filter((chunk) => chunk.usage)
    expect(usages).toHaveLength(2)
    expect(clients.upstream.stats().bill.usage.output_tokens).toBe(160)
  })
})

describe('answers that are hard to read', () => {
  test('split_bytes: cut inside characters and line ends, and still the same answer', async () => {
    const { anthropic, openai } = clients
    const plain = sim({ 'output-tokens': 80 })
    const whole = await anthropic.messages.create(message, plain)
    expect((await streamMessage('split_bytes')).content).toEqual(whole.content)
    expect((await wholeMessage('split_bytes')).content).toEqual(whole.content)
    const completion = await openai.chat.completions.create(chat, plain)
    const text = completion.choices[0]?.message.content
    expect(spoken(await chunks('split_bytes'))).toBe(text)
    expect(text).toMatch(/[^\p{ASCII}]/u)
    const answer = await openai.responses.stream(response, faulty('split_bytes')).finalResponse()
    expect(answer.usage?.output_tokens).toBe(80)
  })

  test.each(['malformed_sse', 'truncated_json'] as const)(
    '%s breaks the SDK’s reading',
    async (fault) => {
      await expect(streamMessage(fault)).rejects.toThrow()
      await expect(chunks(fault)).rejects.toThrow()
      expect(clients.upstream.bill().lines.every((line) => line.billed)).toBe(true)
    },
  )

  test('truncated_json cuts a whole answer inside its JSON', async () => {
    await expect(wholeMessage('truncated_json')).rejects.toBeInstanceOf(SyntaxError)
    expect(onlyLine(clients.upstream)).toMatchObject({ outcome: 'succeeded', billed: true })
  })

  test('invalid_utf8 reaches the reader as a replacement character', async () => {
    for (const answer of [
      await streamMessage('invalid_utf8'),
      await wholeMessage('invalid_utf8'),
    ]) {
      const [block] = answer.content
      expect(block?.type === 'text' && block.text).toContain('\ufffd(')
    }
    expect(spoken(await chunks('invalid_utf8'))).toContain('\ufffd(')
  })

  test('empty_body: a 200 with nothing in it', async () => {
    expect(await wholeMessage('empty_body')).toBeUndefined()
    await expect(streamMessage('empty_body')).rejects.toThrow(/without sending any chunks/)
    expect(await chunks('empty_body')).toEqual([])
    expect(clients.upstream.bill().lines.every((line) => line.billed)).toBe(true)
  })

  test('wrong_content_type: the SDK hands out text instead of an object', async () => {
    const answer: unknown = await wholeMessage('wrong_content_type')
    expect(JSON.parse(answer as string)).toHaveProperty('usage')
    expect((await streamMessage('wrong_content_type')).usage.output_tokens).toBe(80)
  })

  test('huge_headers are more than a client takes', async () => {
    await expect(wholeMessage('huge_headers')).rejects.toBeInstanceOf(Anthropic.APIConnectionError)
  })

  test('slow: the first byte takes its time', async () => {
    const before = performance.now()
    await wholeMessage('slow', { 'first-byte-ms': 120 })
    expect(performance.now() - before).toBeGreaterThan(100)
  })

  test('a misspelt fault is refused, so that no test passes by mistake', async () => {
    const typo = clients.anthropic.messages.create(message, { ...once, ...sim({ fault: 'typo' }) })
    await expect(typo).rejects.toThrow(/not a fault/)
  })
})
