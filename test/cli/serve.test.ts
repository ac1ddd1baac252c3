import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer } from '../../src/cli/serve/compose.ts'
import { errorFacts } from '../../src/cli/serve/log.ts'
import { createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import { startUpstream, type Upstream } from '../../src/demo/upstream/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { run, temporaryFolder } from './support/run.ts'
import { serve } from './support/serve.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'))

let database: TestDatabase
let upstream: Upstream

beforeAll(async () => {
  database = await freshDatabase()
  // 40 chunks of 50 ms: a stream that is under way for two seconds.
  upstream = await startUpstream({ seed: 1, latency: { chunkTokens: 1, chunkDelayMs: 50 } })
})

afterAll(async () => {
  await upstream?.stop()
})

const settings = () => ({
  DATABASE_URL: database.url,
  ANTHROPIC_API_KEY: 'sk-simulated',
  EVERYCENT_ANTHROPIC_BASE_URL: upstream.url,
  EVERYCENT_SERVER_NOTICE_MS: '0',
})

const bodyOf = (text: string): string =>
  JSON.stringify({
    model: 'claude-haiku-5.5',
    max_tokens: 40,
    stream: true,
    messages: [{ role: 'user', content: text }],
  })

const ask = (url: string, key: string, text: string): Promise<Response> =>
  fetch(`${url}/anthropic/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: bodyOf(text),
  })

test('SIGTERM lets a call in flight finish, settles it, and leaves with 0', async () => {
  const cwd = temporaryFolder()
  const { child, first, exited, errors } = await serve(cwd, settings())
  expect(first).toMatchObject({ event: 'started', upstreams: ['anthropic'] })
  const url = String(first.url)
  const token = String(first.operator_token)
  expect(readFileSync(join(cwd, '.everycent/operator-token'), 'utf8').trim()).toBe(token)

  const client = createClient({ baseUrl: url, token })
  await client.priceBooks.publish(read('data/price-books/2026-10-07.json'))
  await client.plans.create(read('data/plans/pro.json'))
  await client.plans.publish('pro', 1)
  await client.accounts.open({ account_id: 'acct_1', name: 'A', currency: 'USD', plan: 'pro' })
  const { key } = await client.keys.create('acct_1', { name: 'k' })

  const response = await ask(url, key, 'a slow answer')
  expect(response.status).toBe(200)
  child.kill('SIGTERM')
  const text = await response.text()
  expect(text).toContain('message_stop')
  expect(await exited, errors()).toBe(0)

  const { rows } = await database.pool.query<{ kind: string; outcome: string }>(
    `select kind, body->'outcome'->>'code' as outcome from accounts.entry
     where account_id = 'acct_1' order by seq desc limit 1`,
  )
  expect(rows).toEqual([{ kind: 'settle', outcome: 'succeeded' }])
  const holds = await database.pool.query('select from accounts.hold')
  expect(holds.rowCount).toBe(0)
  expect(existsSync(join(cwd, '.everycent/connection.json'))).toBe(false)

  // The next start has the same token, and does not show it again.
  const again = await serve(cwd, settings())
  expect(again.first).not.toHaveProperty('operator_token')
  const same = createClient({ baseUrl: String(again.first.url), token })
  expect((await same.accounts.get('acct_1')).name).toBe('A')

  // What the first server has charged, the second one knows when the client tries again.
  const retried = await fetch(`${again.first.url}/anthropic/v1/messages`, {
    method: 'POST',
    headers: {
      'x-api-key': key,
      'content-type': 'application/json',
      'x-stainless-retry-count': '1',
    },
    body: bodyOf('a slow answer'),
  })
  expect(retried.status).toBe(200)
  await retried.text()
  const charged = await database.pool.query(
    `select from accounts.entry where account_id = 'acct_1' and kind = 'settle'`,
  )
  expect(charged.rowCount).toBe(1)

  again.child.kill('SIGINT')
  expect(await again.exited, again.errors()).toBe(0)
}, 120_000)

test('an account whose opening was cut short by kill -9 is listed by the next server', async () => {
  const cwd = temporaryFolder()
  const first = await serve(cwd, settings())
  const token = String(first.first.operator_token)
  const client = createClient({ baseUrl: String(first.first.url), token })
  await client.accounts.open({ account_id: 'acct_a', name: 'A', currency: 'USD', plan: 'pro' })

  // the row of the directory waits for this lock: the server dies after its commit, and before that
  const held = await database.pool.connect()
  await held.query('begin; lock table control.account_directory in share mode')
  const cut = client.accounts
    .open({ account_id: 'acct_cut', name: '切れた口座', currency: 'USD', plan: 'pro' })
    .catch((error: unknown) => error)
  const blocked = `select pid from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'
      and query like '%insert into control.account_directory%'`
  for (let tries = 0; (await database.pool.query(blocked)).rowCount === 0; tries += 1) {
    expect(tries).toBeLessThan(1_000)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  first.child.kill('SIGKILL')
  await first.exited
  expect(await cut).toBeInstanceOf(Error)
  await database.pool.query(`select pg_terminate_backend(pid) from (${blocked}) as b`)
  await held.query('rollback')
  held.release()
  const listed = async () =>
    (await database.pool.query('select account_id from control.account_directory')).rows
  expect(await listed()).not.toContainEqual({ account_id: 'acct_cut' })

  const second = await serve(cwd, settings())
  const again = createClient({ baseUrl: String(second.first.url), token })
  const names = async () => {
    const all: string[] = []
    for await (const account of again.accounts.list()) all.push(account.name)
    return all
  }
  for (let tries = 0; !(await names()).includes('切れた口座'); tries += 1) {
    expect(tries).toBeLessThan(1_000)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const opened = await database.pool.query(
    `select from accounts.entry where account_id = 'acct_cut' and kind = 'open_account'`,
  )
  expect(opened.rowCount).toBe(1)
  // listed with the time of its opening, not of its healing
  const { rows } = await database.pool.query(
    `select d.created_at = e.at as same from control.account_directory d
     join accounts.entry e on e.account_id = d.account_id and e.kind = 'open_account'
     where d.account_id in ('acct_a', 'acct_cut')`,
  )
  expect(rows).toEqual([{ same: true }, { same: true }])
  second.child.kill('SIGTERM')
  expect(await second.exited, second.errors()).toBe(0)
}, 60_000)

describe('clients that are slow on purpose', () => {
  test('half a request holds a connection only for so long', async () => {
    const server = await startServer({
      config: loadConfig({
        cwd: temporaryFolder(),
        env: {
          EVERYCENT_SERVER_HEADERS_TIMEOUT_MS: '1000',
          EVERYCENT_SERVER_REQUEST_TIMEOUT_MS: '1500',
        },
      }),
      databaseUrl: database.url,
      operatorTokens: ['operator-token-of-the-test'],
      log: pino({ level: 'silent' }),
      port: 0,
    })
    try {
      const started = Date.now()
      const socket = connect(server.port, '127.0.0.1')
      let answer = ''
      socket.on('data', (chunk) => {
        answer += chunk
      })
      socket.on('error', () => {})
      socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ')
      await once(socket, 'close')
      expect(Date.now() - started).toBeLessThan(6_000)
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    } finally {
      await server.close()
    }
  })
})

test('a database of a newer version: exit 57, and nothing is touched', async () => {
  const newer = await freshDatabase()
  await newer.pool.query(
    `insert into control.migration (name, run_on) values ('9999_from_the_future', now())`,
  )
  const env = { DATABASE_URL: newer.url }
  for (const argv of [
    ['migrate'],
    ['serve', '--port', '0'],
    ['serve', '--port', '0', '--no-migrate'],
  ]) {
    const ran = await run(argv, { env })
    expect(ran.code, argv.join(' ')).toBe(57)
    expect(ran.err).toMatch(/newer than this program/)
  }
})

test('wrong settings: exit 2, all of them at once', async () => {
  const ran = await run(['serve'], { env: { EVERYCENT_PORT: 'http', EVERYCENT_LOG_LEVEL: 'loud' } })
  expect(ran.code).toBe(2)
  expect(ran.err).toMatch(/listen\.port is "http"[\s\S]*log_level is "loud"/)
})

test('the log has errors without what libraries attach to them', () => {
  const client = { connectionParameters: { password: 'hunter2' } }
  const error = Object.assign(new Error('connection broke'), { code: '57P01', client })
  const facts = errorFacts(new Error('outer', { cause: error }))
  expect(facts).toMatchObject({
    message: 'outer',
    cause: { message: 'connection broke', code: '57P01' },
  })
  expect(JSON.stringify(facts)).not.toContain('hunter2')
})

test('a live screen leaves the terminal as it was', async () => {
  const controller = new AbortController()
  const state = { items: [], next_cursor: null, as_of: '2026-11-21T08:00:00.000Z' }
  const ran = await run(['status', '--watch', '--url', 'http://test', '--token', 't'], {
    columns: 80,
    signal: controller.signal,
    fetch: async () => new Response(JSON.stringify(state)),
    onOut: (text) => {
      if (text.includes('There are no accounts')) controller.abort()
    },
  })
  expect(ran.code).toBe(0)
  expect(ran.out.startsWith('\x1b[?1049h\x1b[?25l')).toBe(true)
  expect(ran.out.endsWith('\x1b[?25h\x1b[?1049l')).toBe(true)
})

test('a live screen keeps the last figures when the server is away', async () => {
  const controller = new AbortController()
  let asked = 0
  const ran = await run(['status', '--watch', '--url', 'http://test', '--token', 't'], {
    columns: 80,
    signal: controller.signal,
    fetch: async () => {
      asked += 1
      if (asked > 1) return new Response('{"code":"x","title":"gone"}', { status: 404 })
      return new Response('{"items":[],"next_cursor":null,"as_of":"2026-11-21T08:00:00.000Z"}')
    },
    onOut: (text) => {
      if (text.includes('Live view lost')) controller.abort()
    },
  })
  expect(ran.out).toMatch(/Live view lost \(gone\); calls are still metered/)
})

test('the demo, small, on a database of its own: every sum agrees', async () => {
  const own = await freshDatabase()
  const env = { DATABASE_URL: own.url }
  const ran = await run(
    ['demo', '--check', '--calls', '400', '--concurrency', '8', '--port', '0', '--json'],
    { env },
  )
  expect(JSON.parse(ran.out)).toMatchObject({ ok: true, problems: [], replayed: true })
  expect(ran.code, ran.err).toBe(0)
  const refused = await run(['demo', '--fresh', '--check', '--port', '0'], { env })
  expect(refused.code).toBe(2)
  expect(refused.err).toMatch(/would delete everything in the database that DATABASE_URL names/)
}, 90_000)
