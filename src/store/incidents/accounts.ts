import type pg from 'pg'
import { type Nanos, nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { textArray } from '../statements/arrays.ts'

/** What each account can claim, and how many there are. */
export async function creditsOf(
  pool: pg.Pool,
  incidentId: string,
): Promise<ReadonlyMap<string, Nanos>> {
  const { rows } = await pool.query<{ account_id: string; credit: string }>(
    `select account_id, credit from accounts.incident_account
     where incident_id = $1::text and credit > 0 order by account_id`,
    [incidentId],
  )
  return new Map(rows.map((row) => [row.account_id, nanos(BigInt(row.credit))]))
}

/** States of every account with credit that the incident has met it: what the campaign looks at. */
export async function stateExposure(
  pool: pg.Pool,
  incidentId: string,
  { at, by }: { readonly at: Instant; readonly by: string },
): Promise<void> {
  await pool.query(
    `insert into control.account_fact as f (account_id, name, value, set_at, set_by)
     select account_id, 'incidents', json_build_array($1::text), $2::timestamptz, $3::text
     from accounts.incident_account
     where incident_id = $1::text and credit > 0
     order by account_id
     on conflict (account_id, name) do update
     set value = (f.value::jsonb || to_jsonb($1::text))::json,
         set_at = excluded.set_at, set_by = excluded.set_by
     where not f.value::jsonb ? $1::text`,
    [incidentId, formatInstant(at), by],
  )
}

export interface FinishedAccount {
  readonly accountId: string
  readonly name: string
  readonly currency: string
  /** Its last journal entry. */
  readonly seq: number
  readonly calls: number
  readonly money: Nanos
  readonly included: Nanos
  readonly credit: Nanos
}

/** Accounts of which every call is done, and that were not told yet. */
export async function accountsToFinish(
  pool: pg.Pool,
  incidentId: string,
  limit: number,
): Promise<readonly FinishedAccount[]> {
  const { rows } = await pool.query<{
    account_id: string
    name: string | null
    currency: string
    seq: string
    calls: string
    given: string
    given_money: string
    credit: string
  }>(
    `select i.account_id, d.name, a.state ->> 'currency' as currency, a.seq, i.credit, c.calls,
       c.given, c.given_money
     from accounts.incident_account i
     join accounts.account a on a.account_id = i.account_id
     left join control.account_directory d on d.account_id = i.account_id
     cross join lateral (
       select count(*) filter (where own.given > 0) as calls, coalesce(sum(own.given), 0) as given,
         coalesce(sum(own.given_money), 0) as given_money,
         count(*) filter (where own.state in ('open', 'failed')) as undone
       from accounts.incident_call own
       where own.account_id = i.account_id and own.incident_id = i.incident_id) c
     where i.incident_id = $1::text and i.finished_at is null and c.undone = 0
     order by i.account_id limit $2::integer`,
    [incidentId, limit],
  )
  return rows.map((row) => {
    const money = BigInt(row.given_money)
    return {
      accountId: row.account_id,
      name: row.name ?? '',
      currency: row.currency,
      seq: parseInt(row.seq, 10),
      calls: parseInt(row.calls, 10),
      money: nanos(money),
      included: nanos(BigInt(row.given) - money),
      credit: nanos(BigInt(row.credit)),
    }
  })
}

export async function markFinished(
  pool: pg.Pool,
  incidentId: string,
  { accountIds, at }: { readonly accountIds: readonly string[]; readonly at: Instant },
): Promise<void> {
  await pool.query(
    `update accounts.incident_account set finished_at = $3::timestamptz
     where account_id = any($2::text[]) and incident_id = $1::text and finished_at is null`,
    [incidentId, textArray([...accountIds]), formatInstant(at)],
  )
}
