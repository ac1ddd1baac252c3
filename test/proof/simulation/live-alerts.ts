import type pg from 'pg'
import { expect } from 'vitest'
import type { EntryBody } from '../../../src/core/ledger/index.ts'
import type { JournalRow } from '../../engine/support/journal.ts'
import type { Post } from './alerts.ts'

const DAY_MS = 86_400_000
/** Beyond what clocks differ by, and a minute in which more of a kind may follow. */
const MARGIN_MS = 10 * 60_000
/** The last look of many may be the one that finds it, but not the first. */
const LOOKS = 2

interface Told {
  readonly pool: pg.Pool
  readonly post: Post
}

interface NotificationRow {
  readonly account_id: string
  readonly notification_id: string
  readonly alert_key: string
  readonly kind: string
  readonly covered_by: string | null
}

/** What follows from an entry of the journal, and for how long it is news. */
const NEWS: readonly {
  readonly kind: string
  readonly withinMs: number
  readonly keys: (body: EntryBody) => readonly string[]
}[] = [
  {
    kind: 'cap_changed',
    withinMs: DAY_MS,
    keys: ({ seq, controls }) => {
      const put = (controls?.caps ?? []).map(({ id }) => id)
      const ids = new Set([...put, ...(controls?.removed_caps ?? [])])
      return [...ids].map((id) => `cap_changed:${seq}:${id}`)
    },
  },
  {
    kind: 'refund_given',
    withinMs: 7 * DAY_MS,
    keys: ({ seq, finding }) => (finding === undefined ? [] : [`refund_given:${seq}`]),
  },
  {
    kind: 'reload_done',
    withinMs: 7 * DAY_MS,
    keys: ({ payment, lot }) =>
      payment?.reload && lot ? [`reload_done:${payment.payment_id}`] : [],
  },
]

/** What people should hear of they were told, once; what they were told has come to their webhooks, as it is. */
export async function expectAlerts(
  { pool, post }: Told,
  rows: readonly JournalRow[],
): Promise<void> {
  const { rows: told } = await pool.query<NotificationRow>(
    `select account_id, notification_id, alert_key, kind, covered_by from accounts.notification
     order by account_id, alert_key`,
  )
  expectNews(post, told, rows)
  await expectDelivered({ pool, post }, told)
}

function expectNews(
  { looksMs }: Post,
  told: readonly NotificationRow[],
  rows: readonly JournalRow[],
): void {
  for (const { kind, withinMs, keys } of NEWS) {
    const news = rows.flatMap(({ accountId, body }) =>
      body.refused
        ? []
        : keys(body).map((key) => ({ name: `${accountId} ${key}`, atMs: Date.parse(body.at) })),
    )
    const own = told.filter((row) => row.kind === kind)
    const names = own.map(({ account_id, alert_key }) => `${account_id} ${alert_key}`)
    const known = new Set(news.map(({ name }) => name))
    expect(
      names.filter((name) => !known.has(name)),
      `told of ${kind} without a reason`,
    ).toEqual([])
    const looks = (fromMs: number): number =>
      looksMs.filter((ms) => ms > fromMs + MARGIN_MS && ms < fromMs + withinMs - MARGIN_MS).length
    expect(
      news.filter(({ name, atMs }) => looks(atMs) >= LOOKS && !names.includes(name)),
      `nobody was told of ${kind}`,
    ).toEqual([])
  }
}

interface DeliveryRow {
  readonly notification_id: string
  readonly endpoint_id: string
  readonly state: string
}

async function expectDelivered(
  { pool, post }: Told,
  told: readonly NotificationRow[],
): Promise<void> {
  const { rows: deliveries } = await pool.query<DeliveryRow>(
    `select notification_id, endpoint_id, state from accounts.delivery
     order by notification_id, endpoint_id`,
  )
  expect(
    deliveries.filter(({ state }) => state !== 'delivered'),
    'not delivered',
  ).toEqual([])
  const wanted = told
    .filter(({ covered_by }) => covered_by === null)
    .flatMap(({ account_id, notification_id }) =>
      post.endpoints
        .filter(({ accountId }) => accountId === account_id)
        .map(({ address }) => `${address} ${notification_id}`),
    )
  const letters = new Map<string, string>()
  for (const { address, id, body, isSigned } of post.letters) {
    const name = `${address} ${id}`
    expect(isSigned, `signature of ${name}`).toBe(true)
    expect(letters.get(name) ?? body, `another text of ${name}`).toBe(body)
    letters.set(name, body)
  }
  expect([...letters.keys()].sort(), 'letters').toEqual(wanted.sort())
}
