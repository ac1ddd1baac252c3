import type pg from 'pg'

export interface ExpiredHold {
  readonly account_id: string
  readonly call_id: string
}

/** Holds whose time is over, oldest first. */
export async function expiredHolds(
  pool: pg.Pool,
  at: number,
  limit: number,
): Promise<ExpiredHold[]> {
  const { rows } = await pool.query<ExpiredHold>(
    `select account_id, call_id from accounts.hold
     where expires_at <= to_timestamp($1::double precision / 1000)
     order by expires_at limit $2::integer`,
    [at, limit],
  )
  return rows
}

/** Accounts with something to do: a lot that has ended, a draw that can move to its windows. */
export async function dueAccounts(
  pool: pg.Pool,
  at: number,
  limit: number,
): Promise<{ account_id: string; state: unknown }[]> {
  const { rows } = await pool.query<{ account_id: string; state: unknown }>(
    `select account_id, state from accounts.account
     where due_at <= to_timestamp($1::double precision / 1000)
     order by due_at limit $2::integer`,
    [at, limit],
  )
  return rows
}

export interface PendingCall {
  readonly account_id: string
  readonly seq: string
  readonly call_id: string
}

/** Calls that wait for a price, in the order of accounts and journals, after the given one. */
export async function unpricedCalls(
  pool: pg.Pool,
  after: { readonly accountId: string; readonly seq: string },
  limit: number,
): Promise<PendingCall[]> {
  const { rows } = await pool.query<PendingCall>(
    `select e.account_id, e.seq::text, e.body #>> '{call,call_id}' as call_id
     from accounts.entry e
     where e.pending = 'unpriced' and (e.account_id, e.seq) > ($1::text, $2::bigint)
       and not exists (
         select from accounts.entry c
         where c.account_id = e.account_id and c.request_id = e.body #>> '{call,call_id}' and c.kind = 'complete')
     order by e.account_id, e.seq limit $3::integer`,
    [after.accountId, after.seq, limit],
  )
  return rows
}
