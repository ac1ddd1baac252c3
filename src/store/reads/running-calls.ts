import type pg from 'pg'
import type { HoldBody } from '../../core/decisions/results.ts'
import { type Instant, instant } from '../../core/time/index.ts'

export interface RunningCall {
  readonly hold: HoldBody
  readonly expiresAt: Instant
}

export interface RunningPage {
  /** Calls of this member only; `null`: all. */
  readonly memberId: string | null
  /** Only what was admitted before, or then with an earlier id. */
  readonly before: readonly [at: string, callId: string] | null
  readonly limit: number
}

/** Calls that have an open hold, the latest first. */
export async function runningCalls(
  pool: pg.Pool,
  accountId: string,
  { memberId, before, limit }: RunningPage,
): Promise<readonly RunningCall[]> {
  const { rows } = await pool.query<{ body: HoldBody; expires_at: Date }>({
    name: 'read-running-calls',
    text: `
      select h.body, h.expires_at from accounts.hold h
      where h.account_id = $1::text
        and ($2::text is null or h.body->'call'->>'member_id' = $2::text)
        and ($3::text is null or (h.body->>'at' collate "C", h.call_id collate "C")
          < ($3::text collate "C", $4::text collate "C"))
      order by h.body->>'at' collate "C" desc, h.call_id collate "C" desc
      limit $5::integer`,
    values: [accountId, memberId, before?.[0] ?? null, before?.[1] ?? null, limit],
  })
  return rows.map(({ body, expires_at }) => ({
    hold: body,
    expiresAt: instant(expires_at.getTime()),
  }))
}
