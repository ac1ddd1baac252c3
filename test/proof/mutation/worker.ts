import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fastCheck from 'fast-check'
import { type Case, Collector } from './collect.ts'
import type { Answer, Chosen, Job, Mapped, Trial } from './jobs.ts'
import { Modules, type Replaced } from './modules.ts'
import { mutated } from './mutants.ts'
import { probed } from './probes.ts'

/*
 * A process that is sent jobs: to say which places of the core the tests of a suite reach, and to say whether
 * tests notice a mutant.
 */

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SEED = 20_261_127
/** A property that is asked this often notices nearly as much as one that is asked a thousand times. */
const RUNS = 30

type Asked = fastCheck.Parameters<unknown>

let atMost = RUNS

const collector = new Collector()
const packages = { vitest: collector.vitest, 'fast-check': sameEveryTime() }
const isCore = (path: string): boolean => path.startsWith(`${ROOT}src/core/`)
const plain = new Modules(packages, { isKept: isCore })
const marking = new Modules(packages, {
  edit: (path, source) => (isCore(path) ? probed(path.slice(ROOT.length), source).source : source),
})

/** Properties are asked with the same seed every time, not so often, and are done at the first failure. */
function sameEveryTime(): Record<string, unknown> {
  const assert = (property: fastCheck.IProperty<unknown>, given: Asked = {}): void => {
    const numRuns = Math.min(given.numRuns ?? RUNS, atMost)
    fastCheck.assert(property, { seed: SEED, ...given, numRuns, endOnFailure: true })
  }
  const all = { ...fastCheck, assert }
  return { ...all, default: all, __esModule: true }
}

/** Which places each test of a suite reaches, and how long it takes: of a busy machine that is not the time it waits. */
async function map(suite: string): Promise<readonly Mapped[]> {
  const entry = join(ROOT, suite)
  await marking.prepare(entry)
  const files = [...marking.filesOf(entry)].map((path) => path.slice(ROOT.length))
  const loading = recorded()
  const cases = await casesOf(entry)
  const mapped: Mapped[] = []
  for (const [index, { name, run }] of cases.entries()) {
    const reached = recorded()
    const from = process.cpuUsage()
    let failure = await failureOf(run)
    const whole = failure !== null
    if (whole) failure = await failureAsWritten(entry, index)
    const { user, system } = process.cpuUsage(from)
    const ms = (user + system) / 1_000
    const placesOf = (file: string): number[] => [
      ...new Set([-1, ...(loading.get(file) ?? []), ...(reached.get(file) ?? [])]),
    ]
    const places = files.map((file) => [file, placesOf(file)] as const)
    mapped.push({ suite, index, name, ms, whole, failure, reached: places })
  }
  return mapped
}

/** From now on, what is reached. */
function recorded(): ReadonlyMap<string, ReadonlySet<number>> {
  const reached = new Map<string, Set<number>>()
  const reach = (file: string, probe: number): void => {
    const probes = reached.get(file)
    if (probes) probes.add(probe)
    else reached.set(file, new Set([probe]))
  }
  Object.assign(globalThis, { __reached: reach })
  return reached
}

async function casesOf(entry: string): Promise<readonly Case[]> {
  collector.take()
  await marking.load(entry, null)
  return collector.take()
}

async function failureAsWritten(entry: string, index: number): Promise<string | null> {
  const again = (await casesOf(entry))[index]
  return again ? failureOf(again.run, Infinity) : 'is there only once'
}

/** The first test that fails with the mutant, if any does. */
async function attempt({ mutant, tests }: Trial): Promise<string | null> {
  const replaced = mutant && {
    path: join(ROOT, mutant.file),
    source: mutated(readFileSync(join(ROOT, mutant.file), 'utf8'), mutant),
  }
  for (const chosen of tests) {
    const failing = await failingOf(chosen, replaced)
    if (failing !== null) return failing
  }
  return null
}

async function failingOf({ suite, tests }: Chosen, replaced: Replaced | null) {
  const entry = join(ROOT, suite)
  await plain.prepare(entry)
  collector.take()
  if ((await failureOf(() => plain.load(entry, replaced))) !== null)
    return `${suite} cannot be loaded`
  const cases = collector.take()
  for (const { index, whole } of tests) {
    const one = cases[index]
    if (!one) return `${suite} has no test ${index}`
    if ((await failureOf(one.run, whole ? Infinity : RUNS)) !== null) return `${suite} ${one.name}`
  }
  return null
}

async function failureOf(run: () => unknown, runs = RUNS): Promise<string | null> {
  atMost = runs
  try {
    await run()
    return null
  } catch (failure) {
    return failure instanceof Error ? failure.message.slice(0, 300) : String(failure)
  }
}

async function answerOf(job: Job): Promise<Answer> {
  try {
    if (job.kind === 'map') return { mapped: await map(job.suite) }
    return { killedBy: await attempt(job) }
  } catch (failure) {
    return { failure: String(failure) }
  }
}

process.on('message', async (job: Job) => {
  process.send?.(await answerOf(job))
})
process.on('disconnect', () => process.exit(0))
process.send?.({ ready: true })
