import { type ReactNode, useId } from 'react'
import { useWords } from '../app/words.ts'
import { kitWords } from '../words/kit.ts'
import { Icon } from './icons.tsx'
import css from './table.module.css'

export interface Column<Row> {
  readonly id: string
  readonly label: string
  readonly cell: (row: Row) => ReactNode
  /** Numbers stand at the right. */
  readonly numeric?: boolean
  /** Left out where there is little room: `1` below 1000 px of the table, `2` below 640 px. */
  readonly priority?: 1 | 2
  /** Shown at the foot, under this column. */
  readonly foot?: ReactNode
  /** There is nothing to say of this row: left out of its card. */
  readonly absent?: (row: Row) => boolean
  /** Its head is a button that sorts by it, where the table is told how it is sorted. */
  readonly sortable?: boolean
}

export interface Sorting {
  readonly by: string
  readonly descending: boolean
  readonly onSort: (column: string) => void
}

export interface TableProps<Row> {
  /** What the table is of; read aloud, and shown where `caption` is on. */
  readonly name: string
  readonly caption?: boolean
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly onOpen?: (row: Row) => void
  readonly empty?: ReactNode
  /** Where there is little room, each row becomes a card with the names of its columns. */
  readonly cards?: boolean
  /** How the rows were sorted before they came here. */
  readonly sorting?: Sorting
}

/** A table that never makes the page scroll sideways: it scrolls in itself, by keyboard too. */
export function Table<Row>(props: TableProps<Row>) {
  const { name, caption = false, columns, rows, empty, cards = false, sorting } = props
  const words = useWords(kitWords)
  const id = useId()
  if (rows.length === 0 && empty !== undefined) return empty
  const hasFoot = columns.some(({ foot }) => foot !== undefined)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keyboard
    <section className={css.scroll} aria-label={words.scrollable(name)} tabIndex={0}>
      <table
        className={css.table}
        aria-labelledby={id}
        data-cards={cards || undefined}
        {...roleOf(cards, 'table')}
      >
        <caption id={id} className={caption ? css.caption : 'visually-hidden'}>
          {name}
        </caption>
        <thead {...roleOf(cards, 'rowgroup')}>
          <tr {...roleOf(cards, 'row')}>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                aria-sort={sortOf(column, sorting)}
                {...marks(column)}
                {...roleOf(cards, 'columnheader')}
              >
                <Head column={column} sorting={sorting} />
              </th>
            ))}
          </tr>
        </thead>
        <Body {...props} />
        {hasFoot && (
          <tfoot {...roleOf(cards, 'rowgroup')}>
            <tr {...roleOf(cards, 'row')}>
              {columns.map((column) => (
                <td key={column.id} {...marks(column)} {...roleOf(cards, 'cell')}>
                  {column.foot}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  )
}

function Head<Row>({
  column,
  sorting,
}: {
  readonly column: Column<Row>
  readonly sorting: Sorting | undefined
}) {
  const words = useWords(kitWords)
  if (!column.sortable || sorting === undefined) return column.label
  return (
    <button
      type="button"
      className={css.sort}
      title={words.sortBy(column.label)}
      onClick={() => sorting.onSort(column.id)}
    >
      {column.label}
      {sorting.by === column.id && <Icon name={sorting.descending ? 'down' : 'up'} />}
    </button>
  )
}

function sortOf<Row>({ id, sortable }: Column<Row>, sorting: Sorting | undefined) {
  if (!sortable || sorting?.by !== id) return undefined
  return sorting.descending ? 'descending' : 'ascending'
}

function Body<Row>({ columns, rows, rowKey, onOpen, cards = false }: TableProps<Row>) {
  return (
    <tbody {...roleOf(cards, 'rowgroup')}>
      {rows.map((row) => (
        <tr
          key={rowKey(row)}
          {...roleOf(cards, 'row')}
          data-opens={onOpen ? true : undefined}
          data-row
          onClick={onOpen ? (event) => openUnlessLink(event, () => onOpen(row)) : undefined}
        >
          {columns.map((column) => (
            <td
              key={column.id}
              {...marks(column)}
              {...roleOf(cards, 'cell')}
              data-label={column.label}
              data-absent={column.absent?.(row) || undefined}
            >
              {cards ? <div>{column.cell(row)}</div> : column.cell(row)}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  )
}

/** Said again where rows are shown as cards: browsers take what is no longer laid out as a table for none. */
const roleOf = (cards: boolean, role: string) => (cards ? { role } : {})

const marks = <Row,>({ numeric, priority }: Column<Row>) => ({
  'data-numeric': numeric || undefined,
  'data-priority': priority,
})

/** A click on a link or a button inside the row is theirs; so is one that ends a selection of text. */
function openUnlessLink(event: { readonly target: EventTarget }, open: () => void): void {
  const { target } = event
  if (target instanceof Element && target.closest('a, button, input, select, label')) return
  if (getSelection()?.toString()) return
  open()
}
