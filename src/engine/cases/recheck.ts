import type pg from 'pg'
import type { ContestedCall } from '../../core/cases/index.ts'
import { owedToFinding } from '../../core/decisions/index.ts'
import { chargeOf, type EntryBody } from '../../core/ledger/index.ts'
import { add, type Nanos, nanos, sum, ZERO } from '../../core/money/index.ts'
import type { PriceBook } from '../../core/pricing/index.ts'
import { type Instant, parseInstant } from '../../core/time/index.ts'
import type { CaseRecord } from '../../store/cases/read.ts'
import { chargedBetween, findingsAbout, moneyBetween } from '../../store/cases/scope.ts'
import type { FindingStatus, StoredFinding } from '../../store/findings/findings.ts'
import { AuditBooks } from '../../store/findings/refs.ts'
import { entriesOfCalls } from '../../store/reads/entries.ts'
import { auditNewEntries } from '../audit/detect.ts'
import { booksOf } from '../audit/owed.ts'

/** What somebody objects to. */
export type DisputeScope =
  | { readonly calls: readonly string[] }
  | { readonly period: { readonly from: Instant; readonly until: Instant } }
  | { readonly payment_id: string }

/** What a dispute is about, as it was opened. */
export function scopeOf({ facts }: Pick<CaseRecord, 'facts'>): DisputeScope {
  const { about } = facts as {
    about?: {
      calls?: readonly string[]
      period?: { from: string; until: string }
      payment_id?: string
    }
  }
  if (about?.payment_id !== undefined) return { payment_id: about.payment_id }
  if (about?.period) {
    const { from, until } = about.period
    return { period: { from: parseInstant(from)!, until: parseInstant(until)! } }
  }
  return { calls: about?.calls ?? [] }
}

/**
 * Whether a case is about a call: named in it, or charged in its period. A case that says of nothing what it is
 * about is about any; one about a payment is about none.
 */
export function isAbout(
  record: Pick<CaseRecord, 'facts'>,
  { callId, entries }: Pick<ReadCall, 'callId' | 'entries'>,
): boolean {
  if (!(record.facts as { about?: object }).about) return true
  const scope = scopeOf(record)
  if ('calls' in scope) return scope.calls.includes(callId)
  if ('payment_id' in scope) return false
  const { from, until } = scope.period
  return entries.some(({ kind, event_at }) => {
    const at = parseInstant(event_at)!
    return (kind === 'settle' || kind === 'record') && at >= from && at < until
  })
}

/** What is charged for what a dispute is about. */
export interface AtStakeFacts {
  /** Credit and overage. */
  readonly money: Nanos
  /** Windows of the plan, at list price. */
  readonly included: Nanos
}

/** Not made good yet, and something is to go back for them. */
const UNRESOLVED: readonly FindingStatus[] = ['open', 'refunding', 'proposed']

export const isUnresolved = ({ status, finding }: StoredFinding): boolean =>
  UNRESOLVED.includes(status) && finding.remedy.type === 'refund' && finding.remedy.amount > ZERO

export interface ReadCall extends ContestedCall, AtStakeFacts {
  readonly entries: readonly EntryBody[]
}

/** The charges of some calls as they stand. A call that was never charged is absent. */
export async function contestedCalls(
  pool: pg.Pool,
  accountId: string,
  callIds: readonly string[],
): Promise<readonly ReadCall[]> {
  const calls = await entriesOfCalls(pool, accountId, callIds)
  const books = await booksOf(pool, calls)
  const findings = await findingsAbout(pool, accountId, { calls: callIds })
  return callIds.flatMap((callId) => {
    const entries = (calls.get(callId) ?? []).map(({ body }) => body)
    const charge = chargeOf(entries)
    if (!charge) return []
    const included = charge.draws.filter((draw) => draw.class === 'included')
    const money = charge.draws.filter((draw) => draw.class !== 'included')
    const amounts = {
      money: sum(money.map(({ amount }) => amount)),
      included: sum(included.map(({ amount }) => amount)),
    }
    const left = add(amounts.money, amounts.included)
    return [
      {
        callId,
        left,
        ...amounts,
        entries,
        findings: wrongIn(callId, { findings, entries, books }),
      },
    ]
  })
}

interface Known {
  readonly findings: readonly StoredFinding[]
  readonly entries: readonly EntryBody[]
  readonly books: readonly PriceBook[]
}

/** What is still owed for the findings of a call. */
const wrongIn = (callId: string, { findings, entries, books }: Known) =>
  findings.filter(isUnresolved).flatMap(({ finding }) => {
    const { remedy, rule, key } = finding
    if (remedy.type !== 'refund' || remedy.callId !== callId) return []
    const amount = owedToFinding(entries, { key, amount: remedy.amount }, books)
    return amount > ZERO ? [{ key, rule, amount }] : []
  })

/** What is charged in a scope. A purchase is judged by what is unused of it, not here. */
export async function atStakeOf(
  pool: pg.Pool,
  accountId: string,
  scope: DisputeScope,
): Promise<AtStakeFacts> {
  if ('calls' in scope) {
    const calls = await contestedCalls(pool, accountId, scope.calls)
    return {
      money: sum(calls.map(({ money }) => money)),
      included: sum(calls.map(({ included }) => included)),
    }
  }
  if ('period' in scope) return chargedBetween(pool, accountId, scope.period)
  return { money: nanos(0n), included: nanos(0n) }
}

/** Calls of a scope that cost money now, and how much. */
export async function moneyAtStake(
  pool: pg.Pool,
  accountId: string,
  scope: DisputeScope,
): Promise<ReadonlyMap<string, Nanos>> {
  if ('period' in scope) return moneyBetween(pool, accountId, scope.period)
  const calls = 'calls' in scope ? await contestedCalls(pool, accountId, scope.calls) : []
  return new Map(calls.flatMap(({ callId, money }) => (money > ZERO ? [[callId, money]] : [])))
}

/**
 * Audits what is new in the account, and tells what the audit knows of the scope: what a dispute looks at
 * before any person does.
 */
export async function recheck(
  pool: pg.Pool,
  accountId: string,
  { scope, at }: { readonly scope: DisputeScope; readonly at: Instant },
): Promise<readonly StoredFinding[]> {
  await auditNewEntries({ pool, books: new AuditBooks(pool), at }, accountId)
  if ('payment_id' in scope) return []
  return findingsAbout(pool, accountId, scope)
}
