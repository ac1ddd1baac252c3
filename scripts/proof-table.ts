// The table of what `npm run proof` tried: from the results that are kept, into README.md between its two marks.

/** How often each thing was done; facts in facts are by kind. */
export interface Tried {
  readonly [what: string]: number | string | Tried
}

/** What each suite tried in its last full run, and on which day (UTC). */
export type Results = Readonly<Record<string, { readonly on: string; readonly tried: Tried }>>

/** Where the last full runs are kept. */
export const RESULTS = 'test/proof/results.json'

const MARKS = ['<!-- proof: written by `npm run proof -- --write` -->', '<!-- /proof -->'] as const
const LINE = /proof ([a-z][a-z ]*) (\{.*\})/

/** A suite says once what it tried: `proof NAME {"what":how often}`. */
export function triedIn(lines: readonly string[]): ReadonlyMap<string, Tried> {
  const found = new Map<string, Tried>()
  for (const line of lines) {
    const [, suite, json] = LINE.exec(line) ?? []
    if (suite === undefined || json === undefined) continue
    if (found.has(suite)) throw new Error(`"${suite}" has said twice what it tried.`)
    found.set(suite, JSON.parse(json))
  }
  return found
}

export function tableOf(results: Results): string {
  const rows = Object.entries(results)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([suite, { on, tried }]) => [suite, said(tried), on])
  const cells = [['suite', 'what was tried', 'last full run'], ...rows]
  const widths = [0, 1, 2].map((at) => Math.max(...cells.map((row) => row[at]!.length)))
  const lineOf = (row: readonly string[]) =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`
  const rule = widths.map((width) => '-'.repeat(width))
  return [cells[0]!, rule, ...rows].map(lineOf).join('\n')
}

/** The text with the table in it. */
export function withTable(text: string, results: Results): string {
  const [from, to] = [text.indexOf(MARKS[0]), text.indexOf(MARKS[1])]
  if (from < 0 || to < from) throw new Error(`There is no ${MARKS[0]} … ${MARKS[1]}.`)
  return `${text.slice(0, from + MARKS[0].length)}\n\n${tableOf(results)}\n\n${text.slice(to)}`
}

function said(tried: Tried): string {
  return Object.entries(tried)
    .map(([what, often]) => {
      const name = what.replaceAll('_', ' ')
      if (typeof often === 'object') return `${name} (${said(often)})`
      return `${typeof often === 'number' ? often.toLocaleString('en-US') : often} ${name}`
    })
    .join(', ')
}
