import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, test } from 'vitest'
import { checkBackup, judgeArchive, judgeBaseBackup } from '../../src/cli/serve/doctor-backup.ts'
import {
  checkClock,
  checkConnections,
  checkDurability,
  checkIsolation,
  checkJobs,
  checkSchema,
  connectionsOf,
  judgeDisk,
  judgeVersion,
} from '../../src/cli/serve/doctor-checks.ts'
import { checkPostgres, judgeWraparound } from '../../src/cli/serve/doctor-postgres.ts'
import { loadConfig } from '../../src/config.ts'
import {
  createDatabase,
  databaseUrl,
  type EmbeddedServer,
  startEmbedded,
} from '../../src/store/embedded/index.ts'
import { migrate } from '../../src/store/migrate.ts'
import { createPool } from '../../src/store/pool.ts'

/*
 * A PostgreSQL of the file's own, sound at first; then each thing that can be wrong with it is planted, and
 * the doctor has to find that one, say what to do, and be content again when it is mended.
 */

const dataDir = mkdtempSync(join(tmpdir(), 'everycent-doctor-'))
/** While this file is there, nothing can be archived. */
const jam = `${dataDir}.jam`
let server: EmbeddedServer
let pool: pg.Pool
let admin: pg.Pool

beforeAll(async () => {
  chmodSync(dataDir, 0o755)
  const settings = {
    archive_mode: 'on',
    archive_command: `test ! -f ${jam}`,
    max_connections: '40',
  }
  server = await startEmbedded({ dataDir, settings: { ...settings, autovacuum: 'off' } })
  admin = createPool(server.url, { max: 2 })
  await createDatabase(server.url, 'patient')
  await migrate(databaseUrl(server.url, 'patient'))
  await admin.query('select pg_switch_wal()')
  pool = createPool(databaseUrl(server.url, 'patient'), { max: 4 })
})

afterAll(async () => {
  await pool?.end()
  await admin?.end()
  await server?.stop()
  rmSync(dataDir, { recursive: true, force: true })
  rmSync(jam, { force: true })
})

const config = (connections = '16') =>
  loadConfig({ env: { EVERYCENT_DATABASE_CONNECTIONS_MAX: connections }, cwd: dataDir })

async function look(nowMs = Date.now(), connections?: string) {
  const checks = [
    ...(await checkDurability(pool)),
    await checkIsolation(pool),
    await checkClock(pool, () => nowMs),
    await checkSchema(pool),
    await checkJobs(pool, () => nowMs),
    ...(await checkPostgres(pool, config(connections), nowMs)),
  ]
  return Object.fromEntries(checks.map((own) => [own.name, own]))
}

/** What is not ok. */
async function complaints(...given: Parameters<typeof look>): Promise<string[]> {
  const checks = Object.values(await look(...given))
  for (const { state, next } of checks) expect(next === null).toBe(state === 'ok')
  const bad = checks.filter(({ state }) => state !== 'ok')
  return bad.map(({ name, state }) => `${name} ${state}`).sort()
}

