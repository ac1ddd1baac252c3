import { createServer, type ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { chat, message, response, type SurfaceName, send } from './support/requests.ts'
import { closeServer, entriesWhen, listen, useRig } from './support/rig.ts'

/** A provider that answers as the next test wants. */
let answer: (res: ServerResponse) => void = (res) => res.end()
const provider = createServer((req, res) => {
  req.resume()
  req.on('end', () => answer(res))
})
const providerUrl = await listen(provider)
const rig = useRig({ upstreamUrl: () => providerUrl, policy: { wholeBytesMax: 100_000 } })

afterAll(() => closeServer(provider))

const whole = JSON.stringify({
  id: 'msg_1',
  type: 'message',
  model: 'claude-haiku-5.5',
  content: [{ type: 'text', text: 'hello there' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 100, output_tokens: 10 },
})

const asked = async (stream = false) => {
  const account = await rig.account()
  const response = await send(rig, account, { surface: 'anthropic', stream })
  const body = await response.text().catch(() => null)
  const [entry] = await entriesWhen(rig, account.accountId)
  return { response, body, entry: entry! }
}

test('an answer that is compressed all the same is read', async () => {
  answer = (res) => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    res.end(gzipSync(whole))
  }
  const { body, entry } = await asked()
  expect(body).toBe(whole)
  expect(entry).toMatchObject({ outcome: { code: 'succeeded' }, totals: { money: '0.0002' } })
})

test('an answer in one piece although a stream was asked for is read', async () => {
  answer = (res) => res.writeHead(200, { 'content-type': 'application/json' }).end(whole)
  const { body, entry } = await asked(true)
  expect(body).toBe(whole)
  expect(entry).toMatchObject({
    outcome: { code: 'succeeded' },
    totals: { money: '0.0002' },
    evidence: { flags: ['not_streamed'] },
  })
})

test('a stream that nobody asked for is read', async () => {
  const events = [
    {
      type: 'message_start',
      message: {
        id: 'm',
        model: 'claude-haiku-5.5',
        usage: { input_tokens: 100, output_tokens: 1 },
      },
    },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hello' } },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 10 } },
    { type: 'message_stop' },
  ]
  const stream = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
  answer = (res) => res.writeHead(200, { 'content-type': 'text/event-stream' }).end(stream)
  const { body, entry } = await asked()
  expect(body).toBe(stream)
  expect(entry).toMatchObject({ outcome: { code: 'succeeded' }, totals: { money: '0.0002' } })
})

test('an answer too large to be held back is passed on, and waits for reconciliation', async () => {
  const large = JSON.stringify({ ...JSON.parse(whole), padding: 'x'.repeat(500_000) })
  answer = (res) => res.writeHead(200, { 'content-type': 'application/json' }).end(large)
  const { body, entry } = await asked()
  expect(body).toBe(large)
  expect(entry).toMatchObject({
    outcome: { code: 'succeeded', customer_pays: 'after_reconciliation' },
    evidence: { flags: ['oversized_answer'] },
  })
})

const chatOf = (usage: object) => ({
  id: 'chat_1',
  model: 'gpt-5.5',
  choices: [{ index: 0, message: { content: 'hello there' }, finish_reason: 'stop' }],
  usage,
})

const told = async (surface: SurfaceName, body: object, said: object) => {
  answer = (res) =>
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said))
  const account = await rig.account()
  const response = await send(rig, account, { surface, body })
  await response.arrayBuffer()
  const [entry] = await entriesWhen(rig, account.accountId)
  expect(await rig.openHolds(account.accountId)).toBe(0)
  return { entry: entry!, pending: response.headers.get('everycent-pending') }
}

const messageOf = (output: number) => ({
  ...JSON.parse(whole),
  usage: { input_tokens: 100, output_tokens: output },
})

test.each([
  ['a message', 'anthropic', message, messageOf(1_001), 1_001],
  [
    'two choices together',
    'openai_chat',
    { ...chat, n: 2, max_tokens: 500 },
    chatOf({ prompt_tokens: 100, completion_tokens: 1_001 }),
    1_001,
  ],
  [
    'a model, where nothing was asked',
    'openai_chat',
    chat,
    chatOf({ prompt_tokens: 100, completion_tokens: 128_001 }),
    128_001,
  ],
] as const)('more output than %s can have waits: not charged, and not cut', async (_, ...own) => {
  const [surface, body, said, output] = own
  const { entry, pending } = await told(surface, body, said)
  expect(pending).toBe('usage_missing')
  expect(entry).toMatchObject({
    pending: 'usage_missing',
    outcome: { code: 'succeeded', customer_pays: 'after_reconciliation' },
    usage: { tokens: { output }, flags: ['output_beyond_limit'] },
    totals: { total: '0', absorbed: '0' },
  })
})

test('all the output that two choices are allowed is charged', async () => {
  const usage = { prompt_tokens: 100, completion_tokens: 1_000 }
  const { entry } = await told('openai_chat', { ...chat, n: 2, max_tokens: 500 }, chatOf(usage))
  expect(entry).toMatchObject({ usage: { flags: [] }, totals: { money: '0.0101' } })
})

test.each([4_294_967_295, Number.MAX_SAFE_INTEGER])(
  '%i tokens are no count: they are not charged, and leave no hold',
  async (output) => {
    const { entry } = await told('anthropic', message, messageOf(output))
    expect(entry).toMatchObject({
      usage: { tokens: { input: 100 }, flags: ['malformed_count'] },
      totals: { money: '0.0001' },
    })
  },
)

