import { createHash } from 'node:crypto'
import { type Nanos, readNanos } from '../../../src/core/money/index.ts'
import { takeWebhook } from '../../../src/payments/events.ts'
import type { PaymentProvider } from '../../../src/payments/provider.ts'
import { SimulatedProcessor } from '../../../src/payments/simulated/processor.ts'
import { simulatedProvider } from '../../../src/payments/simulated/provider.ts'
import { signed } from '../../../src/payments/simulated/signature.ts'
import { freshDatabase, type TestDatabase } from '../../support/database.ts'
import { Post, scheduleLooks, takeUpAgain } from './alerts.ts'
import { type Billing, lookAtInvoices, newBilling, use } from './billing.ts'
import {
  claim,
  giveBack,
  insist,
  type Purchase,
  setCap,
  startPurchase,
  type Withdrawal,
  withdraw,
} from './buyers.ts'
import { type Call, type Scene, startCall } from './calls.ts'
import { type Dispute, startDispute } from './cases.ts'
import { type MadeGood, makeGood } from './incidents.ts'
import { clearing, expectLive } from './live.ts'
import { SimulatedNode } from './node.ts'
import { round } from './rounds.ts'
import { expectSafe } from './safe.ts'
import { PEOPLE, setUp } from './setup.ts'
import { type Plant, START_MS, World } from './world.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const IS_FULL = process.env.PROOF === 'full' || process.env.PROOF_SEED !== undefined
/** Days on which something happens; in between, time goes by. */
const BUSY_DAYS = IS_FULL ? [0, 3, 8, 31, 33] : [0, 31]
const BUSY_MS = 4 * MINUTE_MS
const CALLS_A_DAY = 9
const ROUNDS_A_DAY = 7
const ROUNDS_AFTER_INCIDENT = 4
const QUIET_ROUNDS_MS = (IS_FULL ? 1.5 : 5) * DAY_MS
/** After the first cycle has ended. */
const INVOICE_DAYS = [32, 36, 39]
const END_MS = START_MS + 40 * DAY_MS
/** Until the second cycle has ended, too. */
const REST_MS = [0, HOUR_MS, 9 * DAY_MS, HOUR_MS, 13 * DAY_MS, HOUR_MS]
/** Enough for everything to come to rest; beyond it something goes round for ever. */
const LIVENESS_STEPS_MAX = 3_000
const WEBHOOK_SECRET = 'whsec'
const WEBHOOKS_AGAIN_MS = 10 * MINUTE_MS
const CAPS = ['0.012', '0.02', '0.05', '0.008'] as const

export interface Simulated {
  readonly trace: readonly string[]
  readonly steps: number
  readonly crashes: number
  /** That have come to webhooks, with those that came twice. */
  readonly letters: number
  readonly faults: Readonly<Record<string, number>>
  /** Kinds of entries, and how many of each came about. */
  readonly entries: Readonly<Record<string, number>>
  /** Of all entries, in order: what was booked, to the byte. */
  readonly journalHash: string
}

/** All that people have asked for, and the processor that they pay at. */
interface Stage extends Scene {
  readonly calls: Call[]
  readonly purchases: Purchase[]
  readonly withdrawals: Withdrawal[]
  readonly billing: Billing
  readonly disputes: Dispute[]
  readonly incidents: MadeGood[]
  readonly highest: Map<string, Nanos>
  readonly processor: SimulatedProcessor
  readonly provider: PaymentProvider
}

