import type { CallListed, EntryAnswer, RunningCall } from '../../client/index.ts'
import { type Latency, latencyOf } from '../../contract/receipt/index.ts'
import { formatNanos, type Nanos } from '../../core/money/index.ts'
import {
  type Cell,
  type Clock,
  type Column,
  count,
  money,
  pad,
  readAmount,
  renderTable,
  type Style,
  sanitize,
  timeOfDay,
  truncate,
} from '../render/index.ts'
import { words } from './receipt-parts.ts'

export interface CallsView {
  readonly style: Style
  readonly clock: Clock
}

/** What a line about a call shows, from the list and from the feed alike. */
interface CallRow {
  readonly at: string
  readonly receipt: string
  readonly model: string
  readonly outcome: string
  readonly bad: boolean
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly source: string
  readonly waited: string
  /** Money drawn, or in words why it is not known. */
  readonly billed: string | null
  readonly byPlan: string
  readonly currency: string
}

/** Ids are whole, for the next command; on a narrow screen the other columns give way. */
const COLUMNS: readonly Column[] = [
  { title: 'ended', drop: 6 },
  { title: 'receipt' },
  { title: 'model', min: 10, drop: 1 },
  { title: 'outcome', min: 8 },
  { title: 'in', align: 'right', drop: 5 },
  { title: 'cached', align: 'right', drop: 7 },
  { title: 'out', align: 'right', drop: 4 },
  { title: 'source', drop: 3 },
  { title: 'first byte / end', align: 'right', drop: 8 },
  { title: 'billed', align: 'right' },
  { title: 'by plan', align: 'right', drop: 2 },
]

export function callsTable(calls: readonly CallListed[], view: CallsView): string[] {
  if (calls.length === 0) return ['No calls match.']
  const rows = calls.map(rowOfCall)
  return [
    ...renderTable(view.style, {
      columns: COLUMNS,
      rows: rows.map((row) => cells(row, view)),
    }),
    ...(view.style.interactive
      ? [view.style.paint('muted', 'billed: money drawn; by plan: list price covered by the plan')]
      : []),
  ]
}

/** Calls in flight: what each holds, and what it cannot exceed. */
export function runningTable(
  calls: readonly RunningCall[],
  currency: string,
  view: CallsView,
): string[] {
  if (calls.length === 0) return ['No calls in flight.']
  return renderTable(view.style, {
    columns: [
      { title: 'since', drop: 2 },
      { title: 'call' },
      { title: 'model', min: 10 },
      { title: 'held: money', align: 'right' },
      { title: 'by plan', align: 'right', drop: 1 },
      { title: 'so far (estimate)', align: 'right', drop: 4 },
      { title: 'at most', align: 'right', drop: 3 },
    ],
    rows: calls.map((call): Cell[] => [
      timeOfDay(Date.parse(call.at), view.clock),
      call.call_id,
      call.model,
      money(call.held.money, currency),
      money(call.held.included, currency),
      call.so_far ? moneyOr(call.so_far.amount, currency) : '–',
      money(call.worst, currency),
    ]),
  })
}

function cells(row: CallRow, view: CallsView): Cell[] {
  return [
    timeOfDay(Date.parse(row.at), view.clock),
    row.receipt,
    row.model,
    { text: words(row.outcome), tone: row.bad ? 'warn' : 'plain' },
    count(row.input),
    count(row.cached),
    count(row.output),
    row.source,
    row.waited,
    moneyOr(row.billed, row.currency),
    money(row.byPlan, row.currency),
  ]
}

function rowOfCall(call: CallListed): CallRow {
  const { amounts, served, verdict } = call
  return {
    at: call.as_of,
    receipt: call.receipt_id,
    model: served.model.served ?? served.model.requested ?? '',
    outcome: verdict.refusal ?? verdict.outcome ?? verdict.code,
    bad: isBad(verdict.outcome, verdict.refusal),
    ...tokensOf(call.usage?.tokens ?? {}),
    source: sourceWords({
      plan: amounts.covered_by_plan.amount,
      promotional: amounts.credit.promotional.amount,
      paid: amounts.credit.paid.amount,
      overage: amounts.overage.amount,
      'not billed': amounts.absorbed.amount,
    }),
    waited: waitedText(call.latency),
    billed: unknownCost(call.status) ?? amounts.charged.amount,
    byPlan: amounts.covered_by_plan.amount ?? '0',
    currency: call.currency ?? 'USD',
  }
}

/** Milliseconds; nothing where the gateway saw neither. */
function waitedText({ first_byte_ms: first, last_byte_ms: end }: Latency): string {
  if (first === null && end === null) return ''
  return `${[first, end].map((ms) => (ms === null ? '–' : count(ms))).join(' / ')} ms`
}

