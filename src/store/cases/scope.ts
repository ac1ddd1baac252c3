import type pg from 'pg'
import { type Nanos, nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { readFinding, type StoredFinding } from '../findings/findings.ts'

interface Period {
  readonly from: Instant
  readonly until: Instant
}

const FINDINGS_MAX = 1_000

/** What the audit has found about some calls, or about charges of a period; the oldest charge first. */
export async function findingsAbout(
  pool: pg.Pool,
  accountId: string,
  scope: { readonly calls: readonly string[] } | { readonly period: Period },
): Promise<readonly StoredFinding[]> {
  const calls = 'calls' in scope ? scope.calls : null
  const period = 'period' in scope ? scope.period : null
  const { rows } = await pool.query<{ finding_key: string }>(
    `select finding_key from accounts.finding
     where account_id = $1::text
       and ($2::text[] is null or (body::jsonb -> 'calls') ?| $2::text[])
       and ($3::timestamptz is null or (at >= $3::timestamptz and at < $4::timestamptz))
     order by at, finding_key limit $5::integer`,
    [
      accountId,
      calls,
      period && formatInstant(period.from),
      period && formatInstant(period.until),
      FINDINGS_MAX,
    ],
  )
  const found: StoredFinding[] = []
  for (const { finding_key: key } of rows) {
    const own = await readFinding(pool, { accountId, key })
    if (own) found.push(own)
  }
  return found
}

const CALLS_OF_PERIOD = `
  select distinct coalesce(body, excerpt) -> 'call' ->> 'call_id' as call_id from accounts.entry
  where account_id = $1::text and event_at >= $2::timestamptz and event_at < $3::timestamptz
    and kind in ('settle', 'record')`

const CHARGES = `
  select distinct k.call_id, e.seq from calls k join accounts.entry e on e.account_id = $1::text
    and e.request_id >= k.call_id and e.request_id <= k.call_id || '$'
  where e.kind in ('settle', 'record', 'complete', 'reattribute', 'refund', 'rerate', 'reverse')`

/** What the calls of a period cost, after what was given back of them. */
export async function chargedBetween(
  pool: pg.Pool,
  accountId: string,
  { from, until }: Period,
): Promise<{ readonly money: Nanos; readonly included: Nanos }> {
  const { rows } = await pool.query<{ money: string; included: string }>(
    `with calls as (${CALLS_OF_PERIOD}), charges as (${CHARGES}),
     entries as (select distinct seq from charges)
     select coalesce(sum(-p.amount) filter (where p.ledger_account like 'customer:%'), 0)::text as money,
       coalesce(sum(-p.amount) filter (where p.ledger_account = 'included:allowance'), 0)::text as included
     from entries e join accounts.posting p on p.account_id = $1::text and p.seq = e.seq`,
    [accountId, formatInstant(from), formatInstant(until)],
  )
  const row = rows[0]!
  return { money: nanos(BigInt(row.money)), included: nanos(BigInt(row.included)) }
}

/** Calls of a period that cost money, after what was given back of them. */
export async function moneyBetween(
  pool: pg.Pool,
  accountId: string,
  { from, until }: Period,
): Promise<ReadonlyMap<string, Nanos>> {
  const { rows } = await pool.query<{ call_id: string; money: string }>(
    `with calls as (${CALLS_OF_PERIOD}), charges as (${CHARGES})
     select c.call_id, sum(-p.amount)::text as money
     from charges c join accounts.posting p on p.account_id = $1::text and p.seq = c.seq
     where p.ledger_account like 'customer:%'
     group by c.call_id having sum(-p.amount) > 0`,
    [accountId, formatInstant(from), formatInstant(until)],
  )
  return new Map(rows.map((row) => [row.call_id, nanos(BigInt(row.money))]))
}

/** What calls have drawn from a lot, after what came back to it. */
export async function drawnFrom(pool: pg.Pool, accountId: string, lotId: string): Promise<Nanos> {
  const { rows } = await pool.query<{ drawn: string }>(
    `select coalesce(sum(-p.amount), 0)::text as drawn
     from accounts.posting p
     join accounts.entry e on e.account_id = p.account_id and e.seq = p.seq
     where p.account_id = $1::text and p.lot_id = $2::text
       and p.ledger_account = 'customer:promotional'
       and e.kind in ('settle', 'record', 'complete', 'reattribute', 'refund', 'rerate', 'reverse')`,
    [accountId, lotId],
  )
  return nanos(BigInt(rows[0]!.drawn))
}
