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
  readonly onOpen?: (row: Row) => void
}

/**
 * Rows with amounts and their total. Shown only when the rows add up to it exactly: a table that does not
 * close would be a lie, and says so instead.
 */
export function SumTable<Row>(props: SumTableProps<Row>) {
  const { amountOf, total, currency, amountLabel, columns, rows, ...rest } = props
  const words = useWords(kitWords)
  if (!closes(rows.map(amountOf), total))
    return (
      <Notice tone="danger" title={words.sumsOff} alert>
        <p>{words.sumsOffNext}</p>
      </Notice>
    )
  const amounts: Column<Row> = {
    id: 'amount',
    label: amountLabel,
    numeric: true,
    cell: (row) => <Money amount={amountOf(row)} currency={currency} />,
    foot: <Money amount={total} currency={currency} />,
  }
  const [first, ...others] = columns
  const named = first ? [{ ...first, foot: words.total }, ...others] : []
  return <Table {...rest} rows={rows} columns={[...named, amounts]} />
}
