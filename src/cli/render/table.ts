import type { Style, Tone } from './style.ts'
import { type Align, pad, sanitize, truncate, widthOf } from './text.ts'

/** A cell is data: it is sanitized here, and painted by what it means. */
export type Cell = string | { readonly text: string; readonly tone?: Tone }

export interface Column {
  readonly title: string
  readonly align?: Align
  /** It may be cut to this width when the screen is narrow. Without it, such as for an id, it is never cut. */
  readonly min?: number
  /** When columns must go: the highest goes first. Without it, the column stays. */
  readonly drop?: number
}

export interface Table {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
  /** Totals: below a rule. */
  readonly footer?: readonly Cell[]
}

const GAP = 2
/** Narrower than this, a row is a card of names and values. */
const CARDS_BELOW = 60

const textOf = (cell: Cell | undefined): string =>
  sanitize(cell === undefined ? '' : typeof cell === 'string' ? cell : cell.text)
const toneOf = (cell: Cell | undefined): Tone =>
  cell === undefined || typeof cell === 'string' ? 'plain' : (cell.tone ?? 'plain')

/** A table of at most the screen's width, or cards where it is too narrow for one. */
export function renderTable(style: Style, table: Table): string[] {
  const { shown, widths } = layOut(style.columns, table)
  const total = widths.reduce((sum, width) => sum + width, 0) + GAP * (shown.length - 1)
  const tooNarrow = style.columns < CARDS_BELOW || total > style.columns
  if (tooNarrow && table.columns.length > 2) return renderCards(style, table)
  const line = (cells: readonly Cell[], tone?: Tone): string =>
    shown
      .map((index, place) => {
        const width = widths[place] ?? 0
        const align = table.columns[index]?.align ?? 'left'
        const text = truncate(textOf(cells[index]), width)
        const last = place === shown.length - 1 && align === 'left'
        return style.paint(tone ?? toneOf(cells[index]), last ? text : pad(text, width, align))
      })
      .join(' '.repeat(GAP))
      .trimEnd()
  const rule = style.paint('muted', (style.unicode ? '─' : '-').repeat(Math.max(0, total)))
  const titles = table.columns.map((column) => column.title)
  return [
    line(titles, 'strong'),
    rule,
    ...table.rows.map((row) => line(row)),
    ...(table.footer ? [rule, line(table.footer)] : []),
  ]
}

/** Which columns fit, and how wide each is. Droppable ones go first, then the widest are cut. */
function layOut(available: number, table: Table): { shown: number[]; widths: number[] } {
  const natural = table.columns.map((column, index) => naturalWidth(table, column, index))
  let shown = table.columns.map((_, index) => index)
  const least = (index: number): number =>
    Math.min(natural[index] ?? 0, table.columns[index]?.min ?? Number.POSITIVE_INFINITY)
  const needed = (): number =>
    shown.reduce((sum, index) => sum + least(index), 0) + GAP * (shown.length - 1)
  while (needed() > available) {
    const victim = mostDroppable(table, shown)
    if (victim === undefined) break
    shown = shown.filter((index) => index !== victim)
  }
  return { shown, widths: shrink(shown, natural, least, available) }
}

function naturalWidth(table: Table, column: Column, index: number): number {
  let width = widthOf(column.title)
  for (const row of table.rows) width = Math.max(width, widthOf(textOf(row[index])))
  return Math.max(width, widthOf(textOf(table.footer?.[index])))
}

function mostDroppable(table: Table, shown: readonly number[]): number | undefined {
  let victim: number | undefined
  for (const index of shown) {
    const drop = table.columns[index]?.drop
    if (drop === undefined) continue
    if (victim === undefined || drop > (table.columns[victim]?.drop ?? 0)) victim = index
  }
  return victim
}

function shrink(
  shown: readonly number[],
  natural: readonly number[],
  least: (index: number) => number,
  available: number,
): number[] {
  const widths = shown.map((index) => natural[index] ?? 0)
  const room = available - GAP * (shown.length - 1)
  let excess = widths.reduce((sum, width) => sum + width, 0) - room
  while (excess > 0) {
    const widest = widestToCut(widths, (place) => least(shown[place] ?? 0))
    if (widest === undefined) break
    widths[widest] = (widths[widest] ?? 0) - 1
    excess -= 1
  }
  return widths
}

function widestToCut(
  widths: readonly number[],
  least: (place: number) => number,
): number | undefined {
  let widest: number | undefined
  widths.forEach((width, place) => {
    if (width <= least(place)) return
    if (widest === undefined || width > (widths[widest] ?? 0)) widest = place
  })
  return widest
}

function renderCards(style: Style, table: Table): string[] {
  const titleWidth = Math.max(...table.columns.map((column) => widthOf(column.title)))
  const room = Math.max(1, style.columns - titleWidth - GAP)
  const card = (row: readonly Cell[]): string[] =>
    table.columns.flatMap((column, index) => {
      const text = textOf(row[index])
      if (text === '') return []
      const title = style.paint('muted', pad(column.title, titleWidth))
      // one word that is not to be cut is an id
      const isId = column.min === undefined && !text.includes(' ')
      const shown = isId ? text : truncate(text, room)
      return [`${title}${' '.repeat(GAP)}${style.paint(toneOf(row[index]), shown)}`]
    })
  const cards = [...table.rows, ...(table.footer ? [table.footer] : [])].map(card)
  return cards.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
}

/** Names and values in two columns. */
export function renderPairs(style: Style, pairs: readonly (readonly [string, Cell])[]): string[] {
  const titleWidth = Math.max(0, ...pairs.map(([title]) => widthOf(title)))
  return pairs.map(
    ([title, cell]) =>
      `${style.paint('muted', pad(title, titleWidth))}${' '.repeat(GAP)}${style.paint(toneOf(cell), textOf(cell))}`,
  )
}
