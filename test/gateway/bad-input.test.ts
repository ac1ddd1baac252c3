import { request as httpRequest } from 'node:http'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import {
  authOf,
  BODIES,
  chat,
  message,
  PATHS,
  response,
  SURFACES,
  type SurfaceName,
  send,
} from './support/requests.ts'
import { useRig } from './support/rig.ts'

const rig = useRig()

beforeEach(() => rig.upstream.reset())

const rows: readonly [string, SurfaceName, object | string | Buffer][] = [
  ['truncated JSON', 'anthropic', JSON.stringify(message).slice(0, 40)],
  ['no JSON at all', 'openai_chat', 'hello'],
  ['nothing', 'openai_responses', ''],
  ['a list', 'anthropic', '[]'],
  ['invalid UTF-8', 'anthropic', Buffer.from([...Buffer.from('{"model":"'), 0xff, 0x22, 0x7d])],
  ['no model', 'anthropic', { max_tokens: 1, messages: [] }],
  ['an empty model', 'openai_chat', { ...chat, model: '' }],
  ['a model of control characters', 'openai_chat', { ...chat, model: 'a\u0000b' }],
  ['a model that is a number', 'openai_responses', { ...response, model: 5 }],
  ['two models', 'anthropic', `{"model":"claude-haiku-5.5",${JSON.stringify(message).slice(1)}`],
  ['two models, one hidden', 'openai_chat', `{"mod\\u0065l":"x",${JSON.stringify(chat).slice(1)}`],
  ['no max_tokens', 'anthropic', { model: 'claude-haiku-5.5', messages: [] }],
  ['an absurd max_tokens', 'anthropic', { ...message, max_tokens: 1e15 }],
  ['a fraction of a token', 'anthropic', { ...message, max_tokens: 1.5 }],
  ['a negative limit', 'openai_chat', { ...chat, max_completion_tokens: -1 }],
  ['a limit of text', 'openai_responses', { ...response, max_output_tokens: '100' }],
  ['a stream that is no boolean', 'anthropic', { ...message, stream: 'yes' }],
  ['no messages', 'openai_chat', { model: 'gpt-5.5' }],
  ['messages of text', 'anthropic', { ...message, messages: 'hello' }],
  ['no choice', 'openai_chat', { ...chat, n: 0 }],
  ['too many choices', 'openai_chat', { ...chat, n: 100_000 }],
  ['stream options of text', 'openai_chat', { ...chat, stream: true, stream_options: 'x' }],
  ['work in the background', 'openai_responses', { ...response, background: true }],
]

test.each(rows)(
  '%s is a 400 in the words of %s, and nothing happens',
  async (_name, surface, body) => {
    const account = await rig.account()
    const answer = await send(rig, account, { surface, body })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({
      error: { type: 'invalid_request_error', everycent: { charged: '0' } },
    })
    expect(rig.upstream.stats().requests).toBe(0)
    expect(await rig.entries(account.accountId)).toEqual([])
  },
)

test('a body over ten megabytes is refused before it is read', async () => {
  const account = await rig.account()
  const body = { ...message, system: 'x'.repeat(11 * 1024 * 1024) }
  const answer = await send(rig, account, { surface: 'anthropic', body })
  expect(answer.status).toBe(413)
  expect(await answer.json()).toMatchObject({ error: { type: 'request_too_large' } })
})

test('a body of unknown length is refused once it is too long', async () => {
  const account = await rig.account()
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const req = httpRequest(rig.url + PATHS.openai_chat, {
      method: 'POST',
      headers: { ...authOf('openai_chat', account.secret), 'transfer-encoding': 'chunked' },
    })
    req.on('response', (res) => {
      res.resume()
      resolve(res.statusCode)
    })
    req.on('error', reject)
    const chunk = Buffer.alloc(1024 * 1024, 0x20)
    let sent = 0
    const more = (): void => {
      sent += 1
      if (sent > 14) req.end()
      else req.write(chunk, more)
    }
    more()
  })
  expect(status).toBe(413)
})

test('a compressed body is refused', async () => {
  const account = await rig.account()
  const headers = { 'content-encoding': 'gzip' }
  expect((await send(rig, account, { surface: 'anthropic', headers })).status).toBe(415)
})

test('a wrong method is told the right one', async () => {
  const answer = await fetch(rig.url + PATHS.anthropic)
  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe('POST')
})

test('a client that leaves while it sends is no trouble', async () => {
  const account = await rig.account()
  for (let count = 0; count < 5; count += 1) {
    const req = httpRequest(rig.url + PATHS.anthropic, {
      method: 'POST',
      headers: { ...authOf('anthropic', account.secret), 'content-length': '1000' },
    })
    req.on('error', () => {})
    req.write('{"model":')
    await new Promise((resolve) => setTimeout(resolve, 10))
    req.destroy()
  }
  expect((await send(rig, account, { surface: 'anthropic' })).status).toBe(200)
})

test('whatever is sent, the gateway answers it, leaves no hold, and stays up', async () => {
  const account = await rig.account()
  const member = fc.constantFrom(
    ...['model', 'max_tokens', 'messages', 'stream', 'n', 'tools', 'thinking', 'stream_options'],
    ...['input', 'metadata', 'service_tier', 'max_completion_tokens', 'reasoning', 'speed'],
  )
  const change = fc.dictionary(member, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
  const mangle = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255) })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...SURFACES),
      change,
      fc.option(mangle, { freq: 3 }),
      async (surface, changes, mangled) => {
        const body = Buffer.from(JSON.stringify({ ...BODIES[surface], ...changes }))
        if (mangled) body[Math.floor(mangled.at * (body.length - 1))] = mangled.byte
        const headers = { 'x-sim-output-tokens': '3' }
        const answer = await send(rig, account, { surface, body, headers })
        await answer.arrayBuffer()
        expect([200, 400, 402, 403, 404]).toContain(answer.status)
      },
    ),
    { numRuns: 250 },
  )
  expect(await rig.openHolds(account.accountId)).toBe(0)
  expect(rig.logged.filter((line) => line.includes('could not be served'))).toEqual([])
})
