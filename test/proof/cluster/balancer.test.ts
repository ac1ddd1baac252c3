import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startUpstream, type Upstream } from '../../../src/demo/upstream/index.ts'
import { createDatabase, databaseUrl } from '../../../src/store/embedded/index.ts'
import { createPool } from '../../../src/store/pool.ts'
import { type Served, serve } from '../../cli/support/serve.ts'
import { Cluster } from '../support/cluster.ts'
import { chargedOnce, settings, stocked } from '../support/gateways.ts'
import { type Balancer, freePort, hasTool, SERVER_NAMES, startBalancer } from './balancer.ts'
import { type Account, Callers } from './callers.ts'

/*
 * Two servers and four behind haproxy with the configuration that is shipped, under streams without pause. One
 * is killed and comes back; then they are restarted one after the other. Every call gets its whole answer and is
 * charged once; the restart breaks off none at all.
 */

const isThere = hasTool('haproxy')
const ROUNDS = process.env.PROOF === 'full' ? 10 : 1
const SIZES = process.env.PROOF === 'full' ? [2, 4] : [4]
/** Of them, so many are restarted one after the other. */
const RESTARTED = process.env.PROOF === 'full' ? 4 : 2
const ROUND_MS = 180_000
const ACCOUNTS = 16

interface Place {
  readonly port: number
  readonly cwd: string
}

let cluster: Cluster
let pool: pg.Pool
let upstream: Upstream
let balancer: Balancer
let accounts: Account[]
let callers: Callers
let places: Place[] = []
let running: Served[] = []
const tried: Record<string, number> = {}
if (isThere) afterAll(() => console.log(`proof cluster ${JSON.stringify(tried)}`))
const count = (what: string, often: number): void => {
  tried[what] = (tried[what] ?? 0) + often
}

async function start(index: number): Promise<void> {
  const { port, cwd } = places[index]!
  const env = settings({ database: databaseUrl(cluster.url, 'everycent'), upstream: upstream.url })
  running[index] = await serve(cwd, env, port)
  await ready(running[index]!)
}

async function ready({ url }: Served): Promise<void> {
  while (!(await fetch(`${url}/readyz`)).ok) await sleep(20)
}

async function open(size: number): Promise<void> {
  cluster = new Cluster(`balancer-${size}`)
  upstream = await startUpstream({ seed: 5, latency: { chunkTokens: 1, chunkDelayMs: 10 } })
  await cluster.start()
  await createDatabase(cluster.url, 'everycent')
  pool = createPool(databaseUrl(cluster.url, 'everycent'), { max: 4 })
  for (let index = 0; index < size; index += 1) {
    const cwd = mkdtempSync(join(tmpdir(), 'everycent-server-'))
    places.push({ port: await freePort(), cwd })
    await start(index)
  }
  balancer = await startBalancer(places.map(({ port }) => port))
  accounts = await stocked(balancer.url, ACCOUNTS)
  callers = new Callers(balancer.url, accounts)
}

async function close(): Promise<void> {
  await balancer?.stop()
  for (const { child, exited } of running) {
    child.kill('SIGKILL')
    await exited
  }
  await upstream?.stop()
  await pool?.end()
  await cluster?.remove()
  for (const { cwd } of places) rmSync(cwd, { recursive: true, force: true })
  places = []
  running = []
}

/** Which servers each account has got since a try. */
function serversSince(from: number): Map<string, Set<string | null>> {
  const servers = new Map<string, Set<string | null>>()
  for (const { accountId, server } of callers.tries.slice(from))
    servers.set(accountId, (servers.get(accountId) ?? new Set()).add(server))
  return servers
}

const brokenSince = (from: number) =>
  callers.tries.slice(from).filter(({ ended }) => ended !== 'whole')

function behind(size: number): void {
  const names = SERVER_NAMES.slice(0, size)
  const rounds = Array.from({ length: ROUNDS }, (_, number) => number)
  beforeAll(() => open(size), ROUND_MS)
  afterAll(close, 60_000)

  test(
    'an account always goes to the same server, and each has some',
    async () => {
      await callers.more(120)
      const servers = serversSince(0)
      expect(servers.size).toBe(ACCOUNTS)
      expect([...servers.values()].map(({ size }) => size)).toEqual(Array(ACCOUNTS).fill(1))
      expect(new Set([...servers.values()].flatMap((own) => [...own]))).toEqual(new Set(names))
      expect(brokenSince(0)).toEqual([])
    },
    ROUND_MS,
  )

  test.each(rounds)(
    'one is killed, and comes back (round %i)',
    async (number) => {
      const index = number % size
      await callers.more(20)
      const from = callers.tries.length
      const { child, exited } = running[index]!
      child.kill('SIGKILL')
      await exited
      await callers.more(40)
      const alone = callers.tries.length
      await start(index)
      // haproxy has seen it when its accounts are back
      const name = names[index]!
      while (!callers.tries.slice(alone).some(({ server }) => server === name)) await sleep(20)
      await callers.more(20)
      count(`kill_of_${size}`, 1)
      count('tries_broken_by_kills', brokenSince(from).length)
    },
    ROUND_MS,
  )

  test.each(rounds)(
    'they are restarted, one after the other: no call fails (round %i)',
    async () => {
      await callers.more(20)
      const from = callers.tries.length
      for (let index = 0; index < Math.min(size, RESTARTED); index += 1) {
        const { child, exited, errors } = running[index]!
        child.kill('SIGTERM')
        expect(await exited, errors()).toBe(0)
        await start(index)
        await sleep(3_000) // haproxy asks every second, and takes it in after two yeses
        await callers.more(20)
      }
      count(`rolling_restart_of_${size}`, 1)
      expect(brokenSince(from)).toEqual([])
      expect(new Set(callers.tries.slice(from).map(({ server }) => server)).size).toBe(size)
    },
    ROUND_MS,
  )

  test(
    'nothing was lost, nothing was charged twice, no hold is left',
    async () => {
      await callers.stop()
      const told = await chargedOnce(pool, callers)
      count('calls_acknowledged', told)
    },
    ROUND_MS,
  )
}

if (isThere) describe.each(SIZES)('%i servers behind haproxy', (size) => behind(size))
