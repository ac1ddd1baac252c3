import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createVitest } from 'vitest/node'
import { type Mutant, mutated } from './mutants.ts'

/*
 * A vitest that stays warm: it is sent a mutant and suites, and answers whether a test of them has failed.
 */

interface Job {
  readonly mutant: Mutant | null
  readonly suites: readonly string[]
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
let current: Mutant | null = null

const vitest = await createVitest(
  'test',
  {
    config: false,
    root: ROOT,
    watch: false,
    include: ['test/core/**/*.test.ts'],
    reporters: [{ onInit: () => {} }],
    pool: 'forks',
    maxWorkers: 1,
    bail: 1,
    testTimeout: 20_000,
  },
  {
    plugins: [
      {
        name: 'mutant',
        enforce: 'pre',
        transform: (_code, id) =>
          current !== null && id.split('?')[0] === join(ROOT, current.file)
            ? { code: mutated(readFileSync(join(ROOT, current.file), 'utf8'), current), map: null }
            : undefined,
      },
    ],
  },
)

async function isKilled({ mutant, suites }: Job): Promise<boolean> {
  const touched = [current, mutant].flatMap((one) => (one ? [join(ROOT, one.file)] : []))
  current = mutant
  for (const file of touched) vitest.invalidateFile(file)
  const specifications = (await vitest.globTestSpecifications([...suites])).filter(({ moduleId }) =>
    suites.some((suite) => moduleId.startsWith(join(ROOT, suite))),
  )
  if (specifications.length === 0) throw new Error(`No tests in ${suites.join(', ')}`)
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications)
  process.exitCode = 0
  return unhandledErrors.length > 0 || testModules.some((one) => !one.ok())
}

process.on('message', async (job: Job) => {
  process.send?.({ killed: await isKilled(job) })
})
process.on('disconnect', () => process.exit(0))
process.send?.({ ready: true })
