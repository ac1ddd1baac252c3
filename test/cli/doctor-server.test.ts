import { readFileSync } from 'node:fs'
import { Registry } from 'prom-client'
import { beforeAll, expect, it, test } from 'vitest'
import type { Io } from '../../src/cli/io.ts'
import {
  checkCatalogue,
  checkNode,
  checkOpenFiles,
  checkServer,
  judgeCaches,
} from '../../src/cli/serve/doctor-server.ts'
import { limitIn, tellOpenFiles } from '../../src/cli/serve/open-files.ts'
import { loadConfig } from '../../src/config.ts'
import { seedCatalogue } from '../engine/support.ts'
import { emptyDatabase, freshDatabase, type TestDatabase } from '../support/database.ts'
import { run, temporaryFolder } from './support/run.ts'

/* What the doctor asks of the program, its plans and prices, and of a server that runs. */

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})

test.each([
  ['18.20.0', 'fail'],
  ['20.18.9', 'fail'],
  ['20.19.0', 'ok'],
  ['22.1.0', 'ok'],
])('Node %s: %s', (version, state) => expect(checkNode(version)).toMatchObject({ state }))

it('a catalogue: none yet, without a price, in order, and one that cannot be read', async () => {
  expect(await checkCatalogue((await emptyDatabase()).pool, Date.now())).toEqual([])
  expect(await checkCatalogue(database.pool, Date.now())).toMatchObject([
    { state: 'warn', found: 'no price book is in force' },
  ])
  await seedCatalogue(database)
  expect(await checkCatalogue(database.pool, Date.now())).toMatchObject([{ state: 'ok' }])
  expect(await checkCatalogue(database.pool, 0)).toMatchObject([{ state: 'warn' }])
  await database.pool.query(
    `insert into control.price_book (book_id, effective_from, document, published_at, published_by)
     values ('future', '2020-01-01', '{"id":"future","colour":"blue"}', '2020-01-01', 'test')`,
  )
  expect(await checkCatalogue(database.pool, Date.now())).toMatchObject([
    { state: 'fail', found: expect.stringContaining('price book future cannot be read') },
  ])
})

it('caches: compared lately, long ago, or never told', () => {
  const metrics = 'everycent_up 1\neverycent_catalogue_seen_timestamp_seconds 1000\nx 2\n'
  expect(judgeCaches(metrics, 1_060_000)).toMatchObject({ state: 'ok' })
  expect(judgeCaches(metrics, 1_060_001)).toMatchObject({
    state: 'warn',
    next: expect.stringContaining('old book'),
  })
  expect(judgeCaches('', 0)).toMatchObject({ state: 'warn' })
})

interface Answers {
  readonly version: string
  readonly ready: number
  readonly seen: number
}

async function doctor({ version, ready, seen }: Answers) {
  const fetcher = (async (address: string) => {
    const { pathname } = new URL(address)
    if (pathname === '/readyz') return new Response('{}', { status: ready })
    if (pathname === '/metrics')
      return new Response(`everycent_catalogue_seen_timestamp_seconds ${seen}\n`)
    return new Response(JSON.stringify({ name: 'everycent', version }))
  }) as typeof fetch
  const ran = await run(['doctor', '--json'], {
    cwd: temporaryFolder(),
    env: { DATABASE_URL: database.url },
    fetch: fetcher,
    now: () => Date.now(),
  })
  const { checks } = JSON.parse(ran.out) as { checks: { name: string; state: string }[] }
  return Object.fromEntries(checks.map(({ name, state }) => [name, state]))
}

it('every check has its row on the page, and the other way round', async () => {
  const ran = await run(['doctor', '--json'], {
    env: { DATABASE_URL: database.url, ANTHROPIC_API_KEY: 'sk-simulated' },
    fetch: (async (address: string) => {
      const isServer = new URL(address).protocol === 'http:'
      return new Response(isServer ? '{"name":"everycent","version":"0.1.0"}' : '')
    }) as typeof fetch,
  })
  const { checks } = JSON.parse(ran.out) as { checks: { name: string }[] }
  const names = new Set(checks.map(({ name }) => name.replace(/^upstream .*/, 'upstream')))
  const page = readFileSync(new URL('../../docs/operating/doctor.md', import.meta.url), 'utf8')
  const told = [...page.matchAll(/^\| `([a-z_ ]+)`/gm)].map(([, name]) => name!)
  // of an archived database, of the embedded server, and of a server without a provider
  expect(told.toSorted()).toEqual([...names, 'base backup', 'disk', 'upstreams'].toSorted())
})

it('a server that runs: in order, and leaving with old prices and an old program', async () => {
  const seen = Date.now() / 1_000
  const sound = { 'running server': 'ok', 'server version': 'ok', caches: 'ok' }
  expect(await doctor({ version: '0.1.0', ready: 200, seen })).toMatchObject(sound)
  expect(await doctor({ version: '0.0.9', ready: 503, seen: seen - 90 })).toMatchObject({
    'running server': 'warn',
    'server version': 'warn',
    caches: 'warn',
  })
})

const limitsOf = (soft: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft}                 1048576              files\n`

it.each([
  ['1024', 'warn'],
  ['30199', 'warn'],
  ['30200', 'ok'],
  ['unlimited', 'ok'],
])('%s open files with the defaults: %s', (soft, state) => {
  const config = loadConfig({ env: {}, cwd: '/' })
  const files = limitIn(limitsOf(soft))
  expect(checkOpenFiles({ files, of: 'process' }, config)).toMatchObject({ state })
  expect(limitIn('Max processes 5')).toBeNull()
  expect(checkOpenFiles({ files: null, of: 'process' }, config)).toMatchObject({ state: 'ok' })
})

it('the open files are those of the server that runs, which may have others than this program', async () => {
  const config = loadConfig({ env: {}, cwd: '/' })
  const told = async (metrics: string) => {
    const checks = await checkServer(config, {
      cwd: temporaryFolder(),
      now: () => 0,
      fetch: async (address) =>
        new Response(
          String(address).endsWith('/metrics') ? metrics : '{"name":"everycent","version":"0.1.0"}',
        ),
    } as Io)
    return checks.find(({ name }) => name === 'open files')
  }
  const registry = new Registry()
  tellOpenFiles(registry)
  expect((await told(await registry.metrics()))?.found).toContain('the server may have')
  expect(await told('everycent_open_files_max 1024\n')).toMatchObject({
    ...{ state: 'warn', found: 'the server may have 1024, and uses up to 30200' },
    next: expect.stringContaining('LimitNOFILE'),
  })
  expect(await told('everycent_open_files_max +Inf\n')).toMatchObject({ state: 'ok' })
  expect((await told(''))?.found).toMatch(/a server that is started from here|does not say/)
})
