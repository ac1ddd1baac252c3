import type { Cap, Lot, LotOrigin, WindowInstance } from '../funding/types.ts'
import { formatNanos, readNanos, ZERO } from '../money/index.ts'
import { formatInstant, type Instant, parseInstant } from '../time/index.ts'
import type { CapFacts, LotFacts, Timestamp, WindowFacts } from './entry.ts'

/** A pure memo of the last times read: the same window starts come again with every call. */
const instants = new Map<Timestamp, Instant>()
const INSTANTS_MAX = 10_000

/** Reads a time that our own code has written. Throws on anything else: that is a bug. */
export function readInstant(text: Timestamp): Instant {
  const known = instants.get(text)
  if (known !== undefined) return known
  const at = parseInstant(text)
  if (at === undefined) throw new Error(`not a time: ${JSON.stringify(text)}`)
  if (instants.size >= INSTANTS_MAX) instants.clear()
  instants.set(text, at)
  return at
}

export const lotFacts = (lot: Lot): LotFacts => ({
  id: lot.id,
  name: lot.name,
  origin: lot.origin,
  category: lot.category,
  face: formatNanos(lot.face),
  price_paid: formatNanos(lot.pricePaid),
  effective_at: formatInstant(lot.effectiveAt),
  expires_at: lot.expiresAt === null ? null : formatInstant(lot.expiresAt),
  scope: lot.scope,
  position: lot.position,
  priority: lot.priority,
  created_at: formatInstant(lot.createdAt),
})

/** The lot that an entry describes, with nothing in it yet. */
export const emptyLot = (facts: LotFacts): Lot => ({
  id: facts.id,
  name: facts.name,
  origin: facts.origin as LotOrigin,
  category: facts.category,
  face: readNanos(facts.face),
  pricePaid: readNanos(facts.price_paid),
  effectiveAt: readInstant(facts.effective_at),
  expiresAt: facts.expires_at === null ? null : readInstant(facts.expires_at),
  scope: facts.scope,
  position: facts.position,
  priority: facts.priority,
  createdAt: readInstant(facts.created_at),
  voidedAt: null,
  remaining: ZERO,
  held: ZERO,
})

/** The run that an entry or a hold names first: nothing is drawn from it yet. */
export const openRun = (
  facts: WindowFacts,
  run: Pick<WindowInstance, 'start' | 'end'>,
): WindowInstance => ({
  windowId: facts.id,
  start: run.start,
  end: run.end,
  capacity: readNanos(facts.capacity),
  used: ZERO,
  overshoot: ZERO,
  held: ZERO,
  ...(facts.promotion && {
    promotion: {
      id: facts.promotion.id,
      name: facts.promotion.name,
      multiplier: facts.promotion.multiplier,
      baseCapacity: readNanos(facts.promotion.base_capacity),
    },
  }),
})

export const capFacts = (cap: Cap): CapFacts => ({
  id: cap.id,
  scope: cap.scope,
  scope_id: cap.scopeId,
  period: cap.period,
  amount: formatNanos(cap.amount),
  counts: cap.counts,
  ...(cap.raises?.length && {
    raises: cap.raises.map((raise) => ({
      for: raise.for,
      to: formatNanos(raise.to),
      until: raise.until === null ? null : formatInstant(raise.until),
    })),
  }),
})

export const capOf = (facts: CapFacts): Cap => ({
  id: facts.id,
  scope: facts.scope as Cap['scope'],
  scopeId: facts.scope_id,
  period: facts.period as Cap['period'],
  amount: readNanos(facts.amount),
  counts: facts.counts,
  ...(facts.raises && {
    raises: facts.raises.map((raise) => ({
      for: raise.for,
      to: readNanos(raise.to),
      until: raise.until === null ? null : readInstant(raise.until),
    })),
  }),
})
