import type { AccountState } from '../../client/index.ts'
import { formatNanos } from '../../core/money/index.ts'
import {
  type Cell,
  count,
  money,
  readAmount,
  renderTable,
  timeOfDay,
  usedPercent,
} from '../render/index.ts'
import { creditLeft, type StatusView } from './status.ts'

/** One row an account: where each stands, for an operator. */
export function overviewLines(states: readonly AccountState[], view: StatusView): string[] {
  if (states.length === 0)
    return [
      'There are no accounts yet.',
      'Open one: everycent accounts create --name Acme --plan pro',
    ]
  const rows = states.map((state): Cell[] => [
    state.account_id,
    state.name,
    state.plan,
    fullestWindow(state),
    money(formatNanos(creditLeft(state, 'promotional')), state.currency),
    money(formatNanos(creditLeft(state, 'paid')), state.currency),
    state.overage === null ? '' : money(state.overage.used, state.currency),
    count(state.open_holds),
    count(state.seq),
  ])
  const oldest = states.reduce((old, state) => (state.as_of < old.as_of ? state : old))
  return [
    ...renderTable(view.style, {
      columns: [
        { title: 'account' },
        { title: 'name', min: 8, drop: 4 },
        { title: 'plan' },
        { title: 'fullest window', min: 14 },
        { title: 'promotional', align: 'right' },
        { title: 'paid', align: 'right' },
        { title: 'owed', align: 'right', drop: 3 },
        { title: 'in flight', align: 'right', drop: 2 },
        { title: 'seq', align: 'right', drop: 1 },
      ],
      rows,
    }),
    view.style.paint('muted', `as of ${timeOfDay(Date.parse(oldest.as_of), view.clock)}`),
  ]
}

function fullestWindow(state: AccountState): Cell {
  const windows = state.windows.map((window) => {
    const used = (readAmount(window.used) ?? 0n) + (readAmount(window.held) ?? 0n)
    return { id: window.id, percent: usedPercent(used, readAmount(window.capacity) ?? 0n) }
  })
  const [first, ...rest] = windows
  if (first === undefined) return { text: 'no windows', tone: 'muted' }
  const fullest = rest.reduce((most, one) => (one.percent > most.percent ? one : most), first)
  const text = `${fullest.id} ${fullest.percent} % used - ${100 - fullest.percent} % left`
  return { text, tone: fullest.percent >= 100 ? 'bad' : fullest.percent >= 80 ? 'warn' : 'plain' }
}
