import { compareLots, type Plan } from '../funding/index.ts'
import type { Amount, Known } from '../ledger/index.ts'
import { formatNanos, type Nanos, readNanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import { type CapView, capView } from './cap-view.ts'
import { type AccountView, accountView, type LotView, type WindowView } from './view.ts'

/** What the journal alone does not tell of a moment that is past: on what exactly calls in flight held. */
type Unheld<T> = Omit<T, 'held'>

/** An account as it was known at a moment. What is left is so without the calls then in flight. */
export interface PastView
  extends Omit<
    AccountView,
    'as_of' | 'windows' | 'lots' | 'caps' | 'overage' | 'open_holds' | 'auto_reload'
  > {
  readonly at: AccountView['as_of']
  readonly windows: readonly Unheld<WindowView>[]
  /** Without those that have ended and have nothing left. */
  readonly lots: readonly Unheld<LotView>[]
  readonly caps: readonly Unheld<CapView>[]
  readonly overage: { readonly limit: Amount; readonly used: Amount; readonly left: Amount } | null
}

/** Renders what the journal told at an instant, with the functions that the state of now is shown by. */
export function pastView({ state, beside }: Known, plan: Plan, at: Instant): PastView {
  const lots = [...state.lots].sort(compareLots)
  const view = accountView({ ...state, lots }, plan, at)
  const { as_of, open_holds: _holds, auto_reload: _reload, ...rest } = view
  const besideCaps = [...beside.values()]
    .filter(({ removed }) => !removed)
    .map((own) => capView(own, state, at))
  return {
    ...rest,
    at: as_of,
    windows: view.windows.map(unheld),
    lots: view.lots.filter(isLeft).map(unheld),
    caps: [...view.caps, ...besideCaps].map(unheld),
    overage: view.overage && unheld(view.overage),
  }
}

function unheld<T extends { readonly held: Amount }>(own: T): Omit<T, 'held'> {
  const { held: _held, ...rest } = own
  return rest
}

const isLeft = ({ state, remaining }: LotView): boolean =>
  remaining !== '0' || !['expired', 'exhausted', 'voided'].includes(state)

/** One source of money or included usage, at two moments. */
export interface SourceChange {
  readonly source: 'window' | 'lot' | 'overage' | 'cap'
  readonly id: string
  /** What people call it; `null`: it has no name. */
  readonly name: string | null
  /** `used` of windows and overage, `remaining` of lots, `spent` of caps. */
  readonly figure: 'used' | 'remaining' | 'spent'
  readonly before: Amount
  readonly after: Amount
  /** `after` less `before`. */
  readonly change: Amount
  /** A window or the period of a cap that has begun anew between the two. */
  readonly restarted: boolean
}

type Figures = ReadonlyMap<
  string,
  Omit<SourceChange, 'before' | 'after' | 'change' | 'restarted'> & {
    readonly amount: Amount
    readonly period: string | null
  }
>

function figuresOf(view: PastView): Figures {
  const windows = view.windows.map((own) => ({
    ...named('window', own.id, null),
    ...({ figure: 'used', amount: own.used, period: own.start } as const),
  }))
  const lots = view.lots.map((own) => ({
    ...named('lot', own.id, own.name),
    ...({ figure: 'remaining', amount: own.remaining, period: null } as const),
  }))
  const caps = view.caps.map((own) => ({
    ...named('cap', own.id, null),
    ...({ figure: 'spent', amount: own.spent, period: own.resets_at } as const),
  }))
  const overage = view.overage
    ? [
        {
          ...named('overage', 'overage', null),
          figure: 'used',
          amount: view.overage.used,
          period: null,
        } as const,
      ]
    : []
  return new Map(
    [...windows, ...lots, ...overage, ...caps].map((own) => [`${own.source} ${own.id}`, own]),
  )
}

const named = <S extends SourceChange['source']>(source: S, id: string, name: string | null) => ({
  source,
  id,
  name,
})

/** What differs between two moments, source by source; a source that is not there has nothing. */
export function changesBetween(before: PastView, after: PastView): SourceChange[] {
  const [old, fresh] = [figuresOf(before), figuresOf(after)]
  const changes: SourceChange[] = []
  for (const key of new Set([...old.keys(), ...fresh.keys()])) {
    const [was, is] = [old.get(key), fresh.get(key)]
    const { source, id, name, figure } = (is ?? was)!
    const [from, to] = [was?.amount ?? '0', is?.amount ?? '0']
    const restarted = Boolean(was?.period && is?.period && was.period !== is.period)
    if (from === to && !restarted) continue
    const change = formatNanos((readNanos(to) - readNanos(from)) as Nanos)
    changes.push({ source, id, name, figure, before: from, after: to, change, restarted })
  }
  return changes
}
