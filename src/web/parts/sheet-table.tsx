import { Link } from '@tanstack/react-router'
import type { Sheet } from '../../contract/statements/index.ts'
import { count } from '../app/format.ts'
import { type Lang, useLang } from '../app/preferences.ts'
import { Money, Muted, Stack, Table } from '../kit/index.ts'

interface SheetTableProps {
  readonly sheet: Sheet
  readonly currency: string
  /** Where a text of it leads: the receipt of a purchase, say. */
  readonly hrefOf?: (text: string) => string | undefined
}

interface Line {
  readonly id: string
  readonly cells: readonly string[]
}

/** A table of a document on paper, on the screen: the same columns, rows and words. */
export function SheetTable({ sheet, currency, hrefOf }: SheetTableProps) {
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
  hrefOf,
}: {
  readonly text: string
  readonly kind: Sheet['columns'][number]['kind']
  readonly currency: string
  readonly hrefOf?: SheetTableProps['hrefOf']
}) {
  const lang = useLang()
  if (text === '') return '–'
  if (kind === 'amount') return <Money amount={text} currency={currency} />
  if (kind === 'time') return <time dateTime={text}>{utcText(text, lang)}</time>
  if (kind === 'count') return count(BigInt(text), lang)
  const href = hrefOf?.(text)
  return href === undefined ? text : <Link to={href}>{text}</Link>
}

/** The columns say so: documents have their times in UTC, wherever they are read. */
const utcText = (at: string, lang: Lang): string =>
  new Intl.DateTimeFormat(lang, {
    dateStyle: 'medium',
    timeStyle: 'short',
    hourCycle: 'h23',
    timeZone: 'UTC',
  }).format(new Date(at))
