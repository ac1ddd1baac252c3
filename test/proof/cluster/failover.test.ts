import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import {
  createDatabase,
  databaseUrl,
  type EmbeddedServer,
  startEmbedded,
} from '../../../src/store/embedded/index.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { createPool } from '../../../src/store/pool.ts'
import { startProxy } from '../../engine/support/proxy.ts'
import { pick } from '../../engine/support/script.ts'
import { baseBackup, prepareStandby } from '../support/base-backup.ts'
import { Cluster } from '../support/cluster.ts'
import { answered, expectSound, missing, seedAccounts, startServer } from '../support/servers.ts'

/*
 * A primary with a synchronous standby, and two servers at work. The primary is killed and its disk is
 * lost, or nobody reaches it any more; the standby is promoted, and the address leads there. The servers
 * connect again by themselves; what they had acknowledged is there, and the rest is decided once.
 */

const KINDS = ['primary_lost', 'primary_cut_off'] as const
type Kind = (typeof KINDS)[number]

const ROUNDS = process.env.PROOF === 'full' ? 10 : 2
const CALLS = 250
const NAMES = ['one', 'two'] as const
const ROUND_MS = 180_000

const tried: Record<string, number> = { rounds: 0 }
const count = (what: string, often: number): void => {
  tried[what] = (tried[what] ?? 0) + often
}
afterAll(() => console.log(`proof failover ${JSON.stringify(tried)}`))

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one()
})

/** Follows the primary; from now on a commit is acknowledged when both have it. */
async function standbyOf(primary: Cluster): Promise<EmbeddedServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'everycent-standby-'))
  chmodSync(dataDir, 0o755)
  undo.push(() => rmSync(dataDir, { recursive: true, force: true }))
  const backup = join(dataDir, 'backup')
  mkdirSync(backup)
  await baseBackup(primary.url, join(primary.dataDir, 'cluster'), backup)
  const passwordFile = join(primary.dataDir, 'password')
  prepareStandby({ backup, dataDir, passwordFile, primaryUrl: primary.url, name: 'second' })
  const server = await startEmbedded({ dataDir })
  undo.push(() => server.stop())
  await oneByOne(primary.url, [
    "alter system set synchronous_standby_names = 'second'",
    'select pg_reload_conf()',
  ])
  const isSync = "select from pg_stat_replication where sync_state = 'sync'"
  while ((await oneByOne(primary.url, [isSync])) === 0) await sleep(20)
  return server
}

/** @returns the rows of the last one. */
async function oneByOne(url: string, statements: readonly string[]): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    let rows = 0
    for (const statement of statements) rows = (await client.query(statement)).rowCount ?? 0
    return rows
  } finally {
    await client.end()
  }
}

async function round(kind: Kind, number: number): Promise<void> {
  const primary = new Cluster('primary', { wal_keep_size: '1GB' })
  undo.push(() => primary.remove())
  await primary.start()
  await createDatabase(primary.url, 'everycent')
  const first = databaseUrl(primary.url, 'everycent')
  await migrate(first)
  const before = createPool(first, { max: 4 })
  await seedAccounts(first, before)
  await before.end()
  const standby = await standbyOf(primary)
  const second = databaseUrl(standby.url, 'everycent')

  const address = await startProxy(first)
  undo.push(() => address.close())
  const work = { url: address.url, calls: CALLS, now: Date.now() + 2_000 }
  const servers = await Promise.all(NAMES.map((name) => startServer({ ...work, name })))
  for (const { child } of servers) child.send('go')
  await answered(servers, 20 + pick(`failover ${number}`, 300))
  if (kind === 'primary_lost') primary.kill()
  address.down()
  const acknowledged = servers.flatMap(({ answers }) => answers).length
  await oneByOne(standby.url, ['select pg_promote(true, 60)'])
  address.leadTo(second)
  await address.up()
  expect(await Promise.all(servers.map(({ ended }) => ended))).toEqual(NAMES.map(() => true))

  const answers = servers.flatMap((own) => own.answers)
  expect(answers.length).toBeGreaterThan(acknowledged)
  expect(missing(answers, NAMES, CALLS)).toEqual([])
  const after = createPool(second, { max: 4 })
  undo.push(() => after.end())
  await expectSound(after, answers)
  count('rounds', 1)
  count(kind, 1)
  count('acknowledged_before', acknowledged)
  count('acknowledged_after', answers.length - acknowledged)
}

describe('a synchronous standby takes over', () => {
  const rounds = Array.from({ length: ROUNDS }, (_, number) => number)
  test.each(rounds.map((number) => [KINDS[number % KINDS.length] as Kind, number] as const))(
    'after: %s (round %i)',
    (kind, number) => round(kind, number),
    ROUND_MS,
  )
})
