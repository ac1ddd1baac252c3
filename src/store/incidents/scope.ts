import type pg from 'pg'
import { EVENT_AGE_MAX_MS, EVENT_SKEW_MAX_MS } from '../../core/decisions/index.ts'
import type { Incident } from '../../core/incidents/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { firstEntriesFrom } from '../campaigns/entry-search.ts'

/** Accounts that could be concerned, by id. */
export async function accountsInScope(
  pool: pg.Pool,
  { scope }: Pick<Incident, 'scope'>,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ account_id: string }>(
    `select account_id from accounts.account
     where ($1::text is null or account_id > $1::text)
       and ($2::text[] is null or account_id = any($2::text[]))
     order by account_id limit $3::integer`,
    [page.after, scope.accounts, page.limit],
  )
  return rows.map((row) => row.account_id)
}

/** A charge that follows the scope. */
export interface ScopedCall {
  readonly accountId: string
  readonly callId: string
  /** What a finding of the named rules says was too much, in nanos; `null`: nobody has found anything. */
  readonly excess: bigint | null
  /** Its evidence was removed, so that what went wrong with it cannot be looked up. */
  readonly unknown: boolean
}

/**
 * The charges of some accounts that an incident is about: settlements of its period whose facts and evidence
 * follow its scope. Entries of an account are in the order of time, so that its journal is read from where
 * the period begins to where its latest report can be.
 */
export async function callsInScope(
  pool: pg.Pool,
  { scope, currency }: Incident,
  accountIds: readonly string[],
): Promise<readonly ScopedCall[]> {
  const moments = (at: number) =>
    accountIds.map((accountId) => ({ accountId, at: instant(Math.max(0, at)) }))
  const [from, until] = await Promise.all([
    firstEntriesFrom(pool, moments(scope.from - EVENT_SKEW_MAX_MS)),
    firstEntriesFrom(pool, moments(scope.until + EVENT_AGE_MAX_MS)),
  ])
  const { rows } = await pool.query<{
    account_id: string
    call_id: string
    excess: string | null
    unknown: boolean
  }>(SCOPED, [
    accountIds,
    from,
    until,
    formatInstant(scope.from),
    formatInstant(scope.until),
    currency,
    scope.models,
    scope.outcomes,
    scope.errors?.statuses.map(String) ?? null,
    scope.errors?.types ?? null,
    scope.priceBooks,
    scope.rules,
    scope.plans,
  ])
  return rows.map((row) => ({
    accountId: row.account_id,
    callId: row.call_id,
    excess: row.excess === null ? null : BigInt(row.excess),
    unknown: row.unknown,
  }))
}

/*
 * A call that was priced later names its book on another entry: it is told apart by whoever folds it.
 */
const SCOPED = `
  with settled as (
    select e.account_id, e.seq, coalesce(e.body, e.excerpt) #>> '{call,call_id}' as call_id,
      e.evidence_removed_at is not null as removed,
      coalesce(e.evidence::json, coalesce(e.body, e.excerpt) -> 'evidence') as evidence
    from unnest($1::text[], $2::bigint[], $3::bigint[]) as a(account_id, low, high)
    join accounts.entry e on e.account_id = a.account_id and e.seq >= a.low and e.seq < a.high
    where e.kind in ('settle', 'record') and coalesce(e.body, e.excerpt) -> 'refused' is null
      and e.event_at >= $4::timestamptz and e.event_at < $5::timestamptz
      and coalesce(e.body, e.excerpt) ->> 'currency' = $6::text
      and ($7::text[] is null or coalesce(e.body, e.excerpt) #>> '{call,model}' = any($7::text[])
        or coalesce(e.body, e.excerpt) #>> '{served,model}' = any($7::text[])
        or coalesce(e.body, e.excerpt) #>> '{rating,model}' = any($7::text[]))
      and ($8::text[] is null or coalesce(e.body, e.excerpt) #>> '{outcome,code}' = any($8::text[]))
      and ($11::text[] is null or coalesce(e.body, e.excerpt) #>> '{rating,book}' = any($11::text[])
        or e.pending is not null)
      and ($13::text[] is null or coalesce(e.body, e.excerpt) ->> 'plan' = any($13::text[])
        or split_part(coalesce(e.body, e.excerpt) ->> 'plan', '@', 1) = any($13::text[]))
  )
  select s.account_id, s.call_id, f.excess::text as excess,
    $9::text[] is not null and s.removed as unknown
  from settled s
  left join lateral (
    select max(f.difference) as excess from accounts.finding f
    where $12::text[] is not null and f.account_id = s.account_id and f.rule = any($12::text[])
      and f.difference > 0 and f.status <> 'dismissed' and f.body #>> '{calls,0}' = s.call_id) f on true
  where ($12::text[] is null or f.excess is not null)
    and ($9::text[] is null or s.removed or s.evidence ->> 'upstream_status' = any($9::text[])
      or s.evidence #>> '{in_band_error,type}' = any($10::text[]))
  order by s.account_id, s.seq`
