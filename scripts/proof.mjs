// `npm run proof`: the suites of test/proof in full. Prints what was tried and how often, and with --write
// puts the table into README.md, between its two marks.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const README = join(ROOT, 'README.md')
const MARKS = ['<!-- proof: written by `npm run proof -- --write` -->', '<!-- /proof -->']
const SCHEDULES = '500'

const given = process.argv.slice(2)
const isWritten = given.includes('--write')
const suites = given.filter((one) => !one.startsWith('--'))

const { code, lines } = await run(suites.length > 0 ? suites : ['test/proof'])
const tried = lines.flatMap(factsOf)
if (tried.length === 0) fail('No suite has said what it tried.')
const table = tableOf(tried)
console.log(`\n${table}`)
if (code !== 0) fail('Something was found, or a suite did not run. The table is not written.')
if (isWritten) write(table)

/** Vitest as it is, seen by the reader and read for its `proof …` lines. */
async function run(paths) {
  const vitest = join('node_modules', 'vitest', 'vitest.mjs')
  const child = spawn(process.execPath, [vitest, 'run', ...paths], {
    cwd: ROOT,
    env: { ...process.env, PROOF: 'full', PROOF_SCHEDULES: SCHEDULES },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part
    process.stdout.write(part)
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  return { code, lines: text.split('\n') }
}

/** `proof NAME {"what":how often}` */
function factsOf(line) {
  const found = /proof ([a-z ]+) (\{.*\})/.exec(line)
  return found ? [{ suite: found[1], facts: JSON.parse(found[2]) }] : []
}

function tableOf(rows) {
  const count = (value) => (typeof value === 'number' ? value.toLocaleString('en-US') : value)
  const said = ({ facts }) =>
    Object.entries(facts)
      .map(([what, often]) => `${count(often)} ${what.replaceAll('_', ' ')}`)
      .join(', ')
  const cells = [
    ['suite', 'what was tried'],
    ...rows.map((row) => [row.suite, said(row)]).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]
  const widths = [0, 1].map((at) => Math.max(...cells.map((row) => row[at].length)))
  const lineOf = (row) => `| ${row.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`
  const [head, ...rest] = cells.map(lineOf)
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest].join('\n')
}

function write(table) {
  const before = readFileSync(README, 'utf8')
  const [from, to] = MARKS.map((mark) => before.indexOf(mark))
  if (from < 0 || to < from) fail(`README.md has no ${MARKS[0]} … ${MARKS[1]}`)
  writeFileSync(
    README,
    `${before.slice(0, from + MARKS[0].length)}\n\n${table}\n\n${before.slice(to)}`,
  )
}

function fail(why) {
  console.error(`\n${why}`)
  process.exit(1)
}
