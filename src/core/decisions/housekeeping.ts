import { instancesOf, leastRoom } from '../funding/index.ts'
import type { AccountState } from '../ledger/index.ts'
import { ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import { dueDraws } from './reattribute.ts'
import { EVENT_GRACE_MS } from './record.ts'

/** Ended lots that the state still shows: receipts say "exhausted" of the last few. */
const ENDED_LOTS_KEPT = 8
/** Old counters of a cap that are kept, for late events and refunds. */
const CAP_BUCKETS_KEPT = 3

/**
 * Drops what no decision can need again, so that the state stays as small as the account's sources.
 * Nothing that is dropped carries a balance: `verify` checks that.
 */
export function prune(state: AccountState, at: Instant): AccountState {
  const windows = state.windows.filter(
    (own) =>
      own.held !== ZERO ||
      own.end + EVENT_GRACE_MS > at ||
      awaited(state, `${own.windowId}@${own.start}`),
  )
  const pruned = windows.length < state.windows.length
  return {
    ...state,
    windows: pruned ? windows : state.windows,
    paidDraws: pruned
      ? state.paidDraws.filter((own) => instancesOf(own.key, windows))
      : state.paidDraws,
    lots: pruneLots(state.lots),
    caps: state.caps.some((own) => own.counters.length > CAP_BUCKETS_KEPT)
      ? state.caps.map((own) => ({ cap: own.cap, counters: pruneCounters(own.counters) }))
      : state.caps,
  }
}

/** Whether a finished window has room that calls which drew money are still owed. */
const awaited = (state: AccountState, name: string): boolean =>
  state.paidDraws.some((draws) => {
    if (!draws.key.split('|').includes(name)) return false
    const instances = instancesOf(draws.key, state.windows)
    return instances !== null && leastRoom(instances).room > ZERO
  })

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

function pruneCounters(counters: AccountState['caps'][number]['counters']) {
  const recent = [...counters]
    .sort((a, b) => (a.bucket < b.bucket ? 1 : -1))
    .slice(0, CAP_BUCKETS_KEPT)
  return counters.filter((own) => own.held !== ZERO || recent.includes(own))
}

/** When the account needs attention next without being asked: a lot ends, or a draw is to be moved. */
export function nextDue(state: AccountState): Instant | null {
  if (dueDraws(state)) return state.lastAt
  let due: Instant | null = null
  for (const lot of state.lots) {
    const over = lot.voidedAt ?? lot.expiresAt
    if (over === null || lot.remaining === lot.held) continue
    if (due === null || over < due) due = over
  }
  return due
}
