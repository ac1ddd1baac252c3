import type pg from 'pg'
import type { OutcomeCode } from '../../core/decisions/index.ts'
import type { RecentCall } from '../../gateway/index.ts'

/** The last ends of calls that are looked at: a retry comes seconds after its call. */
const SCANNED_MAX = 2_000

const FIND = {
  name: 'find-recent-call',
  text: `
    with open as (
      select body->'call'->>'call_id' as call_id, (body->'call'->>'attempt')::integer as attempt,
        'in_flight' as state, null as outcome, null::integer as clamped_tokens, 1 as rank,
        0::bigint as seq
      from accounts.hold
      where account_id = $1::text and body->'call'->>'fingerprint' = $2::text
        and (body->>'at')::timestamptz >= to_timestamp($3::double precision / 1000)
      limit 1
    ), ended as (
      select seq, kind, body from accounts.entry
      where account_id = $1::text
        and kind = any(array['settle', 'record', 'release', 'expire_hold', 'authorize'])
        and at >= to_timestamp($3::double precision / 1000)
      order by seq desc limit $4::integer
    ), last as (
      select body->'call'->>'call_id' as call_id, (body->'call'->>'attempt')::integer as attempt,
        case when kind in ('settle', 'record') then 'settled' else 'failed' end as state,
        body->'outcome'->>'code' as outcome,
        case when (body->'hold'->>'clamped')::boolean
          then (body->'hold'->>'max_output_tokens')::integer end as clamped_tokens,
        2 as rank, seq
      from ended where body->'call'->>'fingerprint' = $2::text
      order by seq desc limit 1
    )
    select call_id, attempt, state, outcome, clamped_tokens
    from (select * from open union all select * from last) as found
    order by rank limit 1`,
}

interface Row {
  readonly call_id: string
  readonly attempt: number
  readonly state: RecentCall['state']
  readonly outcome: OutcomeCode | null
  readonly clamped_tokens: number | null
}

/**
 * The call that a retry is another attempt of, when another node has seen it, or this one before it
 * was restarted. Asked only for requests that a client marked as retries and that are not in memory.
 */
export function findRecentCall(pool: pg.Pool) {
  return async (
    accountId: string,
    fingerprint: string,
    sinceMs: number,
  ): Promise<RecentCall | null> => {
    const values = [accountId, fingerprint, sinceMs, SCANNED_MAX]
    const { rows } = await pool.query<Row>({ ...FIND, values })
    const [row] = rows
    if (!row) return null
    const { call_id: callId, attempt, state, outcome, clamped_tokens: clampedTokens } = row
    return { callId, attempt, state, outcome, clampedTokens }
  }
}
