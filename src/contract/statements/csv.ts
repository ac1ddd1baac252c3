/** How a table travels to spreadsheets: RFC 4180, UTF-8, exact amounts. */
export interface CsvTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}

/** What spreadsheets take for the beginning of a formula, also in full width. */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u
const NUMBER = /^-?\d+(\.\d+)?$/

/**
 * A cell. A text that a spreadsheet could take for a formula is made text with an apostrophe before it;
 * a plain number, negative or not, is none.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  if (NUMBER.test(text)) return text
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const csvText = ({ columns, rows }: CsvTable): string =>
  [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
