import { expect, test } from 'vitest'
import { createPool } from '../../src/store/pool.ts'
import { databaseThatBegins, freshDatabase } from './database.ts'

test('each test file gets a migrated database of its own', async () => {
  const [one, other] = [await freshDatabase(), await freshDatabase()]
  expect(one.url).not.toBe(other.url)
  const tables = "select count(*)::int as count from pg_tables where schemaname = 'accounts'"
  expect((await one.pool.query(tables)).rows[0].count).toBeGreaterThan(0)
})

test('what many files begin with is made once, and each gets a copy of its own', async () => {
  let filled = 0
  const fill = async (url: string) => {
    filled += 1
    const pool = createPool(url)
    await pool.query('create table public.made as select 1 as times')
    await pool.end()
    return { keys: { ada: "a'b" } }
  }
  const begin = () => databaseThatBegins({ name: 'trial', fill })
  const [one, other] = await Promise.all([begin(), begin()])
  expect(filled).toBe(1)
  expect([one.note, other.note]).toEqual([{ keys: { ada: "a'b" } }, { keys: { ada: "a'b" } }])
  await one.pool.query('update public.made set times = 2')
  expect((await other.pool.query('select times from public.made')).rows).toEqual([{ times: 1 }])
})

test('a beginning that fails is begun again by the next who asks', async () => {
  const fill = async (): Promise<number> => {
    throw new Error('the story broke off')
  }
  await expect(databaseThatBegins({ name: 'broken', fill })).rejects.toThrow('broke off')
  expect((await databaseThatBegins({ name: 'broken', fill: async () => 7 })).note).toBe(7)
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
