import type { Lot } from '../funding/index.ts'
import { add, readNanos, ZERO } from '../money/index.ts'
import type { EntryBody } from './entry.ts'
import { readInstant } from './facts.ts'
import type { AccountState } from './state.ts'

/** A dispute of a lot's payment begins or ends. */
export function foldDispute(state: AccountState, body: EntryBody): AccountState {
  const next = body.kind === 'charge_back' && !body.dispute?.partial ? lose(state, body) : state
  return {
    ...next,
    lots: next.lots.map((lot) => (lot.id === body.lot_id ? moved(lot, body) : lot)),
  }
}

function moved(lot: Lot, body: EntryBody): Lot {
  if (body.kind === 'freeze_lot') return frozen(lot, body)
  const own = body.dispute?.partial ? lessPart(lot, body) : lot
  return thawed(own, body)
}

function frozen(lot: Lot, { at, dispute }: EntryBody): Lot {
  if (lot.frozenAt === undefined || !dispute) return { ...lot, frozenAt: readInstant(at) }
  return { ...lot, alsoDisputed: [...(lot.alsoDisputed ?? []), dispute.dispute_id] }
}

function thawed(lot: Lot, { dispute }: EntryBody): Lot {
  const { frozenAt, alsoDisputed, ...free } = lot
  if (!dispute?.still_frozen || frozenAt === undefined) return free
  const others = othersOf(lot, dispute.dispute_id)
  return { ...free, frozenAt, ...(others.length > 0 && { alsoDisputed: others }) }
}

/**
 * The disputes beside the one that the lot counts as frozen by, once this one has ended. That one is not
 * known by its name: when it ends, another takes its place.
 */
function othersOf({ alsoDisputed = [] }: Lot, ended: string): readonly string[] {
  return alsoDisputed.includes(ended)
    ? alsoDisputed.filter((own) => own !== ended)
    : alsoDisputed.slice(1)
}

function lessPart(lot: Lot, { dispute }: EntryBody): Lot {
  const { price = '0', tax = '0' } = dispute ?? {}
  const before = lot.lost ?? { price: ZERO, tax: ZERO }
  return {
    ...lot,
    lost: { price: add(before.price, readNanos(price)), tax: add(before.tax, readNanos(tax)) },
  }
}

const lose = (state: AccountState, { lot_id: lotId, at }: EntryBody): AccountState => {
  if (lotId === undefined) return state
  const others = state.chargedBack.filter((own) => own.lotId !== lotId)
  return { ...state, chargedBack: [...others, { lotId, at: readInstant(at) }] }
}
