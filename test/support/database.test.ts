import { expect, test } from 'vitest'
import { createPool } from '../../src/store/pool.ts'
import { freshDatabase } from './database.ts'

test('each test file gets a migrated database of its own', async () => {
  const [one, other] = [await freshDatabase(), await freshDatabase()]
  expect(one.url).not.toBe(other.url)
  const tables = "select count(*)::int as count from pg_tables where schemaname = 'accounts'"
  expect((await one.pool.query(tables)).rows[0].count).toBeGreaterThan(0)
})

// The check that fails the file which leaks: closed here, so that it fails here and not at the end.
test('a client that is never released is an error', async () => {
  const database = await freshDatabase()
  await database.pool.connect()
  await expect(database.close()).rejects.toThrow("1 clients of the test's pool were never released")
  database.forget()
})

test('a pool that is never ended is an error that names it', async () => {
  const database = await freshDatabase()
  const forgotten = createPool(database.url, { applicationName: 'forgotten' })
  await forgotten.query('select 1')
  await expect(database.close()).rejects.toThrow('forgotten (idle)')
  database.forget()
  await forgotten.end()
})
