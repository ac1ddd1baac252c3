import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { RESULTS, tableOf, triedIn, withTable } from '../../scripts/proof-table.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

test('the table of the README is what the suites said in their last full runs', () => {
  const readme = textOf('README.md')
  expect(withTable(readme, JSON.parse(textOf(RESULTS)))).toBe(readme)
})

test('every suite has a row, and every row a suite', () => {
  const suites = readdirSync(join(ROOT, 'test/proof'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => [...textOf(`test/proof/${name}`).matchAll(/`proof ([a-z ]+) \$\{/g)])
    .map(([, suite]) => suite)
  expect(suites.length).toBeGreaterThan(0)
  expect(Object.keys(JSON.parse(textOf(RESULTS))).sort()).toEqual(suites.sort())
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
  const results = { kills: { on: '2026-11-27', tried: { rounds: 1200, faults: { cut_wire: 3 } } } }
  expect(tableOf(results).split('\n')).toEqual([
    '| suite | what was tried                    | last full run |',
    '| ----- | --------------------------------- | ------------- |',
    '| kills | 1,200 rounds, faults (3 cut wire) | 2026-11-27    |',
  ])
  expect(() => withTable('no marks', results)).toThrow('There is no')
})