/** One seed, from the first fault to rest. Throws what it found. `planner`: what the database plans by. */
export async function simulate(
  seed: number,
  { plant = null, planner = [] }: { plant?: Plant | null; planner?: readonly string[] } = {},
): Promise<Simulated> {
  const database = await freshDatabase()
  await planBy(database, planner)
  const world = new World(seed)
  const processor = new SimulatedProcessor({
    webhookSecret: WEBHOOK_SECRET,
    nowMs: () => world.nowMs,
  })
  const provider = simulatedProvider(processor)
  const post = new Post()
  const parts = { seed, world, url: database.url, provider, post, plant }
  const nodes = ['a', 'b', 'c'].map((name) => new SimulatedNode(name, parts, name === 'b'))
  const asked = { calls: [], purchases: [], withdrawals: [], disputes: [], incidents: [] }
  const stage: Stage = {
    seed,
    world,
    nodes,
    plant,
    post,
    processor,
    provider,
    ...asked,
    billing: newBilling(),
    highest: new Map(),
  }
  try {
    await setUp(stage, database)
    return await live(stage, database)
  } catch (error) {
    const again = `PROOF_SEED=${seed} npx vitest run test/proof/simulation`
    const last = world.trace.slice(-40).join('\n')
    throw new Error(`seed ${seed}: ${(error as Error).message}\n${last}\nagain: ${again}`, {
      cause: error,
    })
  } finally {
    for (const node of nodes) await node.end()
    await database.close()
  }
}

/** For all connections from here on. */
async function planBy({ url, pool }: TestDatabase, planner: readonly string[]): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  for (const setting of planner) await pool.query(`alter database "${name}" set ${setting}`)
}

async function live(stage: Stage, { pool }: TestDatabase): Promise<Simulated> {
  const { world, nodes, highest } = stage
  const clearingBefore = await clearing(pool)
  schedule(stage)
  let looked = 0
  while (world.nowMs < END_MS && (await world.step())) {
    deliver(stage)
    // nothing has changed where nobody has said anything to the database
    if (world.line.count > looked) await expectSafe(pool, highest)
    looked = world.line.count
  }
  await takeUpAgain(stage, pool)
  await comeToRest(stage)
  const capped = [...highest.keys()]
  const rows = await expectLive({ ...stage, pool, capped, clearingBefore })
  const entries: Record<string, number> = {}
  for (const { kind, body } of rows) {
    const name = body.refused ? `${kind}_refused` : kind
    entries[name] = (entries[name] ?? 0) + 1
  }
  const journalHash = createHash('sha256').update(rows.map(({ text }) => text).join('\n'))
  const crashes = nodes.reduce((all, { deaths }) => all + deaths, 0)
  const { trace, steps, faults } = world
  const letters = stage.post.letters.length
  return { trace, steps, faults, crashes, letters, entries, journalHash: journalHash.digest('hex') }
}

function schedule(stage: Stage): void {
  for (const [index, day] of BUSY_DAYS.entries()) busyDay(stage, index, day * DAY_MS)
  const { world } = stage
  for (const day of INVOICE_DAYS)
    world.after(day * DAY_MS, 'the post has come', () => lookAtInvoices(stage, stage.billing))
  for (let ms = QUIET_ROUNDS_MS; ms < END_MS - START_MS; ms += QUIET_ROUNDS_MS)
    world.after(ms, 'time for the jobs', () => round(stage, world.random.pick(stage.nodes)))
  scheduleLooks(stage, END_MS)
}

function busyDay(stage: Stage, index: number, fromMs: number): void {
  const { world, plant } = stage
  const whose = (): string => world.random.pick(PEOPLE).account
  const soon = (): number => fromMs + world.random.below(BUSY_MS)
  const at = (ms: number, name: string, run: () => void): void => {
    world.after(ms, name, run)
  }
  for (let own = 0; own < CALLS_A_DAY; own += 1) {
    const number = index * CALLS_A_DAY + own
    const account = whose()
    at(soon(), `call_${number} is wanted`, () => {
      const call = startCall(stage, account, number)
      stage.calls.push(call)
      if (world.random.chance(0.2))
        world.after(5 * MINUTE_MS, `${call.callId} is regretted`, () =>
          giveBack(stage, account, call.callId),
        )
      if (world.random.chance(0.4))
        world.after(6 * MINUTE_MS, `${call.callId} is looked at`, () => {
          stage.disputes.push(startDispute(stage, account, call.callId))
        })
    })
  }
  for (let own = 0; own < ROUNDS_A_DAY; own += 1)
    at(fromMs + (own + 1) * MINUTE_MS, 'time for the jobs', () =>
      world.begin(() => round(stage, world.random.pick(stage.nodes))),
    )
  use(stage, stage.billing, soon)
  if (index === 1) incidents(stage, index, fromMs)
  at(soon(), 'a cap is set', () => cap(stage, 'account_0', index))
  if (index === 1 || plant === 'grants_again')
    for (const { account } of PEOPLE)
      at(soon(), `${account} hears of it`, () => claim(stage, account))
  if (index === 0 || index === 3) buying(stage, soon)
}

