import { sameInstance } from '../funding/index.ts'
import {
  type AccountState,
  addToCap,
  type FundingFacts,
  openRun,
  readInstant,
  upsert,
} from '../ledger/index.ts'
import { add, nanos, negate, readNanos, ZERO } from '../money/index.ts'
import type { CapChange } from './decision.ts'
import type { HoldBody } from './results.ts'

/** Puts an open hold on the sources that it names. `verify` uses the same function. */
export const placeHold = (state: AccountState, hold: HoldBody): AccountState => ({
  ...changeHeld(state, hold, 1n),
  openHolds: state.openHolds + 1,
})

/** Takes a hold off its sources again. */
export const releaseHold = (state: AccountState, hold: HoldBody): AccountState => ({
  ...changeHeld(state, hold, -1n),
  openHolds: state.openHolds - 1,
})

function changeHeld(state: AccountState, hold: HoldBody, sign: bigint): AccountState {
  let next = state
  for (const source of hold.funding) next = changeSource(next, source, sign)
  for (const facts of hold.windows) next = changeWindow(next, facts, sign)
  for (const use of hold.caps)
    next = addToCap(next, use, { held: nanos(readNanos(use.drawn) * sign) })
  return next
}

function changeSource(state: AccountState, source: FundingFacts, sign: bigint): AccountState {
  if (source.drawn === '0' || source.class === 'included') return state
  const change = nanos(readNanos(source.drawn) * sign)
  if (source.class === 'overage')
    return { ...state, overage: { ...state.overage, held: add(state.overage.held, change) } }
  return {
    ...state,
    lots: state.lots.map((lot) =>
      lot.id === source.source ? { ...lot, held: add(lot.held, change) } : lot,
    ),
  }
}

function changeWindow(
  state: AccountState,
  facts: HoldBody['windows'][number],
  sign: bigint,
): AccountState {
  if (facts.start === null || facts.end === null) return state
  const start = readInstant(facts.start)
  const end = readInstant(facts.end)
  const change = nanos(readNanos(facts.drawn) * sign)
  const known = state.windows.some((own) => sameInstance(own, facts.id, start))
  // a run that is no longer kept does not come back because a hold is taken off it
  if (!known && sign < 0n) return state
  return {
    ...state,
    windows: upsert(
      state.windows,
      (own) => sameInstance(own, facts.id, start),
      (old) =>
        old
          ? { ...old, held: add(old.held, change) }
          : { ...openRun(facts, { start, end }), held: change },
    ),
  }
}

/** The same for the counters of caps that are rows beside the state. */
export function heldCapChanges(hold: HoldBody, sign: 1 | -1): CapChange[] {
  return hold.caps
    .filter((use) => use.drawn !== '0' && use.period !== 'call' && use.beside)
    .map((use) => {
      const amount = readNanos(use.drawn)
      return {
        capId: use.id,
        bucket: use.bucket,
        spent: ZERO,
        held: sign === 1 ? amount : negate(amount),
      }
    })
}
