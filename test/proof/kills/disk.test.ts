import {
  cpSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { startUpstream } from '../../../src/demo/upstream/index.ts'
import { isConnectionLoss } from '../../../src/engine/faults.ts'
import { createDatabase, databaseUrl, dropDatabase } from '../../../src/store/embedded/index.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { createPool } from '../../../src/store/pool.ts'
import { serve } from '../../cli/support/serve.ts'
import { pick } from '../../engine/support/script.ts'
import { Callers } from '../cluster/callers.ts'
import { giveTree } from '../support/base-backup.ts'
import { Cluster, RESTART_MS } from '../support/cluster.ts'
import { chargedOnce, settings, stocked } from '../support/gateways.ts'
import {
  answered,
  expectSound,
  missing,
  type Server,
  seedAccounts,
  startServer,
} from '../support/servers.ts'
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts'

/*
 * The disk of the database fills to the last byte while two servers work. Either all of it is on that disk,
 * and PostgreSQL refuses what needs room; or its log alone is, and PostgreSQL goes down. Whoever asks is told
 * to come again; when there is room everything goes on, and nothing is missing and nothing there twice.
 */

const KINDS = ['disk', 'log disk'] as const
type Kind = (typeof KINDS)[number]

const ROUNDS = Number(process.env.PROOF === 'full' ? (process.env.PROOF_DISKS ?? 20) : 2)
/** Enough for some to be left when the disk is full, also on a machine that is slow to fill it. */
const CALLS = 400
const FIRST_ANSWERS = 20
const LAST_ANSWERS = 100
/** So often is somebody told to come again before there is room. */
const REFUSALS = 40
const ROUND_MS = 180_000
const MEGABYTES: Readonly<Record<Kind, number>> = { disk: 400, 'log disk': 130 }
/** More than the small log disk has room for. */
const SEGMENTS_MAX = 20
const SETTINGS = { max_wal_size: '64MB', min_wal_size: '32MB' }
/** PostgreSQL's code for it. */
const DISK_FULL = '53100'
const LOG_FILE = 'postgres.log'
const TEMPLATE = 'disk_template'

interface Place {
  readonly disk: SmallDisk
  readonly cluster: Cluster
}

const places = new Map<Kind, Place>()
const isPossible = ((): boolean => {
  const disk = mountSmallDisk('probe', 1)
  disk?.remove()
  return disk !== null
})()
if (!isPossible)
  console.log('A small disk cannot be mounted here (that is for root): no disk is filled.')

const tried: Record<string, number> = { rounds: 0, acknowledged: 0, told_to_come_again: 0 }
const count = (what: string, often = 1): void => {
  tried[what] = (tried[what] ?? 0) + often
}

async function open(kind: Kind): Promise<Place> {
  const disk = mountSmallDisk(kind.replace(' ', '-'), MEGABYTES[kind])
  if (!disk) throw new Error('the disk is gone')
  const cluster = new Cluster(
    `disk-${kind.length}`,
    SETTINGS,
    kind === 'disk' ? disk.path : undefined,
  )
  places.set(kind, { disk, cluster })
  await cluster.start()
  if (kind === 'log disk') await moveLog(cluster, disk)
  await createDatabase(cluster.url, TEMPLATE)
  await migrate(databaseUrl(cluster.url, TEMPLATE))
  return { disk, cluster }
}

/** The write-ahead log goes to the disk, as operators do it. */
async function moveLog(cluster: Cluster, disk: SmallDisk): Promise<void> {
  await cluster.stop()
  const [from, to] = [join(cluster.dataDir, 'cluster', 'pg_wal'), join(disk.path, 'pg_wal')]
  const { uid, gid } = statSync(from)
  cpSync(from, to, { recursive: true })
  giveTree(to, uid, gid)
  rmSync(from, { recursive: true })
  symlinkSync(to, from)
  await cluster.start()
  expect(lstatSync(from).isSymbolicLink()).toBe(true)
}

afterAll(async () => {
  if (isPossible) console.log(`proof disk full ${JSON.stringify(tried)}`)
  for (const { cluster, disk } of places.values()) {
    await cluster.remove()
    disk.remove()
  }
})

/**
 * The log needs new segments until there is no room for one: on a full disk PostgreSQL goes down over it. Some are
 * there already, from rounds before.
 */
async function switchLog(pool: pg.Pool): Promise<void> {
  for (let segment = 0; segment < SEGMENTS_MAX; segment += 1) {
    // a segment in which nothing was written is not left
    const written = "select pg_logical_emit_message(true, 'disk', 'full'), pg_switch_wal()"
    const isDown = await pool.query(written).then(
      () => false,
      () => true,
    )
    if (isDown) return
  }
}

/** What PostgreSQL says of itself. */
const logOf = ({ dataDir }: Cluster): string => readFileSync(join(dataDir, LOG_FILE), 'utf8')

async function refused(servers: readonly Server[], times: number): Promise<void> {
  const all = () => servers.flatMap(({ unavailable }) => unavailable)
  while (all().length < times) {
    if (servers.every(({ child }) => child.exitCode !== null))
      throw new Error('the work was done before the disk was full')
    await sleep(10)
  }
  count('told_to_come_again', all().length)
}

/** A disk of which one round leaves as much as it found, however it ends. */
async function round(kind: Kind, number: number): Promise<void> {
  const place = places.get(kind) ?? (await open(kind))
  const name = `disk_${number}`
  await createDatabase(place.cluster.url, name, { template: TEMPLATE })
  const url = databaseUrl(place.cluster.url, name)
  const pool = createPool(url, { max: 4, applicationName: 'referee' })
  const servers: Server[] = []
  try {
    await fill(kind, number, { ...place, url, pool, servers })
  } finally {
    for (const { child } of servers) child.kill('SIGKILL')
    place.disk.free()
    await pool.end()
    await place.cluster.start()
    await dropDatabase(place.cluster.url, name)
  }
}

interface Scene extends Place {
  readonly url: string
  readonly pool: pg.Pool
  readonly servers: Server[]
}

async function fill(
  kind: Kind,
  number: number,
  { disk, cluster, url, pool, servers }: Scene,
): Promise<void> {
  await seedAccounts(url, pool)
  const work = { url, calls: CALLS, now: Date.now() + 2_000 }
  const own = ['one', 'two'].map((name) => startServer({ ...work, name }))
  servers.push(...(await Promise.all(own)))
  for (const { child } of servers) child.send('go')
  await answered(servers, FIRST_ANSWERS + pick(`moment ${number}`, LAST_ANSWERS))
  const logged = logOf(cluster).length
  expect(disk.fill()).toBeGreaterThan(0)
  if (kind === 'log disk') await switchLog(pool)
  await refused(servers, REFUSALS)
  const before = servers.flatMap(({ answers }) => answers)
  if (kind === 'disk')
    expect(servers.flatMap(({ unavailable }) => unavailable)).toContain(DISK_FULL)
  else expect(logOf(cluster).slice(logged)).toMatch(/PANIC:.*No space left on device/)
  disk.free()
  // it is there still, or comes back by itself, or somebody starts it
  await cluster.start()
  for (const { ended } of servers) expect(await ended).toBe(true)
  const answers = servers.flatMap((server) => server.answers)
  expect(answers.length).toBeGreaterThan(before.length)
  expect(missing(answers, ['one', 'two'], CALLS)).toEqual([])
  await expectSound(pool, answers)
  count('rounds')
  count(kind.replace(' ', '_'))
  count('acknowledged', before.length)
}

const playRounds = (): void => {
  const rounds = Array.from({ length: ROUNDS }, (_, number) => number)
  test.each(rounds.map((number) => [KINDS[number % KINDS.length] as Kind, number] as const))(
    'of: %s (round %i)',
    (kind, number) => round(kind, number),
    ROUND_MS + RESTART_MS,
  )
}

const CALLERS_MS = 120_000
const WHOLE = 30

// The same from the outside: streams through the gateway of a server, to whom the disk is the database's.
async function tellLater(): Promise<void> {
  const { disk, cluster } = places.get('disk') ?? (await open('disk'))
  await createDatabase(cluster.url, 'gateway', { template: TEMPLATE })
  const database = databaseUrl(cluster.url, 'gateway')
  const upstream = await startUpstream({ seed: 7 })
  const folder = mkdtempSync(join(tmpdir(), 'everycent-server-'))
  const { url, child, exited } = await serve(folder, {
    ...settings({ database, upstream: upstream.url }),
    // a call that was served is booked when there is room: its hold lives until then
    EVERYCENT_GATEWAY_HOLD_TTL_MS: '60000',
  })
  const pool = createPool(database, { max: 2, applicationName: 'referee' })
  const callers = new Callers(url, await stocked(url, 4))
  await callers.more(WHOLE)
  disk.fill()
  const from = callers.tries.length
  const later = () => callers.tries.slice(from).filter(({ ended }) => ended.startsWith('503'))
  while (later().length < REFUSALS) await sleep(20)
  disk.free()
  await callers.more(WHOLE)
  await callers.stop()
  // nothing but whole answers and a plain "later": no 500, and nothing broken off
  const endings = callers.tries.map(({ ended }) => ended).filter((own) => own !== 'whole')
  expect(endings.filter((own) => !/^503 .*"type":"error"/.test(own))).toEqual([])
  count('gateway_acknowledged', await chargedOnce(pool, callers))
  count('gateway_503', later().length)
  child.kill('SIGTERM')
  await exited
  await pool.end()
  await upstream.stop()
  rmSync(folder, { recursive: true, force: true })
}

test('a full disk is something that passes: who asked is to come again', () => {
  expect(isConnectionLoss({ code: DISK_FULL })).toBe(true)
})

if (isPossible)
  describe('a full disk in the middle of the work', () => {
    playRounds()
    test(
      'of a gateway: callers are told 503 until there is room, and then get their answers',
      tellLater,
      CALLERS_MS,
    )
  })
