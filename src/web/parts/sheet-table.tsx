import type { Sheet } from '../../contract/statements/index.ts'
import { count } from '../app/format.ts'
import { useLang } from '../app/preferences.ts'
import { Money, Muted, Stack, Table, Time } from '../kit/index.ts'

interface SheetTableProps {
  readonly sheet: Sheet
  readonly currency: string
}

interface Line {
  readonly id: string
  readonly cells: readonly string[]
}

/** A table of a document on paper, on the screen: the same columns, rows and words. */
export function SheetTable({ sheet, currency }: SheetTableProps) {
  const { title, notes, columns } = sheet
  const rows = sheet.rows.map((cells, at): Line => ({ cells, id: `${at}` }))
  return (
    <Stack gap={2}>
      <Table
        name={title}
        columns={columns.map(({ title: label, kind }, at) => ({
          id: `${at}`,
          label,
          numeric: kind === 'amount' || kind === 'count',
          cell: ({ cells }: Line) => (
            <Cell text={cells[at] ?? ''} kind={kind} currency={currency} />
          ),
        }))}
        rows={rows}
        rowKey={({ id }) => id}
      />
      {notes.map((note) => (
        <p key={note}>
          <Muted>{note}</Muted>
        </p>
      ))}
    </Stack>
  )
}

function Cell({
  text,
  kind,
  currency,
}: {
  readonly text: string
  readonly kind: Sheet['columns'][number]['kind']
  readonly currency: string
}) {
  const lang = useLang()
  if (text === '') return '–'
  if (kind === 'amount') return <Money amount={text} currency={currency} />
  if (kind === 'time') return <Time at={text} form="date" />
  return kind === 'count' ? count(BigInt(text), lang) : text
}
