import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, expect, test } from 'vitest'
import { authOf, message, PATHS, send } from './support/requests.ts'
import {
  type Account,
  closeServer,
  entriesWhen,
  eventually,
  listen,
  useRig,
} from './support/rig.ts'

/*
 * Clients that ask, take nothing of what they get, and stay. They are given up, and what was kept for
 * them is free again.
 */

const MEGABYTE = 1024 * 1024
const STUCK_MS = 700
let answer: (res: ServerResponse) => void = (res) => res.end()
const provider = createServer((req, res) => {
  req.resume()
  req.on('end', () => answer(res))
})
const providerUrl = await listen(provider)
const rig = useRig({
  upstreamUrl: () => providerUrl,
  policy: {
    upstreamTimeoutMs: STUCK_MS,
    heldBytesMax: 2.5 * MEGABYTE,
    wholeBytesMax: 9 * MEGABYTE,
    replayEntryBytesMax: 9 * MEGABYTE,
  },
})
afterAll(() => closeServer(provider))

let sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  sockets = []
})

const whole = (bytes: number) => (res: ServerResponse) =>
  void res.writeHead(200, { 'content-type': 'application/json' }).end(
    JSON.stringify({
      ...{ id: 'm', type: 'message', model: 'claude-haiku-5.5', stop_reason: 'end_turn' },
      content: [{ type: 'text', text: 'a'.repeat(bytes) }],
      usage: { input_tokens: 10, output_tokens: 10 },
    }),
  )
const streamed = (res: ServerResponse): void => {
  const event = (fields: object) => `data: ${JSON.stringify(fields)}\n\n`
  const usage = { input_tokens: 10, output_tokens: 10 }
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  res.write(event({ type: 'message_start', message: { model: 'claude-haiku-5.5', usage } }))
  const delta = { type: 'text_delta', text: 'a'.repeat(MEGABYTE) }
  for (let part = 0; part < 8; part += 1) res.write(event({ type: 'content_block_delta', delta }))
  res.write(event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage }))
  res.end(event({ type: 'message_stop' }))
}

const BODY = JSON.stringify({ ...message, pad: 'x'.repeat(MEGABYTE) })

function requestOf(account: Account, { path = PATHS.anthropic, body = BODY, more = {} } = {}) {
  const headers = { ...authOf('anthropic', account.secret), ...more, host: 'x' }
  const lines = Object.entries(headers).map((own) => own.join(': '))
  const length = `content-length: ${Buffer.byteLength(body)}`
  return [`POST ${path} HTTP/1.1`, ...lines, length, '', body].join('\r\n')
}

/** A connection that is written to and never read from. */
async function stuck(text: string): Promise<Socket> {
  const socket = connect(Number(new URL(rig.url).port), '127.0.0.1')
  socket.on('error', () => {}).pause()
  sockets.push(socket)
  await once(socket, 'connect')
  socket.write(text)
  return socket
}

const isFree = async (): Promise<boolean> => {
  const { inFlight, serving, heldBytes, waitingBytes } = rig.gateway.stats()
  return inFlight + serving + heldBytes + waitingBytes === 0
}

test.each([
  ['a whole answer', whole(8 * MEGABYTE), {}],
  ['an answer too large to be held back', whole(12 * MEGABYTE), {}],
  ['a stream that has ended', streamed, {}],
  [
    'an answer that costs nothing',
    whole(8 * MEGABYTE),
    { path: '/anthropic/v1/messages/count_tokens' },
  ],
])('%s that nobody takes: what it occupies is seen, and free again', async (_name, given, more) => {
  answer = given
  const account = await rig.account()
  await stuck(requestOf(account, more))
  await stuck(requestOf(account, more))
  await eventually(async () => rig.gateway.stats().waitingBytes > 0)
  expect(rig.gateway.stats().inFlight).toBeGreaterThan(0)
  await eventually(isFree)
  answer = whole(10)
  expect((await send(rig, account, { surface: 'anthropic', body: BODY })).status).toBe(200)
})

test('an answer that is given again and not taken is given up as well', async () => {
  answer = whole(8 * MEGABYTE)
  const account = await rig.account()
  const more = { 'idempotency-key': 'k', connection: 'close' }
  await (await send(rig, account, { surface: 'anthropic', body: BODY, headers: more })).text()
  await stuck(requestOf(account, { more }))
  await eventually(async () => rig.gateway.stats().inFlight === 1)
  expect(rig.events).toContain('replayed')
  await eventually(isFree)
})

test('an answer behind another on its connection is let go with it', async () => {
  answer = whole(8 * MEGABYTE)
  const account = await rig.account()
  await stuck(requestOf(account) + requestOf(account))
  await entriesWhen(rig, account.accountId, 2)
  await eventually(isFree)
})

test('a client that takes its answer slowly, but takes it, is given all of it', async () => {
  answer = whole(8 * MEGABYTE)
  const account = await rig.account()
  const socket = await stuck(requestOf(account, { more: { connection: 'close' } }))
  await eventually(async () => rig.gateway.stats().waitingBytes > 0)
  let bytes = 0
  socket.on('data', ({ length }) => {
    bytes += length
    socket.pause()
    setTimeout(() => socket.resume(), 8)
  })
  const started = Date.now()
  socket.resume()
  await once(socket, 'end')
  expect(Date.now() - started).toBeGreaterThan(STUCK_MS)
  expect(bytes).toBeGreaterThan(8 * MEGABYTE)
}, 30_000)
