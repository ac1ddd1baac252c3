import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../../../src/store/migrate.ts'
import { schemaDump } from '../../../src/store/schema-dump.ts'
import { emptyDatabase } from '../../support/database.ts'

const MIGRATIONS = fileURLToPath(new URL('../../../src/store/migrations', import.meta.url))

let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'everycent-migrations-'))
  write('0001_first.sql', 'create schema accounts;\ncreate table accounts.one (id integer);\n')
  write('0002_second.sql', '-- up migration\ncreate table accounts.two (id integer);\n')
})
afterEach(() => rmSync(dir, { recursive: true }))

const write = (name: string, sql: string): void => writeFileSync(join(dir, name), sql)

test('what is pending is applied in order, once', async () => {
  const { url, pool } = await emptyDatabase()
  const lines: string[] = []
  expect(await migrate(url, { dir, log: (line) => lines.push(line) })).toEqual({
    applied: ['0001_first', '0002_second'],
    current: '0002_second',
  })
  expect(lines).toEqual(['migration 0001_first', 'migration 0002_second'])
  expect(await migrate(url, { dir })).toEqual({ applied: [], current: '0002_second' })

  write('0003_third.sql', 'create table accounts.three (id integer);')
  expect((await migrate(url, { dir })).applied).toEqual(['0003_third'])
  await pool.query('select from accounts.one, accounts.two, accounts.three')
})

test('no two migrations have the same number: their order would hang on their names', () => {
  const numbers = readdirSync(MIGRATIONS).map((name) => name.slice(0, 4))
  expect(numbers.length).toBeGreaterThan(0)
  expect(new Set(numbers).size).toBe(numbers.length)
})

test('eight at once give one schema, and exactly one of them does the work', async () => {
  const { url } = await emptyDatabase()
  const results = await Promise.all(Array.from({ length: 8 }, () => migrate(url)))
  const working = results.filter(({ applied }) => applied.length > 0)
  expect(working).toHaveLength(1)
  expect(new Set(results.map(({ current }) => current)).size).toBe(1)
  const alone = await emptyDatabase()
  await migrate(alone.url)
  expect(await schemaDump(url)).toBe(await schemaDump(alone.url))
})

test('a failing migration names its file and line, and nothing of the run stays', async () => {
  const { url, pool } = await emptyDatabase()
  write('0003_bad.sql', 'create table accounts.three (id integer);\nselect nonsense;\n')
  await expect(migrate(url, { dir })).rejects.toThrow(
    'The migration 0003_bad.sql failed, line 2: column "nonsense" does not exist.',
  )
  const { rows } = await pool.query(
    `select to_regclass('accounts.one') as one, count(*) from control.migration_checksum`,
  )
  expect(rows).toEqual([{ one: null, count: '0' }])
})

test('an applied file that was edited is refused by name', async () => {
  const { url } = await emptyDatabase()
  await migrate(url, { dir })
  write('0001_first.sql', 'create schema accounts;\ncreate table accounts.one (id bigint);\n')
  await expect(migrate(url, { dir })).rejects.toThrow(
    /The migration 0001_first\.sql is not the one/,
  )
})

test('other line ends are no edit', async () => {
  const { url } = await emptyDatabase()
  await migrate(url, { dir })
  write('0002_second.sql', '-- up migration\r\ncreate table accounts.two (id integer);\r\n')
  expect((await migrate(url, { dir })).applied).toEqual([])
})

test('a schema newer than the program is refused with exit code 57', async () => {
  const { url } = await emptyDatabase()
  await migrate(url, { dir })
  rmSync(join(dir, '0002_second.sql'))
  await expect(migrate(url, { dir })).rejects.toMatchObject({
    exitCode: 57,
    message: expect.stringMatching(/newer than this program: it has 0002_second, .*0001_first/),
  })
})

test('a migration numbered before an applied one is refused', async () => {
  const { url } = await emptyDatabase()
  rmSync(join(dir, '0001_first.sql'))
  write('0002_second.sql', 'create schema accounts;')
  await migrate(url, { dir })
  write('0001_late.sql', 'select 1;')
  await expect(migrate(url, { dir })).rejects.toThrow('0001_late.sql comes before 0002_second')
})

test('a folder without migrations, an odd name and a way back are refused', async () => {
  const { url } = await emptyDatabase()
  write('0003_back.sql', 'select 1;\n-- down migration\nselect 2;')
  await expect(migrate(url, { dir })).rejects.toThrow('schemas only go forward')
  rmSync(join(dir, '0003_back.sql'))
  write('3-odd.sql', '')
  await expect(migrate(url, { dir })).rejects.toThrow('3-odd.sql is not named like')
  for (const name of ['3-odd.sql', '0001_first.sql', '0002_second.sql']) rmSync(join(dir, name))
  await expect(migrate(url, { dir })).rejects.toThrow('There are no migrations')
})