/** Without a price or without usage nothing is known, and nothing is not zero. */
const unknownCost = (status: string): string | undefined =>
  status === 'unpriced' || status === 'usage_missing' ? words(status) : undefined

function moneyOr(amount: string | null, currency: string): string {
  if (amount === null) return 'not known'
  return readAmount(amount) === undefined ? amount : money(amount, currency)
}

const isBad = (outcome: string | null, refusal: string | null): boolean =>
  refusal !== null || (outcome !== null && outcome !== 'succeeded')

function tokensOf(tokens: Readonly<Record<string, number>>) {
  const total = (kinds: readonly string[]): number =>
    kinds.reduce((sum, kind) => sum + (tokens[kind] ?? 0), 0)
  return {
    input: total([
      'input',
      'cache_write',
      'cache_write_5m',
      'cache_write_1h',
      'input_audio',
      'input_image',
    ]),
    cached: total(['cache_read']),
    output: total(['output', 'reasoning', 'output_audio', 'output_image']),
  }
}

function sourceWords(sources: Readonly<Record<string, string | null>>): string {
  const drawn = Object.entries(sources).filter(
    ([, drawnAmount]) => (readAmount(drawnAmount) ?? 0n) > 0n,
  )
  return drawn.map(([name]) => name).join(' + ')
}

/** Entries that end or refuse a call; the others move nothing that a call list shows. */
const CALL_KINDS = new Set(['settle', 'record', 'release', 'authorize', 'expire_hold'])

function rowOfEntry(entry: EntryAnswer, currency: string): CallRow | undefined {
  if (!CALL_KINDS.has(entry.kind) || entry.call === undefined) return undefined
  const drawn = drawnBySource(entry)
  return {
    at: entry.at,
    receipt: entry.receipt_id ?? entry.call.call_id,
    model: entry.served?.model ?? entry.call.model,
    outcome: entry.refused?.code ?? entry.outcome?.code ?? entry.kind,
    bad: isBad(entry.outcome?.code ?? null, entry.refused?.code ?? null),
    ...tokensOf(entry.usage?.tokens ?? {}),
    source: sourceWords({ ...drawn, 'not billed': entry.totals?.absorbed ?? null }),
    waited: waitedText(latencyOf(entry.evidence)),
    billed: unknownCost(entry.pending ?? '') ?? entry.totals?.money ?? '0',
    byPlan: entry.totals?.included ?? '0',
    currency,
  }
}

function drawnBySource(entry: EntryAnswer): Record<string, string> {
  const drawn: Record<string, bigint> = {}
  for (const source of entry.funding ?? []) {
    const name = source.class === 'included' ? 'plan' : (source.category ?? words(source.class))
    drawn[name] = (drawn[name] ?? 0n) + (readAmount(source.drawn) ?? 0n)
  }
  return Object.fromEntries(
    Object.entries(drawn).map(([name, value]) => [name, formatNanos(value as Nanos)]),
  )
}

const RECEIPT = 1
/** Fixed widths: lines that come one by one cannot wait for the widest. */
const FEED_WIDTHS = [8, 41, 20, 24, 8, 8, 7, 14, 18, 11, 11]

export function feedHeader(view: CallsView): string {
  const titles = COLUMNS.map(({ title }) => title)
  return view.style.paint('strong', feedLine(titles, view.style.columns))
}

/** A line of the live feed; `undefined` for entries that are not about a call's end. */
export function feedRow(entry: EntryAnswer, currency: string, view: CallsView): string | undefined {
  const row = rowOfEntry(entry, currency)
  if (row === undefined) return undefined
  const texts = cells(row, view).map((cell) =>
    sanitize(typeof cell === 'string' ? cell : cell.text),
  )
  const line = feedLine(texts, view.style.columns)
  return row.bad ? view.style.paint('warn', line) : line
}

function feedLine(texts: readonly string[], columns: number): string {
  const shown = feedColumns(columns)
  return COLUMNS.flatMap(({ align }, index) => {
    if (!shown.has(index)) return []
    const [text = '', width = 0] = [texts[index], FEED_WIDTHS[index]]
    return [pad(index === RECEIPT ? text : truncate(text, width), width, align)]
  })
    .join('  ')
    .trimEnd()
}

function feedColumns(columns: number): Set<number> {
  const shown = new Set(COLUMNS.keys())
  const total = (): number =>
    [...shown].reduce((sum, index) => sum + (FEED_WIDTHS[index] ?? 0) + 2, -2)
  const dropOf = (index: number): number => COLUMNS[index]?.drop ?? 0
  while (total() > columns) {
    const droppable = [...shown].filter((index) => dropOf(index) > 0)
    if (droppable.length === 0) break
    shown.delete(droppable.reduce((most, index) => (dropOf(index) > dropOf(most) ? index : most)))
  }
  return shown
}
