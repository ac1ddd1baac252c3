import type { EntryBody } from '../ledger/entry.ts'
import type { FundingFacts, LotFacts, WindowFacts } from '../ledger/entry-facts.ts'
import { add, type Nanos, subtract, ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import { amountOf, instantOf } from './amounts.ts'
import { type AuditState, counterKey, type OwnLot, runKey } from './state.ts'

/** Takes an entry into the audit's own sums, after it was looked at. */
export function addEntry(state: AuditState, body: EntryBody): void {
  state.seq = body.seq
  state.lastAt = instantOf(body.at)
  if (body.account) {
    state.currency = body.account.currency
    state.anchor = instantOf(body.account.anchor)
    state.plan = body.account.plan
  }
  if (body.refused) return
  addLots(state, body)
  for (const source of body.funding ?? []) draw(state, source)
  for (const facts of body.windows ?? []) addRun(state, body, facts)
  for (const use of body.caps ?? []) {
    const key = counterKey(use.id, use.bucket)
    if (use.drawn === '0' || use.period === 'call') continue
    state.counters.set(key, add(state.counters.get(key) ?? ZERO, amountOf(use.drawn)))
  }
  addControls(state, body)
  endLots(state, body)
}

const lotOf = (facts: LotFacts, remaining: Nanos): OwnLot => ({
  facts,
  remaining,
  voidedAt: null,
  frozen: false,
  chargedBack: false,
})

function addLots(state: AuditState, body: EntryBody): void {
  if (body.lot) state.lots.set(body.lot.id, lotOf(body.lot, amountOf(body.lot.face)))
  for (const facts of body.restored_lots ?? []) {
    const old = state.lots.get(facts.id)
    if (!old) state.lots.set(facts.id, lotOf(facts, ZERO))
    else if (!old.chargedBack) state.lots.set(facts.id, { ...old, facts, voidedAt: null })
  }
}

function draw(state: AuditState, source: FundingFacts): void {
  const drawn = amountOf(source.drawn)
  if (source.class === 'overage') state.overageUsed = add(state.overageUsed, drawn)
  const lot = state.lots.get(source.source)
  if (lot) lot.remaining = subtract(lot.remaining, drawn)
}

/** Entries that may move the end or the capacity of a run that is open. */
export const RESIZING: readonly string[] = [
  'change_plan',
  'change_subscription',
  'cancel_subscription',
  'renew_subscription',
  'lapse_subscription',
  'redeem_reset',
]

function addRun(state: AuditState, body: EntryBody, facts: WindowFacts): void {
  if (facts.start === null || facts.end === null) return
  const key = runKey(facts.id, facts.start)
  const old = state.runs.get(key)
  const resizes = RESIZING.includes(body.kind)
  const terms =
    old && !resizes ? old : { end: instantOf(facts.end), capacity: amountOf(facts.capacity) }
  const moves = resizes || facts.drawn !== '0' || body.hold !== undefined
  state.runs.set(key, {
    id: facts.id,
    start: instantOf(facts.start),
    end: terms.end,
    capacity: terms.capacity,
    used: add(old?.used ?? ZERO, amountOf(facts.drawn)),
    resized: resizes || (old?.resized ?? false),
    touchedAt: moves || !old ? instantOf(body.at) : old.touchedAt,
  })
}

function addControls(state: AuditState, body: EntryBody): void {
  if (body.kind === 'change_plan' && body.plan) state.plan = body.plan
  if (body.subscription) state.plan = body.subscription.plan
  const { controls } = body
  if (!controls) return
  if (controls.paid_use !== undefined) state.paidUse = controls.paid_use
  if (controls.overage_limit !== undefined)
    state.overageLimit = controls.overage_limit === null ? null : amountOf(controls.overage_limit)
  for (const id of controls.removed_caps ?? []) state.caps.delete(id)
  for (const cap of controls.caps ?? []) state.caps.set(cap.id, cap)
}

function endLots(state: AuditState, body: EntryBody): void {
  const lot = body.lot_id === undefined ? undefined : state.lots.get(body.lot_id)
  if (!lot) return
  const isLost = body.kind === 'charge_back' && !body.dispute?.partial
  if (body.kind === 'void_lot' || isLost) lot.voidedAt = instantOf(body.at)
  if (isLost) lot.chargedBack = true
  if (body.kind === 'freeze_lot') lot.frozen = true
  if (body.kind === 'unfreeze_lot' || body.kind === 'charge_back')
    lot.frozen = body.dispute?.still_frozen ?? false
}

/** Forgets what is older than anything it could still be compared with, and what is too much to keep. */
export function forget(state: AuditState, before: Instant, callsMax: number): void {
  for (const map of [state.charges, state.upstreams, state.asks]) keepLatest(map, callsMax)
  drop(state.charges, ({ at }) => at < before)
  drop(state.upstreams, ({ at }) => at < before)
  drop(state.asks, ({ at }) => at < before)
  drop(state.runs, ({ end }) => end < before)
  drop(state.lots, ({ facts, remaining }) => {
    const { expires_at: end } = facts
    return remaining === ZERO && end !== null && instantOf(end) < before
  })
}

/** What came first goes first. */
function keepLatest(map: Map<string, unknown>, max: number): void {
  let over = map.size - max
  if (over <= 0) return
  for (const key of map.keys()) {
    map.delete(key)
    over -= 1
    if (over <= 0) return
  }
}

function drop<T>(map: Map<string, T>, isOver: (own: T) => boolean): void {
  for (const [key, own] of map) if (isOver(own)) map.delete(key)
}
