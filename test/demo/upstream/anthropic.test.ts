import Anthropic from '@anthropic-ai/sdk'
import { describe, expect, test } from 'vitest'
import { eventually, HELLO_TOKENS, message, onlyLine, sim, useClients } from './clients.ts'

const clients = useClients()

const USAGE_KEYS = Object.keys({
  cache_creation: 1,
  cache_creation_input_tokens: 1,
  cache_read_input_tokens: 1,
  inference_geo: 1,
  input_tokens: 1,
  output_tokens: 1,
  output_tokens_details: 1,
  server_tool_use: 1,
  service_tier: 1,
  speed: 1,
} satisfies Record<keyof Anthropic.Usage, 1>).sort()

const DELTA_USAGE_KEYS = Object.keys({
  cache_creation_input_tokens: 1,
  cache_read_input_tokens: 1,
  input_tokens: 1,
  output_tokens: 1,
  output_tokens_details: 1,
  server_tool_use: 1,
} satisfies Record<keyof Anthropic.MessageDeltaUsage, 1>).sort()

const MESSAGE_KEYS = Object.keys({
  id: 1,
  container: 1,
  content: 1,
  diagnostics: 1,
  model: 1,
  role: 1,
  stop_details: 1,
  stop_reason: 1,
  stop_sequence: 1,
  type: 1,
  usage: 1,
} satisfies Record<keyof Anthropic.Message, 1>).sort()

const textOf = (answer: Anthropic.Message): string =>
  answer.content.map((block) => (block.type === 'text' ? block.text : '')).join('')

describe('messages', () => {
  test('a whole answer has every field of the SDK types, and no other', async () => {
    const answer = await clients.anthropic.messages.create(message)
    expect(Object.keys(answer).sort()).toEqual(MESSAGE_KEYS)
    expect(Object.keys(answer.usage).sort()).toEqual(USAGE_KEYS)
  })

  test('the usage of a whole answer is what the bill says', async () => {
    const answer = await clients.anthropic.messages.create(message, sim({ 'output-tokens': 120 }))
    const line = onlyLine(clients.upstream)
    expect(line).toMatchObject({
      request_id: answer._request_id,
      surface: 'anthropic_messages',
      model: 'claude-haiku-5.5',
      outcome: 'succeeded',
      billed: true,
      stream: false,
      usage: { input_tokens: HELLO_TOKENS, output_tokens: 120 },
    })
    expect(answer.usage).toMatchObject({ input_tokens: HELLO_TOKENS, output_tokens: 120 })
    expect(Buffer.byteLength(textOf(answer))).toBe(480)
  })

  test('a streamed answer is the whole one in pieces: same text, same usage', async () => {
    const whole = await clients.anthropic.messages.create(message)
    const streamed = await clients.anthropic.messages.stream(message).finalMessage()
    expect(textOf(streamed)).toBe(textOf(whole))
    expect(streamed.usage).toEqual(whole.usage)
    expect(streamed.stop_reason).toBe('end_turn')
    const { lines } = clients.upstream.bill()
    expect(lines[1]?.usage).toEqual(lines[0]?.usage)
    expect(lines[1]?.usage.output_tokens).toBe(streamed.usage.output_tokens)
  })

  test('events come in the documented order, with a placeholder first and nulls last', async () => {
    const stream = await clients.anthropic.messages.create(
      { ...message, stream: true },
      sim({ 'output-tokens': 20, 'chunk-tokens': 10 }),
    )
    const events: Anthropic.RawMessageStreamEvent[] = []
    for await (const event of stream) events.push(event)
    expect(events.map((event) => event.type)).toEqual([
      ...['message_start', 'content_block_start', 'content_block_delta', 'content_block_delta'],
      ...['content_block_stop', 'message_delta', 'message_stop'],
    ])
    const start = events[0] as Anthropic.RawMessageStartEvent
    expect(Object.keys(start.message.usage).sort()).toEqual(USAGE_KEYS)
    expect(start.message.usage).toMatchObject({ input_tokens: HELLO_TOKENS, output_tokens: 4 })
    const delta = events.at(-2) as Anthropic.RawMessageDeltaEvent
    expect(Object.keys(delta.usage).sort()).toEqual(DELTA_USAGE_KEYS)
    expect(delta.usage).toMatchObject({
      input_tokens: null,
      cache_read_input_tokens: null,
      output_tokens: 20,
    })
  })

  test('a ping is in every stream', async () => {
    const raw = await clients.anthropic.messages.create({ ...message, stream: true }).asResponse()
    expect(raw.headers.get('content-type')).toContain('text/event-stream')
    expect(await raw.text()).toContain('event: ping\ndata: {"type":"ping"}\n\n')
  })

  test('max_tokens cuts the answer and says so', async () => {
    const asked = sim({ 'output-tokens': 500 })
    const answer = await clients.anthropic.messages.create({ ...message, max_tokens: 10 }, asked)
    expect(answer.stop_reason).toBe('max_tokens')
    expect(answer.usage.output_tokens).toBe(10)
    expect(onlyLine(clients.upstream).usage.output_tokens).toBe(10)
  })

  test('count_tokens counts what the call will be charged for, and bills nobody', async () => {
    const tools = [{ name: 'look', input_schema: { type: 'object' as const } }]
    const call = { ...message, system: 'Be brief and exact.', tools }
    const counted = await clients.anthropic.messages.countTokens({ ...call })
    expect(clients.upstream.bill().lines).toEqual([])
    const answer = await clients.anthropic.messages.create(call)
    expect(answer.usage.input_tokens).toBe(counted.input_tokens)
    expect(counted.input_tokens).toBeGreaterThan(HELLO_TOKENS)
  })
})

