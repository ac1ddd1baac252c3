import type { AccountState } from '../../client/index.ts'
import { nextCallSentence } from '../../contract/explain/index.ts'
import { formatNanos, type Nanos, sum } from '../../core/money/index.ts'
import {
  bar,
  type Cell,
  type Clock,
  count,
  dateTime,
  freshness,
  moment,
  money,
  pad,
  readAmount,
  renderTable,
  type Style,
  sanitize,
  span,
  type Tone,
  truncate,
  usedPercent,
  widthOf,
  wrap,
} from '../render/index.ts'
import { promotionText, resetRows } from './status-plan.ts'

export interface StatusView {
  readonly style: Style
  readonly clock: Clock
}

type Window = AccountState['windows'][number]
type Lot = AccountState['lots'][number]
type Cap = AccountState['caps'][number]

const HOLDS_SHOWN = 5

/** Can I go on, and what will it cost? Then windows, credit, caps and calls in flight. */
export function statusLines(state: AccountState, view: StatusView): string[] {
  const sections = [
    heading(state, view),
    windowsSection(state, view),
    resetsSection(state, view),
    lotsSection(state, view),
    moneySection(state, view),
    capsSection(state, view),
    holdsSection(state, view),
  ]
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index === 0 ? section : ['', ...section]))
}

const title = ({ style }: StatusView, text: string): string => style.paint('strong', text)

function heading(state: AccountState, view: StatusView): string[] {
  const { style, clock } = view
  const fresh = freshness(state.as_of, state.seq, clock)
  const sentence = nextCallSentence(state, { lang: 'en', timeZone: clock.timeZone })
  const name = `${title(view, sanitize(state.name))} ${style.paint('muted', sanitize(state.account_id))}`
  const paidUse = state.paid_use ? 'paid use is on' : 'paid use is off'
  const parked = state.status === 'parked' ? [style.paint('bad', 'parked: nothing is charged')] : []
  return [
    name,
    [`plan ${sanitize(state.plan)}`, paidUse, ...parked].join(' - '),
    style.paint(fresh.stale ? 'warn' : 'muted', fresh.text),
    '',
    ...wrap(sanitize(sentence), style.columns),
  ]
}

function windowsSection(state: AccountState, view: StatusView): string[] {
  if (state.windows.length === 0) return [title(view, 'Windows'), 'The plan has none.']
  const width = Math.max(...state.windows.map(({ id }) => widthOf(sanitize(id))))
  return [
    title(view, 'Windows'),
    ...state.windows.flatMap((window) => windowLines(window, state, { ...view, width })),
  ]
}

function resetsSection(state: AccountState, view: StatusView): string[] {
  const rows = resetRows(state, view)
  return rows.length === 0 ? [] : [title(view, 'Banked resets'), ...rows]
}

interface MeterView extends StatusView {
  /** Columns of the longest name. */
  readonly width: number
}

function windowLines(window: Window, state: AccountState, view: MeterView): string[] {
  const reset = resetText(window, view.clock)
  if (reset.passed)
    return meter(window.id, { figures: '? used - ? left', detail: reset.text }, view)
  const { currency } = state
  const held = readAmount(window.held) ? ` - ${money(window.held, currency)} held` : ''
  const over = readAmount(window.overshoot)
    ? ` - ${money(window.overshoot, currency)} beyond it`
    : ''
  const value = `${money(window.used, currency)} of ${money(window.capacity, currency)}${held}${over}${promotionText(window.promotion, currency)}`
  return meter(
    window.id,
    { ...partsOf(window.used, window.held, window.capacity), detail: `${value} - ${reset.text}` },
    view,
  )
}

interface Meter {
  readonly used?: bigint
  readonly held?: bigint
  readonly total?: bigint
  readonly figures: string
  readonly detail: string
}

/** Used and left together: held counts as used, since nobody else can have it. */
function partsOf(used: string, held: string, total: string) {
  const parts = {
    used: readAmount(used) ?? 0n,
    held: readAmount(held) ?? 0n,
    total: readAmount(total) ?? 0n,
  }
  const percent = usedPercent(parts.used + parts.held, parts.total)
  return { ...parts, figures: `${percent} % used - ${100 - percent} % left` }
}

function meter(name: string, given: Meter, view: MeterView): string[] {
  const { style, width } = view
  const title = pad(sanitize(name), width)
  if (!style.interactive) return [`${title}  ${given.figures} - ${given.detail}`]
  // Where there is no room beside the name, figures and details go below it.
  const beside = width + GAP + widthOf(given.figures) <= style.columns
  const indent = beside ? width + GAP : GAP
  const room = style.columns - indent
  const details = wrap(given.detail, room).map(
    (line) => ' '.repeat(indent) + style.paint('muted', line),
  )
  const figures = [...barOf(given, style, room), given.figures].join('  ')
  return beside
    ? [`${title}  ${figures}`, ...details]
    : [title.trimEnd(), ' '.repeat(indent) + figures, ...details]
}

