/** Writes the tables of columns in docs/operating/exports.md from the contract. */
import { readFileSync, writeFileSync } from 'node:fs'
import { CALL_COLUMNS, type ExportColumn, SUM_COLUMNS } from '../src/contract/usage/index.ts'

const FILE = 'docs/operating/exports.md'

const tableOf = (columns: readonly ExportColumn[]): string =>
  [
    '| column | type | meaning |',
    '| --- | --- | --- |',
    ...columns.map(({ name, type, meaning }) => `| \`${name}\` | ${type} | ${meaning} |`),
  ].join('\n')

/** The table below a heading, in the place of what is there. */
function withTable(text: string, heading: string, columns: readonly ExportColumn[]): string {
  const from = text.indexOf(heading)
  const start = text.indexOf('\n| column', from) + 1
  const end = text.indexOf('\n\n', start)
  return text.slice(0, start) + tableOf(columns) + text.slice(end)
}

const text = readFileSync(FILE, 'utf8')
const calls = withTable(text, '## Columns of calls', CALL_COLUMNS)
writeFileSync(FILE, withTable(calls, '## Columns of sums', SUM_COLUMNS))
process.stdout.write(`${FILE}: ${CALL_COLUMNS.length} and ${SUM_COLUMNS.length} columns.\n`)
