import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createDatabase,
  databaseUrl,
  type EmbeddedServer,
  startEmbedded,
} from '../../../src/store/embedded/index.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { createPool } from '../../../src/store/pool.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { contradictions, unfoundedRefusals } from '../../engine/support/acknowledged.ts'
import { chargesOf, funded, journal } from '../../engine/support/journal.ts'
import { type DatabaseProxy, startProxy } from '../../engine/support/proxy.ts'
import { type Acknowledged, callsOf, HOT, OTHERS, pick } from '../../engine/support/script.ts'
import { seedCatalogue, startNode } from '../../engine/support.ts'

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
const RESTART_MS = 30_000
const ROUND_MS = 120_000
const NODE = fileURLToPath(new URL('./node.ts', import.meta.url))

/** A PostgreSQL that may be killed, on one port as long as the test lives. */
class Cluster {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'everycent-kills-'))
  #server: EmbeddedServer | undefined
  #port: number | undefined

  get url(): string {
    return this.#server?.url ?? ''
  }

  async start(): Promise<void> {
    chmodSync(this.#dataDir, 0o755)
    const given = this.#port === undefined ? {} : { port: this.#port }
    const until = Date.now() + RESTART_MS
    for (;;) {
      try {
        this.#server = await startEmbedded({ dataDir: this.#dataDir, ...given })
        this.#port = this.#server.port
        return
      } catch (error) {
        // Its children may live on for a moment, and keep the shared memory.
        if (Date.now() > until) throw error
        await sleep(200)
      }
    }
  }

  kill(): void {
    if (this.#server) process.kill(this.#server.pid, 'SIGKILL')
  }

  async remove(): Promise<void> {
    await this.#server?.stop()
    rmSync(this.#dataDir, { recursive: true, force: true })
  }
}

const TEMPLATE = 'kills_template'
const cluster = new Cluster()

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

interface Server {
  readonly child: ChildProcess
  readonly answers: Acknowledged[]
  /** `true`: it did all of its calls. */
  readonly ended: Promise<boolean>
}

type Message = { readonly type: string; readonly own: Acknowledged }

async function startServer(url: string, name: string, now: number): Promise<Server> {
  const child = fork(NODE, [url, name, String(CALLS), String(now)], {
    execArgv: ['--import', 'tsx'],
  })
  const answers: Acknowledged[] = []
  let isDone = false
  child.on('message', ({ type, own }: Message) => {
    if (type === 'answer') answers.push(own)
    if (type === 'done') isDone = true
  })
  const ended = new Promise<boolean>((resolve) => child.once('exit', () => resolve(isDone)))
  await once(child, 'message')
  return { child, answers, ended }
}

/** When a number of answers has come: a moment of the work and not of the clock. */
async function answered(servers: readonly Server[], count: number): Promise<void> {
  const all = (): number => servers.reduce((total, { answers }) => total + answers.length, 0)
  while (all() < count) await sleep(1)
}

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
  const database = { url, pool } as Parameters<typeof seedCatalogue>[0]
  await seedCatalogue(database)
  const node = await startNode(database)
  await funded(node.engine, HOT, '5')
  await Promise.all(
    OTHERS.map((id, index) => funded(node.engine, id, '1', index % 2 ? 'pro@1' : 'payg@1')),
  )
  await node.close()
  return { url, pool }
}

/** The script begins some calls and never ends them. */
const isLeftOpen = (callId: string): boolean => pick(`${callId} kind`, 20) === 19

async function openHolds(pool: pg.Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ call_id: string }>('select call_id from accounts.hold')
  return rows.map(({ call_id }) => call_id)
}

async function expectSound(pool: pg.Pool, answers: readonly Acknowledged[]): Promise<void> {
  expect((await verify(pool)).first).toBeNull()
  expect((await openHolds(pool)).filter((callId) => !isLeftOpen(callId))).toEqual([])
  const rows = await journal(pool)
  expect(contradictions(answers, rows)).toEqual([])
  expect(unfoundedRefusals(answers, rows)).toEqual([])
  for (const accountId of [HOT, ...OTHERS])
    for (const [callId, charges] of await chargesOf(pool, accountId))
      if (charges > 1) throw new Error(`${callId} of ${accountId} was charged ${charges} times`)
}

/** Every call of both servers was asked about to its end. */
const missing = (answers: readonly Acknowledged[]): string[] => {
  const known = new Set(answers.map(({ callId }) => callId))
  return ['one', 'two']
    .flatMap((name) => callsOf(name, CALLS))
    .map(({ callId }) => callId)
    .filter((callId) => !known.has(callId))
}

async function round(kind: Kind, number: number): Promise<void> {
  const { url, pool } = await seeded(`kills_${number}`)
  const proxy = await startProxy(url)
  const now = Date.now() + 2_000
  const first = await startServer(kind === 'wire' ? proxy.url : url, 'one', now)
  const second = await startServer(url, 'two', now)
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
    const heir = await startServer(url, 'one', now)
    heir.child.send('go')
    expect(await heir.ended).toBe(true)
    answers.push(...heir.answers)
    tried.done_by_heirs =
      (tried.done_by_heirs ?? 0) + heir.answers.filter(({ replayed }) => !replayed).length
  }
  expect(missing(answers)).toEqual([])
  await expectSound(pool, answers)
  tried.rounds = (tried.rounds ?? 0) + 1
  tried[kind] = (tried[kind] ?? 0) + 1
  tried.acknowledged = (tried.acknowledged ?? 0) + before
  await pool.end()
  await proxy.close()
}

describe('a kill in the middle of the work', () => {
  const rounds = Array.from({ length: ROUNDS }, (_, number) => number)
  test.each(rounds.map((number) => [KINDS[number % KINDS.length] as Kind, number] as const))(
    'of: %s (round %i)',
    (kind, number) => round(kind, number),
    ROUND_MS,
  )
})
