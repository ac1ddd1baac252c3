import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { PLANTS } from './plants.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const wanted = process.env.EVERYCENT_PLANT
const plant = PLANTS.find(({ name }) => name === wanted)
if (!plant) throw new Error(`EVERYCENT_PLANT names no planted bug: ${wanted}`)
const planted = join(ROOT, plant.file)
const parts = readFileSync(planted, 'utf8').split(plant.find)
if (parts.length !== 2)
  throw new Error(`${plant.file} has ${parts.length - 1} places for: ${plant.name}`)

/** The suites as they are, on a program with one bug in it. */
export default defineConfig({
  root: ROOT,
  plugins: [
    {
      name: 'planted-bug',
      enforce: 'pre',
      transform: (_code, id) =>
        id.split('?')[0] === planted ? { code: parts.join(plant.replace), map: null } : undefined,
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres.ts'],
    setupFiles: ['test/support/setup.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
