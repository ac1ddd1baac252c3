import type pg from 'pg'
import { drawnBy, ratedBy } from '../../core/decisions/index.ts'
import {
  amountDue,
  creditFor,
  type Incident,
  takeStep,
  wrongOf,
} from '../../core/incidents/index.ts'
import { chargeOf, type EntryBody } from '../../core/ledger/index.ts'
import { type Nanos, nanos, readNanos, subtractToZero, sum, ZERO } from '../../core/money/index.ts'
import { type PriceBook, parsePriceBook } from '../../core/pricing/index.ts'
import { type Instant, parseInstant } from '../../core/time/index.ts'
import { readPriceBook } from '../../store/control/index.ts'
import { keepEvidence } from '../../store/evidence/holds.ts'
import {
  addMeasured,
  creditedElsewhere,
  type MeasuredPage,
  type NewIncidentCall,
} from '../../store/incidents/calls.ts'
import { type IncidentRecord, moveIncident, readIncident } from '../../store/incidents/incidents.ts'
import { accountsInScope, callsInScope, type ScopedCall } from '../../store/incidents/scope.ts'
import { entriesOfCalls } from '../../store/reads/entries.ts'

const PAGE_ACCOUNTS = 100
const SYSTEM = { type: 'system', id: 'incidents' } as const

export interface MeasureParts {
  readonly pool: pg.Pool
  readonly at: Instant
}

/** An incident, and the book that it is rated anew by. */
interface Asked {
  readonly incident: Incident
  readonly book: PriceBook | null
}

/**
 * Looks for the calls of an incident, account by account, from where the last round ended. What is found is
 * written together with the new place, so that a crash repeats a page and loses none. `false`: there is more
 * to look at.
 */
export async function measure(
  parts: MeasureParts,
  incidentId: string,
  pagesMax: number,
): Promise<boolean> {
  let book: PriceBook | null = null
  for (let page = 0; page < pagesMax; page += 1) {
    const record = await readIncident(parts.pool, incidentId)
    if (record?.state !== 'measuring') return true
    book ??= await bookOf(parts.pool, record.incident)
    const accounts = await accountsInScope(parts.pool, record.incident, {
      after: record.lookedTo,
      limit: PAGE_ACCOUNTS,
    })
    const last = accounts.at(-1)
    if (last === undefined) return await freeze(parts, record)
    const found = await measurePage(parts, { incident: record.incident, book }, accounts)
    const added = await addMeasured(parts.pool, incidentId, {
      ...found,
      lookedAt: accounts.length,
      from: record.lookedTo,
      to: last,
    })
    if (added) await keep(parts, incidentId, found.calls)
  }
  return false
}

/** Another node may have done it; then there is nothing left to do. */
async function freeze({ pool, at }: MeasureParts, record: IncidentRecord): Promise<boolean> {
  const standing = { ...record, measured: null }
  const step = takeStep(standing, 'freeze', SYSTEM.id)
  if (step.ok)
    await moveIncident(pool, record, {
      step: 'freeze',
      to: step.state,
      authors: step.authors,
      actor: SYSTEM,
      at,
    })
  return true
}

/** @throws where the book is not there: it was when the incident was written, and books are for ever. */
async function bookOf(pool: pg.Pool, { correction }: Incident): Promise<PriceBook | null> {
  if (correction?.type !== 'rerate') return null
  const stored = await readPriceBook(pool, correction.book)
  const parsed = parsePriceBook(stored?.document)
  if (!parsed.ok) throw new Error(`the price book ${correction.book} cannot be read`)
  return parsed.book
}

async function measurePage(
  parts: MeasureParts,
  asked: Asked,
  accountIds: readonly string[],
): Promise<Pick<MeasuredPage, 'calls' | 'accounts' | 'unknownCalls'>> {
  const { incident } = asked
  const scoped = await callsInScope(parts.pool, incident, accountIds)
  const calls: NewIncidentCall[] = []
  const accounts: MeasuredPage['accounts'][number][] = []
  for (const [accountId, own] of byAccount(scoped.filter(({ unknown }) => !unknown))) {
    const found = await measureAccount(parts, asked, { accountId, scoped: own })
    if (found.length === 0) continue
    calls.push(...found)
    const loss = await lossOf(parts.pool, incident, { accountId, calls: found })
    const credit = incident.goodwill ? creditFor(incident.goodwill.rule, loss) : ZERO
    accounts.push({ accountId, loss, credit })
  }
  return { calls, accounts, unknownCalls: scoped.filter(({ unknown }) => unknown).length }
}

