import type pg from 'pg'

/** An account that is parked, by the entry that parked it. */
export interface ParkedAccount {
  readonly accountId: string
  readonly seq: number
  readonly reason: string
}

const PARKED_MAX = 500

/** Accounts that are parked and have no case for it yet. */
export async function parkedAccounts(pool: pg.Pool): Promise<readonly ParkedAccount[]> {
  const { rows } = await pool.query<{ account_id: string; seq: string; reason: string }>(
    `select a.account_id, e.seq, a.state ->> 'parked' as reason
     from accounts.account a
     cross join lateral (
       select seq from accounts.entry
       where account_id = a.account_id and kind = 'park' order by seq desc limit 1
     ) e
     where a.state ->> 'parked' is not null
       and not exists (
         select from control.case_file c
         where c.origin = 'self_check' and c.origin_key = a.account_id || ':' || e.seq
       )
     order by a.account_id limit $1::integer`,
    [PARKED_MAX],
  )
  return rows.map((row) => ({
    accountId: row.account_id,
    seq: Number(row.seq),
    reason: row.reason,
  }))
}
