import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

type Queryable = Pick<pg.Pool, 'query'>

/**
 * What every lot had in it after all entries up to an instant ($1), from the postings alone, and what the lot
 * was then: it may have been given a later end since it was made.
 */
const LOTS_THEN = `
  moved as (
    select p.account_id, p.lot_id, p.asset as currency,
      case p.ledger_account when 'customer:prepaid' then 'paid' else 'promotional' end as category,
      sum(p.amount) as amount
    from accounts.posting p
    join accounts.entry e on e.account_id = p.account_id and e.seq = p.seq
    where p.ledger_account in ('customer:prepaid', 'customer:promotional')
      and p.lot_id is not null and e.at <= $1::timestamptz
    group by p.account_id, p.lot_id, p.asset, p.ledger_account
    having sum(p.amount) <> 0
  ), restored as (
    select distinct on (e.account_id, l.facts->>'id')
      e.account_id, l.facts->>'id' as lot_id, l.facts
    from accounts.entry e
    cross join lateral json_array_elements(e.body->'restored_lots') as l(facts)
    where e.kind in ('refund', 'rerate', 'reverse', 'reattribute', 'undo_refund_purchase', 'unfreeze_lot')
      and e.at <= $1::timestamptz and json_typeof(e.body->'restored_lots') = 'array'
    order by e.account_id, l.facts->>'id', e.seq desc
  ), lots as (
    select m.currency, m.category, m.amount, made.body->'payment'->>'policy' as policy,
      (made.body->'lot'->>'price_paid')::numeric / nullif((made.body->'lot'->>'face')::numeric, 0)
        as price_of_one,
      (made.body->'lot'->>'created_at')::timestamptz as created_at,
      (coalesce(r.facts, made.body->'lot')->>'expires_at')::timestamptz as expires_at
    from moved m
    join accounts.entry made on made.account_id = m.account_id and made.lot_id = m.lot_id
    left join restored r on r.account_id = m.account_id and r.lot_id = m.lot_id
  )`

export interface LiabilityRow {
  readonly currency: string
  readonly category: 'paid' | 'promotional'
  /** `2027-03`; `null`: never. */
  readonly month: string | null
  readonly lots: string
  /** Nanos. */
  readonly amount: string
}

/**
 * Now, as a report means it: after everything that has been posted. A node's clock may be behind the one
 * that entries are dated by, by some milliseconds.
 */
export async function afterAllPosted(pool: Queryable, nowMs: number): Promise<Instant> {
  const { rows } = await pool.query<{ ms: string | null }>(
    `select (extract(epoch from max(updated_at)) * 1000)::bigint::text as ms from accounts.account`,
  )
  return instant(Math.max(nowMs, parseInt(rows[0]?.ms ?? '0', 10)))
}

/** Credit outstanding at an instant, by currency, category and the month in which it ends. */
export async function liabilityAt(pool: Queryable, at: Instant): Promise<LiabilityRow[]> {
  const { rows } = await pool.query<LiabilityRow>(
    `with ${LOTS_THEN}
     select currency, category, to_char(expires_at at time zone 'UTC', 'YYYY-MM') as month,
       count(*)::text as lots, sum(amount)::text as amount
     from lots group by 1, 2, 3 order by 1, 2, 3 nulls last`,
    [formatInstant(at)],
  )
  return rows
}

export interface BreakageRow {
  readonly month: string
  readonly currency: string
  readonly category: 'paid' | 'promotional'
  readonly why: 'expired' | 'taken_back'
  readonly lots: string
  readonly amount: string
}

/** Credit that ended unused, by the month (UTC) in which it was posted. */
export async function breakageBetween(
  pool: Queryable,
  interval: { readonly from: Instant; readonly to: Instant },
): Promise<BreakageRow[]> {
  const { rows } = await pool.query<BreakageRow>(
    `select to_char(e.at at time zone 'UTC', 'YYYY-MM') as month, p.asset as currency,
       case p.ledger_account when 'customer:prepaid' then 'paid' else 'promotional' end as category,
       case e.kind when 'expire_lot' then 'expired' else 'taken_back' end as why,
       count(distinct p.lot_id)::text as lots, (-sum(p.amount))::text as amount
     from accounts.entry e
     join accounts.posting p on p.account_id = e.account_id and p.seq = e.seq
     where (e.kind = 'void_lot' or e.kind = 'expire_lot' and exists (
         select from accounts.posting b where b.account_id = e.account_id and b.seq = e.seq
           and b.ledger_account = 'house:breakage'))
       and e.at >= $1::timestamptz and e.at < $2::timestamptz
       and p.ledger_account in ('customer:prepaid', 'customer:promotional')
     group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    [formatInstant(interval.from), formatInstant(interval.to)],
  )
  return rows
}

export interface UnusedRow {
  readonly currency: string
  readonly standing: 'counted' | 'valid_less_than_six_months' | 'promotional'
  readonly lots: string
  /** At face value. */
  readonly amount: string
  /** Its share of the price that was paid. */
  readonly paid: string
}

/**
 * Unused credit of a jurisdiction at an instant, and whether a report of prepaid instruments counts it. A lot
 * is of the jurisdiction by the policy that it was bought under; without one, by its currency.
 */
export async function unusedAt(
  pool: Queryable,
  own: {
    readonly at: Instant
    readonly policies: readonly string[]
    readonly currency: string
  },
): Promise<UnusedRow[]> {
  const { rows } = await pool.query<UnusedRow>(
    `with ${LOTS_THEN}
     select currency,
       case
         when category = 'promotional' then 'promotional'
         when expires_at < (created_at at time zone 'UTC' + interval '6 months') at time zone 'UTC'
           then 'valid_less_than_six_months'
         else 'counted'
       end as standing,
       count(*)::text as lots, sum(amount)::text as amount,
       floor(sum(amount * coalesce(price_of_one, 0)))::bigint::text as paid
     from lots
     where policy = any($2::text[]) or (policy is null and currency = $3::text)
     group by 1, 2 order by 1, 2`,
    [formatInstant(own.at), own.policies, own.currency],
  )
  return rows
}
