import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verify } from '../../../src/store/verify/index.ts'
import { seedCatalogue } from '../../engine/support.ts'
import { freshDatabase, type TestDatabase } from '../../support/database.ts'
import type { Choice, Trace } from './gates.ts'
import { SCENARIOS, type Scenario } from './scenarios.ts'
import { openStage, START, type Stage } from './stage.ts'

/*
 * Two or three servers on one PostgreSQL, every statement of which waits until the schedule lets it go: in
 * any order, and with connections that are lost before it is sent or after it was committed.
 */

const SCHEDULES = Number(process.env.PROOF_SCHEDULES ?? 12)
const STEPS_MAX = 60
const SCENARIO_MS = 600_000

const fate: fc.Arbitrary<Choice['fate']> = fc.oneof(
  { weight: 14, arbitrary: fc.constant('pass' as const) },
  { weight: 1, arbitrary: fc.constant('lost_before' as const) },
  { weight: 1, arbitrary: fc.constant('lost_after' as const) },
)
const schedule: fc.Arbitrary<readonly Choice[]> = fc.array(fc.record({ which: fc.nat(11), fate }), {
  maxLength: STEPS_MAX,
  size: 'max',
})

let database: TestDatabase
let stage: Stage
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  stage = await openStage(database)
})
afterAll(() => stage?.close())

let runs = 0
const tried = { schedules: 0, statements: 0, lost_before: 0, lost_after: 0 }

function count(trace: Trace): void {
  const lost = (fate: string): number => trace.filter((line) => line.endsWith(fate)).length
  tried.schedules += 1
  tried.statements += trace.length
  tried.lost_before += lost('lost_before')
  tried.lost_after += lost('lost_after')
}

async function playOnce({ prepare }: Scenario, choices: readonly Choice[]): Promise<void> {
  runs += 1
  const id = `race-${runs}`
  stage.clock.set(START)
  const { acts, check, accounts = [id] } = await prepare(stage, id)
  let answers: readonly unknown[] = []
  const trace = await stage.play(async () => {
    answers = await Promise.all(acts.map((act) => act()))
  }, choices)
  count(trace)
  try {
    await check(database.pool, answers)
    for (const accountId of accounts)
      expect((await verify(database.pool, { accountId })).first).toBeNull()
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${trace.join('\n')}`, { cause: error })
  }
}

describe.each(SCENARIOS)('$name', (scenario) => {
  test(
    'is right whatever comes first and whatever is lost',
    async () => {
      await fc.assert(
        fc.asyncProperty(schedule, (choices) => playOnce(scenario, choices)),
        { numRuns: SCHEDULES },
      )
      expect(runs).toBeGreaterThan(0)
    },
    SCENARIO_MS,
  )
})

test('schedules were tried, and each kind of loss among them', () => {
  console.log(`proof interleavings ${JSON.stringify(tried)}`)
  expect(tried.schedules).toBeGreaterThanOrEqual(SCENARIOS.length * SCHEDULES)
  expect(Math.min(tried.statements, tried.lost_before, tried.lost_after)).toBeGreaterThan(0)
})
