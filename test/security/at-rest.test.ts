import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { csvCell } from '../../src/contract/statements/csv.ts'
import { isSameSecret, KeptSecret } from '../../src/guard/secrets.ts'
import { tally } from './support.ts'

/* Which columns hold secrets, and how; which code compares secrets, and how; what spreadsheets are given. */

const root = new URL('../../', import.meta.url)
const told = tally('at rest')
afterAll(() => told.print())
const schema = readFileSync(new URL('schema.sql', root), 'utf8')

/** Every column by its table, as the generated schema has them. */
const columns = [...schema.matchAll(/create table (\S+) \(\n([\s\S]*?)\n\)/g)].flatMap(
  ([, table, body = '']) =>
    [...body.matchAll(/^ {2}(\w+) (text|bytea|jsonb|json)\b/gm)]
      .filter(([, name]) => name !== 'constraint')
      .map(([, name, type]) => ({ column: `${table}.${name}`, type: type! })),
)

/** How what a column is named after is kept: a new column with such a name has to say so here. */
const KEPT: Readonly<Record<string, 'hash' | 'sealed' | 'one sign-in' | 'no secret'>> = JSON.parse(
  readFileSync(new URL('columns.json', import.meta.url), 'utf8'),
)
const NAMED = /secret|token|hash|password|sealed|credential|private|(^|_)key$|cookie|verifier|nonce/

describe('columns', () => {
  const suspects = columns.filter(({ column }) => NAMED.test(column.split('.')[2] ?? ''))
  it('that sound secret are all known, and none is a plain secret', () => {
    expect(columns.length).toBeGreaterThan(300)
    expect(suspects.map(({ column }) => column).sort()).toEqual(Object.keys(KEPT).sort())
    told.count('columns', columns.length)
    told.count('that sound secret', suspects.length)
  })
})

const files = (folder: string): string[] =>
  readdirSync(new URL(folder, root), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`)

/** A comparison with `===` of what is secret, or of what was computed from it. */
const PLAIN =
  /\b(?:\w*(?:[sS]ecret|[tT]oken|[pP]assword|[sS]ignature|[mM]ac|[dD]igest))\b(?:\([^)]*\))? ?[!=]={1,2}(?!=) *(?! |undefined|null|''|'string'|""|0\b)/
/** Comparisons that take as long as the beginning is the same. */
const EARLY =
  /\.(?:equals|compare|localeCompare|includes|startsWith)\(\w*(?:[sS]ecret|[tT]oken|[pP]assword|[sS]ignature|[mM]ac)\)/
/** The one place that compares. */
const PLACE = 'guard/secrets.ts'
/** Runs in a browser or on its own machine, and holds nobody's secrets against others. */
const ELSEWHERE = /^(?:web|core|client|demo|verifier|cli)\//

const serverLines = (): string[] =>
  files('src').flatMap((file) => {
    const path = file.split('/src/')[1] ?? file
    if (ELSEWHERE.test(path) || path === PLACE) return []
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => `${path}: ${line.trim()}`)
  })

describe('comparison of secrets', () => {
  it('is by a hash that the database looks up, or by the one function in constant time', () => {
    const lines = serverLines()
    expect(lines.length).toBeGreaterThan(50_000)
    const found = lines.filter(
      (line) => PLAIN.test(line) || EARLY.test(line) || line.includes('timingSafeEqual'),
    )
    expect(found).toEqual([])
    const place = readFileSync(new URL(`src/${PLACE}`, root), 'utf8')
    expect(place.match(/timingSafeEqual\(/g)).toHaveLength(1)
  })

  it('says so for the same secret only, of whatever length', () => {
    const own = new KeptSecret('a secret of the operator')
    expect(own.is('a secret of the operator')).toBe(true)
    for (const other of ['', 'a', 'a secret of the operatoR', 'a secret of the operator ', 'á'])
      expect(own.is(other)).toBe(false)
    expect(isSameSecret('', '')).toBe(true)
    expect(JSON.stringify(own)).not.toContain('operator')
  })

  it('is seen by this test where it is plain', () => {
    for (const line of ['if (secret === given) {', 'return ownToken !== token', 'mac(body) == x'])
      expect(PLAIN.test(line)).toBe(true)
    expect(EARLY.test('given.equals(ownMac)')).toBe(true)
    for (const line of ['if (token === undefined)', "if (secret !== '')"])
      expect(PLAIN.test(line)).toBe(false)
  })
})

describe('a cell of a spreadsheet', () => {
  const STARTS = ['=', '+', '-', '@', '＝', '＋', '－', '＠']
  const BEFORE = ['', ' ', '\t', '\r', '\n', '\0', '\u00a0', '\ufeff', '\u200b', ' \t\n']
  const REST = ["cmd|' /C calc'!A0", 'HYPERLINK("http://evil.example")', '1+1', '(1)', 'SUM(A1)']
  it('begins no formula, whatever stands before it', () => {
    for (const start of STARTS)
      for (const before of BEFORE)
        for (const rest of REST) {
          told.count('cells of spreadsheets')
          const text = before + start + rest
          expect(csvCell(text).replace(/^"/, ''), JSON.stringify(text)).toMatch(/^'/)
        }
  })

  it('stays one cell, and a number stays a number', () => {
    for (const text of ['a","=1+1', 'a\r\n=1+1', 'a;=1+1', '"=1+1"'])
      expect(csvCell(text)).toMatch(/^(?:[^",\r\n]*|"(?:[^"]|"")*")$/)
    for (const number of ['-12.5', '0', '17']) expect(csvCell(number)).toBe(number)
  })
})
