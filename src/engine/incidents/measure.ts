import type pg from 'pg'
import {
  amountDue,
  creditFor,
  type Incident,
  type MeasuredCharge,
  takeStep,
  wrongOf,
} from '../../core/incidents/index.ts'
import { type Charge, chargeOf, type EntryBody, givenBack } from '../../core/ledger/index.ts'
import { type Nanos, nanos, sum, ZERO } from '../../core/money/index.ts'
import { type Instant, parseInstant } from '../../core/time/index.ts'
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

/** What a charge would cost by the book that an incident is rated anew with; `null`: it has no price there. */
export type RightPrice = (charge: Charge, book: string) => Nanos | null

export interface MeasureParts {
  readonly pool: pg.Pool
  readonly rightPrice: RightPrice
  readonly at: Instant
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
  for (let page = 0; page < pagesMax; page += 1) {
    const record = await readIncident(parts.pool, incidentId)
    if (record?.state !== 'measuring') return true
    const accounts = await accountsInScope(parts.pool, record.incident, {
      after: record.lookedTo,
      limit: PAGE_ACCOUNTS,
    })
    const last = accounts.at(-1)
    if (last === undefined) return await freeze(parts, record)
    const found = await measurePage(parts, record.incident, accounts)
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

async function measurePage(
  parts: MeasureParts,
  incident: Incident,
  accountIds: readonly string[],
): Promise<Pick<MeasuredPage, 'calls' | 'accounts' | 'unknownCalls'>> {
  const scoped = await callsInScope(parts.pool, incident, accountIds)
  const calls: NewIncidentCall[] = []
  const accounts: MeasuredPage['accounts'][number][] = []
  for (const [accountId, own] of byAccount(scoped.filter(({ unknown }) => !unknown))) {
    const found = await measureAccount(parts, incident, { accountId, scoped: own })
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
  { pool, rightPrice }: MeasureParts,
  incident: Incident,
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
      const call = measureCall(incident, bodies, { excess, rightPrice })
      if (call) found.push({ ...call, accountId, callId })
    }
  }
  return found
}

type Measured = Omit<NewIncidentCall, 'accountId' | 'callId'>

/** `null`: the charge is not one that went wrong in this way. */
function measureCall(
  incident: Incident,
  bodies: readonly EntryBody[],
  { excess, rightPrice }: { readonly excess: bigint | null; readonly rightPrice: RightPrice },
): Measured | null {
  const charge = chargeOf(bodies)
  if (!charge || charge.pending !== null) return null
  const rating = bodies.findLast(({ rating: own }) => own?.status === 'priced')?.rating
  const priced = rating?.status === 'priced' ? rating : null
  const { correction, scope } = incident
  if (scope.priceBooks && !(priced && scope.priceBooks.includes(priced.book))) return null
  const measured = measuredOf(charge, bodies, {
    excess: excess === null ? null : nanos(excess),
    right: correction?.type === 'rerate' ? rightPrice(charge, correction.book) : null,
  })
  const wrong = wrongOf(correction, measured)
  if (wrong === ZERO) return null
  const due = amountDue(incident, measured)
  const { settled } = charge
  return {
    plan: settled.plan!,
    model: priced?.model ?? settled.served?.model ?? settled.call!.model,
    eventAt: parseInstant(settled.event_at)!,
    drawn: measured.drawn,
    carried: measured.carried,
    wrong,
    due,
    reason: due > ZERO ? null : correction ? 'already_given' : 'goodwill_only',
  }
}

const GIVING: readonly EntryBody['kind'][] = ['refund', 'reverse']

function measuredOf(
  charge: Charge,
  bodies: readonly EntryBody[],
  rest: Pick<MeasuredCharge, 'excess' | 'right'>,
): MeasuredCharge {
  const carried = sum(charge.draws.map(({ amount }) => amount))
  const given = sum(
    bodies
      .filter((body) => GIVING.includes(body.kind) && !body.refused)
      .map((body) => givenBack(body)),
  )
  return { drawn: nanos(carried + given), carried, ...rest }
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
