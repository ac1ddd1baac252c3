import type pg from 'pg'
import { AFTER_WEEKS, type Outcome } from '../../core/campaigns/index.ts'
import { type Nanos, nanos, ZERO } from '../../core/money/index.ts'
import {
  DAY_MS,
  formatInstant,
  HOUR_MS,
  type Instant,
  instant,
  SECOND_MS,
} from '../../core/time/index.ts'
import { firstEntriesFrom } from './entry-search.ts'

export interface FirstClaim {
  readonly accountId: string
  readonly claimedAt: Instant
}

/** The first granted claim of each account, the earliest first. */
export async function firstClaims(
  pool: pg.Pool,
  campaignId: string,
  limit: number,
): Promise<readonly FirstClaim[]> {
  const { rows } = await pool.query<{ account_id: string; claimed_at: Date }>(
    `select account_id, min(claimed_at) as claimed_at from control.campaign_claim
     where campaign_id = $1::text and state = 'granted'
     group by account_id order by min(claimed_at), account_id limit $2::integer`,
    [campaignId, limit],
  )
  return rows.map((row) => ({
    accountId: row.account_id,
    claimedAt: instant(row.claimed_at.getTime()),
  }))
}

/** Which of these accounts have a claim, whatever became of it. */
export async function claimantsAmong(
  pool: pg.Pool,
  campaignId: string,
  accountIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ account_id: string }>(
    `select distinct account_id from control.campaign_claim
     where campaign_id = $1::text and account_id = any($2::text[])`,
    [campaignId, accountIds],
  )
  return new Set(rows.map((row) => row.account_id))
}

/** What accounts used within whole hours of `[from, to)`, included value and money together. */
export async function usageWithin(
  pool: pg.Pool,
  accountIds: readonly string[],
  within: { readonly from: Instant; readonly to: Instant },
): Promise<(accountId: string) => Nanos> {
  const { rows } = await pool.query<{ account_id: string; used: string }>(
    `select account_id, sum(included + promotional + paid + overage)::text as used
     from accounts.usage_hour
     where account_id = any($1::text[]) and hour >= $2::timestamptz and hour < $3::timestamptz
     group by account_id`,
    [accountIds, formatInstant(within.from), formatInstant(within.to)],
  )
  const used = new Map(rows.map((row) => [row.account_id, nanos(BigInt(row.used))]))
  return (accountId) => used.get(accountId) ?? ZERO
}

/** Entries of one account that are read for its features; what is beyond is not counted. */
export const ENTRIES_READ_MAX = 20_000
const WEEK_MS = 7 * DAY_MS

const OUTCOMES = `
  select g.account_id,
    (select count(distinct f.feature) from (
        select coalesce(e.body, e.excerpt) as body from accounts.entry e
        where e.account_id = g.account_id and e.seq >= g.first and e.seq < g.after_last
          and e.kind in ('settle', 'record') and coalesce(e.body, e.excerpt)->'refused' is null
        order by e.seq limit $6::integer) own
      cross join lateral json_array_elements_text(own.body #> '{call,features}') as f(feature)
    )::integer as features,
    coalesce(use.models, 0)::integer as models, coalesce(use.weeks, '{}') as weeks
  from unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::bigint[])
    as g(account_id, hour, first, after_last)
  cross join lateral (
    select count(distinct h.model) as models,
      array_agg(distinct floor(extract(epoch from h.hour - g.hour) / $7::integer)::integer) as weeks
    from accounts.usage_hour h
    where h.account_id = g.account_id and h.attempts > 0
      and h.hour >= g.hour and h.hour < g.hour + $5::integer * interval '7 days') use`

export interface Followed {
  readonly accountId: string
  readonly from: Instant
}

/**
 * What accounts did in the weeks from an instant on. Use is summed by whole hours of the call's own time, so
 * the hour of the instant counts as a whole; features are of charged calls.
 */
export async function outcomesOf(
  pool: pg.Pool,
  followed: readonly Followed[],
): Promise<ReadonlyMap<string, Outcome>> {
  const first = await firstEntriesFrom(
    pool,
    followed.map(({ accountId, from }) => ({ accountId, at: from })),
  )
  const after = await firstEntriesFrom(
    pool,
    followed.map(({ accountId, from }) => ({
      accountId,
      at: instant(from + AFTER_WEEKS * WEEK_MS),
    })),
  )
  const { rows } = await pool.query<{
    account_id: string
    features: number
    models: number
    weeks: number[]
  }>(OUTCOMES, [
    followed.map(({ accountId }) => accountId),
    followed.map(({ from }) => formatInstant(instant(Math.floor(from / HOUR_MS) * HOUR_MS))),
    first,
    after,
    AFTER_WEEKS,
    ENTRIES_READ_MAX,
    WEEK_MS / SECOND_MS,
  ])
  return new Map(
    rows.map((row) => [
      row.account_id,
      {
        features: row.features,
        models: row.models,
        activeWeeks: Array.from({ length: AFTER_WEEKS }, (_, week) => row.weeks.includes(week)),
      },
    ]),
  )
}