function byAccount(calls: readonly ScopedCall[]): Map<string, ScopedCall[]> {
  const accounts = new Map<string, ScopedCall[]>()
  for (const call of calls) {
    const own = accounts.get(call.accountId) ?? []
    own.push(call)
    accounts.set(call.accountId, own)
  }
  return accounts
}

const CALLS_AT_ONCE = 500

async function measureAccount(
  { pool }: MeasureParts,
  asked: Asked,
  { accountId, scoped }: { readonly accountId: string; readonly scoped: readonly ScopedCall[] },
): Promise<NewIncidentCall[]> {
  const found: NewIncidentCall[] = []
  for (let from = 0; from < scoped.length; from += CALLS_AT_ONCE) {
    const some = scoped.slice(from, from + CALLS_AT_ONCE)
    const entries = await entriesOfCalls(
      pool,
      accountId,
      some.map(({ callId }) => callId),
    )
    for (const { callId, excess } of some) {
      const bodies = (entries.get(callId) ?? []).map(({ body }) => body)
      const call = measureCall(asked, bodies, excess)
      if (call) found.push({ ...call, accountId, callId })
    }
  }
  return found
}

type Measured = Omit<NewIncidentCall, 'accountId' | 'callId'>

/** `null`: the charge is not one that went wrong in this way. */
function measureCall(
  { incident, book }: Asked,
  bodies: readonly EntryBody[],
  excess: bigint | null,
): Measured | null {
  const charge = chargeOf(bodies)
  if (!charge || charge.pending !== null) return null
  const rating = bodies.findLast(({ rating: own }) => own?.status === 'priced')?.rating
  const priced = rating?.status === 'priced' ? rating : null
  const { correction, scope } = incident
  if (scope.priceBooks && !(priced && scope.priceBooks.includes(priced.book))) return null
  const right = book && ratedBy(bodies, charge, book)
  const measured = {
    drawn: drawnBy(bodies, charge),
    carried: sum(charge.draws.map(({ amount }) => amount)),
    excess: excess === null ? null : nanos(excess),
    right: right && readNanos(right.total),
  }
  const wrong = wrongOf(correction, measured)
  const short = measured.right === null ? ZERO : subtractToZero(measured.right, measured.drawn)
  if (wrong === ZERO && short === ZERO) return null
  const due = amountDue(incident, measured)
  const { settled } = charge
  return {
    plan: settled.plan!,
    model: priced?.model ?? settled.served?.model ?? settled.call!.model,
    eventAt: parseInstant(settled.event_at)!,
    drawn: measured.drawn,
    carried: measured.carried,
    wrong,
    short,
    due,
    reason: reasonOf(incident, { wrong, due }),
  }
}

/** Why nothing goes back; `null`: something does. */
function reasonOf(
  { correction }: Incident,
  { wrong, due }: { readonly wrong: Nanos; readonly due: Nanos },
): string | null {
  if (due > ZERO) return null
  if (!correction) return 'goodwill_only'
  return wrong === ZERO ? 'charged_too_little' : 'already_given'
}

/** What an account has lost for goodwill: not what another incident gives goodwill for. */
async function lossOf(
  pool: pg.Pool,
  incident: Incident,
  { accountId, calls }: { readonly accountId: string; readonly calls: readonly NewIncidentCall[] },
): Promise<Nanos> {
  if (!incident.goodwill) return ZERO
  const callIds = calls.map(({ callId }) => callId)
  const elsewhere = await creditedElsewhere(pool, incident.id, { accountId, callIds })
  return sum(calls.filter(({ callId }) => !elsewhere.has(callId)).map(({ wrong }) => wrong))
}

/** The evidence of these calls outlives its retention: it is what the incident was measured by. */
async function keep(
  { pool, at }: MeasureParts,
  incidentId: string,
  calls: readonly NewIncidentCall[],
): Promise<void> {
  const accounts = new Map<string, string[]>()
  for (const { accountId, callId } of calls)
    accounts.set(accountId, [...(accounts.get(accountId) ?? []), callId])
  for (const [accountId, callIds] of accounts)
    await keepEvidence(pool, {
      accountId,
      callIds,
      reason: `incident:${incidentId}`,
      until: null,
      at,
    })
}