describe('thinking, tools and searches', () => {
  test('thinking is a block of its own and a part of the output tokens', async () => {
    const call = { ...message, thinking: { type: 'adaptive' as const } }
    const asked = sim({ 'output-tokens': 90, 'thinking-tokens': 40 })
    const answer = await clients.anthropic.messages.stream(call, asked).finalMessage()
    expect(answer.content.map((block) => block.type)).toEqual(['thinking', 'text'])
    expect(answer.usage.output_tokens).toBe(90)
    expect(answer.usage.output_tokens_details).toEqual({ thinking_tokens: 40 })
    expect(Buffer.byteLength(textOf(answer))).toBe(200)
    const line = onlyLine(clients.upstream)
    expect(line.usage).toMatchObject({ output_tokens: 90, thinking_tokens: 40 })
    const whole = await clients.anthropic.messages.create(call, asked)
    expect(whole.content).toEqual(
      answer.content.map((block) => expect.objectContaining({ type: block.type })),
    )
    expect(whole.usage).toEqual(answer.usage)
  })

  test('tool use ends the turn with parsed arguments', async () => {
    const tools = [{ name: 'find_receipt', input_schema: { type: 'object' as const } }]
    for (const stream of [false, true]) {
      const call = { ...message, tools }
      const asked = sim({ 'tool-use': 1, 'output-tokens': 60 })
      const answer = stream
        ? await clients.anthropic.messages.stream(call, asked).finalMessage()
        : await clients.anthropic.messages.create(call, asked)
      expect(answer.stop_reason).toBe('tool_use')
      const tool = answer.content.at(-1) as Anthropic.ToolUseBlock
      expect(tool.name).toBe('find_receipt')
      expect(tool.input).toHaveProperty('query')
      expect(answer.usage.output_tokens).toBe(60)
    }
  })

  test('searches are counted in the usage, and their results add input after the start', async () => {
    const asked = sim({ 'web-searches': 3, 'output-tokens': 30 })
    const streamed = await clients.anthropic.messages.stream(message, asked).finalMessage()
    const line = onlyLine(clients.upstream)
    expect(line.usage.web_searches).toBe(3)
    expect(streamed.usage.server_tool_use?.web_search_requests).toBe(3)
    expect(streamed.usage.input_tokens).toBe(line.usage.input_tokens)
    expect(streamed.usage.input_tokens).toBeGreaterThan(HELLO_TOKENS)
    const whole = await clients.anthropic.messages.create(message, asked)
    expect(whole.usage).toEqual(streamed.usage)
  })
})

