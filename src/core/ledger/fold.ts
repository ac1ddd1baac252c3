import { isStateCap, sameInstance } from '../funding/index.ts'
import { add, type Nanos, readNanos, subtract, ZERO } from '../money/index.ts'
import { foldAutoReload } from './auto-reload.ts'
import { cycleOf } from './cycle.ts'
import type { CapUseFacts, EntryBody, FundingFacts, LotFacts, WindowFacts } from './entry.ts'
import { capOf, emptyLot, openRun, readInstant } from './facts.ts'
import { foldDispute } from './fold-dispute.ts'
import { foldFormerPlans } from './former-plans.ts'
import { foldOwed } from './owed.ts'
import { type AccountState, addToCap, newState, upsert } from './state.ts'
import { cycleAfter } from './statement-facts.ts'
import { resetOf, subscriptionOf } from './subscription-facts.ts'

/**
 * Applies one journal entry to an account's state. Decisions and `verify` use this same function, so
 * that the state is the fold of the journal by construction. Holds are not its business.
 *
 * The chain head is set by whoever seals or checks the entry.
 */
export function apply(state: AccountState | null, body: EntryBody): AccountState {
  const before = state ?? opened(body)
  const after = body.refused ? before : applyKind(applySources(before, body), body)
  const dated = { ...after, seq: body.seq, lastAt: readInstant(body.at) }
  return foldAutoReload(foldFormerPlans(before, dated, body), body)
}

function applySources(state: AccountState, body: EntryBody): AccountState {
  let next = body.lot ? addLot(state, body.lot) : state
  for (const lot of body.restored_lots ?? []) next = restoreLot(next, lot)
  for (const source of body.funding ?? []) next = drawFrom(next, source)
  for (const facts of body.windows ?? [])
    next = drawWindow(next, facts, RESIZING.includes(body.kind))
  for (const use of body.caps ?? []) next = drawCap(next, use)
  if (body.reset) {
    const at = readInstant(body.at)
    const current = next.resets.filter((own) => own.expiresAt > at)
    next = { ...next, resets: [...current, resetOf(body.reset)] }
  }
  if (body.reset_id !== undefined)
    next = { ...next, resets: next.resets.filter((own) => own.id !== body.reset_id) }
  if (body.subscription)
    next = {
      ...next,
      plan: body.subscription.plan,
      subscription: subscriptionOf(body.subscription),
    }
  if (body.cycle_end !== undefined)
    next = { ...next, cycle: { ...cycleOf(next), end: readInstant(body.cycle_end) } }
  return countPaidDraws(next, body)
}

/** Kinds that change the capacity or the end of a run that is open. */
export const RESIZING: readonly EntryBody['kind'][] = [
  'change_plan',
  'change_subscription',
  'cancel_subscription',
  'renew_subscription',
  'lapse_subscription',
  'redeem_reset',
]

function applyKind(state: AccountState, body: EntryBody): AccountState {
  switch (body.kind) {
    case 'void_lot':
      return voidLot(state, body)
    case 'freeze_lot':
    case 'unfreeze_lot':
    case 'charge_back':
      return foldDispute(body.kind === 'charge_back' ? lostLot(state, body) : state, body)
    case 'change_plan':
      return { ...state, plan: body.plan ?? state.plan }
    case 'park':
      return { ...state, parked: body.reason ?? 'parked' }
    case 'unpark':
      return { ...state, parked: null }
    case 'close_statement':
      return { ...state, cycle: cycleAfter(body.cycle!) }
    case 'issue_invoice':
    case 'pay_overage':
    case 'void_invoice':
      return foldOwed(state, body)
    default:
      return body.controls ? control(state, body.controls) : state
  }
}

const drawCap = (state: AccountState, use: CapUseFacts): AccountState =>
  use.drawn === '0' ? state : addToCap(state, use, { spent: readNanos(use.drawn) })

function opened(body: EntryBody): AccountState {
  if (!body.account)
    throw new Error(`the journal of ${body.account_id} does not begin with its opening`)
  return newState({
    accountId: body.account_id,
    name: body.account.name,
    currency: body.account.currency,
    anchor: readInstant(body.account.anchor),
    plan: body.account.plan,
    at: readInstant(body.at),
  })
}

const addLot = (state: AccountState, facts: LotFacts): AccountState => {
  const lot = emptyLot(facts)
  return { ...state, lots: [...state.lots, { ...lot, remaining: lot.face }] }
}

