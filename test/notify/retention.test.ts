import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AlertFacts } from '../../src/core/alerts/index.ts'
import { instant } from '../../src/core/time/index.ts'
import { removeOldNotifications } from '../../src/jobs/retention.ts'
import { Notifier } from '../../src/notify/index.ts'
import { enterNotifications, listNotifications } from '../../src/store/notifications/alerts.ts'
import { claimAgain, disableEndpoint } from '../../src/store/notifications/deliveries.ts'
import { newSigningSecret, sealSecret } from '../../src/store/notifications/endpoint-secrets.ts'
import {
  addEndpoint,
  changeEndpoint,
  readEndpoint,
} from '../../src/store/notifications/endpoints.ts'
import { newNotification } from '../../src/store/notifications/new-notification.ts'
import { removeNotifications } from '../../src/store/notifications/retention.ts'
import { SecretBox } from '../../src/store/secret-box.ts'
import { SetClock } from '../engine/support/set-clock.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { Receiver } from './support/receiver.ts'

const DAY_MS = 86_400_000
const KEEP_DAYS = 90

let database: TestDatabase
let notifier: Notifier
const clock = new SetClock('2026-01-01T00:00:00Z')
const box = new SecretBox([Buffer.alloc(32, 1)])
const receiver = new Receiver()
let hook: string

beforeAll(async () => {
  database = await freshDatabase()
  hook = await receiver.start()
  notifier = new Notifier({
    pool: database.pool,
    box,
    smtp: null,
    addresses: { allowPrivate: true },
    timeoutMs: 2_000,
    disableAfterMs: 5 * DAY_MS,
    nowMs: () => clock.now(),
  })
})
beforeEach(async () => {
  await database.pool.query(
    'truncate accounts.notification, accounts.delivery, accounts.delivery_attempt',
  )
  clock.set('2026-01-01T00:00:00Z')
  receiver.status = 200
  receiver.received.length = 0
})
afterAll(async () => {
  await notifier.close()
  await receiver.stop()
})

const news = (accountId: string, key: string) => {
  const about = {
    account_id: accountId,
    account_name: 'A',
    currency: 'USD',
    as_of: '2026-01-01T00:00:00.000Z',
    seq: 1,
  }
  const facts: AlertFacts = {
    kind: 'reload_declined',
    payment_id: key,
    amount: '1',
    tax: '0',
    total: '1',
    method: null,
    outcome: 'declined',
    reason: 'x',
    stopped: true,
    again_at: null,
  }
  return newNotification(about, { key, facts }, instant(clock.now()))
}

const addHook = (accountId: string) => {
  const own = { accountId, endpointId: 'end_1' }
  return addEndpoint(database.pool, {
    ...own,
    channel: 'webhook',
    name: 'ops',
    target: hook,
    sealed: sealSecret(box, own, newSigningSecret()),
    kinds: null,
    locale: 'en',
    timeZone: 'UTC',
    status: 'enabled',
    failingSince: null,
    createdAt: instant(clock.now()),
  })
}

const told = async (accountId: string) =>
  (await listNotifications(database.pool, accountId, { kind: null, before: null, limit: 100 })).map(
    ({ body }) => (body.facts as { payment_id: string }).payment_id,
  )

const rowsOf = async (accountId: string) => {
  const { rows } = await database.pool.query<Record<string, number>>(
    `select (select count(*)::integer from accounts.notification where account_id = $1::text) as keys,
       (select count(*)::integer from accounts.delivery where account_id = $1::text) as deliveries,
       (select count(*)::integer from accounts.delivery_attempt where account_id = $1::text)
         as attempts`,
    [accountId],
  )
  return rows[0]
}

const deliver = () => notifier.deliverDue(clock.now())
const sweep = () => removeOldNotifications(database.pool, KEEP_DAYS, clock.now())

