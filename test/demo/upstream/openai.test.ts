import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { chat, HELLO_TOKENS, onlyLine, response, sim, useClients } from './clients.ts'

const clients = useClients()

const CHAT_USAGE_KEYS = Object.keys({
  completion_tokens: 1,
  completion_tokens_details: 1,
  prompt_tokens: 1,
  prompt_tokens_details: 1,
  total_tokens: 1,
} satisfies Record<keyof OpenAI.CompletionUsage, 1>).sort()

async function chunksOf(body: Partial<OpenAI.ChatCompletionCreateParamsStreaming>, headers = {}) {
  const stream = await clients.openai.chat.completions.create(
    { ...chat, ...body, stream: true },
    sim({ 'output-tokens': 20, ...headers }),
  )
  const chunks: OpenAI.ChatCompletionChunk[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

describe('chat completions', () => {
  test('the usage of a whole answer is what the bill says', async () => {
    const asked = sim({ 'output-tokens': 70 })
    const { data, response: raw } = await clients.openai.chat.completions
      .create(chat, asked)
      .withResponse()
    expect(Object.keys(data.usage ?? {}).sort()).toEqual(CHAT_USAGE_KEYS)
    expect(data.usage).toMatchObject({
      prompt_tokens: HELLO_TOKENS,
      completion_tokens: 70,
      total_tokens: HELLO_TOKENS + 70,
    })
    expect(Buffer.byteLength(data.choices[0]?.message.content ?? '')).toBe(280)
    const line = onlyLine(clients.upstream)
    expect(line).toMatchObject({ surface: 'openai_chat', tier: 'default', billed: true })
    expect(line.usage).toMatchObject({ input_tokens: HELLO_TOKENS, output_tokens: 70 })
    expect(raw.headers.get('x-request-id')).toBe(line.request_id)
    expect(raw.headers.get('x-ratelimit-remaining-tokens')).toMatch(/^\d+$/)
  })

  test('a stream tells its usage only when asked, and then in one last chunk', async () => {
    const plain = await chunksOf({})
    expect(plain.some((chunk) => 'usage' in chunk)).toBe(false)
    const asked = await chunksOf({ stream_options: { include_usage: true } })
    const last = asked.at(-1)
    expect(last?.choices).toEqual([])
    expect(last?.usage?.completion_tokens).toBe(20)
    expect(asked.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true)
    expect(asked.length).toBe(plain.length + 1)
  })

  test('a stream ends with [DONE]', async () => {
    const raw = await clients.openai.chat.completions.create({ ...chat, stream: true }).asResponse()
    expect((await raw.text()).endsWith('data: [DONE]\n\n')).toBe(true)
  })

  test('a streamed answer is the whole one in pieces', async () => {
    const whole = await clients.openai.chat.completions.create(chat)
    const options = { include_usage: true }
    const streamed = await clients.openai.chat.completions
      .stream({ ...chat, stream_options: options })
      .finalChatCompletion()
    expect(streamed.choices[0]?.message.content).toBe(whole.choices[0]?.message.content)
    expect(streamed.usage).toEqual(whole.usage)
    const { lines } = clients.upstream.bill()
    expect(lines[1]?.usage).toEqual(lines[0]?.usage)
  })

  test('a cap ends the answer with length; both names of the cap are read', async () => {
    for (const cap of [{ max_tokens: 5 }, { max_completion_tokens: 5 }]) {
      const asked = sim({ 'output-tokens': 50 })
      const answer = await clients.openai.chat.completions.create({ ...chat, ...cap }, asked)
      expect(answer.choices[0]?.finish_reason).toBe('length')
      expect(answer.usage?.completion_tokens).toBe(5)
    }
  })

  test('reasoning is inside the completion tokens and not in the text', async () => {
    const asked = sim({ 'output-tokens': 50, 'thinking-tokens': 30 })
    const call = { ...chat, reasoning_effort: 'low' as const }
    const answer = await clients.openai.chat.completions.create(call, asked)
    expect(answer.usage?.completion_tokens).toBe(50)
    expect(answer.usage?.completion_tokens_details?.reasoning_tokens).toBe(30)
    expect(Buffer.byteLength(answer.choices[0]?.message.content ?? '')).toBe(80)
    expect(onlyLine(clients.upstream).usage.thinking_tokens).toBe(30)
  })

  test('every choice is billed', async () => {
    const asked = sim({ 'output-tokens': 12 })
    const whole = await clients.openai.chat.completions.create({ ...chat, n: 3 }, asked)
    expect(whole.choices).toHaveLength(3)
    expect(whole.usage?.completion_tokens).toBe(36)
    const streamed = await chunksOf({ n: 3, stream_options: { include_usage: true } })
    expect(streamed.at(-1)?.usage?.completion_tokens).toBe(60)
    const { lines } = clients.upstream.bill()
    expect(lines.map((line) => line.usage.output_tokens)).toEqual([36, 60])
  })

  test('tool calls arrive whole and in pieces', async () => {
    const asked = sim({ 'tool-use': 'find_receipt', 'output-tokens': 40 })
    const whole = await clients.openai.chat.completions.create(chat, asked)
    const streamed = await clients.openai.chat.completions.stream(chat, asked).finalChatCompletion()
    for (const answer of [whole, streamed]) {
      expect(answer.choices[0]?.finish_reason).toBe('tool_calls')
      const tool = answer.choices[0]?.message.tool_calls?.[0]
      if (tool?.type !== 'function') throw new Error('A function call was expected.')
      expect(tool.function.name).toBe('find_receipt')
      expect(JSON.parse(tool.function.arguments)).toHaveProperty('query')
    }
  })

  test('the served tier and model are in the answer', async () => {
    const flex = await clients.openai.chat.completions.create({ ...chat, service_tier: 'flex' })
    expect(flex.service_tier).toBe('flex')
    const asked = sim({ 'served-tier': 'priority', 'served-model': 'gpt-5.5-2026-08-07' })
    const call = { ...chat, service_tier: 'auto' as const }
    const served = await clients.openai.chat.completions.create(call, asked)
    expect(served).toMatchObject({ service_tier: 'priority', model: 'gpt-5.5-2026-08-07' })
    expect(clients.upstream.bill().lines[1]).toMatchObject({
      requested_model: 'gpt-5.5',
      model: 'gpt-5.5-2026-08-07',
      tier: 'priority',
    })
  })
})

describe('responses', () => {
  test('the usage of a whole answer is what the bill says', async () => {
    const answer = await clients.openai.responses.create(response, sim({ 'output-tokens': 33 }))
    const line = onlyLine(clients.upstream)
    expect(answer.status).toBe('completed')
    expect(answer.usage).toEqual({
      input_tokens: line.usage.input_tokens,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: 33,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: line.usage.input_tokens + 33,
    })
    expect(Buffer.byteLength(answer.output_text)).toBe(132)
  })

  test('events come in the documented order, numbered, with usage at the end', async () => {
    const stream = await clients.openai.responses.create(
      { ...response, stream: true },
      sim({ 'output-tokens': 16 }),
    )
    const events: OpenAI.Responses.ResponseStreamEvent[] = []
    for await (const event of stream) events.push(event)
    expect(events.map((event) => event.type)).toEqual([
      ...['response.created', 'response.in_progress', 'response.output_item.added'],
      ...['response.content_part.added', 'response.output_text.delta'],
      ...['response.output_text.delta', 'response.output_text.done'],
      ...['response.content_part.done', 'response.output_item.done', 'response.completed'],
    ])
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index))
    const completed = events.at(-1) as OpenAI.Responses.ResponseCompletedEvent
    expect(completed.response.usage?.output_tokens).toBe(16)
  })

  test('a streamed answer is the whole one in pieces', async () => {
    const call = { ...response, reasoning: { effort: 'low' as const } }
    const asked = sim({ 'web-searches': 2, 'tool-use': 'find', 'output-tokens': 90 })
    const whole = await clients.openai.responses.create(call, asked)
    const streamed = await clients.openai.responses.stream(call, asked).finalResponse()
    expect(streamed.output_text).toBe(whole.output_text)
    expect(streamed.usage).toEqual(whole.usage)
    const kinds = ['reasoning', 'web_search_call', 'web_search_call', 'message', 'function_call']
    expect(whole.output.map((item) => item.type)).toEqual(kinds)
    expect(streamed.output.map((item) => item.type)).toEqual(kinds)
    const { lines } = clients.upstream.bill()
    expect(lines[1]?.usage).toEqual(lines[0]?.usage)
    expect(lines[0]?.usage).toMatchObject({ web_searches: 2, output_tokens: 90 })
  })

  test('a cap leaves the answer incomplete', async () => {
    const call = { ...response, max_output_tokens: 16 }
    const asked = sim({ 'output-tokens': 50 })
    const whole = await clients.openai.responses.create(call, asked)
    const streamed = await clients.openai.responses.stream(call, asked).finalResponse()
    for (const answer of [whole, streamed]) {
      expect(answer.status).toBe('incomplete')
      expect(answer.incomplete_details).toEqual({ reason: 'max_output_tokens' })
      expect(answer.usage?.output_tokens).toBe(16)
    }
  })
})

