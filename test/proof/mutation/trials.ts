import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EQUIVALENTS, type Equivalent, isEquivalent } from './equivalents.ts'
import type { Chosen, Mapped } from './jobs.ts'
import { type Mutant, mutantsOf, mutated, orderOf } from './mutants.ts'
import type { Reach } from './reach.ts'
import { Runner } from './runner.ts'
import { isReadable } from './syntax.ts'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const MAP_MS = 600_000
/** A mutant that has not been noticed by then ends no more. */
const ENDLESS_MS = 30_000

export interface Tried {
  readonly mutant: Mutant
  /** The test that noticed it. */
  readonly by: string | null
}

export const roomOf = ({ file }: Mutant): string => file.split('/')[2] ?? ''

export const sourceOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** Every mutant of the core. */
export const allMutants = (): readonly Mutant[] =>
  filesUnder('src/core', '.ts').flatMap((file) => mutantsOf(file, sourceOf(file)))

export const filesUnder = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)
    .toSorted()

/** So many of them, every room of the core with its share, and with one at least. */
export function sampleOf(all: readonly Mutant[], size: number, seed: string): readonly Mutant[] {
  const ordered = all.toSorted((a, b) => (orderOf(a, seed) < orderOf(b, seed) ? -1 : 1))
  const rooms = [...new Set(all.map(roomOf))].toSorted()
  return rooms.flatMap((room) => {
    const own = ordered.filter((one) => roomOf(one) === room)
    return own.slice(0, Math.max(1, Math.round((own.length * size) / all.length)))
  })
}

/** One that cannot be read would fail every test, and prove nothing. */
export const canBeRead = (mutant: Mutant): boolean =>
  isReadable(mutant.file, mutated(sourceOf(mutant.file), mutant))

export const equivalentOf = (mutant: Mutant): Equivalent | undefined =>
  EQUIVALENTS.find((one) => isEquivalent(mutant, sourceOf(mutant.file), one))

/** Two processes that share the work. */
export class Trials {
  readonly #runners = [new Runner(), new Runner()]
  readonly #sound = new Set<string>()

  async map(suites: readonly string[]): Promise<readonly Mapped[]> {
    const mapped: Mapped[] = []
    await this.#each(suites, async (runner, suite) => {
      mapped.push(...(await runner.map(suite, MAP_MS)))
    })
    return mapped
  }

  async attempt(mutants: readonly Mutant[], reach: Reach): Promise<readonly Tried[]> {
    const tried: Tried[] = []
    await this.#each(mutants, async (runner, mutant) => {
      const tests = reach.testsOf(mutant)
      const by = await runner.attempt({ kind: 'try', mutant, tests }, ENDLESS_MS)
      if (by !== null && by !== 'endless') await this.#confirm(runner, by, tests)
      if (by !== null) reach.learn(mutant, by.split(' ')[0] ?? '')
      tried.push({ mutant, by })
    })
    return tried
  }

  /** A test that fails without the mutant too, asked by itself, has noticed nothing. */
  async #confirm(runner: Runner, by: string, tests: readonly Chosen[]): Promise<void> {
    if (this.#sound.has(by)) return
    const suite = by.split(' ')[0]
    const own = tests.filter((one) => one.suite === suite)
    const failing = await runner.attempt({ kind: 'try', mutant: null, tests: own }, ENDLESS_MS)
    if (failing !== null) throw new Error(`Without a mutant: ${failing}`)
    this.#sound.add(by)
  }

  stop(): void {
    for (const runner of this.#runners) runner.stop()
  }

  async #each<T>(things: readonly T[], work: (runner: Runner, thing: T) => Promise<void>) {
    const left = [...things]
    await Promise.all(
      this.#runners.map(async (runner) => {
        for (let one = left.shift(); one !== undefined; one = left.shift()) await work(runner, one)
      }),
    )
  }
}
