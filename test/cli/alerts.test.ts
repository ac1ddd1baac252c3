import { pino } from 'pino'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { writeLocalServer } from '../../src/cli/local.ts'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import type { AlertFacts } from '../../src/core/alerts/index.ts'
import type { Instant } from '../../src/core/time/index.ts'
import { enterNotifications } from '../../src/store/notifications/alerts.ts'
import { newNotification } from '../../src/store/notifications/new-notification.ts'
import { Receiver } from '../notify/support/receiver.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { run, temporaryFolder } from './support/run.ts'

/** The commands about alerts against a server composed as `serve` composes it. Steps build on each other. */
const TOKEN = 'operator-token-of-the-test'
let database: TestDatabase
let server: RunningServer
let cwd: string
const receiver = new Receiver()
let hook: string

beforeAll(async () => {
  database = await freshDatabase()
  hook = await receiver.start()
  server = await startServer({
    config: loadConfig({
      env: {
        EVERYCENT_SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
        EVERYCENT_NOTIFY_PRIVATE_ADDRESSES: 'allowed',
      },
      cwd: temporaryFolder(),
    }),
    databaseUrl: database.url,
    operatorTokens: [TOKEN],
    log: pino({ level: 'silent' }),
    port: 0,
  })
  cwd = temporaryFolder()
  writeLocalServer(cwd, { url: server.url, token: TOKEN })
  const client = createClient({ baseUrl: server.url, token: TOKEN })
  const plan = { id: 'payg', name: 'Pay as you go', currency: 'USD', windows: [], coverage: [] }
  await client.plans.create(plan)
  await client.plans.publish('payg', 1)
  await client.accounts.open({ account_id: 'acct_1', name: 'A', currency: 'USD', plan: 'payg' })
})
beforeEach(() => {
  receiver.received.length = 0
})
afterAll(async () => {
  await server?.close()
  await receiver.stop()
})

const cli = (...argv: string[]) => run(['alerts', ...argv], { cwd })
async function json(...argv: string[]) {
  const ran = await cli(...argv, '--json')
  expect(ran.err).toBe('')
  return JSON.parse(ran.out)
}

/** Something to tell, as another part of the server would enter it. */
async function enter(payment: string): Promise<string> {
  const about = {
    account_id: 'acct_1',
    account_name: 'A',
    currency: 'USD',
    as_of: '2026-11-20T12:00:00.000Z',
    seq: 1,
  }
  const facts: AlertFacts = {
    kind: 'reload_declined',
    payment_id: payment,
    amount: '20',
    tax: '2',
    total: '22',
    method: null,
    outcome: 'declined',
    reason: 'x',
    stopped: true,
    again_at: null,
  }
  const own = newNotification(about, { key: `k:${payment}`, facts }, Date.now() as Instant)
  await enterNotifications(database.pool, [own])
  return own.notificationId
}

const sentFor = (id: string) =>
  receiver.received.filter(({ headers }) => headers['webhook-id'] === id)

let endpoint: string
let secret: string

test('an endpoint is added with its secret shown once, listed, and tested', async () => {
  const added = await json('add', 'acct_1', hook, '--name', 'ops', '--kind', 'cap_level')
  endpoint = added.endpoint_id
  secret = added.secret
  expect(secret).toMatch(/^whsec_/)
  const listed = await cli('endpoints', 'acct_1')
  expect(listed.out).toContain(endpoint)
  expect(listed.out).not.toContain(secret)
  const tested = await cli('test', 'acct_1', endpoint)
  expect([tested.code, tested.out]).toEqual([
    0,
    expect.stringMatching(/^delivered with status 200/),
  ])
  const [{ headers, body }] = receiver.received as [(typeof receiver.received)[number]]
  expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).not.toThrow()
  receiver.status = 500
  expect((await cli('test', 'acct_1', endpoint)).code).toBe(1)
  receiver.status = 200
})