/** One whose payment the bank has taken back stays as void as it is, however often something comes back. */
const restoreLot = (state: AccountState, facts: LotFacts): AccountState => ({
  ...state,
  lots: upsert(
    state.lots,
    (lot) => lot.id === facts.id,
    (old) => {
      const empty = emptyLot(facts)
      const lost = state.chargedBack.find(({ lotId }) => lotId === facts.id)
      if (lost) return old ?? { ...empty, voidedAt: lost.at }
      return old ? { ...old, expiresAt: empty.expiresAt, voidedAt: null } : empty
    },
  ),
})

function drawFrom(state: AccountState, source: FundingFacts): AccountState {
  if (source.drawn === '0' || source.class === 'included') return state
  const drawn = readNanos(source.drawn)
  if (source.class === 'overage')
    return { ...state, overage: { ...state.overage, used: add(state.overage.used, drawn) } }
  return {
    ...state,
    lots: state.lots.map((lot) =>
      lot.id === source.source ? { ...lot, remaining: subtract(lot.remaining, drawn) } : lot,
    ),
  }
}

/**
 * Draws from a window instance, and opens it where this is the first call that names it. Only a change
 * of plan or a reset resizes one: other entries state it as it was when they were decided.
 */
function drawWindow(state: AccountState, facts: WindowFacts, resize: boolean): AccountState {
  if (facts.start === null || facts.end === null) return state
  const start = readInstant(facts.start)
  const end = readInstant(facts.end)
  return {
    ...state,
    windows: upsert(
      state.windows,
      (own) => sameInstance(own, facts.id, start),
      (old) => {
        const run = openRun(facts, { start, end })
        const own = old && !resize ? old : run
        return {
          ...own,
          used: add(old?.used ?? ZERO, readNanos(facts.drawn)),
          overshoot: add(old?.overshoot ?? ZERO, readNanos(facts.overshoot)),
          held: old?.held ?? ZERO,
        }
      },
    ),
  }
}

/** All of it is lost, with what may still come back to it; of a part, the rest goes on. */
const lostLot = (state: AccountState, body: EntryBody): AccountState =>
  body.dispute?.partial ? state : voidLot(state, body)

const voidLot = (state: AccountState, body: EntryBody): AccountState => ({
  ...state,
  lots: state.lots.map((lot) =>
    lot.id === body.lot_id ? { ...lot, voidedAt: readInstant(body.at) } : lot,
  ),
})

function control(state: AccountState, controls: NonNullable<EntryBody['controls']>): AccountState {
  let next = state
  if (controls.paid_use !== undefined) next = { ...next, paidUse: controls.paid_use }
  if (controls.overage_limit !== undefined) {
    const limit: Nanos | null =
      controls.overage_limit === null ? null : readNanos(controls.overage_limit)
    next = { ...next, overage: { ...next.overage, limit } }
  }
  if (controls.scoped_caps !== undefined) next = { ...next, scopedCaps: controls.scoped_caps }
  const removed = controls.removed_caps ?? []
  // a removed cap keeps its counters: calls in flight still hold on it, and it may come back
  let caps = next.caps.map((own) =>
    removed.includes(own.cap.id) ? { ...own, removed: true } : own,
  )
  for (const facts of controls.caps ?? []) {
    const cap = capOf(facts)
    if (isStateCap(cap))
      caps = upsert(
        caps,
        (own) => own.cap.id === cap.id,
        (old) => ({ cap, counters: old?.counters ?? [], removed: false }),
      )
  }
  return { ...next, caps }
}

function countPaidDraws(state: AccountState, body: EntryBody): AccountState {
  if (body.moved) {
    const { draw_key: key, after_seq: afterSeq, done } = body.moved
    // a key with none left stays as long as its windows: calls up to `afterSeq` are done for good
    const paidDraws = state.paidDraws.map((own) =>
      own.key === key ? { key, afterSeq, count: own.count - done } : own,
    )
    return { ...state, paidDraws }
  }
  if (body.draw_key === undefined) return state
  const key = body.draw_key
  return {
    ...state,
    paidDraws: upsert(
      state.paidDraws,
      (own) => own.key === key,
      (old) => ({
        key,
        afterSeq: old?.afterSeq ?? 0,
        count: (old?.count ?? 0) + 1,
      }),
    ),
  }
}
