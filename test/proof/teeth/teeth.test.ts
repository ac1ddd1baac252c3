import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { PLANTS, type Plant } from './plants.ts'

/*
 * Tests that cannot fail prove nothing. Here bugs are put into the program, one at a time, and the suite that
 * is named for each has to find it. `npm test` plants a few, `npm run proof` all of them.
 */

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const CONFIG = 'test/proof/teeth/vitest.config.ts'
const SHORT = 3
const PLANT_MS = 300_000
/** Of interleavings, each drawn anew. The rarest plant is met by one in about fifty; the first that finds ends it. */
const SCHEDULES = '300'

const plants = process.env.PROOF === 'full' ? PLANTS : PLANTS.slice(0, SHORT)
const folder = mkdtempSync(join(tmpdir(), 'everycent-teeth-'))
afterAll(() => {
  console.log(`proof teeth ${JSON.stringify({ planted: plants.length, found })}`)
  rmSync(folder, { recursive: true, force: true })
})
let found = 0

interface Report {
  readonly numTotalTests: number
  readonly numFailedTests: number
}

async function runPlanted({ name, suite, tests }: Plant, number: number): Promise<Report> {
  const report = join(folder, `${number}.json`)
  const only = tests === undefined ? [] : ['-t', tests]
  const vitest = join('node_modules', 'vitest', 'vitest.mjs')
  const args = ['run', '--config', CONFIG, suite, ...only, '--reporter=json']
  const env = { ...process.env, EVERYCENT_PLANT: name, PROOF_SCHEDULES: SCHEDULES }
  // It ends with an error: that is what is hoped for. What it has found is in the report.
  await promisify(execFile)(process.execPath, [vitest, ...args, `--outputFile=${report}`], {
    cwd: ROOT,
    env,
    maxBuffer: 64 * 1_024 * 1_024,
  }).catch(() => {})
  return JSON.parse(readFileSync(report, 'utf8')) as Report
}

describe('a bug that is planted is found', () => {
  test.each(plants.map((plant, number) => [plant.name, plant, number] as const))(
    '%s',
    async (_name, plant, number) => {
      const { numTotalTests, numFailedTests } = await runPlanted(plant, number)
      expect(numTotalTests).toBeGreaterThan(0)
      expect(numFailedTests).toBeGreaterThan(0)
      found += 1
    },
    PLANT_MS,
  )
})

test('no two plants have one name', () => {
  expect(new Set(PLANTS.map(({ name }) => name)).size).toBe(PLANTS.length)
})
