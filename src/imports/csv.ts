/** One record of a CSV file, and the line on which it begins. */
export interface CsvRecord {
  readonly line: number
  readonly cells: readonly string[]
}

/**
 * Takes CSV apart line by line (RFC 4180: quotes, doubled quotes, line breaks inside quotes), so that a
 * file of any size is read in little memory.
 */
export class CsvReader {
  readonly #delimiter: string
  #line = 0
  #begun = 0
  #open: string | null = null

  constructor(delimiter = ',') {
    this.#delimiter = delimiter
  }

  /** The record that ends with this line; `null`: it goes on, or the line is empty. */
  next(line: string): CsvRecord | null {
    this.#line += 1
    const text = line.endsWith('\r') ? line.slice(0, -1) : line
    if (this.#open === null) this.#begun = this.#line
    const whole = this.#open === null ? text : `${this.#open}\n${text}`
    if ((whole.split('"').length - 1) % 2 === 1) {
      this.#open = whole
      return null
    }
    this.#open = null
    return whole === '' ? null : { line: this.#begun, cells: this.#cells(whole) }
  }

  /** Whether the file ends inside quotes; the line on which they begin. */
  unclosed(): number | null {
    return this.#open === null ? null : this.#begun
  }

  #cells(text: string): string[] {
    const cells: string[] = []
    let at = 0
    while (at <= text.length) {
      const quoted = text[at] === '"' ? /"((?:[^"]|"")*)"/y : null
      if (quoted) quoted.lastIndex = at
      const match = quoted?.exec(text)
      const until = text.indexOf(this.#delimiter, match ? at + match[0].length : at)
      const end = until < 0 ? text.length : until
      cells.push(match?.[1]?.replaceAll('""', '"') ?? text.slice(at, end))
      at = end + 1
    }
    return cells
  }
}

/** Of the usual ones, the delimiter that the first line has most of. */
export function delimiterOf(header: string): string {
  const counts = [',', '\t', ';'].map((mark) => [mark, header.split(mark).length] as const)
  return counts.reduce((best, own) => (own[1] > best[1] ? own : best))[0]
}

/** A record by the names of the first line. */
export const namedCells = (
  names: readonly string[],
  cells: readonly string[],
): Record<string, string> =>
  Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']))
