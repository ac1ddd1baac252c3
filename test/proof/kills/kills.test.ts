import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, databaseUrl, dropDatabase } from '../../../src/store/embedded/index.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { createPool } from '../../../src/store/pool.ts'
import { type DatabaseProxy, startProxy } from '../../engine/support/proxy.ts'
import { pick } from '../../engine/support/script.ts'
import { Cluster, RESTART_MS } from '../support/cluster.ts'
import {
  answered,
  expectSound,
  missing,
  type Server,
  seedAccounts,
  startServer,
} from '../support/servers.ts'

/*
 * Two servers under load on a PostgreSQL of their own; in the middle one of them is killed, or PostgreSQL,
 * or both, or one stands still for seconds and goes on (a zombie), or its wire is cut. Then whoever got no
 * answer asks again. What was acknowledged is there once, and nothing is there twice.
 */

const KINDS = ['server', 'postgres', 'both', 'zombie', 'wire'] as const
type Kind = (typeof KINDS)[number]

const ROUNDS = Number(process.env.PROOF === 'full' ? (process.env.PROOF_KILLS ?? 200) : 10)
const CALLS = 250
const FIRST_ANSWERS = 20
/** Answers after which it happens, at the latest. */
const LAST_ANSWERS = 400
const ZOMBIE_MS = 5_000
const ROUND_MS = 120_000

const TEMPLATE = 'kills_template'
const cluster = new Cluster('kills')

beforeAll(async () => {
  await cluster.start()
  await createDatabase(cluster.url, TEMPLATE)
  await migrate(databaseUrl(cluster.url, TEMPLATE))
}, RESTART_MS * 2)

const tried = { rounds: 0, acknowledged: 0, done_by_heirs: 0 } as Record<string, number>
afterAll(async () => {
  console.log(`proof kills ${JSON.stringify(tried)}`)
  await cluster.remove()
})

interface Scene {
  readonly first: Server
  readonly proxy: DatabaseProxy
}

const INJURIES: Readonly<Record<Kind, (scene: Scene) => Promise<void>>> = {
  server: async ({ first }) => {
    first.child.kill('SIGKILL')
  },
  postgres: async () => {
    cluster.kill()
    await cluster.start()
  },
  both: async ({ first }) => {
    first.child.kill('SIGKILL')
    cluster.kill()
    await cluster.start()
  },
  zombie: async ({ first }) => {
    first.child.kill('SIGSTOP')
    await sleep(ZOMBIE_MS)
    first.child.kill('SIGCONT')
  },
  wire: async ({ proxy }) => {
    proxy.down()
    await proxy.up()
  },
}

async function seeded(name: string): Promise<{ readonly url: string; readonly pool: pg.Pool }> {
  await createDatabase(cluster.url, name, { template: TEMPLATE })
  const url = databaseUrl(cluster.url, name)
  const pool = createPool(url, { max: 4, applicationName: 'referee' })
  await seedAccounts(url, pool)
  return { url, pool }
}

async function round(kind: Kind, number: number): Promise<void> {
  const { url, pool } = await seeded(`kills_${number}`)
  const proxy = await startProxy(url)
  const work = { url, calls: CALLS, now: Date.now() + 2_000 }
  const first = await startServer({ ...work, url: kind === 'wire' ? proxy.url : url, name: 'one' })
  const second = await startServer({ ...work, name: 'two' })
  for (const { child } of [first, second]) child.send('go')
  await answered([first, second], FIRST_ANSWERS + pick(`moment ${number}`, LAST_ANSWERS))
  await INJURIES[kind]({ first, proxy })
  const isWhole = await first.ended
  // Whoever is killed has work left: else it was no kill in the middle.
  expect(isWhole).toBe(!['server', 'both'].includes(kind))
  expect(await second.ended).toBe(true)
  const answers = [...first.answers, ...second.answers]
  const before = answers.length
  if (!isWhole) {
    const heir = await startServer({ ...work, name: 'one' })
    heir.child.send('go')
    expect(await heir.ended).toBe(true)
    answers.push(...heir.answers)
    tried.done_by_heirs =
      (tried.done_by_heirs ?? 0) + heir.answers.filter(({ replayed }) => !replayed).length
  }
  expect(missing(answers, ['one', 'two'], CALLS)).toEqual([])
  await expectSound(pool, answers)
  tried.rounds = (tried.rounds ?? 0) + 1
  tried[kind] = (tried[kind] ?? 0) + 1
  tried.acknowledged = (tried.acknowledged ?? 0) + before
  await pool.end()
  await proxy.close()
  // PostgreSQL looks at every file when it comes back: two hundred databases would take it minutes.
  await dropDatabase(cluster.url, `kills_${number}`)
}

describe('a kill in the middle of the work', () => {
  const rounds = Array.from({ length: ROUNDS }, (_, number) => number)
  test.each(rounds.map((number) => [KINDS[number % KINDS.length] as Kind, number] as const))(
    'of: %s (round %i)',
    (kind, number) => round(kind, number),
    ROUND_MS,
  )
})