describe('embeddings, models and keys', () => {
  test('each input becomes a vector; the tokens are billed as input', async () => {
    const input = ['12345678', '1234', '1']
    const model = 'text-embedding-3-small'
    const packed = await clients.openai.embeddings.create({ model, input })
    const plain = await clients.openai.embeddings.create({
      ...{ model, input, dimensions: 8 },
      encoding_format: 'float',
    })
    expect(packed.data).toHaveLength(3)
    expect(packed.data[0]?.embedding).toHaveLength(1536)
    expect(plain.data[2]?.embedding).toHaveLength(8)
    expect(packed.usage).toEqual({ prompt_tokens: 4, total_tokens: 4 })
    const { lines } = clients.upstream.bill()
    expect(lines[0]).toMatchObject({ surface: 'openai_embeddings', billed: true })
    expect(lines[0]?.usage.input_tokens).toBe(4)
  })

  test('models are listed and read', async () => {
    const ids: string[] = []
    for await (const model of clients.openai.models.list()) ids.push(model.id)
    expect(ids).toContain('gpt-5.5')
    expect((await clients.openai.models.retrieve('gpt-5.5')).object).toBe('model')
    const missing = clients.openai.models.retrieve('missing-model')
    await expect(missing).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })

  test('refusals have the shape of the dialect', async () => {
    const baseURL = `${clients.upstream.url}/v1`
    const refused = new OpenAI({ baseURL, apiKey: 'invalid' }).chat.completions.create(chat)
    await expect(refused).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' })
    const missing = clients.openai.chat.completions.create({ ...chat, model: 'missing-model' })
    await expect(missing).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
    const empty = clients.openai.chat.completions.create({ ...chat, messages: [] })
    await expect(empty).rejects.toMatchObject({ status: 400, param: 'messages' })
  })
})
