import { createHash } from 'node:crypto'
import type { Instant } from '../../../src/core/time/index.ts'
import { recoverPayments } from '../../../src/jobs/payments.ts'
import { sweepDue, sweepHolds } from '../../../src/jobs/sweep.ts'
import { takeWebhook } from '../../../src/payments/events.ts'
import { addMethod } from '../../../src/payments/methods.ts'
import { SimulatedProcessor } from '../../../src/payments/simulated/processor.ts'
import { simulatedProvider } from '../../../src/payments/simulated/provider.ts'
import { publishPolicy } from '../../../src/payments/terms.ts'
import { grant } from '../../engine/support/commands.ts'
import { funded, post } from '../../engine/support/journal.ts'
import { seedCatalogue } from '../../engine/support.ts'
import { freshDatabase, type TestDatabase } from '../../support/database.ts'
import { POLICIES } from '../../support/terms.ts'
import { expectLive, expectSafe } from './checks.ts'
import { type Call, type Purchase, type Scene, startCall, startPurchase } from './clients.ts'
import { SimulatedNode } from './node.ts'
import { type Plant, World } from './world.ts'

const CALLS = 24
const PURCHASES = 4
const SPREAD_MS = 240_000
const SAFETY_STEPS = 220
/** Enough for everything to come to rest; beyond it something goes round for ever. */
const LIVENESS_STEPS_MAX = 2_000
const JOBS_MS = 45_000
const HOUR_MS = 3_600_000
const ACTOR = { type: 'operator', id: 'test' } as const
/** The last card is declined whenever it is charged. */
const CARDS = ['pm_card_visa', 'pm_card_jp', 'pm_card_chargeCustomerFail'] as const

export interface Simulated {
  readonly trace: readonly string[]
  readonly steps: number
  readonly crashes: number
  readonly faults: Readonly<Record<string, number>>
  /** Of all entries, in order: what was booked, to the byte. */
  readonly journalHash: string
}

/** One seed, from the first fault to rest. Throws what it found. */
export async function simulate(seed: number, plant: Plant | null = null): Promise<Simulated> {
  const database = await freshDatabase()
  const world = new World(seed)
  const processor = new SimulatedProcessor({ webhookSecret: 'whsec', nowMs: () => world.nowMs })
  const parts = { world, url: database.url, provider: simulatedProvider(processor) }
  const nodes = ['a', 'b', 'c'].map((name) => new SimulatedNode(name, parts))
  const scene = { seed, world, nodes, plant }
  try {
    await seedCatalogue(database)
    const calls: Call[] = []
    const purchases: Purchase[] = []
    await setUp(scene, database)
    schedule(scene, calls, purchases)
    await safety(scene, database, processor)
    await liveness(scene, processor)
    const rows = await expectLive(database.pool, { calls, purchases, processor })
    const journalHash = createHash('sha256').update(rows.map(({ text }) => text).join('\n'))
    const crashes = nodes.reduce((all, { lives }) => all + lives - 1, 0)
    const { trace, steps, faults } = world
    return { trace, steps, faults, crashes, journalHash: journalHash.digest('hex') }
  } catch (error) {
    const again = `PROOF_SEED=${seed} npx vitest run test/proof/simulation`
    const last = world.trace.slice(-40).join('\n')
    throw new Error(`seed ${seed}: ${(error as Error).message}\n${last}\nagain: ${again}`, {
      cause: error,
    })
  } finally {
    for (const node of nodes) await node.stop()
    await database.close()
  }
}

/** In peace: three accounts, each with a little credit, a grant that ends soon, and a card. */
async function setUp({ world, nodes }: Scene, { pool }: TestDatabase): Promise<void> {
  world.hasFaults = false
  const at = world.nowMs as Instant
  for (const document of POLICIES) await publishPolicy(pool, { document, at, by: 'test' })
  for (const node of nodes) await node.start()
  const { engine, payments } = nodes[0]!.life
  for (const [index, token] of CARDS.entries()) {
    const account = `account_${index}`
    await funded(engine, account, '0.05')
    await post(engine, grant(account, `ends_${index}`, '0.01', at + SPREAD_MS / 2))
    await addMethod(payments, account, token, ACTOR)
  }
  world.hasFaults = true
}

function schedule(scene: Scene, calls: Call[], purchases: Purchase[]): void {
  const { world } = scene
  const account = (): string => `account_${world.random.below(CARDS.length)}`
  const soon = (): number => world.random.below(SPREAD_MS)
  for (let number = 0; number < CALLS; number += 1) {
    const whose = account()
    world.after(soon(), `call_${number} is wanted`, async () => {
      calls.push(startCall(scene, whose, number))
    })
  }
  for (let number = 0; number < PURCHASES; number += 1) {
    const whose = account()
    world.after(soon(), `purchase ${number} is wanted`, async () => {
      purchases.push(startPurchase(scene, whose, `${5 + number}`))
    })
  }
}

/** A round of the jobs, on one node by its own clock. */
async function runJobs(scene: Scene): Promise<void> {
  const node = scene.world.random.pick(scene.nodes)
  scene.world.note(`jobs on ${node.name}`)
  await node.attempt(async ({ pool, engine, payments }) => {
    await sweepHolds(pool, engine, payments.nowMs())
    await sweepDue(pool, engine, payments.nowMs())
    await recoverPayments(payments, payments.nowMs())
  })
}

function deliver({ world, nodes }: Scene, processor: SimulatedProcessor): void {
  for (const { body, signature } of processor.takeWebhooks()) {
    const node = world.random.pick(nodes)
    world.send(`webhook at ${node.name}`, async () => {
      await node.attempt(async ({ payments }) => {
        await takeWebhook(payments, { rawBody: body, signature })
      })
    })
  }
}

async function safety(
  scene: Scene,
  { pool }: TestDatabase,
  processor: SimulatedProcessor,
): Promise<void> {
  const { world } = scene
  let jobsAtMs = world.nowMs + JOBS_MS
  for (let step = 0; step < SAFETY_STEPS && (await world.step()); step += 1) {
    deliver(scene, processor)
    if (world.nowMs >= jobsAtMs) {
      jobsAtMs = world.nowMs + JOBS_MS
      await runJobs(scene)
    }
    await expectSafe(pool)
  }
}

/** Nothing goes wrong any more, and time runs on: all has to come to rest. */
async function liveness(scene: Scene, processor: SimulatedProcessor): Promise<void> {
  const { world } = scene
  world.hasFaults = false
  world.note('no more faults')
  for (let round = 0; round < 2; round += 1) {
    for (let step = 0; await world.step(); step += 1) {
      deliver(scene, processor)
      if (step > LIVENESS_STEPS_MAX) throw new Error('it does not come to rest')
    }
    world.nowMs += HOUR_MS
    await runJobs(scene)
    deliver(scene, processor)
  }
}
