import { formatSum } from '../../contract/explain/index.ts'
import { useLang } from '../app/preferences.ts'
import { closes } from '../app/shares.ts'
import { useWords } from '../app/words.ts'
import { kitWords } from '../words/kit.ts'
import { Money } from './amount.tsx'
import { Notice } from './notice.tsx'
import { type Column, Table, type TableProps } from './table.tsx'

interface SumTableProps<Row> extends Omit<TableProps<Row>, 'onOpen'> {
  /** The exact amount of a row: what is added up. */
  readonly amountOf: (row: Row) => string
  /** What the server says the rows add up to. */
  readonly total: string
  readonly currency: string | null
  readonly amountLabel: string
  /** What the last line is called; “Total” unless told. */
  readonly totalLabel?: string
  readonly onOpen?: (row: Row) => void
}

/**
 * Rows with amounts and their total. Shown only when the rows add up to it exactly: a table that does not
 * close would be a lie, and says so instead. Where the rounded figures would not add up to the rounded
 * total, all of them are shown exactly.
 */
export function SumTable<Row>(props: SumTableProps<Row>) {
  const { amountOf, total, currency, amountLabel, totalLabel, columns, rows, ...rest } = props
  const words = useWords(kitWords)
  const lang = useLang()
  if (!closes(rows.map(amountOf), total))
    return (
      <Notice tone="danger" title={words.sumsOff} alert>
        <p>{words.sumsOffNext}</p>
      </Notice>
    )
  const shown = formatSum(total, rows.map(amountOf), { currency, lang })
  const textOf = new Map(rows.map((row, at) => [row, shown.parts[at] as string]))
  const amounts: Column<Row> = {
    id: 'amount',
    label: amountLabel,
    numeric: true,
    cell: (row) => (
      <Money amount={amountOf(row)} currency={currency} text={textOf.get(row) ?? amountOf(row)} />
    ),
    foot: <Money amount={total} currency={currency} text={shown.total} />,
  }
  const [first, ...others] = columns
  const named = first ? [{ ...first, foot: totalLabel ?? words.total }, ...others] : []
  return <Table {...rest} rows={rows} columns={[...named, amounts]} />
}
