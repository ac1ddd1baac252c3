import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CALL_COLUMNS, SUM_COLUMNS } from '../../src/contract/usage/index.ts'

const page = readFileSync(new URL('../../docs/operating/exports.md', import.meta.url), 'utf8')

describe('the page of exports', () => {
  it.each([
    ['## Columns of calls', CALL_COLUMNS],
    ['## Columns of sums', SUM_COLUMNS],
  ] as const)('has below %s every column, in its place and with its type', (heading, columns) => {
    const from = page.indexOf(heading)
    expect(from).toBeGreaterThan(0)
    const part = page.slice(from, page.indexOf('\n## ', from + 1))
    const rows = [...part.matchAll(/^\| `(\w+)`\s*\| (\w+)\s*\| (.+?)\s*\|$/gm)]
    expect(rows.map(([, name, type, meaning]) => ({ name, type, meaning }))).toEqual(columns)
    expect(rows.length).toBeGreaterThan(10)
  })
})
