import type pg from 'pg'
import type { HoldBody } from '../../core/decisions/results.ts'
import { type Instant, instant } from '../../core/time/index.ts'
import type { NormalisedCall } from '../../core/usage/index.ts'

export interface RunningCall {
  readonly hold: HoldBody
  readonly expiresAt: Instant
  /** What the gateway has seen of this attempt; `null`: not known, as of calls beside the gateway. */
  readonly progress: { readonly at: Instant; readonly served: NormalisedCall | null } | null
}

export interface RunningPage {
  /** Calls of this member only; `null`: all. */
  readonly memberId: string | null
  /** Only what was admitted before, or then with an earlier id. */
  readonly before: readonly [at: string, callId: string] | null
  readonly limit: number
}

interface Row {
  readonly body: HoldBody
  readonly expires_at: Date
  readonly at: Date | null
  readonly served: NormalisedCall | null
}

/** Calls that have an open hold, the latest first. */
export async function runningCalls(
  pool: pg.Pool,
  accountId: string,
  { memberId, before, limit }: RunningPage,
): Promise<readonly RunningCall[]> {
  const { rows } = await pool.query<Row>({
    name: 'read-running-calls',
    text: `
      select h.body, h.expires_at, p.at, p.served from accounts.hold h
      left join accounts.call_progress p on p.account_id = h.account_id and p.call_id = h.call_id
        and p.attempt = (h.body->'call'->>'attempt')::integer
      where h.account_id = $1::text
        and ($2::text is null or h.body->'call'->>'member_id' = $2::text)
        and ($3::text is null or (h.body->>'at' collate "C", h.call_id collate "C")
          < ($3::text collate "C", $4::text collate "C"))
      order by h.body->>'at' collate "C" desc, h.call_id collate "C" desc
      limit $5::integer`,
    values: [accountId, memberId, before?.[0] ?? null, before?.[1] ?? null, limit],
  })
  return rows.map(({ body, expires_at, at, served }) => ({
    hold: body,
    expiresAt: instant(expires_at.getTime()),
    progress: at === null ? null : { at: instant(at.getTime()), served },
  }))
}
