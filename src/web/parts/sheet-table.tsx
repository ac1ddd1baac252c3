import { Link, type LinkProps } from '@tanstack/react-router'
import type { Sheet } from '../../contract/statements/index.ts'
import { count } from '../app/format.ts'
import { type Lang, useLang } from '../app/preferences.ts'
import { Money, Muted, Stack, Table } from '../kit/index.ts'
import { EntryLink } from './screen-link.tsx'

interface Target {
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
}

interface SheetTableProps {
  readonly sheet: Sheet
  readonly currency: string
  /** Whose journal entries its rows lead to. */
  readonly account: string
  /** Where a text of it leads: the receipt of a purchase, say. */
  readonly linkOf?: (text: string) => Target | undefined
}

interface Line {
  readonly id: string
  /** The one entry behind it. */
  readonly seq: number | null
  readonly cells: readonly string[]
}

/** A table of a document on paper, on the screen: the same columns, rows and words. */
export function SheetTable({ sheet, currency, account, linkOf }: SheetTableProps) {
  const { title, notes, columns, entries } = sheet
  const rows = sheet.rows.map(
    (cells, at): Line => ({ cells, id: `${at}`, seq: entries?.[at] ?? null }),
  )
  // The first amount of a row leads to its entry: the others beside it would lead to the same.
  const leads = columns.findIndex(({ kind }) => kind === 'amount' || kind === 'count')
  return (
    <Stack gap={2}>
      <Table
        name={title}
        columns={columns.map(({ title: label, kind }, at) => ({
          id: `${at}`,
          label,
          numeric: kind === 'amount' || kind === 'count',
          cell: ({ cells, seq }: Line) => {
            const cell = (
              <Cell
                text={cells[at] ?? ''}
                kind={kind}
                currency={currency}
                {...(linkOf && { linkOf })}
              />
            )
            if (at !== leads || seq === null) return cell
            return (
              <EntryLink account={account} seq={seq}>
                {cell}
              </EntryLink>
            )
          },
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
  linkOf,
}: {
  readonly text: string
  readonly kind: Sheet['columns'][number]['kind']
  readonly currency: string
  readonly linkOf?: SheetTableProps['linkOf']
}) {
  const lang = useLang()
  if (text === '') return '–'
  if (kind === 'amount') return <Money amount={text} currency={currency} />
  if (kind === 'time') return <time dateTime={text}>{utcText(text, lang)}</time>
  if (kind === 'count') return count(BigInt(text), lang)
  const target = linkOf?.(text)
  return target === undefined ? text : <Link {...(target as LinkProps)}>{text}</Link>
}

/** The columns say so: documents have their times in UTC, wherever they are read. */
const utcText = (at: string, lang: Lang): string =>
  new Intl.DateTimeFormat(lang, {
    dateStyle: 'medium',
    timeStyle: 'short',
    hourCycle: 'h23',
    timeZone: 'UTC',
  }).format(new Date(at))
