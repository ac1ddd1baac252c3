import { capAmountAt } from '../funding/index.ts'
import type { AccountState, EntryBody, PostingTuple } from '../ledger/index.ts'
import { type Nanos, readNanos, ZERO } from '../money/index.ts'
import type { Change } from './decision.ts'

/**
 * Invariants that every change must keep, checked inside the commit. A violation is a bug of ours:
 * the change is not made and the account is parked. Returns what is wrong, or `null`.
 */
export function selfCheck(before: AccountState | null, change: Change): string | null {
  return (
    checkState(change.state) ??
    checkCaps(before, change.state) ??
    (change.entry ? checkEntry(before, change.entry) : null)
  )
}

/** No source below zero; held is a part of what is there. */
function checkState(state: AccountState): string | null {
  for (const lot of state.lots)
    if (lot.held < ZERO || lot.remaining < lot.held)
      return `lot ${lot.id}: held ${lot.held}, remaining ${lot.remaining}`
  for (const own of state.windows)
    if (own.held < ZERO || own.used < ZERO || own.used > own.capacity || own.overshoot < ZERO)
      return `window ${own.windowId}: held ${own.held}, used ${own.used} of ${own.capacity}`
  return state.overage.held < ZERO || state.openHolds < 0
    ? 'overage or hold count below zero'
    : null
}

/** posted + held never rises above a cap (a cap lowered below what is spent only blocks new holds). */
function checkCaps(before: AccountState | null, state: AccountState): string | null {
  for (const { cap, counters } of state.caps)
    for (const counter of counters) {
      const total = counter.spent + counter.held
      const amount = capAmountAt(cap, null, state.lastAt)
      if (total <= amount) continue
      const old = before?.caps
        .find((own) => own.cap.id === cap.id)
        ?.counters.find((own) => own.bucket === counter.bucket)
      if (!old || total > old.spent + old.held) return `cap ${cap.id}: ${total} of ${amount}`
    }
  return null
}

function checkEntry(before: AccountState | null, entry: EntryBody): string | null {
  if (entry.seq !== (before?.seq ?? 0) + 1) return `seq ${entry.seq} after ${before?.seq ?? 0}`
  return unbalanced(entry.postings) ?? totalsOpen(entry)
}

/** The asset whose postings do not sum to zero; `null` when all do. */
export function unbalanced(postings: readonly PostingTuple[]): string | null {
  const sums = new Map<string, bigint>()
  for (const [, asset, amount] of postings)
    sums.set(asset, (sums.get(asset) ?? 0n) + readNanos(amount))
  for (const [asset, sum] of sums) if (sum !== 0n) return `postings of ${asset} sum to ${sum}`
  return null
}

/** total = money + included + absorbed = sum of the lines = sum of the draws. */
function totalsOpen(entry: EntryBody): string | null {
  const { totals, funding } = entry
  if (!totals) return null
  const total = readNanos(totals.total)
  const carried = readNanos(totals.money) + readNanos(totals.included)
  if (total !== carried + readNanos(totals.absorbed)) return 'the total is not what carries it'
  const drawn = (funding ?? []).reduce((sum, own) => sum + readNanos(own.drawn), 0n)
  if (drawn !== carried) return 'the draws do not add up to the charge'
  if (entry.rating?.status !== 'priced' || total === ZERO) return null
  const lines = entry.rating.lines.reduce(
    (sum, line) => (sum + readNanos(line.amount)) as Nanos,
    ZERO,
  )
  return lines === total ? null : 'the lines do not add up to the total'
}
