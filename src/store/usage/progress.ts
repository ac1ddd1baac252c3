import type pg from 'pg'
import type { NormalisedCall } from '../../core/usage/index.ts'

/** What an attempt in flight has come to so far. */
export interface CallProgress {
  readonly accountId: string
  readonly callId: string
  readonly attempt: number
  /** What would be billed if it ended now; `null`: nothing was delivered yet. */
  readonly served: NormalisedCall | null
}

/** Writes down how far calls have come. Nothing is decided by it, so that nothing waits for it. */
export async function keepProgress(
  pool: pg.Pool,
  calls: readonly CallProgress[],
  atMs: number,
): Promise<void> {
  await pool.query({
    name: 'keep-call-progress',
    text: `
      insert into accounts.call_progress (account_id, call_id, attempt, at, served)
      select c.account_id, c.call_id, c.attempt, $5::timestamptz, c.served::json
      from unnest($1::text[], $2::text[], $3::integer[], $4::text[])
        as c(account_id, call_id, attempt, served)
      order by c.account_id, c.call_id
      on conflict (account_id, call_id) do update
        set attempt = excluded.attempt, at = excluded.at, served = excluded.served`,
    values: [
      calls.map(({ accountId }) => accountId),
      calls.map(({ callId }) => callId),
      calls.map(({ attempt }) => attempt),
      calls.map(({ served }) => (served === null ? null : JSON.stringify(served))),
      new Date(atMs).toISOString(),
    ],
  })
}

/** Removes what was last written before a moment: its call has ended, or its server has. */
export async function removeOldProgress(pool: pg.Pool, beforeMs: number): Promise<number> {
  const { rowCount } = await pool.query(
    'delete from accounts.call_progress where at < $1::timestamptz',
    [new Date(beforeMs).toISOString()],
  )
  return rowCount ?? 0
}
