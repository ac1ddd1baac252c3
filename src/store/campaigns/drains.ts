import type pg from 'pg'
import type { Finding } from '../../core/campaigns/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import type { ClaimKey } from './claims.ts'

interface Row {
  readonly campaign_id: string
  readonly account_id: string
  readonly period: string
  readonly used_up: boolean
  readonly calls: number
  readonly seconds: number
  readonly keys: number
  readonly key_id: string | null
  readonly models: number
  readonly model: string | null
}

export interface LookedAt extends ClaimKey {
  readonly finding: Finding | null
}

/* The draws on a claim's lot within the first minutes, and by which keys and models they were. */
const DRAWS = `
  select c.campaign_id, c.account_id, c.period,
    coalesce(-sum(p.amount), 0) >= c.amount as used_up,
    count(distinct e.seq)::integer as calls,
    coalesce(extract(epoch from max(e.at) - c.granted_at), 0)::integer as seconds,
    count(distinct coalesce(coalesce(e.body, e.excerpt) #>> '{call,key_id}', ''))::integer as keys,
    min(coalesce(e.body, e.excerpt) #>> '{call,key_id}') as key_id,
    count(distinct coalesce(e.body, e.excerpt) #>> '{call,model}')::integer as models,
    min(coalesce(e.body, e.excerpt) #>> '{call,model}') as model
  from (
    select c.campaign_id, c.account_id, c.period, c.amount, c.lot_id, c.seq, c.granted_at,
      c.granted_at + (m.document #>> '{review,drain_minutes}')::integer * interval '1 minute' as until
    from control.campaign_claim c join control.campaign m on m.campaign_id = c.campaign_id
    where c.state = 'granted' and c.drain_checked_at is null
      and c.granted_at
        + (m.document #>> '{review,drain_minutes}')::integer * interval '1 minute' <= $1::timestamptz
    order by c.granted_at limit $2::integer) c
  left join accounts.posting p on p.account_id = c.account_id and p.seq > c.seq
    and p.lot_id = c.lot_id
    and exists (select from accounts.entry d where d.account_id = p.account_id and d.seq = p.seq
      and d.at < c.until and d.kind not in ('expire_lot', 'void_lot'))
  left join accounts.entry e on e.account_id = p.account_id and e.seq = p.seq
  group by c.campaign_id, c.account_id, c.period, c.amount, c.granted_at`

export async function uncheckedDrains(
  pool: pg.Pool,
  at: Instant,
  limit: number,
): Promise<readonly LookedAt[]> {
  const { rows } = await pool.query<Row>(DRAWS, [formatInstant(at), limit])
  return rows.map((row) => ({
    campaignId: row.campaign_id,
    accountId: row.account_id,
    period: row.period,
    finding: findingOf(row),
  }))
}

/** Used up within the minutes, by one key or with one model. */
function findingOf(row: Row): Finding | null {
  if (!row.used_up || (row.keys !== 1 && row.models !== 1)) return null
  return {
    code: 'drained',
    seconds: row.seconds,
    calls: row.calls,
    key_id: row.keys === 1 ? row.key_id : null,
    model: row.models === 1 ? row.model : null,
  }
}

export async function noteDrains(
  pool: pg.Pool,
  at: Instant,
  looked: readonly LookedAt[],
): Promise<void> {
  await pool.query(
    `update control.campaign_claim c set drain_checked_at = $1::timestamptz,
       drained_at = case when own.finding <> '' then $1::timestamptz end,
       findings = case when own.finding <> ''
         then (c.findings::jsonb || own.finding::jsonb)::json else c.findings end
     from unnest($2::text[], $3::text[], $4::text[], $5::text[])
       as own (campaign_id, account_id, period, finding)
     where c.campaign_id = own.campaign_id and c.account_id = own.account_id
       and c.period = own.period and c.drain_checked_at is null`,
    [
      formatInstant(at),
      looked.map(({ campaignId }) => campaignId),
      looked.map(({ accountId }) => accountId),
      looked.map(({ period }) => period),
      looked.map(({ finding }) => (finding === null ? '' : JSON.stringify(finding))),
    ],
  )
}
