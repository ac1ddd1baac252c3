import type {
  CapPeriod,
  CapScope,
  LotCategory,
  LotOrigin,
  Scope,
} from '../../core/funding/types.ts'
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

/** What the sentence needs of `GET /v1/accounts/{id}/state`. */
export interface AccountView {
  readonly as_of: string
  readonly seq: number
  readonly currency: string
  readonly plan: string
  readonly paid_use: boolean
  readonly windows: readonly WindowView[]
  readonly lots: readonly LotView[]
  readonly caps: readonly CapView[]
  readonly overage: {
    readonly limit: string
    readonly used: string
    readonly held: string
    readonly left: string
  } | null
}

export interface WindowView {
  readonly id: string
  readonly shape: 'anchored' | 'calendar'
  readonly length: string
  readonly state: 'open' | 'not_started'
  readonly start: string | null
  readonly end: string | null
  readonly capacity: string
  readonly used: string
  readonly held: string
  readonly left: string
  readonly overshoot: string
  readonly resets_at: string | null
  readonly scope: Scope
}

export interface LotView {
  readonly id: string
  readonly name: string
  readonly category: LotCategory
  readonly origin: LotOrigin
  readonly face: string
  readonly remaining: string
  readonly held: string
  readonly expires_at: string | null
  readonly effective_at: string
  readonly position: 'before_windows' | 'after_windows'
  readonly scope: Scope
  readonly state: string
}

export interface CapView {
  readonly id: string
  readonly scope: CapScope
  readonly scope_id: string | null
  readonly period: CapPeriod
  readonly amount: string
  readonly spent: string
  readonly held: string
  readonly left: string
}

const isGeneral = ({ scope }: { readonly scope: Scope }): boolean =>
  !scope.models?.length && !scope.features?.length && !scope.clients?.length

const hasLeft = ({ left }: { readonly left: string }): boolean => readNanos(left) > ZERO

const freeOf = (lot: LotView): Nanos => subtract(readNanos(lot.remaining), readNanos(lot.held))

/** Lots that an ordinary call can draw from now, in the order in which the view lists them. */
const usableLots = (view: AccountView): LotView[] =>
  view.lots.filter(
    (lot) =>
      isGeneral(lot) &&
      freeOf(lot) > ZERO &&
      lot.effective_at <= view.as_of &&
      (lot.expires_at === null || lot.expires_at > view.as_of) &&
      lot.state !== 'voided',
  )

/** The account's cap without room that limits every call; a cap per call never stops the next one. */
const fullCap = (view: AccountView): CapView | undefined =>
  view.caps.find((cap) => cap.scope === 'account' && cap.period !== 'call' && !hasLeft(cap))

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
  const lots = usableLots(view)
  const cap = fullCap(view)
  const before = lots.find((lot) => lot.position === 'before_windows' && mayDraw(view, lot, cap))
  if (before) return lotSentence(place, before)
  const covered = windowsSentence(place, view)
  if (covered) return covered
  const promotional = lots.find((lot) => lot.category === 'promotional' && mayDraw(view, lot, cap))
  if (promotional) return lotSentence(place, promotional)
  const paid = lots.find((lot) => lot.category === 'paid' && mayDraw(view, lot, cap))
  if (paid) return lotSentence(place, paid)
  if (view.overage && view.paid_use && hasLeft(view.overage) && !cap) {
    const { left, limit } = view.overage
    return say(place.words.next.overage, { left: money(place, left), limit: money(place, limit) })
  }
  return stoppedSentence(place, view, { cap, lots })
}

const mayDraw = (view: AccountView, lot: LotView, cap: CapView | undefined): boolean =>
  !cap && (lot.category === 'promotional' || view.paid_use)

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

function stoppedSentence(
  place: Place,
  view: AccountView,
  found: { readonly cap: CapView | undefined; readonly lots: readonly LotView[] },
): string {
  const { next } = place.words
  if (found.cap && found.lots.length > 0) {
    return say(next.stoppedCap, { cap: capWithNumbers(place, found.cap) })
  }
  const window = view.windows.find((own) => isGeneral(own) && !hasLeft(own))
  if (window?.resets_at) {
    return say(next.stoppedWindow, {
      window: windowName(place, window.id),
      when: reset(place, window.resets_at),
    })
  }
  const isPaidLeft = found.lots.some((lot) => lot.category === 'paid')
  return isPaidLeft && !view.paid_use ? next.stoppedPaidUseOff : next.stoppedFunds
}
