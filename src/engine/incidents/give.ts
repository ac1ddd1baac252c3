import type pg from 'pg'
import type { Command } from '../../core/decisions/index.ts'
import { type Incident, incidentReason } from '../../core/incidents/index.ts'
import { chargeOf, type EntryBody, givenBack } from '../../core/ledger/index.ts'
import {
  min,
  type Nanos,
  negate,
  readNanos,
  subtractToZero,
  sum,
  ZERO,
} from '../../core/money/index.ts'
import { ArchiveProblem } from '../../store/archive/problem.ts'
import { type CallOutcome, markCall, type OpenCall } from '../../store/incidents/calls.ts'
import { entriesOfCalls } from '../../store/reads/entries.ts'
import type { Engine } from '../types.ts'

export interface GiveParts {
  readonly pool: pg.Pool
  readonly engine: Pick<Engine, 'execute'>
}

/** Somebody else gave something back between the look and the order: it is looked at anew. */
const LOOKS_MAX = 8

/**
 * Gives back what an incident owes for one call, to where it came from. The order has the id of the call and
 * the incident, so that it is given once whoever asks how often; and it names what the charge carried when it
 * was reckoned, so that what somebody else gave back in between is not given again.
 */
export async function giveForCall(
  parts: GiveParts,
  incident: Incident,
  call: OpenCall,
): Promise<boolean> {
  const outcome = await outcomeOf(parts, incident, call).catch(unreadable)
  return await markCall(parts.pool, { incidentId: incident.id, ...call }, outcome)
}

/** An account whose archive cannot be read holds up none of the others: a person resumes the run once it can. */
function unreadable(error: unknown): CallOutcome {
  if (error instanceof ArchiveProblem) return { state: 'failed', reason: 'archive_unavailable' }
  throw error
}

async function outcomeOf(
  { pool, engine }: GiveParts,
  incident: Incident,
  call: OpenCall,
): Promise<CallOutcome> {
  let code = 'charge_unknown'
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const entries = await entriesOfCalls(pool, call.accountId, [call.callId])
    const bodies = (entries.get(call.callId) ?? []).map(({ body }) => body)
    const next = nextOrder(incident, call, bodies)
    if ('state' in next) return next
    const { result } = await engine.execute(next)
    if (result.status === 'posted') return givenBy(result.entry)
    code = result.status === 'refused' ? result.refused.code : result.status
    if (!AGAIN.includes(code)) break
  }
  return { state: 'failed', reason: code }
}

/** What the next look will explain. */
const AGAIN: readonly string[] = [
  'preview_outdated',
  'already_refunded',
  'already_reversed',
  'request_conflict',
]

function nextOrder(
  incident: Incident,
  call: OpenCall,
  bodies: readonly EntryBody[],
): CallOutcome | Command {
  const order = orderOf(incident, call)
  const own = bodies.find(
    (body) => body.kind === order.kind && body.request_id === order.requestId && !body.refused,
  )
  if (own) return givenBy(own)
  const charge = chargeOf(bodies)
  if (!charge) return { state: 'failed', reason: 'charge_unknown' }
  const carried = sum(charge.draws.map(({ amount }) => amount))
  const amount = amountNow(incident, call, carried)
  if (amount === ZERO) return { state: 'nothing', reason: 'already_given' }
  return order.kind === 'rerate' ? { ...order, carried } : { ...order, amount, carried }
}

/** What is left to give after what others gave since it was measured. */
function amountNow({ doubleRemedy }: Incident, call: OpenCall, carried: Nanos): Nanos {
  const since = subtractToZero(call.carried, carried)
  if (doubleRemedy === 'skip' && since > ZERO) return ZERO
  return min(carried, subtractToZero(call.due, since))
}

type Order = Extract<Command, { readonly kind: 'refund' | 'rerate' }>

function orderOf({ id, correction }: Incident, { accountId, callId }: OpenCall): Order {
  const reason = incidentReason(id)
  const common = { accountId, actor: { type: 'system', id: reason }, callId, reason } as const
  if (correction?.type !== 'rerate')
    return { kind: 'refund', requestId: `${callId}#refund:${reason}`, ...common }
  const requestId = `${callId}#rerate:${reason}`
  return { kind: 'rerate', requestId, book: correction.book, ...common }
}

function givenBy(entry: EntryBody): CallOutcome {
  return {
    state: 'given',
    given: givenBack(entry),
    givenMoney: negate(readNanos(entry.totals?.money ?? '0')),
    seq: entry.seq,
  }
}
