import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { createDatabase, databaseUrl, startEmbedded } from '../../../src/store/embedded/index.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { createPool } from '../../../src/store/pool.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { journal } from '../../engine/support/journal.ts'
import { HOT, pick } from '../../engine/support/script.ts'
import { baseBackup, prepareRestore } from '../support/base-backup.ts'
import { Cluster } from '../support/cluster.ts'
import {
  answered,
  expectSound,
  expectTold,
  missing,
  type Server,
  seedAccounts,
  startServer,
} from '../support/servers.ts'

/*
 * The way back is walked: two servers work while a base backup is taken and the log is archived; the work
 * goes on past a moment, and then the disk is lost, or somebody has deleted rows. From the backup and the
 * archive comes the database of that moment: all that was acknowledged by then is there, as it was told,
 * nothing later is, every sum closes, and the calls go on from there.
 */

const KINDS = ['disk_lost', 'rows_deleted'] as const
type Kind = (typeof KINDS)[number]

const ROUNDS = process.env.PROOF === 'full' ? 10 : 2
const CALLS = 250
/** The first works before the backup, the second begins with it, the third after the moment. */
const NAMES = ['one', 'two', 'three'] as const
const ROUND_MS = 180_000

const tried: Record<string, number> = { rounds: 0 }
const count = (what: string, often: number): void => {
  tried[what] = (tried[what] ?? 0) + often
}
afterAll(() => console.log(`proof backup ${JSON.stringify(tried)}`))

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one()
})

function folder(name: string): string {
  const made = mkdtempSync(join(tmpdir(), `everycent-${name}-`))
  chmodSync(made, 0o777)
  undo.push(() => rmSync(made, { recursive: true, force: true }))
  return made
}

async function primaryWith(archive: string): Promise<Cluster> {
  const cluster = new Cluster('backup', {
    archive_mode: 'on',
    archive_command: `test ! -f "${archive}/%f" && cp "%p" "${archive}/%f"`,
  })
  undo.push(() => cluster.remove())
  await cluster.start()
  await createDatabase(cluster.url, 'everycent')
  return cluster
}

function poolOf(clusterUrl: string): pg.Pool {
  const pool = createPool(databaseUrl(clusterUrl, 'everycent'), { max: 4 })
  undo.push(() => pool.end())
  return pool
}

/** The moment, by the clock that stamps commits. */
async function momentOf(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ at: string }>('select clock_timestamp()::text as at')
  return rows[0]!.at
}

/** Ends the segment that is being written, and waits until the archive has it. */
async function archived(pool: pg.Pool, archive: string): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    'select pg_walfile_name(pg_switch_wal()) as name',
  )
  while (!readdirSync(archive).includes(rows[0]!.name)) await sleep(20)
}

interface Scene {
  readonly kind: Kind
  readonly cluster: Cluster
  readonly archive: string
  readonly pool: pg.Pool
}

/** What the rows of the book would say now is wrong; what was before them is in the archive. */
async function injure({ kind, cluster, archive, pool }: Scene): Promise<void> {
  if (kind === 'rows_deleted') {
    await pool.query('delete from accounts.posting where account_id = $1::text', [HOT])
    expect((await verify(pool)).ok).toBe(false)
    await archived(pool, archive)
  }
  cluster.kill()
}

interface Way {
  readonly archive: string
  readonly backup: string
  readonly moment: string
}

/** Another server, of that moment. */
async function restored(from: Cluster, { archive, backup, moment }: Way): Promise<pg.Pool> {
  const dataDir = folder('restored')
  prepareRestore({
    ...{ archive, backup, moment, dataDir },
    passwordFile: join(from.dataDir, 'password'),
  })
  const server = await startEmbedded({ dataDir })
  undo.push(() => server.stop())
  const pool = poolOf(server.url)
  const recovers = 'select pg_is_in_recovery() as yes'
  while ((await pool.query<{ yes: boolean }>(recovers)).rows[0]?.yes) await sleep(20)
  return pool
}

async function round(kind: Kind, number: number): Promise<void> {
  const archive = folder('archive')
  const cluster = await primaryWith(archive)
  const url = databaseUrl(cluster.url, 'everycent')
  await migrate(url)
  const pool = poolOf(cluster.url)
  await seedAccounts(url, pool)
  const now = Date.now() + 2_000
  const work = { url, calls: CALLS, now }
  const servers = await Promise.all(NAMES.map((name) => startServer({ ...work, name })))
  const [first, second, third] = servers as [Server, Server, Server]
  const acknowledged = () => servers.flatMap(({ answers }) => answers)

  first.child.send('go')
  await answered(servers, 20 + pick(`backup ${number}`, 100))
  const backup = join(folder('base'), 'cluster')
  mkdirSync(backup)
  second.child.send('go')
  const until = acknowledged().length
  const files = await baseBackup(url, join(cluster.dataDir, 'cluster'), backup)
  expect(acknowledged().length).toBeGreaterThan(until)
  await answered(servers, 300 + pick(`moment ${number}`, 200))
  const before = acknowledged()
  const moment = await momentOf(pool)
  third.child.send('go')
  expect(await Promise.all(servers.map(({ ended }) => ended))).toEqual(NAMES.map(() => true))
  const all = (await journal(pool)).length
  await archived(pool, archive)
  await injure({ kind, cluster, archive, pool })

  const back = await restored(cluster, { archive, backup, moment })
  await expectTold(back, before)
  const kept = (await journal(back)).length
  expect(kept).toBeLessThan(all)
  const heirs = await goOn(back, now)
  expect(missing(heirs, NAMES, CALLS)).toEqual([])
  await expectSound(back, [...before, ...heirs])
  count('rounds', 1)
  count(kind, 1)
  count('acknowledged_before_the_moment', before.length)
  count('entries_after_it_left_out', all - kept)
  count('files_copied_under_load', files)
  count('segments_archived', readdirSync(archive).length)
}

/** The same calls once more: who has an answer gets it again, and the others get one. */
async function goOn(pool: pg.Pool, now: number) {
  const url = pool.options.connectionString ?? ''
  const heirs = await Promise.all(
    NAMES.map((name) => startServer({ url, calls: CALLS, now, name })),
  )
  for (const { child } of heirs) child.send('go')
  expect(await Promise.all(heirs.map(({ ended }) => ended))).toEqual(NAMES.map(() => true))
  return heirs.flatMap(({ answers }) => answers)
}

describe('a base backup under load and its archive give back the database of a moment', () => {
  const rounds = Array.from({ length: ROUNDS }, (_, number) => number)
  test.each(rounds.map((number) => [KINDS[number % KINDS.length] as Kind, number] as const))(
    'after: %s (round %i)',
    (kind, number) => round(kind, number),
    ROUND_MS,
  )
})
