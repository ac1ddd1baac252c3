import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createApi, OperatorTokens } from '../../src/api/index.ts'
import { instant } from '../../src/core/time/index.ts'
import type { Engine } from '../../src/engine/index.ts'
import { AlertWatch } from '../../src/jobs/index.ts'
import { Notifier } from '../../src/notify/index.ts'
import { CatalogueCache, createIds, KeyRing } from '../../src/store/control/index.ts'
import { enterNotifications } from '../../src/store/notifications/alerts.ts'
import { claimDue, listAttempts } from '../../src/store/notifications/deliveries.ts'
import { newNotification } from '../../src/store/notifications/new-notification.ts'
import { SecretBox } from '../../src/store/secret-box.ts'
import { record } from '../engine/support/commands.ts'
import { funded, post } from '../engine/support/journal.ts'
import { clockedNode } from '../engine/support/nodes.ts'
import { SetClock } from '../engine/support/set-clock.ts'
import { paidUse, seedCatalogue } from '../engine/support.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { Receiver } from './support/receiver.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const TOKEN = 'operator-token-of-the-tests'

let database: TestDatabase
let clock: SetClock
let engine: Engine
let notifier: Notifier
let api: Awaited<ReturnType<typeof createApi>>
const receiver = new Receiver()
let hook: string

beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  hook = await receiver.start()
  notifier = new Notifier({
    pool: database.pool,
    box: new SecretBox([Buffer.alloc(32, 1)]),
    smtp: null,
    addresses: { allowPrivate: true },
    timeoutMs: 2_000,
    disableAfterMs: 5 * DAY_MS,
    nowMs: () => clock.now(),
  })
})
beforeEach(async () => {
  clock = new SetClock('2026-11-20T12:00:00Z')
  engine = (await clockedNode(database, clock)).engine
  receiver.status = 200
  receiver.received.length = 0
  api = await createApi({
    engine,
    pool: database.pool,
    keys: new KeyRing(database.pool, () => clock.now()),
    operatorTokens: new OperatorTokens([TOKEN]),
    nowMs: () => clock.now(),
    ids: createIds(Date.now),
    version: '0',
    notifier,
  })
  return () => api.close()
})
afterAll(async () => {
  await notifier.close()
  await receiver.stop()
})

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

async function ask(method: Method, path: string, body?: object) {
  const response = await api.inject({
    method,
    url: `/v1/accounts/${path}`,
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(body && { payload: body }),
  })
  return { status: response.statusCode, body: response.json() }
}

const addHook = async (accountId: string, kinds: string[] | null = ['window_level']) =>
  (
    await ask('POST', `${accountId}/notification_endpoints`, {
      channel: 'webhook',
      name: 'ops',
      address: hook,
      kinds,
    })
  ).body as { endpoint_id: string; secret: string }

const watchOf = (): AlertWatch =>
  new AlertWatch({
    pool: database.pool,
    catalogue: new CatalogueCache(database.pool, () => clock.now()),
  })

/** Draws about `cents` of the session window of one dollar. */
let calls = 0
const spend = (accountId: string, cents: number) =>
  post(engine, record(accountId, `c${calls++}`, clock.now(), { input: cents * 10_000, output: 0 }))

const toldKeys = async (accountId: string) => {
  const { rows } = await database.pool.query<{ alert_key: string; covered: boolean }>(
    `select alert_key, covered_by is not null as covered from accounts.notification
     where account_id = $1::text order by alert_key`,
    [accountId],
  )
  return rows
}

const idsSent = () => receiver.received.map(({ headers }) => headers['webhook-id'])

