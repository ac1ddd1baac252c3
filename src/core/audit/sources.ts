import type { CoverageRule, Plan, Scope } from '../funding/types.ts'
import type { CallFactsBody, EntryBody, FundingFacts } from '../ledger/entry.ts'
import {
  add,
  formatNanos,
  max,
  min,
  type Nanos,
  subtract,
  subtractToZero,
  ZERO,
} from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import { amountOf, instantOf } from './amounts.ts'
import type { AuditRule } from './rules.ts'
import { type AuditState, counterKey, type OwnLot, runKey } from './state.ts'

/** A source that should have paid, or should not have. */
export interface SourceFault {
  readonly rule: AuditRule
  /** What the wrong source gave. */
  readonly amount: Nanos
  readonly about: string
  readonly evidence: Readonly<Record<string, unknown>>
}

/** What an entry drew, as the audit's sums stood before it. */
export interface Drawing {
  readonly state: AuditState
  readonly body: EntryBody
  readonly call: CallFactsBody
  readonly plan: Plan | undefined
}

export function sourceFaults(own: Drawing): SourceFault[] {
  const of = lotFaults(own)
  const included = paidBeforeIncluded(own)
  const promotional = included ? null : paidBeforePromotional(own)
  return [
    ...of,
    ...[included, promotional, overdrawnWindow(own), overdrawnOverage(own)].filter(isFault),
  ]
}

const isFault = (fault: SourceFault | null): fault is SourceFault => fault !== null

const drawsOf = (body: EntryBody): readonly FundingFacts[] => body.funding ?? []

/** A scope matches where each of its lists has the call's word; a model may end in `*`. */
export function isInScope({ models, features, clients }: Scope, call: CallFactsBody): boolean {
  const isModel = (own: string): boolean =>
    own.endsWith('*') ? call.model.startsWith(own.slice(0, -1)) : own === call.model
  if (models && !models.some(isModel)) return false
  if (features && !features.some((own) => call.features.includes(own))) return false
  return !clients || (call.client !== null && clients.includes(call.client))
}

/** Why a lot may not pay for a call at that time; `null`: it may. */
export function barOf(
  { facts, voidedAt }: OwnLot,
  call: CallFactsBody,
  at: Instant,
): AuditRule | null {
  const expires = facts.expires_at === null ? null : instantOf(facts.expires_at)
  if (at < instantOf(facts.effective_at)) return 'expired_lot_used'
  if (expires !== null && expires <= at) return 'expired_lot_used'
  if (voidedAt !== null && voidedAt <= at) return 'expired_lot_used'
  return isInScope(facts.scope, call) ? null : 'lot_out_of_scope'
}

function lotFaults({ state, body, call }: Drawing): SourceFault[] {
  const at = instantOf(body.event_at)
  return drawsOf(body).flatMap(({ source, class: kind, drawn }): SourceFault[] => {
    const amount = amountOf(drawn)
    if (amount <= ZERO || kind === 'included' || kind === 'overage') return []
    const lot = state.lots.get(source)
    const left = lot?.remaining ?? ZERO
    const bar = lot ? barOf(lot, call, at) : null
    const evidence = { lot: source, drawn, remaining: formatNanos(left) }
    if (bar) return [{ rule: bar, amount, about: source, evidence }]
    if (amount <= left) return []
    return [{ rule: 'source_overdrawn', amount: subtract(amount, left), about: source, evidence }]
  })
}

/** What the plan says of the call, by its own rules where the plan is known. */
export function isCovered({ body, call, plan }: Omit<Drawing, 'state'>): boolean {
  if (!plan) return body.coverage?.effect === 'covered'
  const rule = plan.coverage.find((own: CoverageRule) => isInScope(own.when, call))
  return (rule?.effect ?? 'covered') === 'covered'
}

/** What the windows of a call still had; `null` where it has none. */
export function roomOf(own: Drawing): Nanos | null {
  const rooms = [...namedRooms(own), ...silentRooms(own)]
  return rooms.length === 0 ? null : rooms.reduce(min)
}

function namedRooms({ state, body }: Drawing): Nanos[] {
  return (body.windows ?? []).flatMap(({ id, start, capacity, capacity_then, held }) => {
    if (start === null) return []
    const run = state.runs.get(runKey(id, start))
    const used = add(run?.used ?? ZERO, amountOf(held))
    const size = max(run?.capacity ?? amountOf(capacity), amountOf(capacity_then))
    return [subtractToZero(size, used)]
  })
}

/**
 * Windows of the plan that the entry says nothing of. Only one that is open all along can be said to have
 * had room: a run that ended while the call was in flight may be forgotten by then.
 */
function silentRooms({ state, body, call, plan }: Drawing): Nanos[] {
  const [from, until] = [instantOf(body.event_at), instantOf(body.at)]
  const named = (id: string): boolean =>
    (body.windows ?? []).some((facts) => facts.id === id && facts.start !== null)
  return (plan?.windows ?? []).flatMap((spec) => {
    if (named(spec.id) || !isInScope(spec.scope, call)) return []
    const runs = [...state.runs.values()].filter((own) => own.id === spec.id)
    const run = runs.find(({ start, end }) => start <= from && from < end)
    if (run && run.end <= until) return [ZERO]
    return [run ? subtractToZero(run.capacity, run.used) : spec.capacity]
  })
}

