import type pg from 'pg'
import type { Command, Result } from '../../core/decisions/index.ts'
import { type ActorFacts, givenBack } from '../../core/ledger/index.ts'
import { type Nanos, subtract, ZERO } from '../../core/money/index.ts'
import { type DayLimits, decideRemedy, type RemedyPolicy } from '../../core/remedies/policy.ts'
import type { Instant } from '../../core/time/index.ts'
import { keepEvidence } from '../../store/evidence/holds.ts'
import {
  type FindingMove,
  type FindingStatus,
  moveFinding,
  readFinding,
  type StoredFinding,
} from '../../store/findings/findings.ts'
import { release, reserve, type Wanted } from '../../store/findings/spent.ts'
import { inTransaction } from '../../store/transaction.ts'
import type { Engine } from '../types.ts'
import { owedBesides } from './owed.ts'

export interface RemedyParts {
  readonly pool: pg.Pool
  readonly engine: Engine
  readonly at: Instant
}

const BY: ActorFacts = { type: 'system', id: 'detection' }

/**
 * Does with a finding what the policy says. What is given back is first reserved under the ceilings, then
 * posted under the id of its charge and rule: whoever gives the same back at the same moment, or again after
 * a crash, gives it back once. Returns what it stands at; `null`: somebody else has decided meanwhile.
 */
export async function remedy(
  parts: RemedyParts,
  stored: StoredFinding,
  policy: RemedyPolicy | null,
): Promise<FindingStatus | null> {
  if (stored.status === 'refunding') return await finish(parts, stored)
  const { pool, at } = parts
  const { accountId, finding } = stored
  const reason = `finding:${finding.key}`
  await keepEvidence(pool, { accountId, callIds: finding.calls, reason, until: null, at })
  const decision = decideRemedy(finding, policy)
  switch (decision.action) {
    case 'record':
    case 'propose': {
      const to = decision.action === 'record' ? 'recorded' : 'proposed'
      const change = { from: ['open'], to, reason: decision.reason, by: BY } as const
      return (await moveFinding(pool, moveOf(parts, stored, change))) ? to : null
    }
    case 'release':
      return await begin(parts, stored, { from: ['open'], by: BY })
    case 'refund':
      return await beginUnderCeilings(parts, stored, decision)
  }
}

/** A person gives back what was proposed or recorded, whatever the ceilings say. */
export async function approve(
  parts: RemedyParts,
  stored: StoredFinding,
  by: ActorFacts,
): Promise<FindingStatus | null> {
  return await begin(parts, stored, { from: ['proposed', 'recorded'], by })
}

/** Whether a finding says what would make it good. */
export const isRemediable = ({ finding }: StoredFinding): boolean =>
  commandOf(finding, { accountId: '', by: BY }) !== null

const moveOf = (
  { at }: Pick<RemedyParts, 'at'>,
  { accountId, finding }: StoredFinding,
  change: Pick<FindingMove, 'from' | 'to' | 'reason' | 'by' | 'refundSeq' | 'reserved'>,
): FindingMove => ({ accountId, key: finding.key, at, ...change })

/** Marks it, so that a crash after it is finished by the next round, and posts. */
async function begin(
  parts: RemedyParts,
  stored: StoredFinding,
  { from, by }: { readonly from: readonly FindingStatus[]; readonly by: ActorFacts },
): Promise<FindingStatus | null> {
  const marks = moveOf(parts, stored, { from, to: 'refunding', reason: null, by })
  if (!(await moveFinding(parts.pool, marks))) return null
  return await finish(parts, { ...stored, status: 'refunding', reserved: null, decidedBy: by })
}

/** Reserves and marks in one transaction; beyond a ceiling it waits for a person. */
async function beginUnderCeilings(
  parts: RemedyParts,
  stored: StoredFinding,
  { amount, limits }: { readonly amount: Nanos; readonly limits: DayLimits },
): Promise<FindingStatus | null> {
  const { pool } = parts
  const isOurs = await inTransaction(pool, async (client) => {
    const marks = {
      from: ['open'],
      to: 'refunding',
      reason: null,
      reserved: amount,
      by: BY,
    } as const
    if (!(await moveFinding(client, moveOf(parts, stored, marks)))) return null
    const answer = await reserve(client, wantedOf(stored, amount), limits)
    if (answer === 'reserved') return true
    const change = { from: ['refunding'], to: 'proposed', reason: answer, by: BY } as const
    await moveFinding(client, moveOf(parts, stored, change))
    return false
  })
  if (isOurs === null) return null
  if (!isOurs) return 'proposed'
  return await finish(parts, { ...stored, status: 'refunding', reserved: amount, decidedBy: BY })
}