describe('a crossing', () => {
  it('is told once, whoever looks and however often, by a webhook that verifies', async () => {
    await funded(engine, 'once', '5', 'pro@1')
    const { secret } = await addHook('once')
    await spend('once', 80)
    const looks = [watchOf(), watchOf(), watchOf()]
    for (let round = 0; round < 2; round += 1)
      await Promise.all(looks.map((watch) => watch.look(['once'], instant(clock.now()))))
    await Promise.all([1, 2, 3].map(() => notifier.deliverDue(clock.now())))
    await notifier.deliverDue(clock.now() + DAY_MS)
    expect(receiver.received.length).toBe(1)
    const [{ headers, body }] = receiver.received as [(typeof receiver.received)[number]]
    // the tolerance of the standard is measured with the real clock
    const signed = { ...headers } as Record<string, string>
    const own = new Webhook(secret).sign(signed['webhook-id']!, new Date(clock.now()), body)
    expect(signed['webhook-signature']).toBe(own)
    expect(JSON.parse(body)).toMatchObject({
      type: 'alert.window_level',
      data: { account_id: 'once', level: 75, used_percent: 80, left_percent: 20 },
    })
    const log = await ask('GET', 'once/deliveries')
    expect(log.body.items).toMatchObject([{ outcome: 'delivered', status: 200, attempt: 1 }])
    const list = await ask('GET', 'once/alerts?kind=window_level&lang=ja')
    expect(list.body.items).toMatchObject([{ message: { lines: expect.any(Array) } }])
  })

  it('of any history is told at most once, and none is missed, with two detectors and restarts', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            cents: fc.integer({ min: 1, max: 60 }),
            lookers: fc.integer({ min: 0, max: 2 }),
            restart: fc.boolean(),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        async (steps) => {
          run += 1
          const id = `history-${run}`
          await funded(engine, id, '100', 'pro@1')
          let watches = [watchOf(), watchOf()]
          let total = 0
          for (const step of steps) {
            await spend(id, step.cents)
            total += step.cents
            if (step.restart) watches = [watchOf(), watchOf()]
            await Promise.all(
              watches.slice(0, step.lookers).map((own) => own.look([id], instant(clock.now()))),
            )
          }
          await watches[0]!.look([id], instant(clock.now()))
          const levels = (await toldKeys(id)).filter(({ alert_key: key }) =>
            key.startsWith('window_level:session'),
          )
          const reached = [50, 75, 90, 100].filter((level) => Math.min(total, 100) >= level)
          const found = levels.map(({ alert_key: key }) => Number(key.split(':').at(-1)))
          expect(found.sort((a, b) => a - b)).toEqual(reached)
          // the highest is never only covered
          const top = levels.find(({ alert_key: key }) => key.endsWith(`:${reached.at(-1)}`))
          expect(top?.covered ?? false).toBe(false)
        },
      ),
      { numRuns: 12 },
    )
  })

  it('that a crash left behind is found by comparing; a change of paid use says who', async () => {
    await funded(engine, 'left', '5')
    await post(engine, paidUse('left', false))
    expect(await watchOf().round(clock.now())).toBeGreaterThan(0)
    const { body } = await ask('GET', 'left/alerts?kind=paid_use_changed')
    expect(body.items.map((item: { facts: object }) => item.facts)).toMatchObject([
      { paid_use: expect.any(Boolean), actor: { type: 'operator', id: 'test' } },
      { paid_use: expect.any(Boolean) },
    ])
    expect(await watchOf().round(clock.now())).toBe(0)
  })

  it('waits for no account that cannot be read', async () => {
    for (const id of ['sick-1', 'sick-2']) await funded(engine, id, '5')
    await database.pool.query(
      `update accounts.account set state = jsonb_set(state::jsonb, '{lots}', 'null')::json
       where account_id = 'sick-1'`,
    )
    await expect(watchOf().round(clock.now())).rejects.toThrow()
    expect(await toldKeys('sick-2')).not.toEqual([])
    await database.pool.query("delete from accounts.account where account_id = 'sick-1'")
  })

  it('by time alone is told when it is due: a window that is open again', async () => {
    await funded(engine, 'reset', '5', 'pro@1')
    await spend('reset', 95)
    const watch = watchOf()
    await watch.look(['reset'], instant(clock.now()))
    const kinds = async () => (await toldKeys('reset')).map((row) => row.alert_key.split(':')[0])
    expect(await kinds()).not.toContain('window_reset')
    await watchOf().round(clock.now() + 5 * HOUR_MS)
    expect(await kinds()).toContain('window_reset')
  })
})

