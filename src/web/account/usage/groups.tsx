import type { ReactNode } from 'react'
import { formatSum } from '../../../contract/explain/index.ts'
import { canSplit, type UsageMeasure } from '../../../contract/usage/index.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { closes } from '../../app/shares.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Button, type Column, Money, Notice, Panel, Stack, Table } from '../../kit/index.ts'
import { type UsageExplored, type UsageSums, useValueNames } from './data.ts'
import { type Explored, filterOfRow, withValue } from './query.ts'
import { usageWords } from './words.ts'

interface Row {
  readonly id: string
  readonly label: string
  /** What a click on it chooses; `null`: nothing that could be chosen. */
  readonly filter: ReturnType<typeof filterOfRow>
  readonly sums: UsageSums
  readonly previous: UsageSums | null
}

const MONEY = [
  'charged',
  'covered_by_plan',
  'list_price',
] as const satisfies readonly UsageMeasure[]
const COUNTS = ['calls', 'tokens'] as const satisfies readonly UsageMeasure[]

/** The rows, everything that is not among them, and the total that they add up to. */
export function Groups({
  explored,
  own,
  onMore,
}: {
  readonly explored: UsageExplored
  readonly own: Explored
  readonly onMore: () => void
}) {
  const words = useWords(usageWords)
  const lang = useLang()
  const rows = useRows(explored, own)
  const columns = useColumns(explored, own, rows)
  const { totals, rest } = explored
  const name = `${words.title}: ${words.groups[explored.group_by]}`
  if (!addsUp(explored, rows)) return <Notice tone="danger" title={words.sumsOff} alert />
  return (
    <Panel title={name} asOf={explored}>
      <Stack gap={3}>
        {(totals.unpriced_calls ?? 0) > 0 && (
          <Notice tone="warn" title={words.unpriced(count(totals.unpriced_calls ?? 0, lang))} />
        )}
        <Table name={name} columns={columns} rows={rows} rowKey={({ id }) => id} />
        {rest !== null && (
          <div>
            <Button onClick={onMore}>{words.more}</Button>
          </div>
        )}
      </Stack>
    </Panel>
  )
}

/** What does not close is not shown. */
function addsUp({ totals, group_by }: UsageExplored, rows: readonly Row[]): boolean {
  const measures = [...MONEY, ...COUNTS].filter((measure) => canSplit(group_by, measure))
  return measures.every((measure) => {
    const parts = rows.map(({ sums }) => sums[measure])
    if (parts.includes(null) || totals[measure] === null) return true
    return closes(parts.map(String), String(totals[measure]))
  })
}

function useRows({ rows, rest, group_by }: UsageExplored, own: Explored): readonly Row[] {
  const words = useWords(usageWords)
  const lang = useLang()
  const nameOf = useValueNames()
  const shown = rows.map(
    ({ key, name, sums, previous }): Row => ({
      id: `row ${key}`,
      label: group_by === 'none' ? words.total : nameOf(group_by, key, name),
      filter: filterOfRow(own, key),
      sums,
      previous,
    }),
  )
  if (rest === null) return shown
  const label = words.rest(count(rest.groups, lang))
  return [...shown, { ...rest, id: 'rest', label, filter: null }]
}

function useLabels(): Readonly<Record<UsageMeasure, string>> {
  const words = useWords(usageWords)
  return {
    charged: words.charged,
    covered_by_plan: words.covered,
    list_price: words.listPrice,
    calls: words.calls,
    tokens: words.tokens,
  }
}

/** Figures of the sums; a dash where the group cannot split them. Money is so rounded that it adds up. */
function useFigures(currency: string) {
  const lang = useLang()
  return (parts: readonly UsageSums[], total: UsageSums | null, of: UsageMeasure) => {
    const amounts = [total, ...parts].map((sums) => sums?.[of] ?? null)
    const [whole, ...others] = amounts.filter((amount) => typeof amount === 'string')
    const isSum = whole !== undefined && others.length === parts.length
    const shown = isSum ? formatSum(whole, others, { currency, lang }) : null
    const texts = new Map(shown ? [[total, shown.total]] : [])
    for (const [at, text] of (shown?.parts ?? []).entries()) texts.set(parts[at] ?? null, text)
    return (sums: UsageSums | null): ReactNode => {
      const value = sums?.[of] ?? null
      if (value === null) return '–'
      if (typeof value === 'number') return count(value, lang)
      const text = texts.get(sums)
      return <Money amount={value} currency={currency} {...(text !== undefined && { text })} />
    }
  }
}

function useColumns(explored: UsageExplored, own: Explored, rows: readonly Row[]): Column<Row>[] {
  const words = useWords(usageWords)
  const { currency, totals, group_by, measure, previous } = explored
  const labels = useLabels()
  const figures = useFigures(currency)
  const columnOf = (of: UsageMeasure, priority?: 1 | 2): Column<Row> => {
    const figure = figures(
      rows.map(({ sums }) => sums),
      totals,
      of,
    )
    return {
      id: of,
      label: labels[of],
      numeric: true,
      cell: ({ sums }) => figure(sums),
      foot: figure(totals),
      ...(priority && of !== measure && { priority }),
    }
  }
  const all = [
    columnOf('calls', 2),
    columnOf('tokens', 1),
    columnOf('list_price', 1),
    columnOf('covered_by_plan', 2),
    columnOf('charged'),
  ]
  const earlier = figures(
    rows.flatMap((row) => row.previous ?? []),
    previous?.totals ?? null,
    measure,
  )
  const before: Column<Row> = {
    id: 'before',
    label: `${words.before}: ${words.measures[measure]}`,
    numeric: true,
    cell: (row) => earlier(row.previous),
    foot: earlier(previous?.totals ?? null),
  }
  return [
    {
      id: 'name',
      label: words.row,
      cell: (row) => <RowName row={row} own={own} />,
      foot: words.total,
    },
    ...all.filter(({ id }) => canSplit(group_by, id as UsageMeasure)),
    ...(previous === null ? [] : [before]),
  ]
}

/** Any value narrows to itself when it is clicked. */
function RowName({ row, own }: { readonly row: Row; readonly own: Explored }) {
  const words = useWords(usageWords)
  const [, change] = useUrlState()
  const { filter, label } = row
  if (filter === null) return label
  const chip = { ...filter, isUnwanted: false }
  return (
    <Button
      kind="quiet"
      size="small"
      aria-label={words.onlyThis(label)}
      onClick={() => change({ [filter.name]: withValue(own.filters, chip) })}
    >
      {label}
    </Button>
  )
}