const sumOf = (body: EntryBody, is: (source: FundingFacts) => boolean): Nanos =>
  drawsOf(body).reduce((sum, own) => (is(own) ? add(sum, amountOf(own.drawn)) : sum), ZERO)

const isIncluded = (own: FundingFacts): boolean => own.class === 'included'
const isAfter = (own: FundingFacts): boolean =>
  own.class === 'promotional' || own.class === 'paid' || own.class === 'overage'
const isPaid = (own: FundingFacts): boolean => own.class === 'paid' || own.class === 'overage'

function paidBeforeIncluded(own: Drawing): SourceFault | null {
  const { body } = own
  const money = sumOf(body, isAfter)
  if (money <= ZERO || !isCovered(own)) return null
  const room = roomOf(own)
  const included = sumOf(body, isIncluded)
  if (room === null || room <= included) return null
  const trace = drawsOf(body).find(isIncluded)
  if (trace?.reason === 'cap_reached' && bindsIncluded(own, trace, included)) return null
  const amount = min(money, subtract(room, included))
  return {
    rule: 'paid_before_included',
    amount,
    about: '',
    evidence: {
      room: formatNanos(room),
      included: formatNanos(included),
      reason: trace?.reason ?? null,
    },
  }
}

/** The cap that the trace names counts included value, and leaves none. */
function bindsIncluded({ state, body }: Drawing, trace: FundingFacts, drawn: Nanos): boolean {
  const use = body.caps?.find(({ id }) => id === trace.cap_id)
  const cap = trace.cap_id === undefined ? undefined : state.caps.get(trace.cap_id)
  if (!use || cap?.counts !== 'all') return false
  const spent =
    use.period === 'call' ? ZERO : (state.counters.get(counterKey(use.id, use.bucket)) ?? ZERO)
  const before = sumOf(body, (own) => own.class === 'before_windows')
  const taken = add(add(spent, amountOf(use.held)), add(drawn, before))
  return taken >= min(amountOf(use.amount), max(amountOf(use.amount), amountOf(cap.amount)))
}

function paidBeforePromotional({ state, body, call }: Drawing): SourceFault | null {
  const paid = sumOf(body, isPaid)
  if (paid <= ZERO) return null
  const at = instantOf(body.event_at)
  const left = new Map<string, Nanos>()
  for (const [id, lot] of state.lots) {
    if (lot.facts.category !== 'promotional' || lot.frozen || barOf(lot, call, at)) continue
    const trace = drawsOf(body).find(({ source }) => source === id)
    const rest = subtract(lot.remaining, amountOf(trace?.drawn))
    if (rest > ZERO && !mayKeep(state, body, trace)) left.set(id, rest)
  }
  if (left.size === 0) return null
  const free = [...left.values()].reduce(add, ZERO)
  return {
    rule: 'paid_before_promotional',
    amount: min(paid, free),
    about: '',
    evidence: { lots: [...left.keys()], free: formatNanos(free), paid: formatNanos(paid) },
  }
}

/** Calls in flight hold it, or a cap that counts promotional credit stands before it. */
function mayKeep(state: AuditState, body: EntryBody, trace: FundingFacts | undefined): boolean {
  if (trace?.reason === 'held') return true
  if (trace?.reason !== 'cap_reached') return false
  const cap = state.caps.get(trace.cap_id ?? '')
  return body.kind === 'settle' || (cap !== undefined && cap.counts !== 'paid')
}

/** A window gave more than it had. Overshoot is stated apart, and is the platform's. */
function overdrawnWindow({ state, body }: Drawing): SourceFault | null {
  for (const facts of body.windows ?? []) {
    const drawn = amountOf(facts.drawn)
    if (facts.start === null || drawn <= ZERO) continue
    const run = state.runs.get(runKey(facts.id, facts.start))
    const capacity = run?.capacity ?? amountOf(facts.capacity)
    const over = subtract(add(run?.used ?? ZERO, drawn), capacity)
    if (over <= ZERO) continue
    const evidence = { window: facts.id, start: facts.start, capacity: formatNanos(capacity) }
    return { rule: 'source_overdrawn', amount: min(over, drawn), about: facts.id, evidence }
  }
  return null
}

/** Overage beyond its limit; a call that held it before the limit fell may still draw it. */
function overdrawnOverage({ state, body }: Drawing): SourceFault | null {
  const drawn = sumOf(body, (own) => own.class === 'overage')
  if (drawn <= ZERO || drawn <= amountOf(body.hold?.money)) return null
  const limit = state.overageLimit ?? ZERO
  const over = subtract(add(state.overageUsed, drawn), limit)
  if (over <= ZERO) return null
  const evidence = { limit: formatNanos(limit), used: formatNanos(state.overageUsed) }
  return { rule: 'source_overdrawn', amount: min(over, drawn), about: 'overage', evidence }
}
