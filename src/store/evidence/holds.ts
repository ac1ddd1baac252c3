import type pg from 'pg'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { textArray } from '../statements/arrays.ts'

/** Calls whose evidence somebody needs, and who. */
export interface NeededEvidence {
  readonly accountId: string
  readonly callIds: readonly string[]
  /** Kind and id of what needs it: `case:case_1`, `incident:inc_1`. Each reason holds by itself. */
  readonly reason: string
  /** `null`: until it is released. */
  readonly until: Instant | null
  readonly at: Instant
}

/**
 * Keeps the evidence of calls beyond its retention. Said again for the same reason, the longer time
 * counts. What is removed already does not come back. Takes a client where it is part of a transaction.
 */
export async function keepEvidence(
  client: pg.Pool | pg.ClientBase,
  needed: NeededEvidence,
): Promise<void> {
  await client.query(KEEP, [
    needed.accountId,
    textArray([...new Set(needed.callIds)]),
    needed.reason,
    needed.until === null ? null : formatInstant(needed.until),
    formatInstant(needed.at),
  ])
}

const KEEP = `
  insert into accounts.evidence_hold as h (account_id, call_id, reason, until, created_at)
  select $1::text, c.call_id, $3::text, $4::timestamptz, $5::timestamptz
  from unnest($2::text[]) as c(call_id)
  on conflict (account_id, call_id, reason) do update
  set until = case when h.until is null or excluded.until is null then null
              else greatest(h.until, excluded.until) end`

/** Ends what `keepEvidence` began for a reason: the next round of retention removes what is too old. */
export async function releaseEvidence(
  client: pg.Pool | pg.ClientBase,
  { accountId, reason }: { readonly accountId: string; readonly reason: string },
): Promise<void> {
  await client.query(RELEASE, [accountId, reason])
}

const RELEASE = `
  delete from accounts.evidence_hold where account_id = $1::text and reason = $2::text`