describe('what was told', () => {
  it('is removed after its time with its log, and is never told again', async () => {
    await addHook('gone')
    await enterNotifications(database.pool, [news('gone', 'a'), news('gone', 'b')])
    await deliver()
    clock.advance(DAY_MS)
    await enterNotifications(database.pool, [news('gone', 'c')])
    await deliver()
    clock.set('2026-04-01T00:00:00Z')
    // ninety days to the millisecond: it is not older yet
    expect(await sweep()).toBe(0)
    clock.advance(1)
    expect(await sweep()).toBe(2)
    expect(await told('gone')).toEqual(['c'])
    expect(await rowsOf('gone')).toEqual({ keys: 3, deliveries: 1, attempts: 1 })
    expect(await enterNotifications(database.pool, [news('gone', 'a')])).toEqual([])
    await deliver()
    expect(receiver.received).toHaveLength(3)
    expect(await sweep()).toBe(0)
    const again = {
      accountId: 'gone',
      notificationId: news('gone', 'a').notificationId,
      endpointId: 'end_1',
    }
    const lease = { at: instant(clock.now()), until: instant(clock.now() + 1) }
    expect(await claimAgain(database.pool, again, lease)).toBeNull()
  })

  it('stays while it is still to be sent, or kept for an endpoint that does not answer', async () => {
    await addHook('slow')
    await enterNotifications(database.pool, [news('slow', 'due')])
    clock.set('2027-01-01T00:00:00Z')
    expect(await sweep()).toBe(0)
    receiver.status = 500
    await deliver()
    const ref = { accountId: 'slow', endpointId: 'end_1' }
    expect(await disableEndpoint(database.pool, ref, instant(clock.now()))).toBe(true)
    clock.set('2028-01-01T00:00:00Z')
    expect(await sweep()).toBe(0)
    receiver.status = 200
    await changeEndpoint(database.pool, { ...ref, status: 'enabled', at: instant(clock.now()) })
    await deliver()
    expect(receiver.received.at(-1)?.body).toContain('"payment_id":"due"')
    // its log is of today
    expect(await sweep()).toBe(0)
    clock.advance(KEEP_DAYS * DAY_MS + 1)
    expect(await sweep()).toBe(1)
    expect(await rowsOf('slow')).toEqual({ keys: 1, deliveries: 0, attempts: 0 })
  })

  it('stays while it was given up to an endpoint that has not answered since', async () => {
    await addHook('shut')
    await enterNotifications(database.pool, [news('shut', 'a')])
    receiver.status = 500
    // every attempt of the round
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await deliver()
      clock.advance(DAY_MS)
    }
    await database.pool.query(
      `update accounts.delivery set state = 'given_up', next_at = null where account_id = 'shut'`,
    )
    expect((await readEndpoint(database.pool, 'shut', 'end_1'))?.failingSince).not.toBeNull()
    clock.set('2027-01-01T00:00:00Z')
    expect(await sweep()).toBe(0)
    await database.pool.query(
      `update accounts.notification_endpoint set failing_since = null where account_id = 'shut'`,
    )
    // the alert, and the notice that the endpoint was disabled
    expect(await sweep()).toBe(2)
  })

  it('goes page by page, also what a higher level has told with it', async () => {
    const many = Array.from({ length: 7 }, (_, index) => news('pages', `n${index}`))
    const [first] = many as [(typeof many)[number]]
    await enterNotifications(database.pool, [
      ...many,
      { ...news('pages', 'lower'), coveredBy: first.notificationId },
    ])
    const before = instant(clock.now() + 1)
    const pages: number[] = []
    for (let page = 0; page < 4; page += 1)
      pages.push(await removeNotifications(database.pool, { before, limit: 3 }))
    expect(pages).toEqual([3, 3, 2, 0])
    expect(await rowsOf('pages')).toEqual({ keys: 8, deliveries: 0, attempts: 0 })
  })

  it('that is removed at the moment of a redelivery is not sent empty, nor tried for ever', async () => {
    await addHook('race')
    await enterNotifications(database.pool, [news('race', 'a')])
    await database.pool.query(
      `update accounts.notification set body = null where account_id = 'race'`,
    )
    const before = receiver.received.length
    await deliver()
    expect(receiver.received).toHaveLength(before)
    const { rows } = await database.pool.query(
      `select state, next_at from accounts.delivery where account_id = 'race'`,
    )
    expect(rows).toEqual([{ state: 'cancelled', next_at: null }])
  })
})
