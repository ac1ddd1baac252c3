import type pg from 'pg'
import type { AlertKind } from '../../core/alerts/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

export const CHANNELS = ['webhook', 'email', 'chat'] as const
export type Channel = (typeof CHANNELS)[number]

/** `paused`: by a person; `disabled`: it did not answer for too long. */
export const ENDPOINT_STATUSES = ['enabled', 'paused', 'disabled'] as const
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number]

export interface Endpoint {
  readonly accountId: string
  readonly endpointId: string
  readonly channel: Channel
  readonly name: string
  /** Address as it may be shown: of a chat webhook only its host. */
  readonly target: string
  /** What is secret of it, sealed; `null` for e-mail. */
  readonly sealed: string | null
  /** `null`: every kind. */
  readonly kinds: readonly AlertKind[] | null
  readonly locale: 'en' | 'ja'
  readonly timeZone: string
  readonly status: EndpointStatus
  /** Since when no attempt has succeeded, where the last one failed. */
  readonly failingSince: Instant | null
  readonly createdAt: Instant
}

/** Where the secrets of an endpoint are kept: they open nowhere else. */
export const endpointPlace = (own: Pick<Endpoint, 'accountId' | 'endpointId'>): string =>
  `notification_endpoint/${own.accountId}/${own.endpointId}`

interface Row {
  readonly account_id: string
  readonly endpoint_id: string
  readonly channel: Channel
  readonly name: string
  readonly target: string
  readonly sealed: string | null
  readonly kinds: AlertKind[] | null
  readonly locale: 'en' | 'ja'
  readonly time_zone: string
  readonly status: EndpointStatus
  readonly failing_since: Date | null
  readonly created_at: Date
}

const COLUMNS = `account_id, endpoint_id, channel, name, target, sealed, kinds, locale, time_zone, status,
  failing_since, created_at`

const endpointOf = (row: Row): Endpoint => ({
  accountId: row.account_id,
  endpointId: row.endpoint_id,
  channel: row.channel,
  name: row.name,
  target: row.target,
  sealed: row.sealed,
  kinds: row.kinds,
  locale: row.locale,
  timeZone: row.time_zone,
  status: row.status,
  failingSince: row.failing_since && instant(row.failing_since.getTime()),
  createdAt: instant(row.created_at.getTime()),
})

/** Endpoints of one account: each alert goes to all of them. */
export const ENDPOINTS_MAX = 20

/** Adds an endpoint; `false`: the account has as many as it may. */
export async function addEndpoint(pool: pg.Pool, own: Endpoint): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into accounts.notification_endpoint
       (account_id, endpoint_id, channel, name, target, sealed, kinds, locale, time_zone, status,
        created_at, updated_at)
     select $1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text[], $8::text, $9::text,
       $10::text, $11::timestamptz, $11::timestamptz
     where (select count(*) from accounts.notification_endpoint where account_id = $1::text) < $12::integer`,
    [
      own.accountId,
      own.endpointId,
      own.channel,
      own.name,
      own.target,
      own.sealed,
      own.kinds,
      own.locale,
      own.timeZone,
      own.status,
      formatInstant(own.createdAt),
      ENDPOINTS_MAX,
    ],
  )
  return rowCount === 1
}

export async function listEndpoints(pool: pg.Pool, accountId: string): Promise<Endpoint[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from accounts.notification_endpoint where account_id = $1::text
     order by created_at, endpoint_id`,
    [accountId],
  )
  return rows.map(endpointOf)
}

export async function readEndpoint(
  pool: pg.Pool,
  accountId: string,
  endpointId: string,
): Promise<Endpoint | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from accounts.notification_endpoint
     where account_id = $1::text and endpoint_id = $2::text`,
    [accountId, endpointId],
  )
  return rows[0] ? endpointOf(rows[0]) : null
}

export interface EndpointChange {
  readonly accountId: string
  readonly endpointId: string
  readonly name?: string
  readonly kinds?: readonly AlertKind[] | null
  readonly locale?: 'en' | 'ja'
  readonly timeZone?: string
  readonly status?: EndpointStatus
  readonly at: Instant
}

/**
 * Changes an endpoint. One that is taken up again gets at once what was kept for it; one that is paused
 * gets nothing more of what was due. `null`: the account has none such.
 */
export async function changeEndpoint(
  pool: pg.Pool,
  change: EndpointChange,
): Promise<Endpoint | null> {
  const { rows } = await pool.query<Row>(
    `with changed as (
       update accounts.notification_endpoint set
         name = coalesce($3::text, name),
         kinds = case when $4::boolean then $5::text[] else kinds end,
         locale = coalesce($6::text, locale),
         time_zone = coalesce($7::text, time_zone),
         status = coalesce($8::text, status),
         failing_since = case when $8::text = 'enabled' then null else failing_since end,
         updated_at = $9::timestamptz
       where account_id = $1::text and endpoint_id = $2::text
       returning ${COLUMNS}
     ), moved as (
       update accounts.delivery d set
         state = case $8::text when 'enabled' then 'due' else 'cancelled' end,
         tries = 0,
         next_at = case $8::text when 'enabled' then $9::timestamptz end
       from changed c
       where d.account_id = c.account_id and d.endpoint_id = c.endpoint_id
         and ($8::text = 'enabled' and d.state = 'kept'
           or $8::text = 'paused' and d.state in ('due', 'kept'))
     )
     select ${COLUMNS} from changed`,
    [
      change.accountId,
      change.endpointId,
      change.name ?? null,
      change.kinds !== undefined,
      change.kinds ?? null,
      change.locale ?? null,
      change.timeZone ?? null,
      change.status ?? null,
      formatInstant(change.at),
    ],
  )
  return rows[0] ? endpointOf(rows[0]) : null
}

/** Removes an endpoint with its secrets; the log of what was sent to it stays. */
export async function removeEndpoint(
  pool: pg.Pool,
  accountId: string,
  endpointId: string,
): Promise<Endpoint | null> {
  const { rows } = await pool.query<Row>(
    `with removed as (
       delete from accounts.notification_endpoint
       where account_id = $1::text and endpoint_id = $2::text
       returning ${COLUMNS}
     ), cancelled as (
       update accounts.delivery set state = 'cancelled', next_at = null
       where account_id = $1::text and endpoint_id = $2::text and state in ('due', 'kept')
     )
     select ${COLUMNS} from removed`,
    [accountId, endpointId],
  )
  return rows[0] ? endpointOf(rows[0]) : null
}

/** Replaces the sealed secrets if they are still those that were read. */
export async function replaceSealed(
  pool: pg.Pool,
  own: Pick<Endpoint, 'accountId' | 'endpointId' | 'sealed'>,
  next: { readonly sealed: string; readonly at: Instant },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update accounts.notification_endpoint set sealed = $4::text, updated_at = $5::timestamptz
     where account_id = $1::text and endpoint_id = $2::text and sealed is not distinct from $3::text`,
    [own.accountId, own.endpointId, own.sealed, next.sealed, formatInstant(next.at)],
  )
  return rowCount === 1
}