const GAP = 2
const BAR_COLUMNS_MIN = 4
const BAR_COLUMNS_MAX = 30

function barOf({ used, held, total, figures }: Meter, style: Style, room: number): string[] {
  if (used === undefined || held === undefined || total === undefined) return []
  const free = Math.floor((room - widthOf(figures) - GAP) * 0.7)
  const columns = Math.min(BAR_COLUMNS_MAX, free)
  if (columns < BAR_COLUMNS_MIN) return []
  return [bar(style, { used, held, total }, columns, toneOf(used + held, total))]
}

const toneOf = (used: bigint, total: bigint): Tone =>
  used >= total ? 'bad' : used * 10n >= total * 8n ? 'warn' : 'ok'

/** When a window or a cap begins anew. What is past is not known any more. */
function resetText(
  { resets_at, length }: { resets_at: string | null; length?: string },
  clock: Clock,
): { text: string; passed: boolean } {
  if (resets_at === null) {
    const lasts = length === undefined ? '' : `; lasts ${durationWords(length)}`
    return { text: `starts with your next call${lasts}`, passed: false }
  }
  const at = Date.parse(resets_at)
  if (at <= clock.now())
    return { text: `its reset has passed ${span(clock.now() - at)} ago; ask again`, passed: true }
  return { text: `resets ${moment(at, clock)}`, passed: false }
}

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^P(\d+)Y$/, 'y'],
  [/^P(\d+)M$/, 'months'],
  [/^P(\d+)W$/, 'weeks'],
  [/^P(\d+)D$/, 'd'],
  [/^PT(\d+)H$/, 'h'],
  [/^PT(\d+)M$/, 'min'],
]

/** `PT5H` is "5 h"; a mixed duration stays as it is written. */
function durationWords(iso: string): string {
  for (const [pattern, unit] of UNITS) {
    const amount = pattern.exec(iso)?.[1]
    if (amount !== undefined)
      return unit === 'months' && amount === '1' ? '1 month' : `${amount} ${unit}`
  }
  return iso
}

function lotsSection(state: AccountState, view: StatusView): string[] {
  const shown = state.lots.filter(
    (lot) => lot.state === 'active' || lot.state === 'not_yet_effective',
  )
  if (shown.length === 0) return [title(view, 'Credit'), 'None.']
  const rows = shown.map((lot): Cell[] => [
    lot.name,
    { text: lot.category, tone: lot.category },
    money(lot.remaining, state.currency),
    money(lot.face, state.currency),
    readAmount(lot.held) ? money(lot.held, state.currency) : '',
    lotLife(lot, view.clock),
    scopeText(lot.scope),
  ])
  return [
    title(view, 'Credit, in the order of use'),
    ...renderTable(view.style, {
      columns: [
        { title: 'lot', min: 10 },
        { title: 'kind' },
        { title: 'left', align: 'right' },
        { title: 'of', align: 'right', drop: 1 },
        { title: 'held', align: 'right', drop: 2 },
        { title: 'expires', min: 12 },
        { title: 'for', min: 8, drop: 3 },
      ],
      rows,
    }),
  ]
}

function lotLife(lot: Lot, clock: Clock): string {
  if (lot.state === 'not_yet_effective')
    return `from ${dateTime(Date.parse(lot.effective_at), clock)}`
  return lot.expires_at === null ? 'never' : moment(Date.parse(lot.expires_at), clock)
}

/** What a lot can be used for; everything unless it says less. */
function scopeText(scope: {
  readonly models?: readonly string[]
  readonly features?: readonly string[]
  readonly clients?: readonly string[]
}): string {
  const parts = [scope.models, scope.features, scope.clients].flatMap((names) => names ?? [])
  return parts.length === 0 ? 'everything' : parts.join(', ')
}

/** What is free in the account's lots of a category. */
export function creditLeft(state: AccountState, category: 'paid' | 'promotional'): Nanos {
  const active = state.lots.filter((lot) => lot.state === 'active' && lot.category === category)
  return sum(
    active.map(
      (lot) => ((readAmount(lot.remaining) ?? 0n) - (readAmount(lot.held) ?? 0n)) as Nanos,
    ),
  )
}