describe('an event of another part', () => {
  const declined = (id: string) =>
    newNotification(
      {
        account_id: id,
        account_name: 'Acme',
        currency: 'USD',
        as_of: '2026-11-20T12:00:00.000Z',
        seq: 3,
      },
      {
        key: 'reload_declined:pi_1',
        facts: {
          kind: 'reload_declined',
          payment_id: 'pi_1',
          amount: '20',
          tax: '2',
          total: '22',
          method: { brand: 'visa', last4: '4242' },
          outcome: 'declined',
          reason: 'card_declined',
          stopped: true,
          again_at: null,
        },
      },
      instant(clock.now()),
    )

  it('is entered by its kind and told once; one that is muted is not', async () => {
    await funded(engine, 'event', '5')
    expect(await enterNotifications(database.pool, [declined('event')])).toHaveLength(1)
    expect(await enterNotifications(database.pool, [declined('event')])).toEqual([])
    const { body } = await ask('GET', 'event/alerts')
    expect(body.items[0].message.title).toBe('Auto-reload was declined and has stopped')
    await funded(engine, 'muted', '5')
    await ask('PATCH', 'muted/alert_settings', { muted: ['reload_declined'] })
    expect(await enterNotifications(database.pool, [declined('muted')])).toEqual([])
  })
})

describe('a delivery', () => {
  const told = async (id: string) => {
    await funded(engine, id, '5', 'pro@1')
    const endpoint = await addHook(id)
    await spend(id, 80)
    await watchOf().look([id], instant(clock.now()))
    return endpoint
  }

  it('whose node dies between sending and logging is sent again with the same id', async () => {
    await told('killed')
    const lease = { at: instant(clock.now()), until: instant(clock.now() + 60_000), limit: 9 }
    const [claimed] = await claimDue(database.pool, lease)
    expect(await notifier.deliverDue(clock.now() + 59_000)).toBe(0)
    expect(await notifier.deliverDue(clock.now() + 60_000)).toBe(1)
    expect(idsSent()).toEqual([claimed!.notificationId])
  })

  it('that fails is tried again later with the same id and bytes, and each attempt is logged', async () => {
    await told('retried')
    receiver.status = 500
    await notifier.deliverDue(clock.now())
    expect(await notifier.deliverDue(clock.now() + 9_000)).toBe(0)
    receiver.status = 200
    await notifier.deliverDue(clock.now() + 20_000)
    expect(new Set(idsSent()).size).toBe(1)
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body)
    const { body } = await ask('GET', 'retried/deliveries?limit=1')
    expect(body.items).toMatchObject([{ attempt: 2, outcome: 'delivered' }])
    const next = await ask('GET', `retried/deliveries?cursor=${body.next_cursor}`)
    expect(next.body.items).toMatchObject([
      { attempt: 1, outcome: 'answered_with_error', status: 500 },
    ])
  })

  it('by hand has the same id; a test is another message', async () => {
    const { endpoint_id } = await told('again')
    await notifier.deliverDue(clock.now())
    const [first] = idsSent()
    const again = await ask('POST', `again/alerts/${first}/redeliver`, { endpoint_id })
    expect(again.body).toMatchObject({ outcome: 'delivered', status: 200 })
    expect(idsSent()).toEqual([first, first])
    const test = await ask('POST', `again/notification_endpoints/${endpoint_id}/test`)
    expect(test.body).toMatchObject({ outcome: 'delivered' })
    expect(JSON.parse(receiver.received[2]!.body).type).toBe('test')
    expect((await ask('POST', 'again/alerts/msg_x/redeliver', { endpoint_id })).body.code).toBe(
      'notification_unknown',
    )
  })

  it('is signed by both secrets while they overlap, then by the new one alone', async () => {
    const { endpoint_id, secret } = await told('rotated')
    const path = `rotated/notification_endpoints/${endpoint_id}`
    const rotated = await ask('POST', `${path}/rotate`)
    expect(rotated.body.secret).not.toBe(secret)
    const signatures = async () => {
      await ask('POST', `${path}/test`)
      const { headers, body } = receiver.received.at(-1)!
      const id = String(headers['webhook-id'])
      const by = (own: string) => new Webhook(own).sign(id, new Date(clock.now()), body)
      const all = String(headers['webhook-signature']).split(' ')
      return [by(rotated.body.secret), by(secret)].map((own) => all.includes(own))
    }
    expect(await signatures()).toEqual([true, true])
    clock.advance(DAY_MS)
    expect(await signatures()).toEqual([true, false])
  })

  it('to an endpoint that is silent for days is kept, told of, and sent when it is enabled', async () => {
    const { endpoint_id } = await told('silent')
    const other = await addHook('silent', ['endpoint_disabled'])
    receiver.status = 503
    for (let hours = 0; hours <= 6 * 24; hours += 6)
      await notifier.deliverDue(clock.now() + hours * HOUR_MS)
    const path = 'silent/notification_endpoints'
    const { body } = await ask('GET', path)
    const statusOf = (id: string) =>
      body.items.find((own: { endpoint_id: string }) => own.endpoint_id === id).status
    expect(statusOf(endpoint_id)).toBe('disabled')
    expect(statusOf(other.endpoint_id)).toBe('enabled')
    const notices = await ask('GET', 'silent/alerts?kind=endpoint_disabled')
    expect(notices.body.items).toMatchObject([
      { facts: { endpoint_id, outcome: 'answered_with_error' } },
    ])
    receiver.status = 200
    receiver.received.length = 0
    await ask('PATCH', `${path}/${endpoint_id}`, { status: 'enabled' })
    await notifier.deliverDue(clock.now() + DAY_MS)
    expect(receiver.received.map(({ body: own }) => JSON.parse(own).type)).toContain(
      'alert.window_level',
    )
  })
})

