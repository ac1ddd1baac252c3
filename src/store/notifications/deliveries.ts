import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import type { NotificationBody } from './alerts.ts'

export interface DeliveryRef {
  readonly accountId: string
  readonly notificationId: string
  readonly endpointId: string
}

/** A delivery that this node may try now, until `leaseUntil`. */
export interface Claimed extends DeliveryRef {
  /** Counted over all rounds: the number of the attempt in the log. */
  readonly attempt: number
  /** Of this round. */
  readonly tries: number
  readonly body: NotificationBody
}

/** As it was found due. `body: null`: it was removed at the moment of a redelivery. */
export interface Due extends Omit<Claimed, 'body'> {
  readonly body: NotificationBody | null
}

interface ClaimedRow {
  readonly account_id: string
  readonly notification_id: string
  readonly endpoint_id: string
  readonly attempts: number
  readonly tries: number
  readonly body: NotificationBody | null
}

const claimedOf = <Body>(row: ClaimedRow & { readonly body: Body }) => ({
  accountId: row.account_id,
  notificationId: row.notification_id,
  endpointId: row.endpoint_id,
  attempt: row.attempts,
  tries: row.tries,
  body: row.body,
})

/**
 * Takes due deliveries. Each is taken by one node: whoever comes second finds another `next_at`. A node
 * that dies with them lets go of them when the lease ends, and they are sent again with the same id.
 */
export async function claimDue(
  pool: pg.Pool,
  lease: { readonly at: Instant; readonly until: Instant; readonly limit: number },
): Promise<readonly Due[]> {
  const { rows } = await pool.query<ClaimedRow>(
    `with due as (
       select account_id, notification_id, endpoint_id, next_at from accounts.delivery
       where next_at <= $1::timestamptz order by next_at limit $3::integer
     ), claimed as (
       update accounts.delivery d
       set next_at = $2::timestamptz, tries = d.tries + 1, attempts = d.attempts + 1
       from due
       where d.account_id = due.account_id and d.notification_id = due.notification_id
         and d.endpoint_id = due.endpoint_id and d.next_at = due.next_at
       returning d.account_id, d.notification_id, d.endpoint_id, d.attempts, d.tries
     )
     select c.account_id, c.notification_id, c.endpoint_id, c.attempts, c.tries, n.body
     from claimed c join accounts.notification n
       on n.account_id = c.account_id and n.notification_id = c.notification_id
     order by c.account_id, c.notification_id, c.endpoint_id`,
    [formatInstant(lease.at), formatInstant(lease.until), lease.limit],
  )
  return rows.map(claimedOf)
}

/**
 * Takes one delivery by hand, also one that was delivered or given up, or that was never planned for this
 * endpoint. `null`: the account has no such notification.
 */
export async function claimAgain(
  pool: pg.Pool,
  own: DeliveryRef,
  lease: { readonly at: Instant; readonly until: Instant },
): Promise<Claimed | null> {
  const { rows } = await pool.query<ClaimedRow & { readonly body: NotificationBody }>(
    `with told as (
       select account_id, notification_id, body from accounts.notification
       where account_id = $1::text and notification_id = $2::text and covered_by is null
         and body is not null
     ), claimed as (
       insert into accounts.delivery as d
         (account_id, notification_id, endpoint_id, state, tries, attempts, next_at, created_at)
       select account_id, notification_id, $3::text, 'due', 1, 1, $5::timestamptz, $4::timestamptz
       from told
       on conflict (account_id, notification_id, endpoint_id) do update
         set state = 'due', tries = 1, attempts = d.attempts + 1, next_at = $5::timestamptz
       returning account_id, notification_id, endpoint_id, attempts, tries
     )
     select c.account_id, c.notification_id, c.endpoint_id, c.attempts, c.tries, t.body
     from claimed c join told t on t.notification_id = c.notification_id`,
    [
      own.accountId,
      own.notificationId,
      own.endpointId,
      formatInstant(lease.at),
      formatInstant(lease.until),
    ],
  )
  return rows[0] ? claimedOf(rows[0]) : null
}

/** How an attempt ended. Never renamed: it is in the log. */
export const ATTEMPT_OUTCOMES = [
  'delivered',
  'answered_with_error',
  'redirected',
  'timed_out',
  'unreachable',
  'address_refused',
  'rejected',
  'not_configured',
] as const
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number]

/** What came of one attempt to reach an endpoint. */
export interface Outcome {
  readonly outcome: AttemptOutcome
  /** Of HTTP or SMTP, where there was an answer. */
  readonly status: number | null
  /** For people, without secrets. */
  readonly detail: string | null
  /** The endpoint asks not to be called again. */
  readonly gone?: boolean
}

export interface AttemptEnd extends DeliveryRef {
  readonly attempt: number
  readonly at: Instant
  readonly durationMs: number
  readonly outcome: Outcome
  /** When it is tried next; `null`: not again. */
  readonly nextAt: Instant | null
}

/**
 * Logs an attempt and what follows from it, in one statement. A delivery that a slower attempt has
 * delivered stays delivered; the endpoint's trouble begins with the first failure and ends with a success.
 */