test('a search model has searched: its fee is charged with the tokens', async () => {
  const usage = { prompt_tokens: 10, completion_tokens: 10 }
  const body = { ...chat, web_search_options: {} }
  const { entry } = await told('openai_chat', body, chatOf(usage))
  expect(entry).toMatchObject({ usage: { fees: { web_search: 1 } }, totals: { money: '0.01011' } })
})

test('a tool without a price leaves the call unpriced', async () => {
  const output = [{ type: 'image_generation_call', status: 'completed', result: 'AAAA' }]
  const usage = { input_tokens: 10, output_tokens: 10, total_tokens: 20 }
  const said = { id: 'r', model: 'gpt-5.5', status: 'completed', output, usage }
  const { entry, pending } = await told('openai_responses', response, said)
  expect(pending).toBe('unpriced')
  expect(entry).toMatchObject({ usage: { fees: { image_generation: 1 } }, totals: { money: '0' } })
})

test.each([
  ['anthropic', message, { error: 'overloaded' }],
  ['openai_chat', chat, { error: 'overloaded' }],
  ['openai_chat', chat, { object: 'error', message: 'overloaded', code: 400 }],
  ['openai_chat', chat, {}],
  ['openai_responses', response, { model: 'gpt-5.5' }],
] as const)('%s: status 200 without an answer is an error: %j %j', async (surface, body, said) => {
  const { entry, pending } = await told(surface, body, said)
  expect(pending).toBeNull()
  expect(entry).toMatchObject({ kind: 'release', outcome: { code: 'error_before_output' } })
})

test('a stream that breaks in its second choice has failed', async () => {
  const piece = (index: number, delta: object, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({ id: 'c', model: 'gpt-5.5', choices: [{ index, delta, finish_reason }] })}\n\n`
  answer = (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.write(piece(0, { content: 'One' }) + piece(1, { content: 'Tw' }) + piece(0, {}, 'stop'))
    res.write(piece(1, { content: 'o' }), () => res.destroy())
  }
  const account = await rig.account()
  const body = { ...chat, n: 2, stream: true }
  const response = await send(rig, account, { surface: 'openai_chat', body })
  await response.text().catch(() => null)
  const [entry] = await entriesWhen(rig, account.accountId)
  expect(entry).toMatchObject({
    outcome: { code: 'upstream_failed_mid_stream' },
    totals: { money: '0' },
  })
})

test('an error that is no JSON is passed on', async () => {
  answer = (res) => res.writeHead(503, { 'content-type': 'text/html' }).end('<h1>busy</h1>')
  const { response, body, entry } = await asked()
  expect([response.status, body]).toEqual([503, '<h1>busy</h1>'])
  expect(response.headers.get('everycent-source')).toBe('upstream')
  expect(entry).toMatchObject({ kind: 'release', outcome: { code: 'error_before_output' } })
})

test('a redirect is passed on and not followed', async () => {
  answer = (res) => res.writeHead(307, { location: 'http://127.0.0.1:1/' }).end()
  const account = await rig.account()
  const response = await fetch(`${rig.url}/anthropic/v1/messages`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'x-api-key': account.secret, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-haiku-5.5', max_tokens: 1, messages: [] }),
  })
  expect(response.status).toBe(307)
  const [entry] = await entriesWhen(rig, account.accountId)
  expect(entry).toMatchObject({ kind: 'release' })
})

test('words that cannot be kept do not keep the call from being settled', async () => {
  const nasty = whole
    .replace('"msg_1"', '"msg\\u0000"')
    .replace('claude-haiku-5.5', 'x\\u0000\\ud800')
  answer = (res) => res.writeHead(200, { 'content-type': 'application/json' }).end(nasty)
  const { entry } = await asked()
  expect(entry).toMatchObject({ served: { model: null }, totals: { money: '0.0002' } })
  expect(entry.evidence).not.toHaveProperty('message_id')
})

test('an empty answer with no body at all', async () => {
  answer = (res) => res.writeHead(204).end()
  const { response, entry } = await asked()
  expect(response.status).toBe(204)
  expect(entry).toMatchObject({ kind: 'release', outcome: { code: 'error_before_output' } })
})

test('a stream that breaks before its first byte is answered for', async () => {
  answer = (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.flushHeaders()
    setTimeout(() => res.destroy(), 50)
  }
  const { response, entry } = await asked(true)
  expect(response.status).toBe(502)
  expect(entry).toMatchObject({ kind: 'release', outcome: { code: 'error_before_output' } })
})

test('a client that leaves because the provider failed pays nothing', async () => {
  const events = [
    { type: 'message_start', message: { id: 'm', usage: { input_tokens: 100, output_tokens: 1 } } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hello there' } },
    { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
  ]
  // the connection stays open behind the error
  answer = (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of events)
      res.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    setTimeout(() => res.end(), 400)
  }
  const account = await rig.account()
  const stream = await account.anthropic.messages.create({
    model: 'claude-haiku-5.5',
    max_tokens: 10,
    messages: [{ role: 'user', content: 'hello' }],
    stream: true,
  })
  const read = async () => {
    for await (const event of stream) expect(event.type).not.toBe('error')
  }
  await expect(read()).rejects.toThrow('Overloaded')
  const [entry] = await entriesWhen(rig, account.accountId)
  expect(entry).toMatchObject({
    outcome: { code: 'upstream_failed_mid_stream' },
    totals: { money: '0' },
    evidence: { in_band_error: { type: 'overloaded_error' } },
  })
})
