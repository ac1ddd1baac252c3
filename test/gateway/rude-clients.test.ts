import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  authOf,
  BODIES,
  message,
  PATHS,
  SURFACES,
  type SurfaceName,
  send,
} from './support/requests.ts'
import { type Account, eventually, useRig } from './support/rig.ts'

/*
 * Bytes that no client should send. Each is answered in the dialect's words or by the end of its
 * connection; nothing is sent on, charged or held, and the next call is served.
 */

const MEGABYTE = 1024 * 1024
const rig = useRig()
let account: Account

beforeEach(async () => {
  rig.upstream.reset()
  account = await rig.account()
})

afterEach(async () => {
  expect(await rig.entries(account.accountId)).toEqual([])
  expect(await rig.openHolds(account.accountId)).toBe(0)
  expect(rig.logged.filter((line) => line.includes('could not be served'))).toEqual([])
  const other = await rig.account()
  expect((await send(rig, other, { surface: 'anthropic' })).status).toBe(200)
})

const expectRefused = async (surface: SurfaceName, answer: Response, status: number) => {
  expect(answer.status).toBe(status)
  const body = (await answer.json()) as Record<string, unknown>
  expect(body).toMatchObject({
    error: { message: expect.any(String), everycent: { charged: '0' } },
  })
  // Anthropic's errors say so of themselves, OpenAI's have a code
  if (surface === 'anthropic') expect(body).toMatchObject({ type: 'error' })
  else expect(body).toMatchObject({ error: { code: expect.any(String) } })
  expect(rig.upstream.stats().requests).toBe(0)
}

