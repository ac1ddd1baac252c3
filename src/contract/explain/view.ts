import type { CapView } from '../../core/decisions/cap-view.ts'
import type { AccountView, LotView } from '../../core/decisions/view.ts'
import type { Scope } from '../../core/funding/types.ts'
import { formatNanos, type Nanos, readNanos, subtract, ZERO } from '../../core/money/index.ts'
import {
  capWithNumbers,
  date,
  list,
  lotName,
  money,
  type Place,
  placeOf,
  reset,
  say,
  windowName,
  windowNames,
} from './place.ts'
import type { Language } from './words.ts'

const isGeneral = ({ scope }: { readonly scope: Scope }): boolean =>
  !scope.models?.length && !scope.features?.length && !scope.clients?.length

const hasLeft = ({ left }: { readonly left: string }): boolean => readNanos(left) > ZERO

const freeOf = (lot: LotView): Nanos => subtract(readNanos(lot.remaining), readNanos(lot.held))

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

/**
 * "Can I go on, and what will it cost?": the source that the next ordinary call draws from first, by
 * the funding order. Lots and windows of a narrower scope are left to the estimate of a real call.
 */
export function nextCallSentence(
  view: AccountView,
  lang: Language,
  options: { readonly timeZone?: string } = {},
): string {
  const place = placeOf({ ...options, lang }, view)
  if (view.status === 'parked') return place.words.next.parked
  const own: Funds = { view, caps: fullCaps(view), lots: usableLots(view) }
  const whole = own.caps.find(({ counts }) => counts === 'all')
  if (whole) return say(place.words.next.stoppedCap, { cap: capWithNumbers(place, whole) })
  const before = drawable(own, (lot) => lot.position === 'before_windows')
  if (before) return lotSentence(place, before)
  const covered = windowsSentence(place, view)
  if (covered) return covered
  const lot =
    drawable(own, ({ category }) => category === 'promotional') ??
    drawable(own, ({ category }) => category === 'paid')
  if (lot) return lotSentence(place, lot)
  if (view.overage && view.paid_use && hasLeft(view.overage) && own.caps.length === 0) {
    const { left, limit } = view.overage
    return say(place.words.next.overage, { left: money(place, left), limit: money(place, limit) })
  }
  return stoppedSentence(place, own)
}

interface Funds {
  readonly view: AccountView
  /** Caps without room. */
  readonly caps: readonly CapView[]
  /** Lots with room. */
  readonly lots: readonly LotView[]
}

function drawable(own: Funds, wanted: (lot: LotView) => boolean): LotView | undefined {
  const isCapped = (lot: LotView): boolean =>
    own.caps.some((cap) => cap.counts !== 'paid' || lot.category === 'paid')
  return own.lots.find(
    (lot) => wanted(lot) && !isCapped(lot) && (lot.category === 'promotional' || own.view.paid_use),
  )
}

/** Covered when every window that binds an ordinary call has room. */
function windowsSentence(place: Place, view: AccountView): string | null {
  const general = view.windows.filter(isGeneral)
  if (general.length > 0 && general.every(hasLeft)) {
    const windows = windowNames(
      place,
      general.map(({ id }) => id),
    )
    return say(place.words.next.covered, { windows })
  }
  if (general.length > 0) return null
  const scoped = view.windows.find((window) => hasLeft(window) && window.scope.models?.length)
  if (!scoped) return null
  return say(place.words.next.coveredInScope, {
    models: list(place, scoped.scope.models ?? []),
    windows: windowName(place, scoped.id),
  })
}

function lotSentence(place: Place, lot: LotView): string {
  const { next } = place.words
  const values = { source: lotName(place, lot), left: money(place, formatNanos(freeOf(lot))) }
  if (lot.expires_at === null) return say(next[lot.category], values)
  const template = lot.category === 'paid' ? next.paidUntil : next.promotionalUntil
  return say(template, { ...values, date: date(place, lot.expires_at) })
}

function stoppedSentence(place: Place, { view, caps, lots }: Funds): string {
  const { next } = place.words
  const [cap] = caps
  if (cap && lots.length > 0) return say(next.stoppedCap, { cap: capWithNumbers(place, cap) })
  const window = view.windows.find((own) => isGeneral(own) && !hasLeft(own))
  if (window?.resets_at) {
    const isUsed = readNanos(window.used) >= readNanos(window.capacity)
    return say(isUsed ? next.stoppedWindow : next.stoppedHeld, {
      window: windowName(place, window.id),
      when: reset(place, window.resets_at),
    })
  }
  const isPaidLeft = lots.some((lot) => lot.category === 'paid')
  return isPaidLeft && !view.paid_use ? next.stoppedPaidUseOff : next.stoppedFunds
}
