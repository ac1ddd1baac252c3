import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  createDatabase,
  databaseUrl,
  dropDatabase,
  startEmbedded,
} from '../../../src/store/embedded/index.ts'
import { isAlive } from '../../../src/store/embedded/pidfile.ts'
import { ask, startOwner, stopLater, temporaryFolder } from './support.ts'

test('a new cluster is UTF-8, checksummed, durable and reachable by password on localhost only', async () => {
  const dataDir = join(temporaryFolder(), 'data')
  const { url, port } = stopLater(await startEmbedded({ dataDir }))
  const setting = (name: string) => ask(url, `select current_setting('${name}')`)
  expect(await setting('server_version_num')).toMatch(/^18/)
  expect(await setting('server_encoding')).toBe('UTF8')
  expect(await setting('data_checksums')).toBe('on')
  expect(await setting('fsync')).toBe('on')
  expect(await setting('synchronous_commit')).toBe('on')
  expect(await setting('listen_addresses')).toBe('127.0.0.1')
  expect(await setting('unix_socket_directories')).toBe('')
  expect(await setting('timezone')).toBe('UTC')
  expect(await ask(url, "select upper('é') || upper('ß')")).toBe('Éß')
  expect(
    await ask(url, "select string_agg(distinct auth_method, ' ') from pg_hba_file_rules"),
  ).toBe('scram-sha-256')
  expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600)
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  await expect(
    ask(`postgres://postgres:guess@127.0.0.1:${port}/postgres`, 'select 1'),
  ).rejects.toThrow('password authentication failed')
})

test('stopping ends the process; the next start finds the data and the same password', async () => {
  const dataDir = join(temporaryFolder(), 'data')
  const first = stopLater(await startEmbedded({ dataDir }))
  await ask(first.url, 'create table kept as select 42 as answer')
  await first.stop()
  expect(isAlive(first.pid)).toBe(false)
  expect(existsSync(join(dataDir, 'cluster', 'postmaster.pid'))).toBe(false)
  expect(readFileSync(first.logFile, 'utf8')).toContain('database system is shut down')

  const second = stopLater(await startEmbedded({ dataDir, port: first.port }))
  expect(second.adopted).toBe(false)
  expect(second.url).toBe(first.url)
  expect(await ask(second.url, 'select answer from kept')).toBe(42)
})

test('stopping cuts off a client that is in the middle of something', async () => {
  const server = await startEmbedded({ dataDir: join(temporaryFolder(), 'data') })
  const sleeping = expect(ask(server.url, 'select pg_sleep(60)')).rejects.toThrow(/terminat/)
  const busy = "select count(*)::int from pg_stat_activity where query like '%(60)'"
  await expect.poll(() => ask(server.url, busy)).toBe(1)
  await server.stop()
  await sleeping
})

test('processes that start on one data directory at once share one server', async () => {
  const dataDir = join(temporaryFolder(), 'data')
  const [here, ...elsewhere] = await Promise.all([
    startEmbedded({ dataDir }).then(stopLater),
    startOwner(dataDir),
    startOwner(dataDir),
  ])
  expect(elsewhere.map(({ url }) => url)).toEqual([here.url, here.url])
})

test('a taken port is refused with what to do', async () => {
  const squatter = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => squatter.once('listening', resolve))
  const { port } = squatter.address() as { port: number }
  await expect(startEmbedded({ dataDir: join(temporaryFolder(), 'data'), port })).rejects.toThrow(
    new RegExp(`port ${port} already.*\\nChoose another port`),
  )
  squatter.close()
})

test('a server that cannot start says so with the last lines of its log', async () => {
  const dataDir = join(temporaryFolder(), 'data')
  const broken = startEmbedded({ dataDir, settings: { shared_buffers: 'plenty' } })
  await expect(broken).rejects.toThrow(
    /did not start in .*\nThe log below says why.\nThe last lines of .*postgres\.log:\n.*"shared_buffers": "plenty"/,
  )
})

test('databases are created once, copied from a template, and dropped with their guests', async () => {
  const { url } = stopLater(await startEmbedded({ dataDir: join(temporaryFolder(), 'data') }))
  expect(await createDatabase(url, 'My "shop"')).toBe(true)
  expect(await createDatabase(url, 'My "shop"')).toBe(false)
  const shop = databaseUrl(url, 'My "shop"')
  await ask(shop, 'create table ware (id integer)')
  expect(await createDatabase(url, 'copy', { template: 'My "shop"' })).toBe(true)
  expect(await ask(databaseUrl(url, 'copy'), 'select count(*)::int from ware')).toBe(0)
  const guest = expect(ask(shop, 'select pg_sleep(60)')).rejects.toThrow(/terminat/)
  await expect.poll(() => ask(url, BUSY)).toBe(1)
  await dropDatabase(url, 'My "shop"')
  await guest
  await dropDatabase(url, 'My "shop"')
  await expect(ask(shop, 'select 1')).rejects.toThrow('does not exist')
})

const BUSY = `select count(*)::int from pg_stat_activity
  where datname = 'My "shop"' and state = 'active'`
