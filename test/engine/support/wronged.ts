import type { RecordUsage } from '../../../src/core/decisions/index.ts'
import { type Nanos, nanos, readNanos } from '../../../src/core/money/index.ts'
import type { Engine } from '../../../src/engine/index.ts'
import { Detection } from '../../../src/jobs/detection.ts'
import { publishTerms } from '../../../src/store/control/terms.ts'
import {
  listFindings,
  readFinding,
  type StoredFinding,
} from '../../../src/store/findings/findings.ts'
import type { TestDatabase } from '../../support/database.ts'
import { record } from './commands.ts'
import { journal, post } from './journal.ts'

/** The audit knows it by its evidence: a call that failed, taken for a success by whoever reported it. */
export const wronged = async (
  engine: Engine,
  accountId: string,
  callId: string,
  more: { input?: number; evidence?: Record<string, unknown> } = {},
): Promise<void> => {
  const own: RecordUsage = {
    // the lot that pays was made by the database's clock, which may be ahead of ours
    ...record(accountId, callId, Date.now() + 2_000, { input: more.input ?? 99_000 }),
    evidence: more.evidence ?? { upstream_status: 429 },
  }
  await post(engine, own)
}

export const RULE = 'failed_call_charged'
export const keyOf = (callId: string): string => `${RULE}:${callId}`

export const findingOf = async (
  { pool }: Pick<TestDatabase, 'pool'>,
  accountId: string,
  key: string,
): Promise<StoredFinding> => {
  const found = await readFinding(pool, { accountId, key })
  if (!found) throw new Error(`${accountId} has no finding ${key}`)
  return found
}

export const findingsOf = ({ pool }: Pick<TestDatabase, 'pool'>, accountId: string) =>
  listFindings(pool, { accountId, rule: null, status: null, before: null, limit: 500 })

const CEILINGS = { finding: '1000', account_day: '1000', rule_day: '1000', day: '1000' }
let versions = 0

/** A policy from now on. Everything that was charged wrongly goes back at once, below the ceilings. */
export async function publishPolicy(
  { pool }: Pick<TestDatabase, 'pool'>,
  ceilings: Partial<typeof CEILINGS> = {},
): Promise<void> {
  versions += 1
  const document = {
    version: versions,
    rules: { [RULE]: 'refund', duplicate_charge: 'refund', hold_leaked: 'refund' },
    ceilings: { USD: { ...CEILINGS, ...ceilings } },
  }
  await publishTerms(pool, {
    kind: 'remedies',
    name: '*',
    version: versions,
    document,
    at: Date.now() as never,
    by: 'test',
  })
}

/** A round of the job, as a server makes it that has just started. */
export const detect = (
  { pool }: Pick<TestDatabase, 'pool'>,
  engine: Engine,
  nowMs = Date.now(),
): Promise<number> => new Detection().round({ pool, engine }, nowMs)

/** Reserved under the ceilings in all, of the accounts together. */
export async function spent({ pool }: Pick<TestDatabase, 'pool'>): Promise<Nanos> {
  const { rows } = await pool.query<{ sum: string }>(
    "select coalesce(sum(spent), 0)::text as sum from accounts.remedy_spent where account_id = '*'",
  )
  return nanos(BigInt(rows[0]!.sum))
}

/** What refunds gave back: all of them, or those of the audit by itself. */
export async function given({ pool }: Pick<TestDatabase, 'pool'>, by?: 'system'): Promise<Nanos> {
  const refunds = (await journal(pool)).filter(
    ({ kind, body }) => kind === 'refund' && (!by || body.actor.type === by),
  )
  return nanos(refunds.reduce((sum, { body }) => sum - readNanos(body.totals!.total), 0n))
}
