import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer } from '../../src/cli/serve/compose.ts'
import { createClient } from '../../src/client/index.ts'
import { loadConfig, Secret } from '../../src/config.ts'
import { startUpstream, type Upstream } from '../../src/demo/upstream/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { temporaryFolder } from './support/run.ts'
import { type Served, serve } from './support/serve.ts'

/*
 * A server that is told to leave: first it says so while it serves everything, then it finishes what is
 * under way, and what takes too long is cut off at nobody's cost but ours.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
const TOKEN = 'operator-token-of-the-test'

let database: TestDatabase
let upstream: Upstream
beforeAll(async () => {
  database = await freshDatabase()
  upstream = await startUpstream({ seed: 1, latency: { chunkTokens: 1, chunkDelayMs: 50 } })
})
afterAll(() => upstream?.stop())

const settings = (own: Readonly<Record<string, string>>) => ({
  DATABASE_URL: database.url,
  ANTHROPIC_API_KEY: 'sk-simulated',
  EVERYCENT_ANTHROPIC_BASE_URL: upstream.url,
  EVERYCENT_OPERATOR_TOKEN: TOKEN,
  ...own,
})

let isStocked = false
async function keyOf(url: string, accountId: string): Promise<string> {
  const client = createClient({ baseUrl: url, token: TOKEN })
  if (!isStocked) {
    isStocked = true
    await client.priceBooks.publish(read('data/price-books/2026-10-07.json'))
    await client.plans.create(read('data/plans/pro.json'))
    await client.plans.publish('pro', 1)
  }
  await client.accounts.open({ account_id: accountId, name: 'A', currency: 'USD', plan: 'pro' })
  return (await client.keys.create(accountId, { name: 'k' })).key
}

const bodyOf = (tokens: number): string =>
  JSON.stringify({
    model: 'claude-haiku-5.5',
    max_tokens: tokens,
    stream: true,
    messages: [{ role: 'user', content: 'a slow answer' }],
  })

const headersOf = (key: string, tokens: number): Record<string, string> => ({
  'x-api-key': key,
  'content-type': 'application/json',
  'x-sim-output-tokens': String(tokens),
})

const ask = (url: string, key: string, tokens: number): Promise<Response> =>
  fetch(`${url}/anthropic/v1/messages`, {
    method: 'POST',
    headers: headersOf(key, tokens),
    body: bodyOf(tokens),
  })

/** Ends of the calls of an account, in the order of the journal. */
async function ends(accountId: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ outcome: string }>(
    `select body->'outcome'->>'code' as outcome from accounts.entry
     where account_id = $1::text and kind = 'settle' order by seq`,
    [accountId],
  )
  return rows.map(({ outcome }) => outcome)
}

async function holds(accountId: string): Promise<number> {
  const found = await database.pool.query('select from accounts.hold where account_id = $1::text', [
    accountId,
  ])
  return found.rowCount ?? 0
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries += 1) {
    expect(tries).toBeLessThan(1_500)
    await sleep(10)
  }
}

const isReady = async ({ url }: Served): Promise<boolean> => (await fetch(`${url}/readyz`)).ok
const listens = ({ url }: Served): Promise<boolean> =>
  fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  )

test('SIGTERM: not ready at once, all served for the notice, streams to their end, then gone', async () => {
  const served = await serve(temporaryFolder(), settings({ EVERYCENT_SERVER_NOTICE_MS: '2000' }))
  const key = await keyOf(served.url, 'acct_leaving')
  const streams = await Promise.all([80, 90, 100].map((tokens) => ask(served.url, key, tokens)))
  served.child.kill('SIGTERM')
  await until(async () => !(await isReady(served)))

  const ready = await fetch(`${served.url}/readyz`)
  expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await ready.json()).toMatchObject({ code: 'server_closing', retryable: true })
  expect((await fetch(`${served.url}/healthz`)).status).toBe(200)
  const late = await ask(served.url, key, 10)
  expect([late.status, late.headers.get('connection')]).toEqual([200, 'close'])

  await until(async () => !(await listens(served)))
  for (const stream of [...streams, late]) expect(await stream.text()).toContain('message_stop')
  expect(await served.exited, served.errors()).toBe(0)
  expect(served.errors()).toMatch(/Leaving: \/readyz says no; all else is served for 2000 ms more/)
  expect(await ends('acct_leaving')).toEqual(Array(4).fill('succeeded'))
  expect(await holds('acct_leaving')).toBe(0)
}, 60_000)