export async function endAttempt(pool: pg.Pool, end: AttemptEnd): Promise<void> {
  const delivered = end.outcome.outcome === 'delivered'
  const state = delivered ? 'delivered' : end.nextAt === null ? 'given_up' : 'due'
  await pool.query(
    `with logged as (
       insert into accounts.delivery_attempt
         (account_id, notification_id, endpoint_id, attempt, at, duration_ms, outcome, status, detail)
       values ($1::text, $2::text, $3::text, $4::integer, $5::timestamptz, $6::integer, $7::text,
         $8::integer, $9::text)
       on conflict do nothing
     ), moved as (
       update accounts.delivery set state = $10::text, next_at = $11::timestamptz
       where account_id = $1::text and notification_id = $2::text and endpoint_id = $3::text
         and (state = 'due' and attempts = $4::integer or $10::text = 'delivered')
     )
     update accounts.notification_endpoint
     set failing_since = case when $10::text = 'delivered' then null
       else coalesce(failing_since, $5::timestamptz) end
     where account_id = $1::text and endpoint_id = $3::text`,
    [
      end.accountId,
      end.notificationId,
      end.endpointId,
      end.attempt,
      formatInstant(end.at),
      Math.round(end.durationMs),
      end.outcome.outcome,
      end.outcome.status,
      end.outcome.detail,
      state,
      delivered || end.nextAt === null ? null : formatInstant(end.nextAt),
    ],
  )
}

/**
 * Takes an endpoint out of use because it does not answer. What is due for it is kept, as is
 * what was given up in this trouble and what comes. `false`: it was not in use any more, or it has answered since.
 */
export async function disableEndpoint(
  pool: pg.Pool,
  own: Pick<DeliveryRef, 'accountId' | 'endpointId'>,
  at: Instant,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `with disabled as (
       update accounts.notification_endpoint set status = 'disabled', updated_at = $3::timestamptz
       where account_id = $1::text and endpoint_id = $2::text and status = 'enabled'
         and failing_since is not null
       returning account_id, endpoint_id, failing_since
     ), kept as (
       update accounts.delivery d set state = 'kept', next_at = null
       from disabled
       where d.account_id = disabled.account_id and d.endpoint_id = disabled.endpoint_id
         and (d.state = 'due' or d.state = 'given_up' and exists (
           select from accounts.delivery_attempt t
           where t.account_id = d.account_id and t.notification_id = d.notification_id
             and t.endpoint_id = d.endpoint_id and t.at >= disabled.failing_since))
     )
     select endpoint_id from disabled`,
    [own.accountId, own.endpointId, formatInstant(at)],
  )
  return rowCount === 1
}

export interface AttemptRow extends DeliveryRef {
  readonly attempt: number
  readonly at: Instant
  readonly durationMs: number
  readonly outcome: AttemptOutcome
  readonly status: number | null
  readonly detail: string | null
  /** Of the delivery, as it stands now. */
  readonly state: string
  readonly nextAt: Instant | null
  readonly kind: string
}

export interface AttemptPlace extends DeliveryRef {
  readonly at: Instant
  readonly attempt: number
}

interface LoggedRow {
  readonly notification_id: string
  readonly endpoint_id: string
  readonly attempt: number
  readonly at: Date
  readonly duration_ms: number
  readonly outcome: AttemptOutcome
  readonly status: number | null
  readonly detail: string | null
  readonly state: string
  readonly next_at: Date | null
  readonly kind: string
}

/** Every attempt, the latest first. */
export async function listAttempts(
  pool: pg.Pool,
  accountId: string,
  page: {
    readonly endpointId: string | null
    readonly notificationId: string | null
    readonly before: Omit<AttemptPlace, 'accountId'> | null
    readonly limit: number
  },
): Promise<readonly AttemptRow[]> {
  const { before } = page
  const { rows } = await pool.query<LoggedRow>(
    `select a.notification_id, a.endpoint_id, a.attempt, a.at, a.duration_ms, a.outcome, a.status, a.detail,
       d.state, d.next_at, n.kind
     from accounts.delivery_attempt a
     join accounts.delivery d on d.account_id = a.account_id
       and d.notification_id = a.notification_id and d.endpoint_id = a.endpoint_id
     join accounts.notification n on n.account_id = a.account_id
       and n.notification_id = a.notification_id
     where a.account_id = $1::text
       and ($2::text is null or a.endpoint_id = $2::text)
       and ($3::text is null or a.notification_id = $3::text)
       and ($4::timestamptz is null or (a.at, a.notification_id, a.endpoint_id, a.attempt)
         < ($4::timestamptz, $5::text, $6::text, $7::integer))
     order by a.at desc, a.notification_id desc, a.endpoint_id desc, a.attempt desc
     limit $8::integer`,
    [
      accountId,
      page.endpointId,
      page.notificationId,
      before === null ? null : formatInstant(before.at),
      before?.notificationId ?? '',
      before?.endpointId ?? '',
      before?.attempt ?? 0,
      page.limit,
    ],
  )
  return rows.map((row) => attemptOf(accountId, row))
}

const attemptOf = (accountId: string, row: LoggedRow): AttemptRow => ({
  accountId,
  notificationId: row.notification_id,
  endpointId: row.endpoint_id,
  attempt: row.attempt,
  at: instant(row.at.getTime()),
  durationMs: row.duration_ms,
  outcome: row.outcome,
  status: row.status,
  detail: row.detail,
  state: row.state,
  nextAt: row.next_at && instant(row.next_at.getTime()),
  kind: row.kind,
})

/** Puts a delivery aside whose endpoint is not in use. */
export async function setAside(
  pool: pg.Pool,
  own: DeliveryRef,
  state: 'kept' | 'cancelled',
): Promise<void> {
  await pool.query(
    `update accounts.delivery set state = $4::text, next_at = null
     where account_id = $1::text and notification_id = $2::text and endpoint_id = $3::text
       and state = 'due'`,
    [own.accountId, own.notificationId, own.endpointId, state],
  )
}
