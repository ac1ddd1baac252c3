import type pg from 'pg'
import { type Nanos, readNanos } from '../../core/money/index.ts'

/** An entry that parked an account. */
export interface Parking {
  readonly accountId: string
  readonly seq: number
  readonly reason: string
  /** A self-check of ours, or a person. */
  readonly by: { readonly type: string; readonly id: string }
}

const PARKINGS_MAX = 500

/** Entries that parked an account and have no case yet, whatever became of the account since. */
export async function parkingsWithoutCase(pool: pg.Pool): Promise<readonly Parking[]> {
  const { rows } = await pool.query<{
    account_id: string
    seq: string
    reason: string | null
    actor: Parking['by']
  }>(
    `select e.account_id, e.seq, e.body ->> 'reason' as reason, e.body -> 'actor' as actor
     from accounts.entry e
     where e.kind = 'park' and not exists (
       select from control.case_file c
       where c.origin in ('self_check', 'person_asked') and c.origin_key = e.account_id || ':' || e.seq
     )
     order by e.account_id, e.seq limit $1::integer`,
    [PARKINGS_MAX],
  )
  return rows.map((row) => ({
    accountId: row.account_id,
    seq: Number(row.seq),
    reason: row.reason ?? '',
    by: row.actor,
  }))
}

/** The last entries up to one, the latest first: what led there. */
export async function entriesBefore(
  pool: pg.Pool,
  accountId: string,
  { seq, limit }: { readonly seq: number; readonly limit: number },
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { rows } = await pool.query<{ seq: string; kind: string; request_id: string; at: Date }>(
    `select seq, kind, request_id, at from accounts.entry
     where account_id = $1::text and seq <= $2::bigint order by seq desc limit $3::integer`,
    [accountId, seq, limit],
  )
  return rows.map((row) => ({ ...row, seq: Number(row.seq), at: row.at.toISOString() }))
}

export interface NotBilled {
  readonly count: number
  readonly total: Nanos
  /** The first of them. */
  readonly calls: readonly { readonly callId: string; readonly amount: Nanos }[]
}

const LISTED_MAX = 1_000

/** Calls that the platform has carried while the account was parked, up to the entry that took it up again. */
export async function notBilled(
  pool: pg.Pool,
  accountId: string,
  unparkedSeq: number,
): Promise<NotBilled> {
  const { rows } = await pool.query<{ call_id: string; amount: string; all: string; sum: string }>(
    `select coalesce(e.body, e.excerpt) #>> '{call,call_id}' as call_id, coalesce(e.body, e.excerpt) #>> '{totals,absorbed}' as amount,
       count(*) over () as all, sum((coalesce(e.body, e.excerpt) #>> '{totals,absorbed}')::numeric) over ()::text as sum
     from accounts.entry e
     where e.account_id = $1::text and e.seq < $2::bigint
       and e.seq > (select coalesce(max(p.seq), 0) from accounts.entry p
         where p.account_id = $1::text and p.kind = 'park' and p.seq < $2::bigint)
       and coalesce(e.body, e.excerpt) ->> 'absorbed_reason' = 'account_parked'
     order by e.seq limit $3::integer`,
    [accountId, unparkedSeq, LISTED_MAX],
  )
  return {
    count: Number(rows[0]?.all ?? 0),
    total: readNanos(rows[0]?.sum ?? '0'),
    calls: rows.map(({ call_id: callId, amount }) => ({ callId, amount: readNanos(amount) })),
  }
}
