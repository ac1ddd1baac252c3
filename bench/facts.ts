import type pg from 'pg'
import { HOLDS_ACCOUNT, HOT_ACCOUNT } from './workload.ts'

/** The month in which the calls were made. */
export const FACTS_MONTH = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' } as const

/** Calls of a session, each made for the one before it, five in a row. */
const SESSION_CALLS = 25

/**
 * Facts of so many calls, spread over a month: what the explorer reads. Those of another account lie between
 * them, as they do where accounts are served together. Half of them were paid, half covered by a plan.
 */
export async function seedFacts(pool: pg.Pool, calls: number): Promise<void> {
  await pool.query(FACTS, [[HOT_ACCOUNT, HOLDS_ACCOUNT], calls, FACTS_MONTH.from, SESSION_CALLS])
  await pool.query(
    `insert into accounts.call_fact_cursor (account_id, seq)
     select account_id, seq from accounts.account where account_id = any($1::text[])`,
    [[HOT_ACCOUNT, HOLDS_ACCOUNT]],
  )
  await pool.query('vacuum analyze accounts.call_fact')
}

const FACTS = `
  insert into accounts.call_fact (
    account_id, call_id, event_at, ended_at, end_seq, seq, list_price, paid, included, tokens, attempts,
    is_estimated, has_several_members, model, model_requested, status, verdict, outcome, key_id, member_id,
    project_id, session_id, parent_call_id, client, tags, tokens_input, tokens_cache_read,
    tokens_cache_write_5m, tokens_output, price_input, price_cache_read, price_cache_write_5m, price_output)
  select account_id, 'call_019a7c1e8f2b7d4ca3f1' || lpad(n::text, 8, '0'), at, at + interval '3 seconds',
    n, n, price, case when n % 2 = 0 then price end, case when n % 2 = 1 then price end,
    input + cached + written + output, 1, false, false, 'model-' || n % 7, 'model-' || n % 7, 'settled',
    'charged', 'succeeded', 'key_019a7c1e8f2b7d4ca3f' || n % 12,
    case when n % 3 > 0 then 'member_' || n % 30 end, case when n % 4 > 0 then 'project_' || n % 9 end,
    case when n % 10 > 0 then 'session_' || n / $4::integer end,
    case when n % 10 > 1 and n % 5 > 0 then 'call_019a7c1e8f2b7d4ca3f1' || lpad((n - 1)::text, 8, '0') end,
    case when n % 6 = 0 then 'third_party' end,
    case when n % 3 > 0 then jsonb_build_object('team', 'team-' || n % 8, 'feature', 'feature-' || n % 20) end,
    input, cached, written, output, input * 3000, cached * 300, written * 3750, output * 15000
  from (
    select m.*, input * 3000 + cached * 300 + written * 3750 + output * 15000 as price from (
      select a.account_id, n, $3::timestamptz + n * (interval '31 days' / ($2::integer + 1)) as at,
        500 + n * 7 % 3000::bigint as input, 1024 + n * 13 % 20000::bigint as cached,
        n * 17 % 500::bigint as written, 100 + n * 31 % 900::bigint as output
      from generate_series(1, $2::integer) n cross join unnest($1::text[]) as a(account_id)
    ) m
  ) own
  order by n, account_id`
