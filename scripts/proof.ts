// `npm run proof`: all suites that say what they tried, in full: those of test/proof, of security, of the rules for
// SQL. Prints what was tried and how often. With --write it keeps that, and writes what all last full runs tried
// into README.md and its page. `npm run proof -- test/proof/kills` runs one;
// `npm run proof -- --table` runs none, and writes table and page again.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
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
} from './proof-table.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const README = join(ROOT, 'README.md')
const SCHEDULES = '500'

const given = process.argv.slice(2)
const suites = given.filter((one) => !one.startsWith('--'))
if (given.includes('--table')) {
  write({})
  process.exit(0)
}

const { code, lines } = await run(
  suites.length > 0 ? suites : suiteFiles(ROOT).map(({ path }) => path),
)
const tried = triedIn(lines)
if (tried.size === 0) fail('No suite has said what it tried.')
const on = new Date().toISOString().slice(0, 10)
const now = Object.fromEntries([...tried].map(([suite, facts]) => [suite, { on, tried: facts }]))
console.log(`\n${tableOf(Object.keys(now), now)}`)
if (code !== 0) fail('Something was found, or a suite did not run. Nothing is written.')
if (given.includes('--write')) write(now)

/** Vitest as it is, seen by the reader and read for its `proof …` lines. */
async function run(paths: readonly string[]) {
  const vitest = join('node_modules', 'vitest', 'vitest.mjs')
  const child = spawn(process.execPath, [vitest, 'run', ...paths], {
    cwd: ROOT,
    env: {
      ...process.env,
      PROOF: 'full',
      PROOF_SCHEDULES: process.env.PROOF_SCHEDULES ?? SCHEDULES,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part
    process.stdout.write(part)
  })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, lines: text.split('\n') }
}

function write(added: Results): void {
  const file = join(ROOT, RESULTS)
  const before: Results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const all = Object.fromEntries(
    Object.entries({ ...before, ...added }).sort(([a], [b]) => (a < b ? -1 : 1)),
  )
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`)
  writeFileSync(README, withTable(readFileSync(README, 'utf8'), tableOf(suitesIn(ROOT), all)))
  writeFileSync(join(ROOT, PAGE), pageOf(suiteFiles(ROOT), all))
}

function fail(why: string): never {
  console.error(`\n${why}`)
  process.exit(1)
}
