import {
  instancesOf,
  leastRoom,
  roomOf,
  stateCapBucket,
  type WindowInstance,
} from '../funding/index.ts'
import { type AccountCap, type AccountState, EVENT_GRACE_MS } from '../ledger/index.ts'
import { ZERO } from '../money/index.ts'
import { HOUR_MS, type Instant } from '../time/index.ts'
import type { Command } from './commands.ts'
import { dueDraws } from './reattribute.ts'
import { reloadCheck } from './reload-due.ts'
import { subscriptionDue } from './renewal.ts'

/** Ended lots that the state still shows: receipts say "exhausted" of the last few. */
const ENDED_LOTS_KEPT = 8
/**
 * A finished window stays this long while calls are in flight, since one of them may name it: longer
 * than any hold lives.
 */
const WINDOW_KEPT_MS = 25 * HOUR_MS
/** Old counters of a cap that are kept, for late events and refunds. */
const CAP_BUCKETS_KEPT = 3

/**
 * Drops what no decision can need again, so that the state stays as small as the account's sources.
 * Nothing that is dropped carries a balance: `verify` checks that.
 */
export function prune(state: AccountState, at: Instant): AccountState {
  const keptMs = state.openHolds > 0 ? WINDOW_KEPT_MS : EVENT_GRACE_MS
  const current = state.windows.filter((own) => own.held !== ZERO || own.end + keptMs > at)
  const pruned = current.length < state.windows.length
  const windows = pruned
    ? state.windows.filter((own) => current.includes(own) || isAwaited(state, own, current))
    : state.windows
  return {
    ...state,
    windows,
    paidDraws: pruned
      ? state.paidDraws.filter((own) => instancesOf(own.key, windows))
      : state.paidDraws,
    lots: pruneLots(state.lots),
    caps: state.caps.some((own) => own.counters.length > CAP_BUCKETS_KEPT)
      ? state.caps.map((own) => ({ ...own, counters: pruneCounters(own, state.anchor, at) }))
      : state.caps,
  }
}

/**
 * Whether a finished window has room that calls which drew money may still be owed: all windows of
 * their key have room now, or one of them is still running and may get some.
 */
function isAwaited(
  state: AccountState,
  own: WindowInstance,
  current: readonly WindowInstance[],
): boolean {
  if (roomOf(own) === ZERO) return false
  return state.paidDraws.some((draws) => {
    if (draws.count === 0) return false
    const instances = instancesOf(draws.key, state.windows)
    if (!instances?.includes(own)) return false
    return (
      leastRoom(instances).room > ZERO || instances.some((instance) => current.includes(instance))
    )
  })
}

function pruneLots(lots: AccountState['lots']): AccountState['lots'] {
  const isEnded = (lot: AccountState['lots'][number]) => lot.remaining === ZERO && lot.held === ZERO
  let surplus = lots.filter(isEnded).length - ENDED_LOTS_KEPT
  if (surplus <= 0) return lots
  return lots.filter((lot) => {
    if (surplus <= 0 || !isEnded(lot)) return true
    surplus -= 1
    return false
  })
}

/** Of a cap whose period has become longer, the one that counts now may be the oldest. */
function pruneCounters({ cap, counters }: AccountCap, anchor: Instant, at: Instant) {
  const late = (at - EVENT_GRACE_MS) as Instant
  const counting = [at, late].map((moment) => stateCapBucket(cap, anchor, moment))
  const recent = [...counters]
    .sort((a, b) => (a.bucket < b.bucket ? 1 : -1))
    .slice(0, CAP_BUCKETS_KEPT)
  return counters.filter(
    (own) => own.held !== ZERO || recent.includes(own) || counting.includes(own.bucket),
  )
}

/** Lots that have ended with something left in them that no call in flight holds. */
export const endedLots = (state: AccountState, at: Instant): AccountState['lots'] =>
  state.lots.filter((lot) => {
    const over = endOf(lot)
    return over !== null && over <= at && lot.remaining !== lot.held
  })

/** When a lot ends; a frozen one waits for its dispute. */
const endOf = (lot: AccountState['lots'][number]): Instant | null =>
  lot.frozenAt === undefined ? (lot.voidedAt ?? lot.expiresAt) : null

const RESTORING: readonly Command['kind'][] = [
  'refund',
  'rerate',
  'reverse',
  'reattribute',
  'refund_purchase',
  'undo_refund_purchase',
]

/**
 * What has to be decided before a command. A lot that gets something back lives on; what was left in
 * it at its end must be posted first, or it would come back to life with it, depending on whether the
 * sweep had run.
 */
export function beforehand(state: AccountState | null, command: Command, at: Instant): Command[] {
  if (!state || !RESTORING.includes(command.kind)) return []
  // an account's own time never runs backwards, whichever server asks
  return endedLots(state, at < state.lastAt ? state.lastAt : at).map((lot) => ({
    kind: 'expire_lot',
    accountId: state.accountId,
    requestId: `${lot.id}#expire`,
    actor: { type: 'system', id: 'housekeeping' },
    lotId: lot.id,
  }))
}

/**
 * When the account needs attention next without being asked: a lot ends, a draw is to be moved, a fee is
 * due, or credit is to be bought.
 */
export function nextDue(state: AccountState): Instant | null {
  if (dueDraws(state)) return state.lastAt
  const reload = state.autoReload?.terms ? reloadCheck(state, state.lastAt).at : null
  let due = earliest(subscriptionDue(state), reload)
  for (const lot of state.lots) {
    const over = endOf(lot)
    if (over === null || lot.remaining === lot.held) continue
    if (due === null || over < due) due = over
  }
  return due
}

const earliest = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null || (b !== null && b < a) ? b : a
