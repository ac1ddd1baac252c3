import type { Lot } from '../funding/index.ts'
import { countsAgainst, sameInstance } from '../funding/index.ts'
import {
  type AccountState,
  type CapUseFacts,
  type Charge,
  emptyLot,
  type FundingFacts,
  isChargedBack,
  type LotFacts,
  lotFacts,
  type NetDraw,
  type PostingTuple,
  readInstant,
  type WindowFacts,
} from '../ledger/index.ts'
import { add, formatNanos, min, type Nanos, negate, subtract, sum, ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import { windowFacts } from './body.ts'
import type { Context } from './decision.ts'
import { includedLegs, moneyLeg } from './legs.ts'

/** A lot restored after its end lives on for this long, unless the order says otherwise. */
export const RESTORED_LOT_EXTENSION_MS = 30 * 86_400_000

export interface Give {
  readonly draw: NetDraw
  readonly amount: Nanos
}

/** What is still carried by the sources of a charge. */
export const carried = (charge: Charge): Nanos => sum(charge.draws.map((draw) => draw.amount))

/** Spreads an amount over a charge's sources, the last drawn first: money before included capacity. */
export function spread(charge: Charge, amount: Nanos, only?: (draw: NetDraw) => boolean): Give[] {
  const gives: Give[] = []
  let left = amount
  for (const draw of [...charge.draws].reverse()) {
    if (only && !only(draw)) continue
    const part = min(left, draw.amount)
    if (part > ZERO) gives.push({ draw, amount: part })
    left = subtract(left, part)
  }
  return gives
}

/** The trace of money and capacity that go back: signed, so that the fold restores them. */
export const givenFunding = (gives: readonly Give[]): FundingFacts[] =>
  gives.map(({ draw, amount }) => ({
    class: draw.class,
    source: draw.source,
    ...(draw.class === 'before_windows' && draw.category && { category: draw.category }),
    free: '0',
    drawn: formatNanos(negate(amount)),
    reason: null,
  }))

/** The customer's legs, and the house account that carries the other side. */
export function givenPostings(
  state: AccountState,
  gives: readonly Give[],
  house: PostingTuple[0],
): PostingTuple[] {
  const money = gives.filter(({ draw }) => draw.class !== 'included')
  const legs = money.map(({ draw, amount }) => moneyLeg(state.currency, draw, amount))
  const total = sum(money.map(({ amount }) => amount))
  if (total > ZERO) legs.push([house, state.currency, formatNanos(negate(total))])
  const included = sum(
    gives.filter(({ draw }) => draw.class === 'included').map(({ amount }) => amount),
  )
  return included === ZERO ? legs : [...legs, ...includedLegs(state.currency, negate(included))]
}

/** Window runs that are still kept get their capacity back, overshoot first. */
export function givenWindows(
  state: AccountState,
  charge: Charge,
  gives: readonly Give[],
): WindowFacts[] {
  const included = sum(
    gives.filter(({ draw }) => draw.class === 'included').map(({ amount }) => amount),
  )
  if (included === ZERO) return []
  return charge.windows.flatMap((net) => {
    const start = readInstant(net.start)
    const instance = state.windows.find((own) => sameInstance(own, net.id, start))
    if (!instance) return []
    const over = min(included, net.overshoot)
    const used = min(subtract(included, over), net.drawn)
    return [windowFacts(instance, { drawn: negate(used), overshoot: negate(over) })]
  })
}

/** Caps count again what went back. */
export function givenCaps(charge: Charge, gives: readonly Give[]): CapUseFacts[] {
  return charge.caps
    .map((use) => {
      const back = sum(
        gives.filter(({ draw }) => countsAgainst(use, draw.category)).map(({ amount }) => amount),
      )
      return { ...use, drawn: formatNanos(negate(back)) }
    })
    .filter((use) => use.drawn !== '0' && use.period !== 'call')
}

/**
 * Lots that get something back, as they stand then; one that has ended lives on for the extension. One whose
 * payment the bank has taken back stays void: its holder has that money already, and what comes back to it
 * lessens the loss of the house (`expireLot`).
 */
export function restoredLots(
  state: AccountState,
  context: Context,
  gives: readonly Give[],
  at: Instant,
  extensionMs: number,
): LotFacts[] {
  return gives
    .filter(({ draw }) => draw.class !== 'included' && draw.class !== 'overage')
    .map(({ draw }) => {
      const lot = lotOf(state, context, draw.source)
      return lotFacts(isChargedBack(state, lot.id) ? lot : revived(lot, at, extensionMs))
    })
}

function lotOf(state: AccountState, context: Context, id: string): Lot {
  const own = state.lots.find((lot) => lot.id === id)
  if (own) return own
  const facts = context.lots.find((lot) => lot.id === id)
  if (!facts) throw new Error(`lot ${id} is neither in the state nor was it loaded`)
  return emptyLot(facts)
}

export function revived(lot: Lot, at: Instant, extensionMs: number): Lot {
  const over = lot.voidedAt !== null || (lot.expiresAt !== null && lot.expiresAt <= at)
  if (!over) return lot
  const expiresAt = Math.max(at + extensionMs, lot.expiresAt ?? 0) as Instant
  return { ...lot, voidedAt: null, expiresAt }
}

export const totalsOf = (gives: readonly Give[]) => {
  let money = ZERO
  let included = ZERO
  for (const { draw, amount } of gives) {
    if (draw.class === 'included') included = add(included, amount)
    else money = add(money, amount)
  }
  return {
    total: formatNanos(negate(add(money, included))),
    money: formatNanos(negate(money)),
    included: formatNanos(negate(included)),
    absorbed: '0',
  }
}
