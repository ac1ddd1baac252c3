import { instancesOf } from '../../core/funding/index.ts'
import { type AccountState, capFacts, encodeState } from '../../core/ledger/index.ts'

/**
 * What differs between the stored state and the one rebuilt from journal and holds. The stored state
 * may have dropped what carries nothing any more (finished windows, ended lots, old counters); what it
 * still has must be equal, and what it has dropped must be empty.
 */
export function stateDifference(stored: AccountState, rebuilt: AccountState): string | null {
  return (
    scalarDifference(stored, rebuilt) ??
    formerPlanDifference(stored, rebuilt) ??
    windowDifference(stored, rebuilt) ??
    lotDifference(stored, rebuilt) ??
    capDifference(stored, rebuilt) ??
    drawDifference(stored, rebuilt)
  )
}

function scalarDifference(stored: AccountState, rebuilt: AccountState): string | null {
  const {
    windows: _w,
    lots: _l,
    caps: _c,
    paid_draws: _p,
    last_at: _t,
    former_plans: _f,
    ...a
  } = encodeState(stored)
  const {
    windows: _x,
    lots: _m,
    caps: _d,
    paid_draws: _q,
    last_at: _u,
    former_plans: _g,
    ...b
  } = encodeState(rebuilt)
  // both ways: what is absent from one of them differs, too
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  for (const key of keys as Set<keyof typeof a>)
    if (JSON.stringify(a[key]) !== JSON.stringify(b[key]))
      return `${key} is ${JSON.stringify(a[key])}, the journal says ${JSON.stringify(b[key])}`
  return null
}

/** A row written before they were kept has none until its plan changes again. */
function formerPlanDifference(stored: AccountState, rebuilt: AccountState): string | null {
  const [a, b] = [stored, rebuilt].map((own) => JSON.stringify(own.formerPlans))
  if (stored.formerPlans.length === 0 || a === b) return null
  return `former_plans are ${a}, the journal says ${b}`
}

function windowDifference(stored: AccountState, rebuilt: AccountState): string | null {
  for (const own of stored.windows) {
    const other = rebuilt.windows.find((w) => w.windowId === own.windowId && w.start === own.start)
    if (!other) return `window ${own.windowId} is not in the journal`
    if (promotionOf(own) !== promotionOf(other))
      return `window ${own.windowId}: promotion is ${promotionOf(own)}, the journal says ${promotionOf(other)}`
    for (const key of ['end', 'capacity', 'used', 'overshoot', 'held'] as const)
      if (own[key] !== other[key])
        return `window ${own.windowId}: ${key} is ${own[key]}, the journal says ${other[key]}`
  }
  for (const other of rebuilt.windows) {
    const kept = stored.windows.some(
      (w) => w.windowId === other.windowId && w.start === other.start,
    )
    if (!kept && (other.held !== 0n || other.end > stored.lastAt))
      return `window ${other.windowId} is missing`
  }
  return null
}

const promotionOf = ({ promotion }: AccountState['windows'][number]): string =>
  promotion
    ? `${promotion.id} (${promotion.name}) x${promotion.multiplier} of ${promotion.baseCapacity}`
    : 'none'

function lotDifference(stored: AccountState, rebuilt: AccountState): string | null {
  for (const lot of stored.lots) {
    const other = rebuilt.lots.find((own) => own.id === lot.id)
    if (!other) return `lot ${lot.id} is not in the journal`
    for (const key of ['remaining', 'held', 'face', 'expiresAt', 'voidedAt', 'frozenAt'] as const)
      if (lot[key] !== other[key])
        return `lot ${lot.id}: ${key} is ${lot[key]}, the journal says ${other[key]}`
  }
  const dropped = rebuilt.lots.find(
    (lot) =>
      (lot.remaining !== 0n || lot.held !== 0n) && !stored.lots.some((own) => own.id === lot.id),
  )
  return dropped ? `lot ${dropped.id} is missing` : null
}

function capDifference(stored: AccountState, rebuilt: AccountState): string | null {
  if (stored.caps.length !== rebuilt.caps.length) return 'the caps differ'
  for (const { cap, counters } of stored.caps) {
    const other = rebuilt.caps.find((own) => own.cap.id === cap.id)
    if (!other || JSON.stringify(capFacts(other.cap)) !== JSON.stringify(capFacts(cap)))
      return `cap ${cap.id} differs`
    for (const counter of counters) {
      const own = other.counters.find((candidate) => candidate.bucket === counter.bucket)
      if ((own?.spent ?? 0n) !== counter.spent || (own?.held ?? 0n) !== counter.held)
        return `cap ${cap.id} in ${counter.bucket}: ${counter.spent} spent, ${counter.held} held; the journal says ${own?.spent ?? 0n}, ${own?.held ?? 0n}`
    }
  }
  return null
}

function drawDifference(stored: AccountState, rebuilt: AccountState): string | null {
  for (const draws of rebuilt.paidDraws) {
    if (!instancesOf(draws.key, stored.windows)) continue
    const own = stored.paidDraws.find((candidate) => candidate.key === draws.key)
    if (own?.count !== draws.count)
      return `paid draws of ${draws.key}: ${own?.count ?? 0}, the journal says ${draws.count}`
  }
  return null
}
