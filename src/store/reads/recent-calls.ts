import type pg from 'pg'
import { EVENT_AGE_MAX_MS, EVENT_SKEW_MAX_MS } from '../../core/decisions/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { firstEntriesFrom } from '../campaigns/entry-search.ts'

export interface CallsAsked {
  readonly accountIds: readonly string[]
  /** Of the event, half-open. */
  readonly from: Instant
  readonly until: Instant
  readonly currency: string
  /** Of each account, the latest. */
  readonly perAccount: number
}

export interface AccountCalls {
  readonly accountId: string
  readonly callIds: readonly string[]
}

/**
 * The calls of some accounts that used something in an interval, the latest of each account. Entries of an
 * account are in the order of time, so that its journal is read only where its calls can be.
 */
export async function billableCalls(
  pool: pg.Pool,
  asked: CallsAsked,
): Promise<readonly AccountCalls[]> {
  const { accountIds } = asked
  const moments = (at: number) =>
    accountIds.map((accountId) => ({ accountId, at: instant(Math.max(0, at)) }))
  const [from, until] = await Promise.all([
    firstEntriesFrom(pool, moments(asked.from - EVENT_SKEW_MAX_MS)),
    firstEntriesFrom(pool, moments(asked.until + EVENT_AGE_MAX_MS)),
  ])
  const { rows } = await pool.query<{ account_id: string; call_ids: readonly string[] }>(CALLS, [
    accountIds,
    from,
    until,
    formatInstant(asked.from),
    formatInstant(asked.until),
    asked.currency,
    asked.perAccount,
  ])
  return rows.map((row) => ({ accountId: row.account_id, callIds: row.call_ids }))
}

const CALLS = `
  select a.account_id, c.call_ids
  from unnest($1::text[], $2::bigint[], $3::bigint[]) as a(account_id, low, high)
  join lateral (
    select array_agg(l.call_id order by l.seq) as call_ids from (
      select e.seq, coalesce(e.body, e.excerpt) #>> '{call,call_id}' as call_id
      from accounts.entry e
      where e.account_id = a.account_id and e.seq >= a.low and e.seq < a.high
        and e.kind in ('settle', 'record') and coalesce(e.body, e.excerpt) -> 'refused' is null
        and e.event_at >= $4::timestamptz and e.event_at < $5::timestamptz
        and coalesce(e.body, e.excerpt) ->> 'currency' = $6::text
        and coalesce(e.body, e.excerpt) #>> '{rating,status}' in ('priced', 'unpriced')
      order by e.seq desc limit $7::integer
    ) l
  ) c on c.call_ids is not null
  order by a.account_id`

/** Accounts by id. */
export async function accountsAfter(
  pool: pg.Pool,
  after: string | null,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ account_id: string }>(
    `select account_id from accounts.account
     where $1::text is null or account_id > $1::text
     order by account_id limit $2::integer`,
    [after, limit],
  )
  return rows.map((row) => row.account_id)
}
