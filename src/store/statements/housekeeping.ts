import type pg from 'pg'

interface Page<T> {
  /** Milliseconds since 1970. */
  readonly at: number
  /** The last item of the page before. */
  readonly after: T | null
  readonly limit: number
}

export interface ExpiredHold {
  readonly account_id: string
  readonly call_id: string
  /** As the database wrote it, for the next page. */
  readonly expired: string
}

/** Holds whose time is over, oldest first. */
export async function expiredHolds(pool: pg.Pool, page: Page<ExpiredHold>): Promise<ExpiredHold[]> {
  const { rows } = await pool.query<ExpiredHold>(
    `select h.account_id, h.call_id, h.expires_at::text as expired from accounts.hold h
     where h.expires_at <= to_timestamp($1::double precision / 1000)
       and (h.expires_at, h.account_id, h.call_id)
         > ($2::timestamptz, $3::text, $4::text)
     order by h.expires_at, h.account_id, h.call_id limit $5::integer`,
    [
      page.at,
      page.after?.expired ?? BEGINNING,
      page.after?.account_id ?? '',
      page.after?.call_id ?? '',
      page.limit,
    ],
  )
  return rows
}

const BEGINNING = '-infinity'

export interface DueAccount {
  readonly account_id: string
  readonly state: unknown
  /** As the database wrote it, for the next page. */
  readonly due: string
}

/** Accounts with something to do: a lot that has ended, a draw that can move to its windows. */
export async function dueAccounts(pool: pg.Pool, page: Page<DueAccount>): Promise<DueAccount[]> {
  const { rows } = await pool.query<DueAccount>(
    `select a.account_id, a.state, a.due_at::text as due from accounts.account a
     where a.due_at <= to_timestamp($1::double precision / 1000)
       and (a.due_at, a.account_id) > ($2::timestamptz, $3::text)
     order by a.due_at, a.account_id limit $4::integer`,
    [page.at, page.after?.due ?? BEGINNING, page.after?.account_id ?? '', page.limit],
  )
  return rows
}

/** Every account that was opened, by id. */
export async function accountIdsAfter(
  pool: pg.Pool,
  after: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ account_id: string }>(
    `select a.account_id from accounts.account a
     where a.account_id > $1::text order by a.account_id limit $2::integer`,
    [after, limit],
  )
  return rows.map((row) => row.account_id)
}

export interface PendingCall {
  readonly account_id: string
  readonly seq: string
  readonly call_id: string
}

/** Calls that wait for a price, in the order of accounts and journals, after the given one. */
export async function unpricedCalls(
  pool: pg.Pool,
  after: Pick<PendingCall, 'account_id' | 'seq'> | null,
  limit: number,
): Promise<PendingCall[]> {
  const { rows } = await pool.query<PendingCall>(
    `select e.account_id, e.seq::text, coalesce(e.body, e.excerpt) #>> '{call,call_id}' as call_id
     from accounts.entry e
     where e.pending = 'unpriced' and (e.account_id, e.seq) > ($1::text, $2::bigint)
       and not exists (
         select from accounts.entry c
         where c.account_id = e.account_id and c.request_id = coalesce(e.body, e.excerpt) #>> '{call,call_id}' and c.kind = 'complete')
     order by e.account_id, e.seq limit $3::integer`,
    [after?.account_id ?? '', after?.seq ?? '0', limit],
  )
  return rows
}
