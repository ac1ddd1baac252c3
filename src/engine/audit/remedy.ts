import type pg from 'pg'
import type { Result } from '../../core/decisions/index.ts'
import type { ActorFacts } from '../../core/ledger/index.ts'
import type { Nanos } from '../../core/money/index.ts'
import { decideRemedy, type RemedyPolicy } from '../../core/remedies/policy.ts'
import type { Instant } from '../../core/time/index.ts'
import { keepEvidence } from '../../store/evidence/holds.ts'
import { type FindingMove, moveFinding, type StoredFinding } from '../../store/findings/findings.ts'
import { release, reserve } from '../../store/findings/spent.ts'
import type { Engine } from '../types.ts'

export interface RemedyParts {
  readonly pool: pg.Pool
  readonly engine: Engine
  readonly policy: RemedyPolicy | null
  readonly at: Instant
}

const BY: ActorFacts = { type: 'system', id: 'detection' }

/**
 * Does with a finding what the policy says. A refund is first reserved under the ceilings, then posted under
 * the id of its charge and rule: whoever gives the same back at the same moment, or again after a crash, gives
 * it back once.
 */
export async function remedy(parts: RemedyParts, stored: StoredFinding): Promise<boolean> {
  const { pool, at } = parts
  const { accountId, finding } = stored
  if (stored.status === 'refunding') return await post(parts, stored, BY)
  const decision = decideRemedy(finding, parts.policy)
  await keepEvidence(pool, {
    accountId,
    callIds: finding.calls,
    reason: `finding:${finding.key}`,
    until: null,
    at,
  })
  if (decision.action !== 'refund') {
    const to = decision.action === 'record' ? 'recorded' : 'proposed'
    return await moveFinding(pool, move(stored, { to, reason: decision.reason, by: BY, at }))
  }
  const reserved = await begin(parts, stored, decision)
  return reserved && (await post(parts, stored, BY))
}

const move = (
  { accountId, finding }: StoredFinding,
  change: Pick<FindingMove, 'to' | 'reason' | 'by' | 'at' | 'refundSeq'> & {
    readonly from?: FindingMove['from']
  },
): FindingMove => ({ accountId, key: finding.key, from: ['open'], ...change })

/** Reserves and marks in one transaction. `false`: a ceiling is reached, or another node was first. */
async function begin(
  { pool, at }: RemedyParts,
  stored: StoredFinding,
  decision: { readonly amount: Nanos; readonly limits: { accountDay: Nanos; day: Nanos } },
): Promise<boolean> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const isOurs = await moveFinding(
      client,
      move(stored, { to: 'refunding', reason: null, by: BY, at }),
    )
    const wanted = wantedOf(stored, decision.amount)
    const answer = isOurs ? await reserve(client, wanted, decision.limits) : 'taken'
    if (answer === 'reserved') {
      await client.query('commit')
      return true
    }
    await client.query('rollback')
    if (isOurs)
      await moveFinding(pool, move(stored, { to: 'proposed', reason: answer, by: BY, at }))
    return false
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}

/** Of the day on which it was found, so that what is given back to a ceiling goes back to the same one. */
const wantedOf = ({ accountId, finding, foundAt }: StoredFinding, amount: Nanos) => ({
  accountId,
  currency: finding.currency,
  amount,
  at: foundAt,
})

async function post(parts: RemedyParts, stored: StoredFinding, by: ActorFacts): Promise<boolean> {
  const { pool, at } = parts
  const posted = await refund(parts, stored, by)
  if (posted === null) return false
  const from = ['refunding'] as const
  if (posted.status === 'posted') {
    const { seq } = posted.entry
    return await moveFinding(
      pool,
      move(stored, { from, to: 'remedied', reason: null, refundSeq: seq, by, at }),
    )
  }
  const client = await pool.connect()
  try {
    await client.query('begin')
    const reason = posted.status === 'refused' ? posted.refused.code : posted.status
    const moved = await moveFinding(
      client,
      move(stored, { from, to: 'superseded', reason, by, at }),
    )
    if (moved && stored.finding.remedy.type === 'refund')
      await release(client, wantedOf(stored, stored.finding.remedy.amount))
    await client.query('commit')
    return moved
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}

/** The refund of a finding: its reason is the rule, so that it is given back once. */
async function refund(
  { engine }: Pick<RemedyParts, 'engine'>,
  { accountId, finding }: StoredFinding,
  by: ActorFacts,
): Promise<Result | null> {
  const { remedy: own, rule } = finding
  if (own.type !== 'refund') return null
  const { result } = await engine.execute({
    kind: 'refund',
    accountId,
    requestId: `${own.callId}#refund:${rule}`,
    actor: by,
    callId: own.callId,
    reason: rule,
    amount: own.amount,
  })
  return result
}

/** A person gives back what was proposed, whatever the ceilings say. */
export async function approve(
  parts: Omit<RemedyParts, 'policy'>,
  stored: StoredFinding,
  by: ActorFacts,
): Promise<
  | { readonly status: 'done' | 'not_proposed' }
  | { readonly status: 'refused'; readonly code: string }
> {
  const { pool, at } = parts
  if (stored.finding.remedy.type !== 'refund') return { status: 'not_proposed' }
  const from = ['proposed', 'recorded'] as const
  const result = from.some((own) => own === stored.status) ? await refund(parts, stored, by) : null
  if (result === null) return { status: 'not_proposed' }
  if (result.status !== 'posted') {
    const code = result.status === 'refused' ? result.refused.code : result.status
    await moveFinding(pool, move(stored, { from, to: 'superseded', reason: code, by, at }))
    return { status: 'refused', code }
  }
  const refundSeq = result.entry.seq
  await moveFinding(pool, move(stored, { from, to: 'remedied', reason: null, refundSeq, by, at }))
  return { status: 'done' }
}
