import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromSurroundings } from '../../src/cli/surroundings.ts'
import { emptyDatabase } from '../support/database.ts'
import { run, temporaryFolder } from './support/run.ts'

/* What is no fault of the program is not called one: it says what is wrong around it, and what to do. */

const told = async (argv: readonly string[], env: Record<string, string>) => {
  const { code, out, err } = await run(argv, { cwd: temporaryFolder(), env })
  expect(err).not.toMatch(/bug/)
  expect([code, out]).toEqual([1, ''])
  return err
}

describe('a database', () => {
  it.each(['verify', 'migrate'])('that nobody serves: %s', async (command) => {
    const err = await told([command], { DATABASE_URL: 'postgres://127.0.0.1:1/none' })
    expect(err).toMatch(/cannot be reached.*ECONNREFUSED.*DATABASE_URL/s)
  })

  it('that is not there, and one without tables', async () => {
    const { url } = await emptyDatabase()
    expect(await told(['verify'], { DATABASE_URL: url })).toMatch(/no tables.*everycent migrate/s)
    const other = `${url}_other`
    expect(await told(['verify'], { DATABASE_URL: other })).toMatch(/not there.*createdb/s)
  })
})

it('a place that cannot be written', () => {
  const out = join(temporaryFolder(), 'none', 'out.json')
  const missing = Object.assign(new Error(`ENOENT: no such file or directory, open '${out}'`), {
    code: 'ENOENT',
  })
  expect(fromSurroundings(missing)).toMatchObject({ why: `${missing.message}.`, exitCode: 1 })
  expect(fromSurroundings(new Error('anything else'))).toBeNull()
})