describe('what the response decides', () => {
  test('served model, tier, speed and region come from the answer', async () => {
    const asked = sim({ 'served-model': 'claude-haiku-5.5-20261007', 'served-tier': 'priority' })
    const call = { ...message, speed: 'fast' as const, inference_geo: 'us' }
    const answer = await clients.anthropic.messages.create(call, asked)
    expect(answer.model).toBe('claude-haiku-5.5-20261007')
    expect(answer.usage).toMatchObject({
      service_tier: 'priority',
      speed: 'fast',
      inference_geo: 'us',
    })
    expect(onlyLine(clients.upstream)).toMatchObject({
      requested_model: 'claude-haiku-5.5',
      model: 'claude-haiku-5.5-20261007',
      tier: 'priority',
    })
  })

  test('a model nobody lists is served; a missing- one is not found', async () => {
    const unknown = await clients.anthropic.messages.create({ ...message, model: 'claude-next' })
    expect(unknown.model).toBe('claude-next')
    const missing = clients.anthropic.messages.create({ ...message, model: 'missing-model' })
    await expect(missing).rejects.toBeInstanceOf(Anthropic.NotFoundError)
    await eventually(() => clients.upstream.bill().lines.length === 2)
    expect(clients.upstream.bill().lines[1]).toMatchObject({ status: 404, billed: false })
  })
})

describe('models, keys and headers', () => {
  test('models are listed in pages and read one by one', async () => {
    const ids: string[] = []
    for await (const model of clients.anthropic.models.list({ limit: 2 })) ids.push(model.id)
    expect(ids).toContain('claude-haiku-5.5')
    expect(new Set(ids).size).toBe(ids.length)
    expect((await clients.anthropic.models.retrieve('claude-opus-5.5')).type).toBe('model')
    const missing = clients.anthropic.models.retrieve('missing-model')
    await expect(missing).rejects.toBeInstanceOf(Anthropic.NotFoundError)
  })

  test('without a valid key nothing is answered', async () => {
    const options = { baseURL: clients.upstream.url, apiKey: 'invalid-key' }
    const refused = new Anthropic(options).messages.create(message)
    await expect(refused).rejects.toBeInstanceOf(Anthropic.AuthenticationError)
    const bare = await fetch(`${clients.upstream.url}/v1/messages`, { method: 'POST', body: '{}' })
    expect(bare.status).toBe(401)
    expect(await bare.json()).toMatchObject({
      type: 'error',
      error: { type: 'authentication_error' },
      request_id: bare.headers.get('request-id'),
    })
    const bearer = new Anthropic({ ...options, apiKey: null, authToken: 'token' })
    expect((await bearer.messages.create(message)).type).toBe('message')
  })

  test('rate-limit headers are those of the documentation', async () => {
    const { response } = await clients.anthropic.messages.create(message).withResponse()
    for (const kind of ['requests', 'tokens', 'input-tokens', 'output-tokens']) {
      const name = `anthropic-ratelimit-${kind}`
      expect(Number(response.headers.get(`${name}-limit`))).toBeGreaterThan(0)
      expect(Number(response.headers.get(`${name}-remaining`))).toBeGreaterThan(0)
      expect(response.headers.get(`${name}-reset`)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/)
    }
  })

  test('an invalid request is refused as the API does', async () => {
    const { max_tokens: _, ...incomplete } = message
    const refused = clients.anthropic.messages.create(incomplete as typeof message)
    await expect(refused).rejects.toBeInstanceOf(Anthropic.BadRequestError)
    const broken = await fetch(`${clients.upstream.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': 'k' },
      body: '{"model":',
    })
    expect(broken.status).toBe(400)
  })
})