/** And soon after, time for the jobs, so that servers die while they work on them. */
function incidents(stage: Stage, index: number, fromMs: number): void {
  const { world } = stage
  stage.incidents.push(...makeGood(stage, index, START_MS + fromMs))
  for (let own = 1; own <= ROUNDS_AFTER_INCIDENT; own += 1)
    world.after(fromMs + 20 * MINUTE_MS + own * 5 * MINUTE_MS, 'time for the jobs', () =>
      world.begin(() => round(stage, world.random.pick(stage.nodes))),
    )
}

function cap(stage: Stage, account: string, index: number): void {
  const amount = stage.world.random.pick(CAPS)
  const before = stage.highest.get(account) ?? 0n
  const now = readNanos(amount)
  stage.highest.set(account, (now > before ? now : before) as Nanos)
  setCap(stage, { account, amount }, index)
}

/** Two buy: one asks for the money back, the other goes to the bank. */
function buying(stage: Stage, soon: () => number): void {
  const { world, purchases, withdrawals, processor } = stage
  const buy = (account: string, amount: string, then: (own: Purchase) => void): void => {
    world.after(soon(), `${account} wants to buy`, () => {
      const own = startPurchase(stage, account, amount)
      purchases.push(own)
      world.after(2 * DAY_MS, `${account} thinks again`, () => then(own))
    })
  }
  buy('account_1', '5', (own) => {
    withdrawals.push(withdraw(stage, own, `refund_${withdrawals.length}`))
  })
  buy('account_4', '6', ({ paymentId }) => {
    const charge = processor.charges().find((own) => own.metadata.everycent_payment === paymentId)
    if (!charge) return
    const disputeId = processor.openDispute(charge.id)
    world.after(DAY_MS, 'the bank decides', () =>
      processor.closeDispute(disputeId, world.random.chance(0.5) ? 'won' : 'lost'),
    )
  })
  buy('account_2', '7', () => {})
}

/** The processor tells it again, signed anew, until one has taken it. */
function deliver(stage: Stage): void {
  const { world, processor } = stage
  for (const { body } of processor.takeWebhooks())
    insist(stage, 'webhook', WEBHOOKS_AGAIN_MS, async ({ payments }) => {
      const signature = signed(WEBHOOK_SECRET, body, Math.floor(world.nowMs / 1_000))
      await takeWebhook(payments, { rawBody: body, signature })
      return true
    })
}

/** Nothing goes wrong any more, and time runs on: all has to come to rest. */
async function comeToRest(stage: Stage): Promise<void> {
  const { world, nodes } = stage
  world.hasFaults = false
  world.note('no more faults')
  for (const waitMs of REST_MS) {
    for (const [index, node] of nodes.entries())
      world.after(waitMs + index * MINUTE_MS, 'time for the jobs', () => round(stage, node))
    world.after(waitMs + HOUR_MS, 'the post has come', () => lookAtInvoices(stage, stage.billing))
    for (let step = 0; await world.step(); step += 1) {
      deliver(stage)
      if (step > LIVENESS_STEPS_MAX) throw new Error('it does not come to rest')
    }
  }
}