test('what is still going after the limit is cut off: it costs its account nothing, and no hold stays', async () => {
  const served = await serve(
    temporaryFolder(),
    settings({ EVERYCENT_SERVER_NOTICE_MS: '0', EVERYCENT_SERVER_DRAIN_TIMEOUT_MS: '300' }),
  )
  const key = await keyOf(served.url, 'acct_endless')
  const stream = await ask(served.url, key, 4_000)
  served.child.kill('SIGTERM')
  await expect(stream.text()).rejects.toThrow()
  expect(await served.exited, served.errors()).toBe(0)
  expect(await ends('acct_endless')).toEqual(['upstream_failed_mid_stream'])
  expect(await holds('acct_endless')).toBe(0)
  const { rows } = await database.pool.query(
    `select p.ledger_account, p.amount from accounts.posting p
     join accounts.entry e using (account_id, seq)
     where p.account_id = 'acct_endless' and e.kind = 'settle' and ledger_account not like 'house:%'`,
  )
  expect(rows).toEqual([])
}, 60_000)

test('a second signal ends it on the spot; the hold is left to the next server', async () => {
  const served = await serve(temporaryFolder(), settings({ EVERYCENT_SERVER_NOTICE_MS: '600000' }))
  const key = await keyOf(served.url, 'acct_twice')
  const stream = await ask(served.url, key, 4_000)
  served.child.kill('SIGTERM')
  await until(async () => !(await isReady(served)))
  served.child.kill('SIGTERM')
  await expect(stream.text()).rejects.toThrow()
  expect(await served.exited, served.errors()).toBe(130)
  expect(await ends('acct_twice')).toEqual([])
  expect(await holds('acct_twice')).toBe(1)
}, 60_000)

/** Writes a request on a connection that is open, and gives the answer's head and body. */
async function onConnection(socket: Socket, request: string): Promise<string> {
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.write(request)
  await once(socket, 'close')
  return text
}

const post = (key: string, tokens: number): string => {
  const body = bodyOf(tokens)
  const head = Object.entries({ host: 'x', ...headersOf(key, tokens) })
  const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `POST /anthropic/v1/messages HTTP/1.1\r\n${lines}content-length: ${body.length}\r\n\r\n${body}`
}

test('who asks on an open connection of a server that closes gets 503 and when to come again', async () => {
  const provider = { baseUrl: upstream.url, apiKey: new Secret('sk-simulated') }
  const server = await startServer({
    config: loadConfig({ env: {}, cwd: temporaryFolder() }),
    databaseUrl: database.url,
    operatorTokens: [TOKEN],
    log: pino({ level: 'silent' }),
    upstreams: { anthropic: provider },
    port: 0,
  })
  const key = await keyOf(server.url, 'acct_kept')
  const sockets = await Promise.all(
    [0, 1].map(async () => {
      const socket = connect(server.port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write(post(key, 20))
      await once(socket, 'data')
      return socket
    }),
  )
  const closed = server.close()
  const [api, gateway] = await Promise.all([
    onConnection(sockets[0]!, 'GET /v1/jobs HTTP/1.1\r\nhost: x\r\n\r\n'),
    onConnection(sockets[1]!, post(key, 20)),
  ])
  await closed
  for (const [text, code] of [
    [api, 'server_closing'],
    [gateway, 'gateway_closing'],
  ] as const) {
    // first the stream that was under way, to its end
    expect(text).toContain('message_stop')
    const refusal = text.slice(text.lastIndexOf('HTTP/1.1 '))
    expect(refusal).toMatch(/^HTTP\/1\.1 503 /)
    expect(refusal).toMatch(/\r\nretry-after: 1\r\n/i)
    expect(refusal).toMatch(/\r\nconnection: close\r\n/i)
    expect(refusal).toContain(`"${code}"`)
  }
  expect(await ends('acct_kept')).toEqual(['succeeded', 'succeeded'])
}, 60_000)
