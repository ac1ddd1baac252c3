import type { AccountState } from '../../../client/index.ts'
import { nextCall } from '../../../contract/explain/index.ts'

type Window = AccountState['windows'][number]
type Lot = AccountState['lots'][number]

/** One source of the ladder: in the order in which calls draw. */
export type Rung =
  | { readonly kind: 'window'; readonly id: string; readonly window: Window; readonly now: boolean }
  | { readonly kind: 'lot'; readonly id: string; readonly lot: Lot; readonly now: boolean }
  | { readonly kind: 'overage'; readonly id: 'overage'; readonly now: boolean }
  /** No paid credit, or none that may be drawn: said, so that nobody has to guess what comes after. */
  | { readonly kind: 'no_balance'; readonly id: 'no_balance'; readonly now: false }

/** Lots that may still be drawn, or would be but for a reason that the reader should see. */
const SHOWN: readonly Lot['state'][] = ['active', 'not_yet_effective', 'frozen']

/** Sources in the order of routing: credit before the windows, windows, promotional, paid, overage. */
export function ladderOf(state: AccountState): Rung[] {
  const next = nextCall(state)
  const windowsNow = next.by === 'windows' ? next.windows.map(({ id }) => id) : []
  const lotNow = next.by === 'lot' ? next.lot.id : null
  const lots = state.lots.filter((lot) => SHOWN.includes(lot.state))
  const rungs = (wanted: (lot: Lot) => boolean): Rung[] =>
    lots.filter(wanted).map((lot) => ({ kind: 'lot', id: lot.id, lot, now: lot.id === lotNow }))
  const after = (category: Lot['category']) =>
    rungs((lot) => lot.position === 'after_windows' && lot.category === category)
  const windows = state.windows.map(
    (window): Rung => ({
      kind: 'window',
      id: window.id,
      window,
      now: windowsNow.includes(window.id),
    }),
  )
  const paid = after('paid')
  return [
    ...rungs((lot) => lot.position === 'before_windows'),
    ...windows,
    ...after('promotional'),
    ...(paid.length === 0 ? [{ kind: 'no_balance', id: 'no_balance', now: false } as const] : paid),
    ...(state.overage
      ? [{ kind: 'overage', id: 'overage', now: next.by === 'overage' } as const]
      : []),
  ]
}
