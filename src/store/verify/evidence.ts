import type pg from 'pg'
import type { EntryBody } from '../../core/ledger/index.ts'
import { readInstant } from '../../core/ledger/index.ts'
import { DAY_MS } from '../../core/time/index.ts'
import { evidenceHash } from '../chain-hash.ts'

/** What stands beside an entry. */
export interface StoredEvidence {
  readonly evidence: string | null
  readonly evidence_removed_at: Date | null
}

/** The shortest limit that evidence was ever removed by, in days; `null`: none was removed. */
export async function shortestLimit(client: pg.ClientBase): Promise<number | null> {
  const { rows } = await client.query<{ days: number | null }>(
    'select min(days) as days from control.evidence_limit',
  )
  return rows[0]?.days ?? null
}

/** 20: what is there is what the entry names; what is not there was old enough when it was removed. */
export function checkEvidence(
  { evidence, evidence_removed_at: removedAt }: StoredEvidence,
  body: EntryBody,
  limitDays: number | null,
): string | null {
  const named = body.evidence_sha256
  if (named === undefined)
    return evidence === null && removedAt === null
      ? null
      : 'evidence beside an entry that names none'
  if (evidence !== null) {
    if (removedAt !== null) return 'evidence that is said to have been removed'
    return evidenceHash(evidence) === named ? null : 'the evidence is not that of the entry'
  }
  if (removedAt === null) return 'the evidence is missing, and no retention removed it'
  if (limitDays === null) return 'the evidence was removed, and there was never a limit to its age'
  const age = removedAt.getTime() - readInstant(body.at)
  return age >= limitDays * DAY_MS
    ? null
    : `the evidence was removed before its time: no limit was ever below ${limitDays} days`
}