const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`
const without = (surface: SurfaceName): string => JSON.stringify(BODIES[surface]).slice(1)

const BODY_ROWS: readonly [string, (surface: SurfaceName) => string | Buffer][] = [
  [
    'a half of a surrogate as bytes',
    (own) => Buffer.from(`{"x":"\xed\xa0\x80",${without(own)}`, 'latin1'),
  ],
  ['an overlong slash', (own) => Buffer.from(`{"x":"\xc0\xaf",${without(own)}`, 'latin1')],
  [
    'a text that ends within a character',
    (own) => Buffer.from(`{"x":"\xe2\x82",${without(own)}`, 'latin1'),
  ],
  ['JSON without its last byte', (own) => JSON.stringify(BODIES[own]).slice(0, -1)],
  ['two JSON values', (own) => `${JSON.stringify(BODIES[own])}{}`],
  ['UTF-16', (own) => Buffer.from(JSON.stringify(BODIES[own]), 'utf16le')],
  ['a comment', (own) => `/* hello */${JSON.stringify(BODIES[own])}`],
  ['a number that is none', (own) => `{"max_tokens":NaN,${without(own)}`],
  ['the model twice', (own) => `{"model":"gpt-5.5",${without(own)}`],
  ['the stream twice', (own) => `{"stream":true,"stream":false,${without(own)}`],
  ['nothing but depth', () => deep(100_000)],
  ['a form', () => 'model=gpt-5.5&max_tokens=5'],
  ['zero bytes', () => Buffer.alloc(4_096)],
]

test.each(
  BODY_ROWS.flatMap(([name, make]) => SURFACES.map((surface) => ({ name, surface, make }))),
)('$surface: $name is a 400', async ({ surface, make }) => {
  await expectRefused(surface, await send(rig, account, { surface, body: make(surface) }), 400)
})

test.each(SURFACES)('%s: ten megabytes and a byte are too much', async (surface) => {
  const body = Buffer.alloc(10 * MEGABYTE + 1, 0x20)
  await expectRefused(surface, await send(rig, account, { surface, body }), 413)
})

test.each(SURFACES)('%s: a body in an encoding is not read', async (surface) => {
  for (const encoding of ['gzip', 'br', 'zstd', 'gzip, gzip']) {
    const headers = { 'content-encoding': encoding }
    await expectRefused(surface, await send(rig, account, { surface, headers }), 415)
  }
})

test.each(SURFACES)('%s: other methods than its own are refused', async (surface) => {
  const headers = authOf(surface, account.secret)
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const answer = await fetch(rig.url + PATHS[surface], { method, headers })
    expect(answer.headers.get('allow')).toBe('POST')
    await expectRefused(surface, answer, 405)
  }
})

/** Raw bytes to the server, and all that it answers until it hangs up. */
async function raw(write: (socket: Socket) => void): Promise<string> {
  const { port, hostname } = new URL(rig.url)
  // half-open: the end of what is sent is not the end of what is read
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
  let text = ''
  socket.on('data', (bytes) => {
    text += bytes
  })
  socket.on('error', () => {})
  await once(socket, 'connect')
  write(socket)
  if (!socket.closed) await Promise.race([once(socket, 'end'), once(socket, 'close')])
  socket.destroy()
  return text
}

const head = (surface: SurfaceName, more: string): string => {
  const own = Object.entries(authOf(surface, account.secret)).map(
    ([name, value]) => `${name}: ${value}`,
  )
  return [`POST ${PATHS[surface]} HTTP/1.1`, 'host: x', 'connection: close', ...own, more].join(
    '\r\n',
  )
}

test.each(SURFACES)('%s: a flood of headers ends its connection with a 431', async (surface) => {
  const flood = Array.from({ length: 400 }, (_, index) => `x-flood-${index}: ${'y'.repeat(100)}`)
  const text = await raw((socket) => socket.write(`${head(surface, flood.join('\r\n'))}\r\n\r\n`))
  expect(text).toMatch(/^HTTP\/1\.1 431 /)
})

test.each([
  ['two lengths', 'content-length: 5\r\ncontent-length: 6'],
  ['a length and chunks', 'content-length: 5\r\ntransfer-encoding: chunked'],
  ['a length below zero', 'content-length: -1'],
  ['a chunk of no size', 'transfer-encoding: chunked\r\n\r\nhello'],
])('%s: a 400, and the connection ends', async (_name, header) => {
  const text = await raw((socket) => socket.write(`${head('anthropic', header)}\r\n\r\n{"a":1}`))
  expect(text).toMatch(/^HTTP\/1\.1 400 /)
  expect(rig.upstream.stats().requests).toBe(0)
})

test.each(SURFACES)(
  '%s: a socket closed in the middle of a body asks for nothing',
  async (surface) => {
    const body = JSON.stringify(BODIES[surface])
    const half = `${head(surface, `content-length: ${body.length}`)}\r\n\r\n${body.slice(0, 20)}`
    await raw((socket) => socket.end(half))
    await raw((socket) => {
      socket.write(half)
      setImmediate(() => socket.destroy())
    })
    await eventually(async () => rig.gateway.stats().inFlight === 0)
    expect(rig.upstream.stats().requests).toBe(0)
  },
)

test('a body byte by byte is read to its end, and only then decided', async () => {
  const other = await rig.account()
  const body = JSON.stringify(message)
  const text = await raw(async (socket) => {
    const own = `x-api-key: ${other.secret}\r\ncontent-length: ${body.length}`
    socket.write(
      `POST ${PATHS.anthropic} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${own}\r\n\r\n`,
    )
    for (const byte of body.slice(0, -1)) {
      socket.write(byte)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await rig.openHolds(other.accountId)).toBe(0)
    expect(rig.upstream.stats().requests).toBe(0)
    socket.write(body.slice(-1))
  })
  expect(text).toMatch(/^HTTP\/1\.1 200 /)
  expect(await rig.entries(other.accountId)).toHaveLength(1)
})

test('any content type is read as the JSON that it is', async () => {
  const other = await rig.account()
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'nonsense']) {
    const headers = { 'content-type': type, 'x-sim-output-tokens': '3' }
    const answer = await send(rig, other, { surface: 'anthropic', headers })
    expect(answer.status, type).toBe(200)
    await answer.text()
  }
  expect(await rig.entries(other.accountId)).toHaveLength(3)
})
