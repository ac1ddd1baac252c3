import type { CaseFacts } from '../../core/cases/index.ts'
import { type EntryBody, readInstant } from '../../core/ledger/index.ts'
import { formatNanos, min, type Nanos, readNanos, sum, ZERO } from '../../core/money/index.ts'
import type { ProvisionalBegun } from '../../store/cases/read.ts'
import { drawnFrom } from '../../store/cases/scope.ts'
import { provisionalCalls } from '../../store/cases/steps.ts'
import { derivedId } from '../../store/control/index.ts'
import { readAccount } from '../../store/reads/account-state.ts'
import { findRequest } from '../../store/reads/entries.ts'
import type { CaseParts } from './parts.ts'
import { moneyAtStake, scopeOf } from './recheck.ts'
import type { OwnCase } from './take-steps.ts'

/**
 * The credit for the time of the check: a lot of its own, once for a case. Begun in the case before, so that one
 * that a crash or a decision meanwhile has left without its step is found: by whoever takes the case further.
 * What came back of its calls since is left out.
 * `null`: not now. `too_late`: its end came before anybody got to it, and the journal has seen that time, so that it is
 * too late for every server.
 */
export async function giveProvisional(
  { pool, engine, nowMs }: CaseParts,
  own: OwnCase,
  begun: ProvisionalBegun,
): Promise<CaseFacts['provisional_given'] | 'too_late' | null> {
  const { caseId } = own.record
  const accountId = own.record.accountId ?? ''
  const requestId = `case:${caseId}#provisional`
  const before = await findRequest(pool, { accountId, requestId, kind: 'grant' })
  if (before) return givenBy(before)
  const worth = min(readNanos(begun.amount), await worthOf(pool, own))
  const isOver = readInstant(begun.expires_at) <= nowMs()
  // nothing is at stake any more; once it is over, the journal says so for every server
  if (worth === ZERO && !isOver) return null
  const { result } = await engine.execute({
    kind: 'grant',
    accountId,
    requestId,
    actor: { type: 'system', id: 'cases', from: `case ${caseId}` },
    lotId: derivedId('lot', caseId, 'provisional'),
    name: 'Provisional credit',
    origin: 'compensation',
    amount: isOver ? readNanos(begun.amount) : worth,
    expiresAt: readInstant(begun.expires_at),
    scope: {},
    position: 'after_windows',
    priority: 0,
    reason: `case ${caseId}`,
  })
  if (result.status === 'refused' && result.refused.code === 'amount_invalid') return 'too_late'
  return result.status === 'posted' ? givenBy(result.entry) : null
}

/** What the calls that the credit is for cost now: what came back since it was begun is not given. */
async function worthOf(pool: CaseParts['pool'], { record }: OwnCase): Promise<Nanos> {
  const { caseId } = record
  const accountId = record.accountId ?? ''
  const calls = new Set(await provisionalCalls(pool, { accountId, caseId }))
  const money = await moneyAtStake(pool, accountId, scopeOf(record))
  return sum([...money].flatMap(([callId, amount]) => (calls.has(callId) ? [amount] : [])))
}

const givenBy = ({ lot, currency, seq }: EntryBody): CaseFacts['provisional_given'] | null =>
  lot ? { lot_id: lot.id, amount: lot.face, currency, entry: seq } : null

/**
 * Takes back what is left of the credit for the time of the check. What was used stays used: it is never owed,
 * and lessens a refund that follows. `null`: calls in flight still hold some of it, so that its use is not known.
 */
export async function endProvisional(
  { pool, engine }: CaseParts,
  own: OwnCase,
): Promise<CaseFacts['provisional_ended'] | null> {
  const { provisional } = own.view
  if (!provisional || provisional.used !== null) return null
  const { caseId } = own.record
  const accountId = own.record.accountId ?? ''
  const { result } = await engine.execute({
    kind: 'void_lot',
    accountId,
    requestId: `case:${caseId}#provisional_end`,
    actor: { type: 'system', id: 'cases', from: `case ${caseId}` },
    lotId: provisional.lot_id,
    reason: `case ${caseId}`,
  })
  const state = await readAccount(pool, accountId)
  const lot = state?.lots.find(({ id }) => id === provisional.lot_id)
  if (lot && lot.held > ZERO) return null
  const used = await drawnFrom(pool, accountId, provisional.lot_id)
  const isVoided = result.status === 'posted'
  return {
    taken_back: isVoided ? formatNanos(sum(drawnIn(result.entry))) : '0',
    used: formatNanos(used),
    entry: isVoided ? result.entry.seq : provisional.entry,
  }
}

const drawnIn = ({ funding }: EntryBody): Nanos[] =>
  (funding ?? []).map(({ drawn }) => readNanos(drawn))