describe('an endpoint', () => {
  it('is private to its account, keeps its secrets sealed, and goes with them', async () => {
    await funded(engine, 'own', '5')
    const { endpoint_id, secret } = await addHook('own')
    const { rows } = await database.pool.query<{ text: string }>(
      `select row_to_json(e)::text as text from accounts.notification_endpoint e
       where account_id = 'own'`,
    )
    expect(rows[0]?.text).not.toContain(secret.slice(6))
    expect(JSON.stringify((await ask('GET', 'own/notification_endpoints')).body)).not.toContain(
      secret,
    )
    const chat = await ask('POST', 'own/notification_endpoints', {
      channel: 'chat',
      name: 'room',
      address: 'http://127.0.0.1:9/services/T000/secret',
      time_zone: 'Asia/Tokyo',
    })
    expect(chat.body).toMatchObject({ address: 'http://127.0.0.1:9/…', secret: null })
    const mail = { channel: 'email', name: 'me', address: 'a@example.org' }
    expect((await ask('POST', 'own/notification_endpoints', mail)).body.code).toBe(
      'channel_unavailable',
    )
    const odd = { channel: 'webhook', name: 'x', address: 'https://x/', time_zone: 'Mars/Base' }
    expect((await ask('POST', 'own/notification_endpoints', odd)).status).toBe(400)
    expect((await ask('DELETE', `own/notification_endpoints/${endpoint_id}`)).status).toBe(200)
    expect((await ask('DELETE', `own/notification_endpoints/${endpoint_id}`)).body.code).toBe(
      'endpoint_unknown',
    )
    expect(
      await listAttempts(database.pool, 'own', {
        endpointId: null,
        notificationId: null,
        before: null,
        limit: 9,
      }),
    ).toEqual([])
  })
})

describe('settings', () => {
  it('have defaults, change by member, and go back with null', async () => {
    await funded(engine, 'set', '5')
    const read = async () => (await ask('GET', 'set/alert_settings')).body
    expect(await read()).toMatchObject({ window_levels: [50, 75, 90, 100], anomaly_floor: '5' })
    await ask('PATCH', 'set/alert_settings', { window_levels: [80, 10], muted: ['cap_level'] })
    expect(await read()).toMatchObject({ window_levels: [10, 80], muted: ['cap_level'] })
    await ask('PATCH', 'set/alert_settings', { window_levels: null })
    expect(await read()).toMatchObject({ window_levels: [50, 75, 90, 100], muted: ['cap_level'] })
  })
})
