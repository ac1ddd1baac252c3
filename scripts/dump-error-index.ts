/** Writes the table of docs/errors/README.md from the catalogue of problems. */
import { readFileSync, writeFileSync } from 'node:fs'
import { PROBLEMS } from '../src/contract/problems.ts'

const FILE = 'docs/errors/README.md'
const HEAD = '| --- | --- | --- |\n'
const text = readFileSync(FILE, 'utf8')
const start = text.indexOf(HEAD) + HEAD.length
const end = start + (/^(?:\|.*\n)*/.exec(text.slice(start))?.[0].length ?? 0)
const rows = PROBLEMS.map(
  ({ code, status, title }) => `| [\`${code}\`](${code}.md) | ${status} | ${title} |\n`,
)
writeFileSync(FILE, text.slice(0, start) + rows.join('') + text.slice(end))
process.stdout.write(`${FILE}: ${rows.length} codes.\n`)
