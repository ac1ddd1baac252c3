import type { AccountState, EntryBody } from '../../core/ledger/index.ts'
import { readNanos, ZERO } from '../../core/money/index.ts'

/** 6: no draw took a cap beyond its amount. */
export function checkCaps(body: EntryBody): string | null {
  for (const use of body.caps ?? []) {
    const drawn = readNanos(use.drawn)
    if (drawn <= ZERO || body.refused) continue
    // a cap lowered in flight does not take back what the call's hold had reserved of it
    if (use.promised !== undefined && drawn <= readNanos(use.promised)) continue
    if (readNanos(use.spent) + readNanos(use.held) + drawn > readNanos(use.amount))
      return `cap ${use.id}: ${use.spent} spent + ${use.held} held + ${use.drawn} > ${use.amount}`
  }
  return null
}

/** 7: nothing is below zero after the entry. Holds are not in the fold. */
export function checkSources(state: AccountState): string | null {
  for (const lot of state.lots) if (lot.remaining < ZERO) return `lot ${lot.id} below zero`
  for (const own of state.windows)
    if (own.used < ZERO || own.used > own.capacity || own.overshoot < ZERO)
      return `window ${own.windowId}: used ${own.used} of ${own.capacity}`
  return null
}

/** 8: for each draw, every source ranked before it says why it gave no more. */
export function checkTrace(body: EntryBody): string | null {
  let unexplained: string | null = null
  for (const source of body.funding ?? []) {
    if (readNanos(source.drawn) <= ZERO) {
      if (source.reason === null && body.refused === undefined) unexplained ??= source.source
      if (source.reason === 'not_needed') unexplained ??= source.source
      continue
    }
    if (unexplained !== null)
      return `${source.source} was drawn although ${unexplained} was passed over without a reason`
    if (source.reason === null) unexplained = source.source
  }
  return null
}

/** 10: settled + released = held. */
export function checkHold(body: EntryBody): string | null {
  const { hold } = body
  if (!hold) return null
  const held = readNanos(hold.money) + readNanos(hold.included)
  const ended = readNanos(hold.settled) + readNanos(hold.released)
  return held === ended ? null : `held ${held}, settled and released ${ended}`
}

/** 15: total = money + included + absorbed = lines. */
export function checkTotals(body: EntryBody): string | null {
  const { totals } = body
  if (!totals) return null
  const total = readNanos(totals.total)
  const carried = readNanos(totals.money) + readNanos(totals.included) + readNanos(totals.absorbed)
  if (total !== carried) return `total ${totals.total} is not what carries it`
  if (body.rating?.status !== 'priced' || total === ZERO) return null
  const lines = body.rating.lines.reduce((sum, line) => sum + readNanos(line.amount), 0n)
  return lines === total ? null : `the lines add up to ${lines}, the total is ${total}`
}

/** A correction has a signed trace (what went back), a charge a ranked one. */
export const hasRankedTrace = (body: EntryBody): boolean =>
  body.kind === 'settle' || body.kind === 'record' || body.kind === 'complete'
