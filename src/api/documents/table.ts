import type { Sheet, SheetColumn } from '../../contract/statements/index.ts'
import { figure, paperTime } from './figures.ts'
import { INK, type Letters, type Paper } from './paper.ts'
import { printable, wrapText } from './text.ts'

const SIZE = 8
const LINE = 11
const PAD = 3
const GAP = 10
const HEAD: Letters = { size: SIZE, font: 'bold', colour: INK.soft }
const BODY: Letters = { size: SIZE }
const TITLE: Letters = { size: 11, font: 'bold' }

interface Laid {
  readonly column: SheetColumn
  readonly x: number
  readonly width: number
  /** Of amounts: how much of the column is right of the point. */
  readonly decimals: number
}

const isRight = ({ kind }: SheetColumn): boolean => kind === 'amount' || kind === 'count'

/** One table with its title and its notes; its head is repeated on every page it goes on to. */
export function drawSheet(paper: Paper, sheet: Sheet, currency: string): void {
  paper.group('Sect', () => {
    paper.room(TITLE.size * 2 + LINE * 4)
    paper.y += TITLE.size
    paper.paragraph(sheet.title, TITLE, 'H2')
    paper.y += 2
    if (sheet.rows.length > 0) paper.group('Table', () => drawRows(paper, sheet, currency))
    for (const note of sheet.notes) paper.paragraph(note, { size: 7.5, colour: INK.soft })
  })
}

function drawRows(paper: Paper, sheet: Sheet, currency: string): void {
  const cells = sheet.rows.map((row) =>
    row.map((text, index) => shown(text, sheet.columns[index]!, currency)),
  )
  const columns = layOut(paper, sheet.columns, cells)
  drawHead(paper, columns)
  for (const row of cells) drawRow(paper, columns, row)
  paper.y += PAD
}

interface Shown {
  readonly text: string
  /** From the point on; of amounts. */
  readonly decimals: string
}

function shown(text: string, { kind }: SheetColumn, currency: string): Shown {
  if (kind === 'time') return { text: text === '' ? '' : paperTime(text), decimals: '' }
  if (kind !== 'amount') return { text, decimals: '' }
  const { units, decimals } = figure(text, currency)
  return { text: units, decimals }
}

/** Figures and times get what they need; the rest of the page is shared by the texts. */
function layOut(
  paper: Paper,
  columns: readonly SheetColumn[],
  rows: readonly (readonly Shown[])[],
): Laid[] {
  const font = paper.letters(BODY)
  const decimals = columns.map((_, index) =>
    Math.max(0, ...rows.map((row) => font.width(row[index]!.decimals))),
  )
  const bodies = columns.map((column, index) => {
    const natural = rows.map((row) => font.width(printable(row[index]!.text, font)))
    return Math.max(0, ...natural) + (isRight(column) ? decimals[index]! : 0)
  })
  const head = paper.letters(HEAD)
  const natural = columns.map(({ title }, index) => Math.max(bodies[index]!, head.width(title)) + 1)
  const gaps = GAP * (columns.length - 1)
  const texts = columns.flatMap(({ kind }, index) => (kind === 'text' ? [index] : []))
  const fixed = sum(natural.filter((_, index) => !texts.includes(index)))
  const widths = shareOut(natural, texts, paper.width - gaps - fixed)
  let { left: x } = paper
  return columns.map((column, index) => {
    const own = { column, x, width: widths[index]!, decimals: decimals[index]! }
    x += own.width + GAP
    return own
  })
}

const sum = (values: readonly number[]): number => values.reduce((total, own) => total + own, 0)

/** Texts that need less than their share keep what they need; the others share the rest evenly. */
function shareOut(
  natural: readonly number[],
  texts: readonly number[],
  available: number,
): number[] {
  const widths = [...natural]
  let open = [...texts].sort((a, b) => natural[a]! - natural[b]!)
  let left = available
  while (open.length > 0) {
    const [index, ...rest] = open
    const share = left / open.length
    widths[index!] = rest.length === 0 ? Math.max(left, share) : Math.min(natural[index!]!, share)
    left -= widths[index!]!
    open = rest
  }
  return widths
}

function drawHead(paper: Paper, columns: readonly Laid[]): void {
  paper.group('TR', () => {
    paper.letters(HEAD)
    for (const { column, x, width } of columns)
      paper.put(
        column.title,
        isRight(column) ? { x: x + width, y: paper.y, align: 'right' } : { x, y: paper.y },
        'TH',
      )
  })
  paper.y += LINE + 1
  paper.rule()
  paper.y += PAD
}

function drawRow(paper: Paper, columns: readonly Laid[], row: readonly Shown[]): void {
  const font = paper.letters(BODY)
  const lines = row.map(({ text }, index) =>
    isRight(columns[index]!.column)
      ? [text]
      : wrapText(printable(text, font), columns[index]!.width, font),
  )
  const height = Math.max(...lines.map((own) => own.length)) * LINE + PAD
  if (paper.room(height)) {
    drawHead(paper, columns)
    paper.letters(BODY)
  }
  paper.group('TR', () => {
    for (const [index, { column, x, width, decimals }] of columns.entries()) {
      const cell = row[index]!
      if (isRight(column)) {
        // one text, so that it is read as one number; placed so that the points stand in one line
        const after = decimals - font.width(cell.decimals)
        const right = x + width - after
        paper.put(`${cell.text}${cell.decimals}`, { x: right, y: paper.y, align: 'right' }, 'TD')
      } else
        for (const [line, text] of lines[index]!.entries())
          paper.put(text, { x, y: paper.y + line * LINE }, 'TD')
    }
  })
  paper.y += height
}
