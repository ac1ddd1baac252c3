import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import {
  PAGE,
  pageOf,
  RESULTS,
  type Results,
  suiteFiles,
  suitesIn,
  tableOf,
  triedIn,
  withTable,
} from '../../scripts/proof-table.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const suites = suitesIn(ROOT)
const results: Results = JSON.parse(textOf(RESULTS))

test('the table of the README is what the suites said first in their last full runs', () => {
  const readme = textOf('README.md')
  expect(withTable(readme, tableOf(suites, results))).toBe(readme)
})

test('the page of reliability is all that they said', () => {
  expect(pageOf(suiteFiles(ROOT), results)).toBe(textOf(PAGE))
})

test('every suite has one row, and what is kept is of suites that are there', () => {
  expect(suites).toContain('kills')
  expect(new Set(suites).size).toBe(suites.length)
  expect(suites).toEqual(expect.arrayContaining(Object.keys(results)))
})

test('what a suite says is read from among other lines', () => {
  const lines = [
    'stdout | test/proof/kills',
    '  proof kills {"rounds":2,"faults":{"server":1}}',
    '',
  ]
  const tried = triedIn(lines)
  expect([...tried]).toEqual([['kills', { rounds: 2, faults: { server: 1 } }]])
  expect(() => triedIn([...lines, ...lines])).toThrow('twice')
})

test('a table names what was tried, how often, and when', () => {
  const last = { kills: { on: '2026-11-27', tried: { rounds: 1200, faults: { cut_wire: 3 } } } }
  expect(tableOf(['kills', 'disk'], last).split('\n')).toEqual([
    '| suite | what was tried                   | last full run |',
    '| ----- | -------------------------------- | ------------- |',
    '| kills | 1,200 rounds, 3 faults: cut wire | 2026-11-27    |',
    '| disk  | only in short so far             | never         |',
  ])
  expect(() => withTable('no marks', '')).toThrow('There is no')
})

test('a row says seven figures, and where the others are; the page says all', () => {
  const tried = Object.fromEntries([...'abcdefghi'].map((what, at) => [what, at + 1]))
  const last = { 'disk full': { on: '2026-11-27', tried } }
  expect(tableOf(['disk full'], last)).toContain(
    '| 1 a, 2 b, 3 c, 4 d, 5 e, 6 f, 7 g and [2 more](docs/operating/reliability.md#disk-full) |',
  )
  const page = pageOf([{ path: 'test/disk.test.ts', suites: ['disk full', 'wire'] }], last)
  expect(page).toContain(
    '## disk full\n\nLast full run: 2026-11-27. In full: `npm run proof -- test/disk.test.ts`\n\n',
  )
  expect(page.match(/^\| +\d \| [a-i] +\|$/gm)).toHaveLength(9)
  expect(page).toContain('## wire\n\nOnly in short so far.')
})
