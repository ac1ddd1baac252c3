// Runs the static checks and vitest, and counts. Nothing that was skipped or could not run is green.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const tool = (path) => join(ROOT, 'node_modules', path)

/** Full names of tests that may be skipped, each with its reason. Empty, and meant to stay so. */
const MAY_BE_SKIPPED = new Map()

const STATIC_CHECKS = [
  { name: 'types', command: [tool('typescript/bin/tsc'), '--noEmit'] },
  {
    name: 'types of the core',
    command: [tool('typescript/bin/tsc'), '--noEmit', '-p', 'src/core/tsconfig.json'],
  },
  {
    name: 'types of the web app',
    command: [tool('typescript/bin/tsc'), '--noEmit', '-p', 'src/web/tsconfig.json'],
  },
  {
    name: 'types of the web app’s tests',
    command: [tool('typescript/bin/tsc'), '--noEmit', '-p', 'test/web/tsconfig.json'],
  },
  { name: 'lint and format', command: [tool('@biomejs/biome/bin/biome'), 'check', '.'] },
  ...(hasKnipConfig() ? [{ name: 'dead code', command: [tool('knip/bin/knip.js')] }] : []),
]

function hasKnipConfig() {
  const files = ['knip.json', 'knip.jsonc', '.knip.json', 'knip.ts', 'knip.config.ts']
  if (files.some((file) => existsSync(join(ROOT, file)))) return true
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).knip !== undefined
}

export async function runChecks(vitestArguments) {
  // Ctrl-C reaches the child as well: we wait until it has cleaned up.
  process.on('SIGINT', () => {})
  const failures = []
  let passed = 0
  for (const { name, command } of STATIC_CHECKS) {
    if ((await run(command)) === 0) passed += 1
    else failures.push(name)
  }
  const tests = await runVitest(vitestArguments)
  for (const failure of [...failures, ...tests.failures]) console.log(`failed: ${failure}`)
  return { passed: passed + tests.passed, failed: failures.length + tests.failures.length }
}

function run(command) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd: ROOT, stdio: 'inherit' })
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? signal))
  })
}

async function runVitest(given) {
  const folder = mkdtempSync(join(tmpdir(), 'everycent-report-'))
  const report = join(folder, 'report.json')
  try {
    const status = await run([
      tool('vitest/vitest.mjs'),
      'run',
      '--allowOnly=false',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...given,
    ])
    return existsSync(report)
      ? count(JSON.parse(readFileSync(report, 'utf8')), status, given)
      : { passed: 0, failures: ['vitest gave no report'] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Exported for its test. */
export function count(report, status, given = []) {
  const outcomes = report.testResults.map((suite) => countSuite(suite, skippedByName(given)))
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0)
  const failures = outcomes.flatMap((outcome) => outcome.failures)
  if (passed === 0 && failures.length === 0) failures.push('no test ran')
  if (status !== 0 && failures.length === 0) failures.push(`vitest ended with ${status}`)
  return { passed, failures }
}

/** Who asks for tests by name has skipped the others himself. */
const skippedByName = (given) =>
  given.some((argument) => /^(-t|--testNamePattern)/.test(argument))
    ? () => true
    : (name) => MAY_BE_SKIPPED.has(name)

function countSuite({ name, status, assertionResults }, maySkip) {
  const results = assertionResults.filter(
    (result) => ['passed', 'failed'].includes(result.status) || !maySkip(result.fullName),
  )
  const bad = results.filter((result) => result.status !== 'passed')
  const failures = bad.map((result) =>
    result.status === 'failed' ? result.fullName : `${result.fullName} (${result.status})`,
  )
  const broken = status === 'failed' || assertionResults.length === 0
  if (broken && failures.length === 0) failures.push(`${name} (the file did not run to its end)`)
  return { passed: results.length - bad.length, failures }
}
