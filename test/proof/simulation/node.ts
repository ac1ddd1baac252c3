import { createServer, type Server } from 'node:http'
import type pg from 'pg'
import { takesRateLimitsForSuccesses } from '../../../src/cli/serve/fault.ts'
import { findRecentCall } from '../../../src/cli/serve/recent-calls.ts'
import { GroupCommitEngine } from '../../../src/engine/engine.ts'
import { ENGINE_DEFAULTS } from '../../../src/engine/settings.ts'
import { createGateway } from '../../../src/gateway/index.ts'
import { AlertWatch } from '../../../src/jobs/alerts/watch.ts'
import { Detection } from '../../../src/jobs/detection.ts'
import type { Notifier } from '../../../src/notify/index.ts'
import type { PaymentsDeps } from '../../../src/payments/deps.ts'
import type { FeeCollector } from '../../../src/payments/fee-port.ts'
import { feeCollector } from '../../../src/payments/fees.ts'
import type { PaymentProvider } from '../../../src/payments/provider.ts'
import { ratesTable } from '../../../src/payments/tax.ts'
import { loadCatalogue } from '../../../src/store/control/catalogue.ts'
import { createPool } from '../../../src/store/pool.ts'
import { gate } from '../interleavings/gates.ts'
import { notifierOf, type Post } from './alerts.ts'
import { faulty, wireOf } from './faults.ts'
import { planted } from './plants.ts'
import { providerOf } from './provider.ts'
import { clockOf, type Plant, type World } from './world.ts'

const CONNECTIONS = 20
const DRIFT_MAX_MS = 2_000
const RESTART_MS = 5_000
export const HOLD_MS = 60_000

export interface NodeParts {
  readonly seed: number
  readonly world: World
  readonly url: string
  readonly provider: PaymentProvider
  readonly post: Post
  readonly plant: Plant | null
}

/** One life of a server: what it remembers dies with it. */
export interface Life {
  readonly pool: pg.Pool
  readonly engine: GroupCommitEngine
  readonly payments: PaymentsDeps
  readonly collector: FeeCollector
  readonly detection: Detection
  readonly watch: AlertWatch
  readonly notifier: Notifier
  readonly server: Server
  dead: boolean
}

/** A server that may die at any statement, and comes back knowing nothing. */
export class SimulatedNode {
  readonly name: string
  readonly #parts: NodeParts
  readonly #driftMs: number
  readonly #lives: Life[] = []
  /** Takes what a rate limit has cut for a success: the audit has to find it. */
  readonly #isWrong: boolean
  /** What the catalogue is read over: no fault cuts it. */
  readonly #peaceful: pg.Pool

  constructor(name: string, parts: NodeParts, isWrong: boolean) {
    this.name = name
    this.#parts = parts
    this.#isWrong = isWrong
    this.#peaceful = createPool(parts.url, { applicationName: 'catalogue', idleTimeoutMs: 0 })
    this.#driftMs = parts.world.random.below(2 * DRIFT_MAX_MS) - DRIFT_MAX_MS
  }

  get deaths(): number {
    return this.#lives.filter(({ dead }) => dead).length
  }

  /** The life that goes on; `null`: it is down. */
  get life(): Life | null {
    const last = this.#lives.at(-1)
    return last && !last.dead ? last : null
  }

  start(): Promise<void> {
    // reading the catalogue is one thing of the outside, during which nothing else moves
    return this.#parts.world.line.do(() => this.#start())
  }

