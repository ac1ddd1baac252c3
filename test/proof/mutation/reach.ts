import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Chosen, Mapped, Place } from './jobs.ts'
import type { Mutant } from './mutants.ts'
import { type Probe, probeAround, probed } from './probes.ts'

/** A test that takes longer is not asked: a mutant would cost minutes. What only such a test notices survives. */
const LONG_MS = 4_000
/** A suite has to be loaded before its first test. */
const LOADING_MS = 40

interface Test extends Place {
  readonly suite: string
  readonly ms: number
  readonly reached: ReadonlyMap<string, ReadonlySet<number>>
}

/** Which tests can notice which mutant: those that reach its place. */
export class Reach {
  readonly #root: string
  readonly #togetherMs: number
  readonly #tests: readonly Test[]
  readonly #probes = new Map<string, readonly Probe[]>()
  /** Of a file, how often a suite has noticed a mutant of it. */
  readonly #noticed = new Map<string, number>()

  /** `togetherMs`: so long may all tests of a mutant take together, the quickest first. */
  constructor(root: string, mapped: readonly Mapped[], togetherMs: number) {
    this.#root = root
    this.#togetherMs = togetherMs
    this.#tests = mapped
      .filter(({ failure, ms }) => failure === null && ms < LONG_MS)
      .map((one) => ({
        ...one,
        reached: new Map(one.reached.map(([file, probes]) => [file, new Set(probes)])),
      }))
      .toSorted((a, b) => a.ms - b.ms)
  }

  /** The tests to ask about the mutant: suites that noticed much in the file come first, then quick ones. */
  testsOf(mutant: Mutant): readonly Chosen[] {
    const probe = probeAround(this.#probesOf(mutant.file), mutant)
    const able = this.#tests.filter(({ reached }) => reached.get(mutant.file)?.has(probe))
    const suites = bySuite(able)
    const order = [...suites].toSorted(
      ([a, some], [b, others]) => this.#rankOf(mutant, b, others) - this.#rankOf(mutant, a, some),
    )
    return cutOff(order, this.#togetherMs)
  }

  /** Told what noticed the mutant, so that its neighbours are shown to that suite first. */
  learn(mutant: Mutant, suite: string): void {
    const key = `${mutant.file} ${suite}`
    this.#noticed.set(key, (this.#noticed.get(key) ?? 0) + 1)
  }

  #rankOf({ file }: Mutant, suite: string, tests: readonly Test[]): number {
    const room = file.split('/')[2] ?? ''
    const ms = tests.reduce((sum, one) => sum + one.ms, LOADING_MS)
    const noticed = this.#noticed.get(`${file} ${suite}`) ?? 0
    return (noticed + (suite.includes(`/${room}`) ? 2 : 0.5)) / ms
  }

  #probesOf(file: string): readonly Probe[] {
    const known = this.#probes.get(file)
    if (known) return known
    const { probes } = probed(file, readFileSync(join(this.#root, file), 'utf8'))
    this.#probes.set(file, probes)
    return probes
  }
}

function cutOff(
  order: readonly (readonly [string, readonly Test[]])[],
  togetherMs: number,
): readonly Chosen[] {
  let left = togetherMs
  return order.flatMap(([suite, tests]) => {
    const places = tests.flatMap(({ index, whole, ms }) => {
      left -= ms
      return left >= 0 ? [{ index, whole }] : []
    })
    return places.length > 0 ? [{ suite, tests: places }] : []
  })
}

function bySuite(tests: readonly Test[]): ReadonlyMap<string, readonly Test[]> {
  const suites = new Map<string, Test[]>()
  for (const one of tests) suites.set(one.suite, [...(suites.get(one.suite) ?? []), one])
  return suites
}
