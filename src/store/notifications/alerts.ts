import type pg from 'pg'
import type { AlertFacts, AlertSettingsDocument, ArmedWindow } from '../../core/alerts/index.ts'
import type { Currency } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { jsonArray } from '../statements/arrays.ts'

/** What an alert says, as it is stored and sent: the same for every endpoint and every attempt. */
export interface NotificationBody {
  readonly account_id: string
  readonly account_name: string
  readonly currency: Currency
  /** The moment that its figures are of. */
  readonly as_of: string
  readonly seq: number
  readonly facts: AlertFacts
}

export interface NewNotification {
  readonly accountId: string
  readonly alertKey: string
  readonly notificationId: string
  readonly kind: string
  /** The notification that tells this crossing with its own. */
  readonly coveredBy: string | null
  readonly at: Instant
  readonly body: NotificationBody
}

/**
 * Enters what is to be told, and a delivery for every endpoint that wants its kind. A crossing that was
 * entered before, by whichever node, stays as it is; a kind that the account has muted is not entered.
 * Returns the ids of those that are new and told.
 *
 * An endpoint that was disabled because it did not answer keeps its deliveries until it is taken up again.
 */
export async function enterNotifications(
  pool: Pick<pg.ClientBase, 'query'>,
  given: readonly NewNotification[],
): Promise<readonly string[]> {
  if (given.length === 0) return []
  // In one order everywhere, so that two nodes wait for one another and never for both.
  const rows = [...given].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
  const { rows: entered } = await pool.query<{ notification_id: string }>(
    `with given as (
       select g.*, $8::json->(g.place::integer - 1) as body
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
         with ordinality as g(account_id, alert_key, notification_id, kind, covered_by, at, place)
     ), entered as (
       insert into accounts.notification
         (account_id, alert_key, notification_id, kind, covered_by, at, body)
       select account_id, alert_key, notification_id, kind, covered_by, at, body from given g
       where not exists (select from accounts.alert_settings s
         where s.account_id = g.account_id and s.document::jsonb->'muted' ? g.kind)
       order by account_id, alert_key
       on conflict do nothing
       returning account_id, notification_id, kind, covered_by, at
     ), planned as (
       insert into accounts.delivery
         (account_id, notification_id, endpoint_id, state, tries, attempts, next_at, created_at)
       select e.account_id, e.notification_id, p.endpoint_id,
         case p.status when 'enabled' then 'due' else 'kept' end, 0, 0,
         case p.status when 'enabled' then $7::timestamptz end, $7::timestamptz
       from entered e join accounts.notification_endpoint p on p.account_id = e.account_id
       where e.covered_by is null and p.status in ('enabled', 'disabled')
         and (p.kinds is null or e.kind = any(p.kinds))
       on conflict do nothing
     )
     select notification_id from entered where covered_by is null`,
    [
      rows.map((row) => row.accountId),
      rows.map((row) => row.alertKey),
      rows.map((row) => row.notificationId),
      rows.map((row) => row.kind),
      rows.map((row) => row.coveredBy),
      rows.map((row) => formatInstant(row.at)),
      formatInstant(rows[0]!.at),
      jsonArray(rows.map((row) => JSON.stringify(row.body))),
    ],
  )
  return entered.map((row) => row.notification_id)
}

const orderOf = (row: NewNotification): string => `${row.accountId}\n${row.alertKey}`

export interface NotificationRow {
  readonly notificationId: string
  readonly at: Instant
  readonly body: NotificationBody
}

/** What the account was told, the latest first. */
export async function listNotifications(
  pool: pg.Pool,
  accountId: string,
  page: {
    readonly kind: string | null
    readonly before: { readonly at: Instant; readonly notificationId: string } | null
    readonly limit: number
  },
): Promise<readonly NotificationRow[]> {
  const { rows } = await pool.query<{
    notification_id: string
    at: Date
    body: NotificationBody
  }>(
    `select notification_id, at, body from accounts.notification
     where account_id = $1::text and covered_by is null and body is not null
       and ($2::text is null or kind = $2::text)
       and ($3::timestamptz is null or (at, notification_id) < ($3::timestamptz, $4::text))
     order by at desc, notification_id desc limit $5::integer`,
    [
      accountId,
      page.kind,
      page.before === null ? null : formatInstant(page.before.at),
      page.before?.notificationId ?? '',
      page.limit,
    ],
  )
  return rows.map((row) => ({
    notificationId: row.notification_id,
    at: instant(row.at.getTime()),
    body: row.body,
  }))
}

export async function readAlertSettings(
  pool: pg.Pool,
  accountId: string,
): Promise<AlertSettingsDocument> {
  const { rows } = await pool.query<{ document: AlertSettingsDocument }>(
    'select document from accounts.alert_settings where account_id = $1::text',
    [accountId],
  )
  return rows[0]?.document ?? {}
}

/** Merges a change into the settings; a member that is `null` has its default again. */
export async function changeAlertSettings(
  pool: pg.Pool,
  change: { readonly accountId: string; readonly document: object; readonly at: Instant },
): Promise<AlertSettingsDocument> {
  const { rows } = await pool.query<{ document: AlertSettingsDocument }>(
    `insert into accounts.alert_settings as s (account_id, document, updated_at)
     values ($1::text, jsonb_strip_nulls($2::jsonb)::json, $3::timestamptz)
     on conflict (account_id) do update
       set document = jsonb_strip_nulls(s.document::jsonb || $2::jsonb)::json, updated_at = $3::timestamptz
     returning document`,
    [change.accountId, JSON.stringify(change.document), formatInstant(change.at)],
  )
  return rows[0]!.document
}

export interface WatchWrite {
  readonly accountId: string
  readonly seq: number
  readonly armed: readonly ArmedWindow[]
  readonly dueAt: Instant | null
}

/** Remembers a look. One of an older state never replaces one of a newer. */
export async function writeWatches(
  pool: pg.Pool,
  watches: readonly WatchWrite[],
  at: Instant,
): Promise<void> {
  if (watches.length === 0) return
  const rows = [...watches].sort((a, b) => (a.accountId < b.accountId ? -1 : 1))
  await pool.query(
    `insert into accounts.alert_watch as w (account_id, seq, armed, due_at, looked_at)
     select g.account_id, g.seq, $3::json->(g.place::integer - 1), g.due_at, $5::timestamptz
     from unnest($1::text[], $2::bigint[], $4::timestamptz[])
       with ordinality as g(account_id, seq, due_at, place)
     order by g.account_id
     on conflict (account_id) do update
       set seq = excluded.seq, armed = excluded.armed, due_at = excluded.due_at,
         looked_at = excluded.looked_at
       where excluded.seq >= w.seq`,
    [
      rows.map((row) => row.accountId),
      rows.map((row) => row.seq),
      jsonArray(rows.map((row) => JSON.stringify(row.armed))),
      rows.map((row) => (row.dueAt === null ? null : formatInstant(row.dueAt))),
      formatInstant(at),
    ],
  )
}