  async #start(): Promise<void> {
    const { world, url } = this.#parts
    const own = { dead: false, onDeath: () => this.#die() }
    // no connection is let go: that would be by the time of this machine
    const pool = createPool(url, {
      ...{ max: CONNECTIONS, applicationName: this.name, idleTimeoutMs: 0 },
    })
    connectInLine(pool, world)
    // before the first connection is made: each statement goes through
    gate(pool, this.name, wireOf(world, own))
    const catalogue = await loadCatalogue(this.#peaceful)
    const clock = clockOf(world, this.#driftMs)
    const timers = world.timersOf(this.name, own)
    const loaded = () => world.line.do(() => loadCatalogue(this.#peaceful))
    const engine = new GroupCommitEngine({
      ...{ pool, clock, timers, catalogue, settings: ENGINE_DEFAULTS },
      loadCatalogue: loaded,
      onViolation: (account, violation) => {
        throw new Error(`${account}: ${violation}`)
      },
      onCommitted: () => {},
    })
    const payments = this.#paymentsOf(pool, engine, timers)
    const detection = new Detection()
    const watch = new AlertWatch({ pool, catalogue: { current: loaded } })
    engine.onCommit((accountIds) => {
      detection.moved(accountIds)
      watch.moved(accountIds)
    })
    const nowMs = () => engine.now()
    const notifier = notifierOf({ world, post: this.#parts.post, pool, timers, life: own, nowMs })
    const collector = planted.collector(this.#parts.plant, feeCollector(payments), payments)
    const server = this.#serverOf({ pool, engine, timers, life: own, books: catalogue.books })
    this.#lives.push(
      Object.assign(own, {
        ...{ pool, engine, payments, collector, detection, watch, notifier, server },
      }),
    )
  }

  #paymentsOf(
    pool: pg.Pool,
    engine: GroupCommitEngine,
    timers: ReturnType<World['timersOf']>,
  ): PaymentsDeps {
    const { world, provider, plant } = this.#parts
    const life = this.#lives.length + 1
    let ids = 0
    const makeId = (kind: string): string => {
      ids += 1
      return `${kind}_${this.name}${life}x${ids}`
    }
    return {
      ...{ pool, engine, tax: ratesTable },
      provider: planted.provider(plant, faulty(provider, world, timers), makeId),
      nowMs: () => engine.now(),
      ids: makeId as PaymentsDeps['ids'],
      returnUrl: 'https://example.com/back',
    }
  }

  #serverOf(own: {
    readonly pool: pg.Pool
    readonly engine: GroupCommitEngine
    readonly timers: ReturnType<World['timersOf']>
    readonly life: { readonly dead: boolean }
    readonly books: Awaited<ReturnType<typeof loadCatalogue>>['books']
  }): Server {
    const { world, seed } = this.#parts
    const { pool, engine, timers, life } = own
    let calls = 0
    const quiet = { debug: () => {}, info: () => {}, warn: () => {} }
    const gateway = createGateway({
      ...{ engine, timers },
      keys: { authenticate: async (accountId) => ({ ...KEYLESS, accountId }) },
      books: () => own.books,
      upstreams: {
        anthropic: { baseUrl: 'http://provider', apiKey: { reveal: () => 'key' } },
      },
      connect: () => providerOf(world, seed, life),
      policy: { holdTtlMs: HOLD_MS, drainMs: 5_000 },
      nowMs: () => engine.now(),
      newCallId: () => {
        calls += 1
        return `call_${this.name}${this.#lives.length}x${calls}`
      },
      findRecentCall: findRecentCall(pool),
      log: {
        ...quiet,
        error: (fields, message) => world.note(`${this.name} ${message} ${reasonOf(fields)}`),
      },
      ...(this.#isWrong && { conclude: takesRateLimitsForSuccesses }),
    })
    return createServer((req, res) => void gateway.handle(req, res))
  }

  #die(): void {
    const { world } = this.#parts
    world.note(`${this.name} dies`)
    world.after(1 + world.random.below(RESTART_MS), `${this.name} starts again`, () => this.start())
  }

  /** Does it, and says whether there was an end to it. What a dead node was at has none. */
  async attempt(act: (life: Life) => Promise<void>): Promise<boolean> {
    const { life } = this
    if (!life) return false
    try {
      await act(life)
      return !life.dead
    } catch (error) {
      if (!life.dead && !isExpected(error)) throw error
      this.#parts.world.note(`${this.name} gave no answer`)
      return false
    }
  }

  async end(): Promise<void> {
    for (const { pool } of this.#lives) await pool.end()
    await this.#peaceful.end()
  }
}

const KEYLESS = { keyId: 'key', memberId: null, projectId: null, client: null } as const

const reasonOf = (fields: object): string => {
  const { err } = fields as { err?: unknown }
  return err instanceof Error ? err.message : ''
}

function isExpected(error: unknown): boolean {
  const { name, code, message, cause } = error as Error & { code?: string }
  // a job that fails for some says why for the first of them
  if (name === 'SomeFailed') return isExpected(cause)
  return (
    ['Unavailable', 'ProviderUnavailable', 'SignatureInvalid'].includes(name) ||
    code === 'ECONNRESET' ||
    /Unavailable|does not answer|ECONNRESET|too busy/.test(message)
  )
}

/** A new connection is a thing of the outside, as a statement is. */
function connectInLine(pool: pg.Pool, world: World): void {
  const connect = pool.connect.bind(pool) as (...args: unknown[]) => unknown
  const connected = () => connect() as Promise<pg.PoolClient>
  /** Who have been promised one of those that are free. */
  let promised = 0
  const next = async (): Promise<pg.PoolClient> => {
    if (pool.idleCount <= promised) return world.line.do(connected)
    promised += 1
    try {
      return await connected()
    } finally {
      promised -= 1
    }
  }
  pool.connect = ((done?: (error?: Error, client?: pg.PoolClient, release?: unknown) => void) => {
    if (!done) return next()
    next().then(
      (client) => done(undefined, client, client.release.bind(client)),
      (error: Error) => done(error, undefined, () => {}),
    )
    return undefined
  }) as typeof pool.connect
}
