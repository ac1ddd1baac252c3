import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// What `npm run proof` tried, from the results that are kept: the first figures of each suite into README.md between
// its two marks, all of them into a page of their own.

/** How often each thing was done; facts in facts are by kind. */
export interface Tried {
  readonly [what: string]: number | string | Tried
}

/** What each suite tried in its last full run, and on which day (UTC). */
export type Results = Readonly<Record<string, { readonly on: string; readonly tried: Tried }>>

/** Where the last full runs are kept. */
export const RESULTS = 'test/proof/results.json'
/** The page with all figures. */
export const PAGE = 'docs/operating/reliability.md'

const MARKS = ['<!-- proof: written by `npm run proof -- --write` -->', '<!-- /proof -->'] as const
/** A row of the README says this many figures at most: suites say what matters most first. */
const FIGURES_A_ROW = 7
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
    return last
      ? [suite, inShort(suite, figuresOf(last.tried)), last.on]
      : [suite, 'only in short so far', 'never']
  })
  return tableFrom(['suite', 'what was tried', 'last full run'], ['left', 'left', 'left'], rows)
}

/** Padded as the formatter wants it, so that a written table stays as it is. */
function tableFrom(head: string[], sides: Side[], rows: string[][]): string {
  const widths = head.map((_, at) => Math.max(3, ...[head, ...rows].map((row) => row[at]!.length)))
  const line = (row: string[]) =>
    row.map((cell, at) => PAD[sides[at]!](cell, widths[at]!)).join(' | ')
  const rule = widths.map((width, at) => RULE[sides[at]!](width)).join(' | ')
  return [line(head), rule, ...rows.map(line)].map((text) => `| ${text} |`).join('\n')
}

type Side = 'left' | 'right'
const PAD = {
  left: (cell: string, width: number) => cell.padEnd(width),
  right: (cell: string, width: number) => cell.padStart(width),
}
const RULE = {
  left: (width: number) => '-'.repeat(width),
  right: (width: number) => `${'-'.repeat(width - 1)}:`,
}

/** The text with the table in it. */
export function withTable(text: string, table: string): string {
  const [from, to] = [text.indexOf(MARKS[0]), text.indexOf(MARKS[1])]
  if (from < 0 || to < from) throw new Error(`There is no ${MARKS[0]} … ${MARKS[1]}.`)
  return `${text.slice(0, from + MARKS[0].length)}\n\n${table}\n\n${text.slice(to)}`
}

/** The page: a section a suite, with how to run it, and every figure. */
export function pageOf(files: readonly SuiteFile[], results: Results): string {
  const sections = files
    .flatMap(({ path, suites }) => suites.map((suite) => ({ suite, path })))
    .sort((a, b) => (a.suite < b.suite ? -1 : 1))
    .map(({ suite, path }) => sectionOf(suite, path, results[suite]))
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`
}

const INTRODUCTION = `<!-- written by \`npm run proof -- --write\` -->

# Reliability: everything that was tried

Each suite says at its end what it has tried, and how often. Here is all of it, of the last full run of each; the table of the README has the first figures. A suite fails when it finds anything, and then nothing is written here.`

function sectionOf(suite: string, path: string, last: Results[string] | undefined): string {
  const day = last ? `Last full run: ${last.on}` : 'Only in short so far'
  const head = `## ${suite}\n\n${day}. In full: \`npm run proof -- ${path}\``
  if (last === undefined) return head
  const rows = figuresOf(last.tried).map(({ often, what }) => [often, what])
  return `${head}\n\n${tableFrom(['how often', 'what'], ['right', 'left'], rows)}`
}

interface Figure {
  readonly often: string
  readonly what: string
}

/** Facts in facts are figures by kind. */
const figuresOf = (tried: Tried, kind = ''): Figure[] =>
  Object.entries(tried).flatMap(([name, often]) => {
    const what = `${kind}${name.replaceAll('_', ' ')}`
    if (typeof often === 'object') return figuresOf(often, `${what}: `)
    return [{ often: typeof often === 'number' ? often.toLocaleString('en-US') : often, what }]
  })

function inShort(suite: string, figures: readonly Figure[]): string {
  const said = figures.map(({ often, what }) => `${often} ${what}`)
  // A link in place of one figure would be no shorter.
  if (said.length <= FIGURES_A_ROW + 1) return said.join(', ')
  const more = said.length - FIGURES_A_ROW
  const link = `[${more} more](${PAGE}#${suite.replaceAll(' ', '-')})`
  return `${said.slice(0, FIGURES_A_ROW).join(', ')} and ${link}`
}