function moneySection(state: AccountState, view: StatusView): string[] {
  const { currency, overage } = state
  const rows: Cell[][] = [
    [
      'promotional credit',
      { text: figure(creditLeft(state, 'promotional'), currency), tone: 'promotional' },
      'free',
    ],
    ['paid credit', { text: figure(creditLeft(state, 'paid'), currency), tone: 'paid' }, 'free'],
  ]
  if (overage !== null)
    rows.push([
      'overage',
      { text: money(overage.used, currency), tone: 'overage' },
      `owed of at most ${money(overage.limit, currency)} - ${money(overage.left, currency)} left`,
    ])
  return [
    title(view, 'Money'),
    ...renderTable(view.style, {
      columns: [{ title: 'source' }, { title: 'amount', align: 'right' }, { title: 'what' }],
      rows,
    }),
  ]
}

const figure = (amount: Nanos, currency: string): string => money(formatNanos(amount), currency)

function capsSection(state: AccountState, view: StatusView): string[] {
  if (state.caps.length === 0) return []
  const names = state.caps.map(capName)
  const limit = Math.max(16, Math.floor(Math.min(view.style.columns, 120) / 3))
  const width = Math.min(limit, Math.max(...names.map((name) => widthOf(sanitize(name)))))
  const lines = state.caps.flatMap((cap, index) => {
    const name = truncate(sanitize(names[index] ?? ''), width)
    return capLines(cap, name, state, { ...view, width })
  })
  return [title(view, 'Caps (spent + held never goes over)'), ...lines]
}

/** One definition, a counter for each member, key or project. */
const isOfEach = (cap: Cap): boolean => cap.scope_id === '*' && cap.scope !== 'model'

const COUNTS: Readonly<Record<Cap['counts'], string>> = {
  money: '',
  paid: ' - paid only',
  all: ' - included value too',
}

function capName(cap: Cap): string {
  if (isOfEach(cap)) return `each ${cap.scope} per ${cap.period}`
  const of = cap.scope_id === null ? cap.scope : `${cap.scope} ${cap.scope_id}`
  return `${of} per ${cap.period}`
}

function capLines(cap: Cap, name: string, state: AccountState, view: MeterView): string[] {
  const value = `${money(cap.spent, state.currency)} of ${money(cap.amount, state.currency)}`
  const held = readAmount(cap.held) ? ` - ${money(cap.held, state.currency)} held` : ''
  const counts = COUNTS[cap.counts]
  const reset = cap.resets_at === null ? undefined : resetText(cap, view.clock)
  const detail = `${value}${held}${counts}${reset === undefined ? '' : ` - ${reset.text}`}`
  if (!readAmount(cap.amount))
    return meter(
      name,
      { figures: cap.counts === 'all' ? 'refuses all use' : 'refuses all paid use', detail },
      view,
    )
  if (isOfEach(cap)) {
    const figures = `${money(cap.amount, state.currency)} each${counts}`
    return meter(name, { figures, detail: '"everycent caps effective" shows whose' }, view)
  }
  if (reset?.passed) return meter(name, { figures: '? used - ? left', detail: reset.text }, view)
  return meter(name, { ...partsOf(cap.spent, cap.held, cap.amount), detail }, view)
}

function holdsSection(state: AccountState, view: StatusView): string[] {
  if (state.open_holds === 0) return []
  const rows = state.holds
    .slice(0, HOLDS_SHOWN)
    .map((hold): Cell[] => [
      hold.call_id,
      hold.model,
      money(hold.money, state.currency),
      money(hold.included, state.currency),
      `expires ${moment(Date.parse(hold.expires_at), view.clock)}`,
    ])
  const more = state.open_holds - rows.length
  return [
    title(view, `In flight: ${count(state.open_holds)}`),
    ...renderTable(view.style, {
      columns: [
        { title: 'call' },
        { title: 'model', min: 10 },
        { title: 'held money', align: 'right' },
        { title: 'held of plan', align: 'right' },
        { title: 'until', drop: 1 },
      ],
      rows,
    }),
    ...(more > 0 ? [view.style.paint('muted', `and ${count(more)} more`)] : []),
  ]
}

/** One line for prompts and status bars: `session 45 % used (2 h 43 min) | $12.40 promotional | …`. */
export function compactStatus(state: AccountState, clock: Clock): string {
  const windows = state.windows.map((window) => {
    const reset = resetText(window, clock)
    if (reset.passed) return `${window.id} ?`
    const { used, held, total } = partsOf(window.used, window.held, window.capacity)
    const left =
      window.resets_at === null ? '' : ` (${span(Date.parse(window.resets_at) - clock.now())})`
    return `${window.id} ${usedPercent(used + held, total)} % used${left}`
  })
  const credit = (['promotional', 'paid'] as const).flatMap((category) => {
    const free = creditLeft(state, category)
    return free > 0n ? [`${figure(free, state.currency)} ${category}`] : []
  })
  return [...windows, ...credit].map(sanitize).join(' | ')
}