/** New connections have settings of the database that were altered since. */
async function renew(): Promise<void> {
  await pool.end()
  pool = createPool(databaseUrl(server.url, 'patient'), { max: 4 })
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries += 1) {
    expect(tries).toBeLessThan(1_000)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const SOUND = ['standby warn']

async function takeBackup(): Promise<void> {
  const client = await admin.connect()
  await client.query("select pg_backup_start('of the test', fast => true)")
  await client.query('select pg_backup_stop(wait_for_archive => false)')
  client.release()
}

it('a database of which no base backup was taken', async () => {
  await until(async () => (await look()).archive?.state === 'ok')
  expect(await complaints()).toEqual(['base backup warn', ...SOUND])
  await takeBackup()
  const [, taken] = await checkBackup(pool, Date.now())
  expect(taken).toMatchObject({ state: 'ok', found: 'the last one ended 0 hours ago' })
  const [, old] = await checkBackup(pool, Date.now() + 26 * 3_600_000)
  expect(old).toMatchObject({ state: 'warn', found: 'the last one ended 26 hours ago' })
})

it('a role that may not see when the last base backup was taken', async () => {
  await admin.query("create role clerk login password 'test'")
  const clerk = createPool(
    databaseUrl(server.url, 'patient').replace(/\/\/[^@]*@/, '//clerk:test@'),
    {
      max: 1,
    },
  )
  const { rows } = await clerk.query('select current_user as role')
  expect(rows[0].role).toBe('clerk')
  const told = async () => (await checkBackup(clerk, Date.now()))[1]
  expect(await told()).toMatchObject({ state: 'warn', next: expect.stringContaining('pg_monitor') })
  await admin.query('grant pg_monitor to clerk')
  expect(await told()).toMatchObject({ state: 'ok' })
  await clerk.end()
})

it('a base backup is late after a day and an hour', () => {
  const nowMs = 1_000 * 3_600_000
  expect(judgeBaseBackup(nowMs - 25 * 3_600_000, nowMs)).toMatchObject({ state: 'ok' })
  expect(judgeBaseBackup(nowMs - 25 * 3_600_000 - 1, nowMs)).toMatchObject({ state: 'warn' })
  expect(judgeBaseBackup(nowMs - 240 * 3_600_000, nowMs).found).toBe(
    'the last one ended 10 days ago',
  )
})

it('a sound one: only that there is no standby', async () => {
  await until(async () => (await look()).archive?.state === 'ok')
  expect(await complaints()).toEqual(SOUND)
})

test.each([
  ['synchronous_commit', 'off', 'synchronous_commit fail'],
  ['synchronous_commit', 'local', 'synchronous_commit fail'],
  ['default_transaction_isolation', "'repeatable read'", 'isolation fail'],
  ['default_transaction_read_only', 'on', 'primary fail'],
  ['statement_timeout', '5000', 'timeouts warn'],
])('%s = %s for the database', async (name, value, complaint) => {
  await admin.query(`alter database patient set ${name} = ${value}`)
  await renew()
  expect(await complaints()).toEqual([complaint, ...SOUND].sort())
  await admin.query(`alter database patient reset ${name}`)
  await renew()
  expect(await complaints()).toEqual(SOUND)
})

async function setting(name: string, value: string | null): Promise<void> {
  await admin.query(
    value === null ? `alter system reset ${name}` : `alter system set ${name} = '${value}'`,
  )
  const before = (await admin.query('select pg_conf_load_time() as at')).rows[0]
  await admin.query('select pg_reload_conf()')
  await until(async () => {
    const [now] = (await pool.query('select pg_conf_load_time() as at')).rows
    return now.at > before.at
  })
}

test.each([
  ['fsync', 'off', 'fsync fail'],
  ['full_page_writes', 'off', 'full_page_writes fail'],
  ['synchronous_standby_names', 'second', 'standby fail'],
])('%s = %s for the server', async (name, value, complaint) => {
  await setting(name, value)
  await until(async () => (await complaints()).includes(complaint))
  await setting(name, null)
  await until(async () => !(await complaints()).includes(complaint))
  expect(await complaints()).toEqual(SOUND)
})

it('a clock that differs: look at it after a second, repair it after thirty', async () => {
  expect((await look(Date.now() + 5_000)).clock).toMatchObject({ state: 'warn' })
  const { clock } = await look(Date.now() - 60_000)
  expect(clock).toMatchObject({ state: 'fail', next: expect.stringContaining('NTP') })
})

it('fewer free connections than a server takes with all its pools', async () => {
  expect(await checkConnections(pool, config('5'))).toMatchObject({ state: 'ok' })
  // one pool of twenty would fit
  expect(await checkConnections(pool, config('20'))).toMatchObject({
    state: 'warn',
    found: expect.stringContaining(`a server takes up to ${connectionsOf(config('20'))}`),
  })
})

it('more servers than connections', async () => {
  expect((await look(Date.now(), '16')).servers).toMatchObject({ state: 'ok' })
  expect((await look(Date.now(), '20')).servers).toMatchObject({
    state: 'warn',
    found: '0 servers connected; 1 × 43 of 37 connections',
  })
  const clients = await Promise.all([1, 2].map(() => listening()))
  expect((await look(Date.now(), '10')).servers).toMatchObject({
    state: 'warn',
    found: '2 servers connected; 2 × 23 of 37 connections',
  })
  await Promise.all(clients.map((client) => client.end()))
})

/** As the jobs of a server are seen by the database. */
async function listening(): Promise<pg.Client> {
  const connectionString = databaseUrl(server.url, 'patient')
  const client = new pg.Client({ connectionString, application_name: 'everycent jobs' })
  await client.connect()
  await client.query('listen "jobs:insert"')
  return client
}

it('a job that fails again and again, and one that nobody runs', async () => {
  const run = (name: string, failures: number) =>
    pool.query(
      `insert into control.job_run
         (name, summary, every_ms, due_at, runs, done, done_in_all, failures_in_row, error, failed)
       values ($1, 'of the test', 1000, clock_timestamp(), 9, 0, 0, $2, 'out of ink', 0)`,
      [name, failures],
    )
  await run('printing', 2)
  expect((await look()).jobs).toMatchObject({ state: 'ok' })
  expect((await look(Date.now() + 6 * 60_000)).jobs).toMatchObject({
    state: 'warn',
    found: 'printing overdue',
  })
  await run('binding', 3)
  expect((await look()).jobs).toMatchObject({
    state: 'fail',
    found: 'binding failed 3 times: out of ink',
  })
  await pool.query('delete from control.job_run')
})

it('a slot that nobody reads', async () => {
  await admin.query("select pg_create_physical_replication_slot('forgotten', true)")
  expect(await complaints()).toEqual(['replication slots warn', ...SOUND])
  await admin.query("select pg_drop_replication_slot('forgotten')")
})

it('a transaction that nobody ends', async () => {
  const client = await admin.connect()
  await client.query('begin; select 1')
  const { rows } = await client.query('select pg_backend_pid() as pid')
  expect((await look()).transactions).toMatchObject({ state: 'ok' })
  expect((await look(Date.now() + 11 * 60_000)).transactions).toMatchObject({
    state: 'warn',
    found: `open for over ten minutes: pid ${rows[0].pid}`,
  })
  await client.query('rollback')
  client.release()
})

it('a table that is not logged', async () => {
  await pool.query('create unlogged table control.scribble (id text primary key)')
  expect((await look()).tables).toMatchObject({
    state: 'fail',
    found: 'not logged: control.scribble',
  })
  await pool.query('drop table control.scribble')
})

it('an index that keeps nothing unique', async () => {
  await pool.query('create table control.twice as select 1 as id from generate_series(1, 2)')
  const made = pool.query('create unique index concurrently twice_id on control.twice (id)')
  await expect(made).rejects.toThrow(/could not create unique index/)
  expect((await look()).indexes).toMatchObject({
    state: 'fail',
    found: 'not valid: control.twice_id',
  })
  await pool.query('drop table control.twice')
  expect(await complaints()).toEqual(SOUND)
})

it('an archive that fails', async () => {
  writeFileSync(jam, '')
  await admin.query('create table grow as select 1')
  await admin.query('select pg_switch_wal()')
  await until(async () => (await look()).archive?.state === 'fail')
  expect((await look()).archive?.found).toMatch(/^archive_command fails, last at [0-9A-F]{24}$/)
  rmSync(jam)
  await until(async () => (await look()).archive?.state === 'ok')
})

it('an archive that is behind, or never began', () => {
  const nowMs = 100 * 60_000
  const own = { failedMs: null, failedWal: null, nowMs }
  expect(judgeArchive({ ...own, archivedMs: nowMs - 3_600_000 })).toMatchObject({ state: 'ok' })
  expect(judgeArchive({ ...own, archivedMs: nowMs - 3_600_001 })).toMatchObject({
    state: 'warn',
    found: 'last segment 60 minutes ago',
  })
  expect(judgeArchive({ ...own, archivedMs: null })).toMatchObject({ state: 'warn' })
  // it has recovered since
  expect(judgeArchive({ ...own, failedMs: 5, failedWal: 'x', archivedMs: nowMs })).toMatchObject({
    state: 'ok',
  })
})

it('rows that are not frozen in time', () => {
  expect(judgeWraparound(999_999_999)).toMatchObject({ state: 'ok' })
  expect(judgeWraparound(1_000_000_000)).toMatchObject({
    state: 'warn',
    found: '1000 of 2,100 million transactions since the oldest row was frozen',
  })
})

it('a disk that is nearly full', () => {
  const gigabyte = 1024 ** 3
  expect(judgeDisk(10 * gigabyte, '/data')).toMatchObject({ state: 'ok' })
  expect(judgeDisk(10 * gigabyte - 1, '/data')).toMatchObject({ state: 'warn' })
  expect(judgeDisk(gigabyte - 1, '/data')).toMatchObject({
    state: 'fail',
    found: '1.0 GB free in /data',
  })
})

test.each([
  ['140019', 'fail'],
  ['150000', 'ok'],
  ['180004', 'ok'],
  ['190000', 'warn'],
])('PostgreSQL %s: %s', (number, state) => {
  expect(judgeVersion('shown', Number(number))).toMatchObject({ state })
})