/** Of the day on which it was found, so that what is given back to a ceiling goes back to the same one. */
const wantedOf = ({ accountId, finding, foundAt }: StoredFinding, amount: Nanos): Wanted => ({
  accountId,
  rule: finding.rule,
  currency: finding.currency,
  amount,
  at: foundAt,
})

/** Posts what makes the finding good, and writes down what became of it. */
async function finish(parts: RemedyParts, stored: StoredFinding): Promise<FindingStatus | null> {
  const { pool } = parts
  const by = stored.decidedBy ?? BY
  const { accountId, finding } = stored
  const command = commandOf(finding, { accountId, by })
  const end: End = command
    ? endOf(await ordered(parts, stored, command), stored)
    : { to: 'proposed', reason: 'needs_a_person', given: ZERO }
  const moved = await inTransaction(pool, async (client) => {
    // what is reserved is read with the row locked: whoever ends it gives the rest back to the ceilings
    const reserved = (await readFinding(client, { accountId, key: finding.key }, 'lock'))?.reserved
    const change = { from: ['refunding'], by, ...end } as const
    if (!(await moveFinding(client, moveOf(parts, stored, change)))) return false
    const unspent = subtract(reserved ?? ZERO, end.given)
    if (unspent > ZERO) await release(client, wantedOf(stored, unspent))
    return true
  })
  return moved ? end.to : null
}

/** Somebody else gave something back between the look and the order: it is looked at anew. */
const LOOKS_MAX = 8

async function ordered(
  { pool, engine }: RemedyParts,
  { accountId, finding }: StoredFinding,
  command: Command,
): Promise<Result> {
  for (let looks = 1; ; looks += 1) {
    const owed = await owedBesides(pool, accountId, finding)
    const { result } = await engine.execute({ ...command, ...owed } as Command)
    const isOutdated = result.status === 'refused' && result.refused.code === 'preview_outdated'
    if (!isOutdated || looks === LOOKS_MAX) return result
  }
}

interface End {
  readonly to: 'remedied' | 'superseded' | 'proposed'
  readonly reason: string | null
  readonly refundSeq?: number
  /** Of what was reserved. */
  readonly given: Nanos
}

/** Refusals that say that there is nothing to make good any more. */
const OVER: readonly string[] = [
  'already_refunded',
  'already_reversed',
  'hold_unknown',
  'hold_released',
]

function endOf(result: Result, { finding }: StoredFinding): End {
  if (result.status !== 'posted') {
    const reason = result.status === 'refused' ? result.refused.code : result.status
    return { to: OVER.includes(reason) ? 'superseded' : 'proposed', reason, given: ZERO }
  }
  const { entry } = result
  const refundSeq = entry.seq
  if (entry.kind !== 'refund' || entry.finding === finding.key)
    return { to: 'remedied', reason: null, refundSeq, given: givenBack(entry) }
  // a person was first, with this very reason: it is the same refund, though of another amount perhaps
  const isEnough = finding.remedy.type === 'refund' && givenBack(entry) >= finding.remedy.amount
  return isEnough
    ? { to: 'superseded', reason: 'given_back_before', refundSeq, given: ZERO }
    : { to: 'proposed', reason: 'given_back_in_part', refundSeq, given: ZERO }
}

/** What makes a finding good. The reason of a refund is the rule, so that it is given back once. */
function commandOf(
  { remedy: own, rule, key }: StoredFinding['finding'],
  { accountId, by: actor }: { readonly accountId: string; readonly by: ActorFacts },
): Command | null {
  switch (own.type) {
    case 'refund': {
      const requestId = `${own.callId}#refund:${rule}`
      const { callId, amount } = own
      return {
        kind: 'refund',
        accountId,
        requestId,
        actor,
        callId,
        reason: rule,
        amount,
        finding: key,
      }
    }
    case 'release_hold':
      return {
        kind: 'expire_hold',
        accountId,
        requestId: own.callId,
        actor,
        callId: own.callId,
      }
    case 'reverse': {
      const requestId = `entry:${own.seq}#reverse`
      const { seq } = own
      return { kind: 'reverse', accountId, requestId, actor, seq, reason: rule, finding: key }
    }
    default:
      return null
  }
}
