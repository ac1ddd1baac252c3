import type { UsageExplored, UsageTree } from '../../client/index.ts'
import { parseNanos } from '../../core/money/index.ts'
import {
  bar,
  type Cell,
  type Clock,
  type Column,
  count,
  dateTime,
  money,
  renderTable,
  type Style,
} from '../render/index.ts'

interface UsageViewing {
  readonly style: Style
  readonly clock: Clock
}

type Sums = UsageExplored['totals']
type Measure = UsageExplored['measure']

const BAR_COLUMNS = 16

const NAMES: Readonly<Record<Measure, string>> = {
  charged: 'charged',
  list_price: 'list price',
  covered_by_plan: 'by plan',
  tokens: 'tokens',
  calls: 'calls',
}

const isCount = (measure: Measure): boolean => measure === 'tokens' || measure === 'calls'

/** A value as a whole number, for bars. */
const wholeOf = (value: string | number | null): bigint =>
  value === null ? 0n : typeof value === 'number' ? BigInt(value) : (parseNanos(value) ?? 0n)

/** The sums by group with a bar each, a rest where there is one, and a total that they add up to. */
export function usageLines(answer: UsageExplored, { style, clock }: UsageViewing): string[] {
  const { measure, currency, rows, rest, totals } = answer
  const period = `${dateTime(Date.parse(answer.from), clock)} to ${dateTime(Date.parse(answer.to), clock)}`
  if (totals.calls === 0) return [`No calls match from ${period}.`]
  const columns: readonly Column[] = [
    { title: answer.group_by === 'none' ? '' : answer.group_by.replaceAll('_', ' '), min: 10 },
    { title: '', drop: 6 },
    { title: 'calls', align: 'right' },
    { title: 'tokens', align: 'right', drop: 3 },
    { title: 'list price', align: 'right', drop: 2 },
    { title: 'by plan', align: 'right', drop: 4 },
    { title: 'charged', align: 'right' },
    ...(answer.previous ? [{ title: `${NAMES[measure]} before`, align: 'right' as const }] : []),
  ]
  const line = (name: string, sums: Sums, previous: Sums | null | undefined): Cell[] => [
    name,
    bar(style, { used: wholeOf(sums[measure]), total: wholeOf(totals[measure]) }, BAR_COLUMNS),
    countOr(sums.calls),
    countOr(sums.tokens),
    moneyOr(sums.list_price, currency),
    moneyOr(sums.covered_by_plan, currency),
    moneyOr(sums.charged, currency),
    ...(answer.previous ? [measureText(previous?.[measure] ?? null, measure, currency)] : []),
  ]
  return [
    `${NAMES[measure]} from ${period}`,
    ...renderTable(style, {
      columns,
      rows: [
        ...rows.map((row) => line(row.name ?? row.key ?? '(none)', row.sums, row.previous)),
        ...(rest ? [line(`${rest.groups} more`, rest.sums, rest.previous)] : []),
        line('total', totals, answer.previous?.totals),
      ],
    }),
    ...(answer.buckets.length > 0 ? ['', ...bucketLines(answer, { style, clock })] : []),
    ...unpricedLine(totals),
  ]
}

const unpricedLine = ({ unpriced_calls: calls }: Sums): string[] =>
  calls === null || calls === 0
    ? []
    : [`${count(calls)} of the calls are not priced yet: they are in no amount.`]

/** A line for each piece of time that has something. */
function bucketLines(
  { buckets, measure, currency }: UsageExplored,
  { style, clock }: UsageViewing,
): string[] {
  const most = buckets.reduce((max, { total }) => {
    const own = parseNanos(total) ?? 0n
    return own > max ? own : max
  }, 0n)
  const rows = buckets
    .filter(({ total }) => total !== '0')
    .map(({ start, total }): Cell[] => [
      dateTime(Date.parse(start), clock),
      bar(style, { used: parseNanos(total) ?? 0n, total: most }, BAR_COLUMNS * 2),
      measureText(total, measure, currency),
    ])
  return renderTable(style, {
    columns: [{ title: 'from' }, { title: '' }, { title: NAMES[measure], align: 'right' }],
    rows,
  })
}

const countOr = (value: number | null): string => (value === null ? '' : count(value))
const moneyOr = (amount: string | null, currency: string): string =>
  amount === null ? '' : money(amount, currency)

function measureText(value: string | number | null, measure: Measure, currency: string): string {
  if (value === null) return ''
  return isCount(measure) ? count(Number(value)) : money(String(value), currency)
}

/** One level of the tree: own and with everything below. */
export function treeLines(tree: UsageTree, { style, clock }: UsageViewing): string[] {
  if (tree.items.length === 0) return ['No calls match.']
  const { currency } = tree
  const rows = tree.items.map((node): Cell[] => [
    node.id ?? '(no session)',
    node.model ?? '',
    dateTime(Date.parse(node.from), clock),
    count(node.children),
    countOr(node.total.calls),
    moneyOr(node.own.list_price, currency),
    moneyOr(node.total.list_price, currency),
    moneyOr(node.total.charged, currency),
  ])
  const isSessions = tree.items[0]?.kind === 'session'
  return [
    ...renderTable(style, {
      columns: [
        { title: isSessions ? 'session' : 'call', min: 12 },
        { title: 'model', drop: 2 },
        { title: 'first call', drop: 3 },
        { title: 'below', align: 'right' },
        { title: 'calls', align: 'right' },
        { title: 'own list price', align: 'right', drop: 1 },
        { title: 'list price', align: 'right' },
        { title: 'charged', align: 'right' },
      ],
      rows: [
        ...rows,
        [
          'total',
          ...['', '', ''],
          countOr(tree.totals.calls),
          '',
          moneyOr(tree.totals.list_price, currency),
          moneyOr(tree.totals.charged, currency),
        ],
      ],
    }),
    ...(tree.next_cursor === null ? [] : ['There are more: raise --top.']),
  ]
}
