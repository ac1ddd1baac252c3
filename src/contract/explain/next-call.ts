import type { CapView } from '../../core/decisions/cap-view.ts'
import type { AccountView, LotView, WindowView } from '../../core/decisions/view.ts'
import type { Scope } from '../../core/funding/types.ts'
import { type Nanos, readNanos, subtract, ZERO } from '../../core/money/index.ts'

/** What the next ordinary call draws from first, or what stops it. */
export type NextCall =
  | { readonly by: 'parked' }
  /** `within`: a cap that leaves less than the lot has. */
  | { readonly by: 'lot'; readonly lot: LotView; readonly within: CapView | null }
  /** Every one of them binds the call; `models`: covered for these only. */
  | {
      readonly by: 'windows'
      readonly windows: readonly WindowView[]
      readonly models: readonly string[] | null
    }
  | {
      readonly by: 'overage'
      readonly left: string
      readonly limit: string
      readonly within: CapView | null
    }
  | { readonly by: 'stopped'; readonly stop: Stop }

export type Stop =
  | { readonly reason: 'cap'; readonly cap: CapView }
  | {
      readonly reason: 'window' | 'held'
      readonly window: WindowView
      readonly resets_at: string
    }
  | { readonly reason: 'paid_use_off' }
  | { readonly reason: 'funds' }

const isGeneral = ({ scope }: { readonly scope: Scope }): boolean =>
  !scope.models?.length && !scope.features?.length && !scope.clients?.length

const hasLeft = ({ left }: { readonly left: string }): boolean => readNanos(left) > ZERO

/** What no call in flight holds of a lot. */
export const freeOf = (lot: LotView): Nanos =>
  subtract(readNanos(lot.remaining), readNanos(lot.held))

/** Later than any expiry. */
const NEVER = '9999'

/** The funding order inside a class: priority, soonest expiry (none last), lower cost, as listed. */
function byFundingOrder(a: LotView, b: LotView): number {
  if (a.priority !== b.priority) return a.priority - b.priority
  const [expiryA, expiryB] = [a.expires_at ?? NEVER, b.expires_at ?? NEVER]
  if (expiryA !== expiryB) return expiryA < expiryB ? -1 : 1
  const basis =
    readNanos(a.price_paid) * readNanos(b.face) - readNanos(b.price_paid) * readNanos(a.face)
  return basis < 0n ? -1 : basis > 0n ? 1 : 0
}

/** Lots that an ordinary call can draw from now. */
const usableLots = (view: AccountView): LotView[] =>
  view.lots
    .filter((lot) => isGeneral(lot) && lot.state === 'active' && freeOf(lot) > ZERO)
    .sort(byFundingOrder)

/** The account's caps without room; a cap per call never stops the next one. */
const fullCaps = (view: AccountView): CapView[] =>
  view.caps.filter((cap) => cap.scope === 'account' && cap.period !== 'call' && !hasLeft(cap))

interface Funds {
  readonly view: AccountView
  /** Caps without room. */
  readonly caps: readonly CapView[]
  /** Lots with room. */
  readonly lots: readonly LotView[]
}

/**
 * The source that the next ordinary call draws from first, by the funding order. Lots and windows of a
 * narrower scope are left to the estimate of a real call.
 */
export function nextCall(view: AccountView): NextCall {
  if (view.status === 'parked') return { by: 'parked' }
  const own: Funds = { view, caps: fullCaps(view), lots: usableLots(view) }
  const whole = own.caps.find(({ counts }) => counts === 'all')
  if (whole) return { by: 'stopped', stop: { reason: 'cap', cap: whole } }
  const before = drawable(own, (lot) => lot.position === 'before_windows')
  if (before) return byLot(view, before)
  const covered = covering(view)
  if (covered) return covered
  const lot =
    drawable(own, ({ category }) => category === 'promotional') ??
    drawable(own, ({ category }) => category === 'paid')
  if (lot) return byLot(view, lot)
  if (view.overage && view.paid_use && hasLeft(view.overage) && own.caps.length === 0) {
    const { left, limit } = view.overage
    return { by: 'overage', left, limit, within: narrower(view, 'paid', readNanos(left)) }
  }
  return { by: 'stopped', stop: stopOf(own) }
}

const byLot = (view: AccountView, lot: LotView): NextCall => ({
  by: 'lot',
  lot,
  within: narrower(view, lot.category, freeOf(lot)),
})

/** The account's cap that leaves the least for money of this category, where that is less than there is. */
function narrower(view: AccountView, category: LotView['category'], free: Nanos): CapView | null {
  const counting = view.caps.filter(
    ({ scope, period, counts }) =>
      scope === 'account' && period !== 'call' && (counts !== 'paid' || category === 'paid'),
  )
  const leftOf = (cap: CapView): Nanos => readNanos(cap.left)
  const [least] = counting.sort((a, b) => (leftOf(a) < leftOf(b) ? -1 : 1))
  return least && leftOf(least) < free ? least : null
}

function drawable(own: Funds, wanted: (lot: LotView) => boolean): LotView | undefined {
  const isCapped = (lot: LotView): boolean =>
    own.caps.some((cap) => cap.counts !== 'paid' || lot.category === 'paid')
  return own.lots.find(
    (lot) => wanted(lot) && !isCapped(lot) && (lot.category === 'promotional' || own.view.paid_use),
  )
}

/** Covered when every window that binds an ordinary call has room. */
function covering(view: AccountView): NextCall | null {
  const general = view.windows.filter(isGeneral)
  if (general.length > 0 && general.every(hasLeft))
    return { by: 'windows', windows: general, models: null }
  if (general.length > 0) return null
  const scoped = view.windows.find((window) => hasLeft(window) && window.scope.models?.length)
  if (!scoped) return null
  return { by: 'windows', windows: [scoped], models: scoped.scope.models ?? [] }
}

function stopOf({ view, caps, lots }: Funds): Stop {
  const [cap] = caps
  if (cap && lots.length > 0) return { reason: 'cap', cap }
  const window = view.windows.find((own) => isGeneral(own) && !hasLeft(own))
  if (window?.resets_at) {
    const isUsed = readNanos(window.used) >= readNanos(window.capacity)
    return { reason: isUsed ? 'window' : 'held', window, resets_at: window.resets_at }
  }
  const isPaidLeft = lots.some((lot) => lot.category === 'paid')
  return isPaidLeft && !view.paid_use ? { reason: 'paid_use_off' } : { reason: 'funds' }
}
