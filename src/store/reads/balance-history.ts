import type pg from 'pg'
import type { Nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

/** What an entry did to the credit that any call can be paid from. */
export interface BalanceChange {
  readonly at: Instant
  readonly change: Nanos
  readonly drew: boolean
  readonly refused: boolean
  /** A purchase that auto-reload made. */
  readonly reload: boolean
}

const ENTRIES_MAX = 100_000

/** Entries since `from` that moved that credit or were refused for want of it, oldest first. */
export async function balanceHistory(
  pool: pg.Pool,
  accountId: string,
  from: Instant,
): Promise<BalanceChange[]> {
  const { rows } = await pool.query<{
    at: Date
    change: string
    drew: boolean
    refused: boolean
    reload: boolean
  }>(
    `select at, change::text, refused or (ends_call and money > 0) as drew, refused, reload
     from (
       select e.seq, e.at, e.kind in ('settle', 'record', 'complete') as ends_call,
         coalesce((coalesce(e.body, e.excerpt) #>> '{totals,money}')::numeric, 0) as money,
         coalesce(coalesce(e.body, e.excerpt) #>> '{refused,code}', '') = 'funds_exhausted' as refused,
         (e.body #> '{payment,reload}') is not null as reload,
         coalesce((
           select sum(p.amount) from accounts.posting p
           where p.account_id = e.account_id and p.seq = e.seq
             and p.ledger_account in ('customer:prepaid', 'customer:promotional')
             and exists (select from accounts.entry made
               where made.account_id = p.account_id and made.lot_id = p.lot_id
                 and (made.body #> '{lot,scope}')::text = '{}')
         ), 0) as change
       from accounts.entry e
       where e.account_id = $1::text and e.at >= $2::timestamptz) as moved
     where change <> 0 or refused
     order by seq limit $3::integer`,
    [accountId, formatInstant(from), ENTRIES_MAX],
  )
  return rows.map((row) => ({
    at: instant(row.at.getTime()),
    change: BigInt(row.change) as Nanos,
    drew: row.drew,
    refused: row.refused,
    reload: row.reload,
  }))
}
