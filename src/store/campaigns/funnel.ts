import type pg from 'pg'
import { type Nanos, nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'

export interface FunnelCounts {
  readonly told: number
  readonly seen: number
  readonly claimed: number
  readonly held: number
  readonly granted: number
  readonly firstUse: number
  readonly usedUp: number
  readonly expired: number
  readonly amounts: Readonly<
    Record<'granted' | 'used' | 'expired' | 'voided' | 'outstanding' | 'recent', Nanos>
  >
}

type Row = Readonly<Record<(typeof NUMBERS)[number], string>>

const NUMBERS = [
  'told',
  'seen',
  'claimed',
  'held',
  'granted',
  'first_use',
  'used_up',
  'expired_lots',
  'granted_amount',
  'used_amount',
  'expired_amount',
  'voided_amount',
  'outstanding_amount',
  'recent_amount',
] as const

/*
 * The lots of a campaign's claims, from their postings: what was granted, drawn (less what was given
 * back), expired and voided, to the nano. It reads the postings of those who claimed since their grant.
 */
const FUNNEL = `
  with claim as (
    select account_id, period, state, amount, claimed_at, lot_id, seq
    from control.campaign_claim where campaign_id = $1::text),
  lot as (
    select c.account_id, c.period,
      coalesce(sum(p.amount) filter (where e.kind = 'grant'), 0) as granted,
      -coalesce(sum(p.amount) filter (where e.kind = 'expire_lot'), 0) as expired,
      -coalesce(sum(p.amount) filter (where e.kind = 'void_lot'), 0) as voided,
      -coalesce(sum(p.amount)
        filter (where e.kind not in ('grant', 'expire_lot', 'void_lot')), 0) as used,
      coalesce(sum(p.amount), 0) as outstanding,
      count(*) filter (where p.amount < 0 and e.kind not in ('expire_lot', 'void_lot')) as draws
    from claim c
    join accounts.posting p on p.account_id = c.account_id and p.seq >= c.seq and p.lot_id = c.lot_id
    join accounts.entry e on e.account_id = p.account_id and e.seq = p.seq
    where c.state = 'granted' group by c.account_id, c.period)
  select
    (select count(*) from control.campaign_notice
      where campaign_id = $1::text and told_at is not null) as told,
    (select count(*) from control.campaign_notice
      where campaign_id = $1::text and seen_at is not null) as seen,
    (select count(distinct account_id) from claim) as claimed,
    (select count(distinct account_id) from claim where state = 'held') as held,
    (select count(distinct account_id) from claim where state = 'granted') as granted,
    (select count(distinct account_id) from lot where draws > 0) as first_use,
    (select count(distinct account_id) from lot where used = granted) as used_up,
    (select count(distinct account_id) from lot where expired > 0) as expired_lots,
    (select coalesce(sum(granted), 0) from lot) as granted_amount,
    (select coalesce(sum(used), 0) from lot) as used_amount,
    (select coalesce(sum(expired), 0) from lot) as expired_amount,
    (select coalesce(sum(voided), 0) from lot) as voided_amount,
    (select coalesce(sum(outstanding), 0) from lot) as outstanding_amount,
    (select coalesce(sum(amount), 0) from claim
      where state <> 'rejected' and claimed_at >= $2::timestamptz) as recent_amount`

export async function readFunnel(
  pool: pg.Pool,
  campaignId: string,
  recentSince: Instant,
): Promise<FunnelCounts> {
  const { rows } = await pool.query<Row>(FUNNEL, [campaignId, formatInstant(recentSince)])
  const row = rows[0]!
  const count = (name: keyof Row): number => parseInt(row[name], 10)
  const amount = (name: keyof Row): Nanos => nanos(BigInt(row[name]))
  return {
    told: count('told'),
    seen: count('seen'),
    claimed: count('claimed'),
    held: count('held'),
    granted: count('granted'),
    firstUse: count('first_use'),
    usedUp: count('used_up'),
    expired: count('expired_lots'),
    amounts: {
      granted: amount('granted_amount'),
      used: amount('used_amount'),
      expired: amount('expired_amount'),
      voided: amount('voided_amount'),
      outstanding: amount('outstanding_amount'),
      recent: amount('recent_amount'),
    },
  }
}

const NOTE: Readonly<Record<'told' | 'seen', string>> = {
  told: `insert into control.campaign_notice as n (campaign_id, account_id, told_at)
    select $1::text, account_id, $3::timestamptz from accounts.account
    where account_id = any($2::text[])
    on conflict (campaign_id, account_id) do update set told_at = excluded.told_at
    where n.told_at is null`,
  seen: `insert into control.campaign_notice as n (campaign_id, account_id, seen_at)
    select $1::text, account_id, $3::timestamptz from accounts.account
    where account_id = any($2::text[])
    on conflict (campaign_id, account_id) do update set seen_at = excluded.seen_at
    where n.seen_at is null`,
}

/** Notes when accounts were told, or have seen it: the first time counts. Returns how many are new. */
export async function noteAccounts(
  pool: pg.Pool,
  note: {
    readonly what: 'told' | 'seen'
    readonly campaignId: string
    readonly accountIds: readonly string[]
    readonly at: Instant
  },
): Promise<number> {
  const values = [note.campaignId, note.accountIds, formatInstant(note.at)]
  return (await pool.query(NOTE[note.what], values)).rowCount ?? 0
}
