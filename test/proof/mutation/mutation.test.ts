import { afterAll, expect, test } from 'vitest'
import { EQUIVALENTS, isEquivalent } from './equivalents.ts'
import type { Mutant } from './mutants.ts'
import { Reach } from './reach.ts'
import {
  allMutants,
  canBeRead,
  equivalentOf,
  filesUnder,
  ROOT,
  roomOf,
  sampleOf,
  sourceOf,
  Trials,
  type Tried,
} from './trials.ts'
import { typed } from './types.ts'

/*
 * Small changes are made in the core, one at a time, and the tests that reach the changed place have to notice
 * them. `npm test` tries a few, `npm run proof` every one (MUTANTS=500: so many, MUTANTS=all: every one; MUTANTS_IN=tax: of
 * one room; MUTANTS_SEED: others). Of those that no test notices, some are refused by the type checker: nobody can
 * commit them. They are counted apart.
 */

const SEED = process.env.MUTANTS_SEED ?? 'everycent'
const IS_FULL = process.env.PROOF === 'full' || process.env.MUTANTS !== undefined
const SHORT = 40
const FULL = 'all'
const FLOOR_PERCENT = 85
/** A few mutants say little about the score: by these it is seen that tests notice anything at all. */
const FEW = 100
const FLOOR_OF_FEW_PERCENT = 55
/** So long all tests of one mutant may take, of a processor's time. What would be noticed only later survives. */
const TOGETHER_MS = 8_000
const TOGETHER_OF_FEW_MS = 1_500
/** Long histories, and properties of them. In the short form they would take longer than all the rest. */
const LONG =
  /histor|propert|incremental|planted|oracle|wrong-bills|broken|audit\/faults|ledger\/|steps/
const MINUTES_MS = 36_000_000

const trials = new Trials()
afterAll(() => trials.stop())

const suites = (): readonly string[] =>
  [...filesUnder('test/core', '.test.ts'), ...filesUnder('test/spec', '.test.ts')].filter(
    (suite) => IS_FULL || !LONG.test(suite),
  )

test('every equivalent is a mutant of today', () => {
  const files = new Set(EQUIVALENTS.map(({ file }) => file))
  const mutants = allMutants().filter(({ file }) => files.has(file))
  const stale = EQUIVALENTS.filter(
    (one) => !mutants.some((mutant) => isEquivalent(mutant, sourceOf(mutant.file), one)),
  )
  expect(stale).toEqual([])
})

test(
  'a change in the core is noticed',
  async () => {
    const all = allMutants().filter(
      (one) => roomOf(one) === (process.env.MUTANTS_IN ?? roomOf(one)),
    )
    const wanted = process.env.MUTANTS ?? (IS_FULL ? FULL : SHORT)
    const chosen = wanted === 'all' ? all : sampleOf(all, Number(wanted), SEED)
    expect(chosen.filter((one) => !canBeRead(one))).toEqual([])
    const different = chosen.filter((one) => equivalentOf(one) === undefined)
    const mapped = await trials.map(suites())
    expect(mapped.filter(({ failure }) => failure !== null).map(({ name }) => name)).toEqual([])
    const tried = await trials.attempt(
      different,
      new Reach(ROOT, mapped, IS_FULL ? TOGETHER_MS : TOGETHER_OF_FEW_MS),
    )
    const unnoticed = tried.filter(({ by }) => by === null).map(({ mutant }) => mutant)
    const alive = await typed(unnoticed, { root: ROOT, sourceOf })
    report({ tried, alive, chosen: chosen.length, all: all.length })
    const noticed = tried.length - alive.length
    const floor = tried.length < FEW ? FLOOR_OF_FEW_PERCENT : FLOOR_PERCENT
    expect(noticed * 100).toBeGreaterThanOrEqual(tried.length * floor)
  },
  MINUTES_MS,
)

interface Outcome {
  readonly tried: readonly Tried[]
  readonly alive: readonly Mutant[]
  readonly chosen: number
  readonly all: number
}

function report({ tried, alive, chosen, all }: Outcome): void {
  for (const { file, line, kind, from, replace } of alive)
    console.log(`alive: ${file}:${line} ${kind} ${from} => ${replace}`)
  const killed = tried.filter(({ by }) => by !== null).length
  const rooms = [...new Set(tried.map(({ mutant }) => roomOf(mutant)))].toSorted()
  for (const room of rooms) {
    const own = tried.filter(({ mutant }) => roomOf(mutant) === room)
    const left = alive.filter((mutant) => roomOf(mutant) === room).length
    console.log(`${room}: ${own.length - left} of ${own.length} noticed`)
  }
  const facts = {
    mutants: chosen,
    of_all: all,
    rooms: rooms.length,
    killed,
    of_these_endless: tried.filter(({ by }) => by === 'endless').length,
    refused_by_types: tried.length - killed - alive.length,
    equivalent: chosen - tried.length,
    survived: alive.length,
    seed: SEED,
  }
  console.log(`proof mutation ${JSON.stringify(facts)}`)
}
