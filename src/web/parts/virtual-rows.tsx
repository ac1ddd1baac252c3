import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react'
import css from './virtual-rows.module.css'

export interface RowColumn<Row> {
  readonly id: string
  readonly label: string
  readonly cell: (row: Row) => ReactNode
  /** Of a CSS grid: `120px`, `1fr`. */
  readonly width: string
  /** Numbers stand at the right. */
  readonly numeric?: boolean
  /** Left out where there is little room. */
  readonly minor?: boolean
  /** Line and place (CSS `grid-area`) where a row stands in lines: of three parts, and on a phone of two. */
  readonly places?: readonly [medium: string, narrow: string]
}

interface VirtualRowsProps<Row> {
  /** What the rows are, for who does not see where they stand. */
  readonly name: string
  readonly columns: readonly RowColumn<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly onOpen?: (row: Row) => void
  /** Whether there is anything to open of a row; of every one unless told. */
  readonly opens?: (row: Row) => boolean
  /** Whether the reader has moved away from the first row. */
  readonly onScrolled?: (isScrolled: boolean) => void
  /** The last row has come into sight. */
  readonly onEnd?: () => void
}

/** Said again because rows are laid out by hand: browsers take what is no longer laid out as a table for none. */
const ROLES = {
  table: { role: 'table' },
  rowgroup: { role: 'rowgroup' },
  row: { role: 'row' },
  columnheader: { role: 'columnheader' },
  cell: { role: 'cell' },
}

const ROW_PX = 44
const OVERSCAN = 8

/** Thousands of rows of which only those in sight are in the page. It scrolls in itself, by keyboard too. */
export function VirtualRows<Row>(props: VirtualRowsProps<Row>) {
  const { name, columns, rows, rowKey, onScrolled, onEnd } = props
  const scroll = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rowKey(rows[index] as Row),
    overscan: OVERSCAN,
  })
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? -1
  useEffect(() => {
    if (last >= rows.length - 1 && rows.length > 0) onEnd?.()
  }, [last, rows.length, onEnd])
  const grid = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') }
  return (
    <section
      ref={scroll}
      className={css.scroll}
      aria-label={name}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keyboard
      tabIndex={0}
      onScroll={({ currentTarget }) => onScrolled?.(currentTarget.scrollTop > ROW_PX / 2)}
    >
      <table
        {...ROLES.table}
        aria-label={name}
        aria-rowcount={rows.length + 1}
        className={css.table}
      >
        <Head columns={columns} grid={grid} />
        <tbody {...ROLES.rowgroup} className={css.body} style={{ height: virtual.getTotalSize() }}>
          {shown.map(({ index, key, start }) => (
            <OneRow
              key={key}
              {...props}
              row={rows[index] as Row}
              index={index}
              start={start}
              grid={grid}
              measure={virtual.measureElement}
            />
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface HeadProps<Row> extends Pick<VirtualRowsProps<Row>, 'columns'> {
  readonly grid: { readonly gridTemplateColumns: string }
}

function Head<Row>({ columns, grid }: HeadProps<Row>) {
  return (
    <thead {...ROLES.rowgroup} className={css.head}>
      <tr {...ROLES.row} aria-rowindex={1} className={css.row} style={grid}>
        {columns.map(({ id, label, ...column }) => (
          <th key={id} {...ROLES.columnheader} {...marks(column)}>
            {label}
          </th>
        ))}
      </tr>
    </thead>
  )
}

interface OneRowProps<Row> extends VirtualRowsProps<Row> {
  readonly row: Row
  readonly index: number
  readonly start: number
  readonly grid: { readonly gridTemplateColumns: string }
  readonly measure: (element: Element | null) => void
}

function OneRow<Row>(props: OneRowProps<Row>) {
  const { columns, row, index, start, grid, measure, opens } = props
  const onOpen = opens?.(row) === false ? undefined : props.onOpen
  return (
    <tr
      {...ROLES.row}
      ref={measure}
      aria-rowindex={index + 2}
      data-index={index}
      data-row
      data-opens={onOpen ? true : undefined}
      className={css.row}
      style={{ ...grid, transform: `translateY(${start}px)` }}
      onClick={onOpen ? (event) => openUnlessLink(event.target, () => onOpen(row)) : undefined}
    >
      {columns.map(({ id, cell, ...column }) => (
        <td key={id} {...ROLES.cell} {...marks(column)} style={placesOf(column)}>
          {cell(row)}
        </td>
      ))}
    </tr>
  )
}

const placesOf = ({ places }: Pick<RowColumn<never>, 'places'>): CSSProperties | undefined =>
  places && ({ '--medium': places[0], '--narrow': places[1] } as CSSProperties)

const marks = ({ numeric, minor }: Pick<RowColumn<never>, 'numeric' | 'minor'>) => ({
  'data-numeric': numeric || undefined,
  'data-minor': minor || undefined,
})

/** A click on a link or a button inside the row is theirs; so is one that ends a selection of text. */
function openUnlessLink(target: EventTarget, open: () => void): void {
  if (target instanceof Element && target.closest('a, button')) return
  if (getSelection()?.toString()) return
  open()
}
