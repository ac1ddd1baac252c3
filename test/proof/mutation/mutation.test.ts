import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'vite'
import { afterAll, expect, test } from 'vitest'
import { type Mutant, mutantsOf, mutated, orderOf } from './mutants.ts'
import { Runner } from './runner.ts'

/*
 * Small changes are made in the parts of the core that count money, one at a time, and the tests of that part
 * have to notice them. `npm test` tries a sample, `npm run proof` a larger one (MUTANTS=all: every one).
 */

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const PARTS = ['money', 'tax', 'pricing', 'funding'] as const
const SEED = 'everycent'
const SHORT = 8
const FULL = 200
const FLOOR_PERCENT = 85
/** A few mutants say little about the score: by these it is seen that tests notice anything at all. */
const FEW = 100
const FLOOR_OF_FEW_PERCENT = 60
const MINUTES_MS = 7_200_000

const runner = new Runner()
afterAll(() => runner.stop())

function mutantsOfPart(part: string): readonly Mutant[] {
  const folder = `src/core/${part}`
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) =>
      mutantsOf(`${folder}/${name}`, readFileSync(join(ROOT, folder, name), 'utf8')),
    )
}

/** One that cannot be read would fail every test, and prove nothing. */
const isReadable = (mutant: Mutant): boolean =>
  parseSync(mutant.file, mutated(readFileSync(join(ROOT, mutant.file), 'utf8'), mutant)).errors
    .length === 0

const suiteOf = ({ file }: Mutant): string =>
  file.split('/').slice(1, 3).join('/').replace('core', 'test/core')

function sample(all: readonly Mutant[]): readonly Mutant[] {
  if (process.env.MUTANTS === 'all') return all
  const size = process.env.PROOF === 'full' ? FULL : SHORT
  return all
    .toSorted((a, b) => (orderOf(a, SEED) < orderOf(b, SEED) ? -1 : 1))
    .slice(0, Number(process.env.MUTANTS ?? size))
}

test(
  'a change in what counts money is noticed',
  async () => {
    const all = PARTS.flatMap(mutantsOfPart)
    const chosen = sample(all)
    for (const part of PARTS)
      expect(await runner.run(null, [`test/core/${part}`]), `${part} unchanged`).toBe('alive')
    const alive: Mutant[] = []
    let endless = 0
    for (const mutant of chosen) {
      expect(isReadable(mutant), JSON.stringify(mutant)).toBe(true)
      const said = await runner.run(mutant, [suiteOf(mutant)])
      if (said === 'alive') alive.push(mutant)
      if (said === 'endless') endless += 1
    }
    for (const { file, line, kind, replace } of alive)
      console.log(`alive: ${file}:${line} ${kind} ${replace}`)
    const killed = chosen.length - alive.length
    const facts = { mutants: chosen.length, of_all: all.length, killed, of_these_endless: endless }
    console.log(`proof mutation ${JSON.stringify(facts)}`)
    const floor = chosen.length < FEW ? FLOOR_OF_FEW_PERCENT : FLOOR_PERCENT
    expect(killed * 100).toBeGreaterThanOrEqual(chosen.length * floor)
  },
  MINUTES_MS,
)
