import type pg from 'pg'
import { GroupCommitEngine } from '../../../src/engine/engine.ts'
import { ENGINE_DEFAULTS } from '../../../src/engine/settings.ts'
import type { PaymentsDeps } from '../../../src/payments/deps.ts'
import { type PaymentProvider, ProviderUnavailable } from '../../../src/payments/provider.ts'
import { ratesTable } from '../../../src/payments/tax.ts'
import { loadCatalogue } from '../../../src/store/control/catalogue.ts'
import { createPool } from '../../../src/store/pool.ts'
import { type Gates, gate } from '../interleavings/gates.ts'
import { clockOf, type World } from './world.ts'

const CONNECTIONS = 6
const DRIFT_MAX_MS = 2_000

/** One life of a server: what it remembers dies with it. */
interface Life {
  readonly pool: pg.Pool
  readonly engine: GroupCommitEngine
  readonly payments: PaymentsDeps
  dead: boolean
}

class Crashed extends Error {}

/** A server that may die at any statement, and comes back knowing nothing. */
export class SimulatedNode {
  readonly name: string
  readonly #parts: { world: World; url: string; provider: PaymentProvider }
  readonly #driftMs: number
  #life: Life | null = null
  lives = 0

  constructor(name: string, parts: { world: World; url: string; provider: PaymentProvider }) {
    this.name = name
    this.#parts = parts
    this.#driftMs = parts.world.random.below(2 * DRIFT_MAX_MS) - DRIFT_MAX_MS
  }

  get life(): Life {
    if (!this.#life) throw new Error(`${this.name} was not started`)
    return this.#life
  }

  async start(): Promise<void> {
    const { world, url, provider } = this.#parts
    this.lives += 1
    const own = { dead: false }
    const pool = createPool(url, { max: CONNECTIONS, applicationName: this.name })
    // before the first connection is made: each statement goes through
    gate(pool, this.name, wireOf(world, own))
    const catalogue = await catalogueOf(url)
    const clock = clockOf(world, this.#driftMs)
    const engine = new GroupCommitEngine({
      pool,
      clock,
      catalogue,
      loadCatalogue: () => catalogueOf(url),
      settings: ENGINE_DEFAULTS,
      onViolation: (account, violation) => {
        throw new Error(`${account}: ${violation}`)
      },
      onCommitted: () => {},
    })
    let ids = 0
    const payments: PaymentsDeps = {
      pool,
      engine,
      provider: faulty(provider, world),
      tax: ratesTable,
      nowMs: () => clock.now(),
      ids: (kind) => {
        ids += 1
        return `${kind}_${this.name}${this.lives}x${ids}`
      },
      returnUrl: 'https://example.com/back',
    }
    this.#life = Object.assign(own, { pool, engine, payments })
  }

  /** Does it, and says whether there was an end to it. A node that has died of it is started anew. */
  async attempt(act: (life: Life) => Promise<void>): Promise<boolean> {
    const { life } = this
    let fault: unknown = null
    try {
      await act(life)
    } catch (error) {
      fault = error
    }
    if (life.dead) {
      await this.stop()
      await this.start()
    }
    if (fault === null) return !life.dead
    if (!life.dead && !this.#isExpected(fault)) throw fault
    this.#parts.world.note(`${this.name} gave no answer`)
    return false
  }

  async stop(): Promise<void> {
    const { engine, pool } = this.life
    await engine.close()
    await pool.end()
  }

  #isExpected(error: unknown): boolean {
    const { name, code, message, cause } = error as Error & { code?: string }
    // a job that fails for some says why for the first of them
    if (name === 'SomeFailed') return this.#isExpected(cause)
    return (
      ['Unavailable', 'ProviderUnavailable', 'SignatureInvalid'].includes(name) ||
      code === 'ECONNRESET' ||
      /Unavailable|does not answer|ECONNRESET|too busy/.test(message)
    )
  }
}

/** Read beside the simulation: its statements are under way at once, so that their order is no seed's. */
async function catalogueOf(url: string): ReturnType<typeof loadCatalogue> {
  const pool = createPool(url, { applicationName: 'catalogue' })
  try {
    return await loadCatalogue(pool)
  } finally {
    await pool.end()
  }
}

/** Draws what becomes of each statement. */
function wireOf(world: World, life: { dead: boolean }): Pick<Gates, 'enter'> {
  return {
    enter: async ({ node, statement }, { run, cut }) => {
      if (life.dead || world.fault('crash', 0.004)) {
        life.dead = true
        cut()
        throw new Crashed(`${node} is dead`)
      }
      world.note(`${node} ${statement}`)
      if (world.fault('connection_lost_before', 0.008)) throw cut()
      const answer = await run()
      if (world.fault('connection_lost_after', 0.008)) throw cut()
      return answer
    },
  }
}

/** The processor behind a network: what it has done is not always told. */
function faulty(provider: PaymentProvider, world: World): PaymentProvider {
  return {
    ...provider,
    charge: async (order) => {
      if (world.fault('processor_not_reached', 0.1)) throw new ProviderUnavailable('not reached')
      const charge = await provider.charge(order)
      if (world.fault('processor_answer_lost', 0.2)) throw new ProviderUnavailable('no answer')
      return charge
    },
    findCharge: async (order) => {
      if (world.fault('processor_not_reached', 0.1)) throw new ProviderUnavailable('not reached')
      return provider.findCharge(order)
    },
  }
}
