import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

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
const TESTS = 'test'
const SAYS = /`proof ([a-z][a-z ]*) \$\{/g
const TALLIES = /\btally\('([a-z][a-z ]*)'\)/g
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

/** A test file that says what it tried, and under which names. */
interface SuiteFile {
  readonly path: string
  readonly suites: readonly string[]
}

/** The test files of a checkout that say what they tried. */
export function suiteFiles(root: string): SuiteFile[] {
  return readdirSync(join(root, TESTS), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${TESTS}/${name.replaceAll('\\', '/')}`)
    .map((path) => ({ path, suites: namesIn(readFileSync(join(root, path), 'utf8')) }))
    .filter(({ suites }) => suites.length > 0)
}

/** The suites of a checkout, by the names that they say. */
export const suitesIn = (root: string): string[] =>
  suiteFiles(root)
    .flatMap(({ suites }) => suites)
    .sort()

function namesIn(text: string): string[] {
  const said = [...text.matchAll(SAYS)].map(([, name]) => `${name}`)
  return [...said, ...[...text.matchAll(TALLIES)].map(([, part]) => `security ${part}`)]
}

/** A suite that has never run in full has a row too, which says so. */
export function tableOf(suites: readonly string[], results: Results): string {
  const rows = suites.map((suite) => {
    const last = results[suite]
    return last ? [suite, said(last.tried), last.on] : [suite, 'only in short so far', 'never']
  })
  const cells = [['suite', 'what was tried', 'last full run'], ...rows]
  const widths = [0, 1, 2].map((at) => Math.max(...cells.map((row) => row[at]!.length)))
  const lineOf = (row: readonly string[]) =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`
  const rule = widths.map((width) => '-'.repeat(width))
  return [cells[0]!, rule, ...rows].map(lineOf).join('\n')
}

/** The text with the table in it. */
export function withTable(text: string, table: string): string {
  const [from, to] = [text.indexOf(MARKS[0]), text.indexOf(MARKS[1])]
  if (from < 0 || to < from) throw new Error(`There is no ${MARKS[0]} … ${MARKS[1]}.`)
  return `${text.slice(0, from + MARKS[0].length)}\n\n${table}\n\n${text.slice(to)}`
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