test('what it gets, in which language and at which levels, is changed', async () => {
  const changed = await cli(
    'change',
    'acct_1',
    endpoint,
    '--lang',
    'ja',
    '--time-zone',
    'Asia/Tokyo',
  )
  expect(changed.out).toMatch(/language\s+ja/)
  expect(changed.out).toMatch(/kinds\s+cap_level/)
  expect(await json('change', 'acct_1', endpoint, '--every-kind')).toMatchObject({ kinds: null })
  const kinds = ['--kind', 'reload_declined', '--kind', 'reload_done', '--name', 'billing']
  expect(await json('change', 'acct_1', endpoint, ...kinds)).toMatchObject({
    kinds: ['reload_declined', 'reload_done'],
    name: 'billing',
    locale: 'ja',
    time_zone: 'Asia/Tokyo',
  })
  expect((await cli('change', 'acct_1', endpoint)).code).toBe(2)
  expect((await cli('change', 'acct_1', 'end_absent', '--name', 'x')).code).toBe(1)
  const set = await json('set', 'acct_1', '--window-levels', '80', '--cap-levels', 'none')
  expect(set).toMatchObject({ window_levels: [80], cap_levels: [] })
})

test('an alert is delivered again with the same id and body, and each attempt is listed', async () => {
  const id = await enter('pi_1')
  for (let again = 0; again < 2; again += 1)
    expect((await cli('redeliver', 'acct_1', id, endpoint)).code).toBe(0)
  const sent = sentFor(id)
  expect(sent.length).toBeGreaterThanOrEqual(2)
  expect(new Set(sent.map(({ body }) => body)).size).toBe(1)
  const log = await json('log', 'acct_1', '--endpoint', endpoint)
  const own = log.items.filter((item: { notification_id: string }) => item.notification_id === id)
  expect(own.length).toBeGreaterThanOrEqual(2)
  expect(own[0]).toMatchObject({ outcome: 'delivered', kind: 'reload_declined' })
  expect((await cli('redeliver', 'acct_1', 'msg_absent', endpoint)).code).toBe(1)
})

test('a secret is rotated: the new one is shown once, and both sign', async () => {
  const rotated = await cli('rotate', 'acct_1', endpoint)
  const [fresh = ''] = rotated.out.split('\n')
  expect(fresh).toMatch(/^whsec_/)
  expect(fresh).not.toBe(secret)
  await cli('test', 'acct_1', endpoint)
  const [{ headers, body }] = receiver.received as [(typeof receiver.received)[number]]
  for (const own of [secret, fresh])
    expect(() => new Webhook(own).verify(body, headers as Record<string, string>)).not.toThrow()
})

test('an endpoint that is disabled gets nothing, and what it missed is not sent when it is enabled', async () => {
  expect((await cli('disable', 'acct_1', endpoint)).out).toMatch(/state\s+paused/)
  const missed = await enter('pi_2')
  expect((await cli('enable', 'acct_1', endpoint)).out).toMatch(/state\s+enabled/)
  const { rows } = await database.pool.query(
    'select state from accounts.delivery where notification_id = $1::text',
    [missed],
  )
  expect(rows).toEqual([])
  expect(sentFor(missed)).toEqual([])
})

test('an endpoint that is removed is gone, and its log stays', async () => {
  expect((await cli('remove', 'acct_1', endpoint)).out).toContain(
    `Removed the endpoint ${endpoint}`,
  )
  expect((await cli('endpoints', 'acct_1')).out).toContain('no notification endpoints')
  expect((await cli('remove', 'acct_1', endpoint)).code).toBe(1)
  expect((await json('log', 'acct_1')).items).not.toEqual([])
})

test('what was told is marked as seen, up to the latest or to the one that is named', async () => {
  const first = await enter('pay_seen_1')
  const before = (await json('seen', 'acct_1')).unread
  expect(before).toBe(0)
  await enter('pay_seen_2')
  expect((await cli('list', 'acct_1')).out).toContain('(new) ')
  expect((await cli('seen', 'acct_1', first)).out).toContain('1 are unread.')
  expect((await cli('seen', 'acct_1')).out).toContain('Nothing is unread.')
  expect((await cli('list', 'acct_1')).out).not.toContain('(new) ')
})

test('accounts are found by a part of their id or name', async () => {
  const find = async (text: string) =>
    JSON.parse((await run(['accounts', 'list', '--find', text, '--json'], { cwd })).out).items
  expect(await find('ACCT_')).toMatchObject([{ account_id: 'acct_1' }])
  expect(await find('nobody')).toEqual([])
})
