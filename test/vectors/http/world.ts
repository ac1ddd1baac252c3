import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { expect } from 'vitest'
import { type RunningServer, startServer } from '../../../src/cli/serve/compose.ts'
import { type Client, createClient, EverycentProblem } from '../../../src/client/index.ts'
import { loadConfig, Secret } from '../../../src/config.ts'
import {
  formatNanos,
  type Nanos,
  readNanos,
  subtract,
  sum,
} from '../../../src/core/money/index.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { SetClock } from '../../engine/support/set-clock.ts'
import { freshDatabase } from '../../support/database.ts'
import { TERMS_DIR } from '../../support/terms.ts'
import { documentOf } from '../prices.ts'
import { type Fields, Shapes, type Vector } from '../shapes.ts'

const TOKEN = 'operator-token-of-the-vectors'
const PAYG = { id: 'payg', name: 'Pay as you go', currency: 'USD', windows: [], coverage: [] }
const SECOND_MS = 1_000

/** Somebody with an account: what the operator does for it, and what it does with its own key. */
export interface Customer {
  readonly id: string
  /** The account key. */
  readonly secret: string
  readonly client: Client
  /** All credit that the API shows, spendable or not. */
  credit(): Promise<string>
}

export interface OpenWith {
  readonly plan?: string
  readonly credit?: string
  /** Where its cycles and calendar windows are counted from. */
  readonly anchor?: string
}

export interface World {
  readonly url: string
  readonly clock: SetClock
  readonly operator: Client
  /** What the provider behind the gateway answers. */
  answer(reply: (response: ServerResponse) => void): void
  /** How many requests have come to the provider. */
  asked(): number
  /** Publishes the row's prices; they are in force from now on. */
  prices(vector: Vector, prices: Fields, model?: string): Promise<void>
  /** Opens an account, on `payg` unless told; with so much bought credit and paid use on. */
  customer(vector: Vector, own?: OpenWith): Promise<Customer>
  /** The time of the server, as the API writes it. */
  now(): string
  /** What `verify` says of all that has happened. */
  expectVerified(): Promise<void>
  close(): Promise<void>
}

/** A running server, with a clock that stands until a row moves it and a provider that says what rows say. */
export async function startWorld(at: string): Promise<World> {
  const clock = new SetClock(at)
  const provider = await startProvider()
  const upstream = { baseUrl: provider.url, apiKey: new Secret('sk-provider') }
  const server = await startServer({
    config: loadConfig({ env: { EVERYCENT_PAYMENTS_PROVIDER: 'simulated', EVERYCENT_PAYMENTS_TERMS_DIR: TERMS_DIR }, cwd: '/' }),
    databaseUrl: (await freshDatabase()).url,
    operatorTokens: [TOKEN],
    log: pino({ level: 'silent' }),
    upstreams: { anthropic: upstream, openai: upstream },
    clock,
    port: 0,
  })
  const operator = createClient({ baseUrl: server.url, token: TOKEN })
  await operator.plans.create(PAYG)
  await operator.plans.publish('payg', 1)
  return {
    url: server.url,
    clock,
    operator,
    answer: provider.answer,
    asked: provider.asked,
    now: () => new Date(clock.now()).toISOString(),
    prices: (vector, prices, model) => publish({ operator, clock }, vector, { prices, model }),
    customer: (vector, own) => open({ server, operator, clock }, vector, own ?? {}),
    expectVerified: async () => expect(await verify(server.pool)).toMatchObject({ ok: true }),
    close: async () => {
      await server.close()
      await provider.close()
    },
  }
}

async function publish(
  { operator, clock }: Pick<World, 'operator' | 'clock'>,
  { id }: Vector,
  { prices, model }: { prices: Fields; model: string | undefined },
): Promise<void> {
  clock.advance(SECOND_MS)
  const effectiveFrom = new Date(clock.now()).toISOString()
  const book = documentOf(prices, { model, id: `book_${id}`, effectiveFrom })
  await operator.priceBooks.publish(book as never)
}

let serial = 0

async function open(
  world: Pick<World, 'operator' | 'clock'> & { readonly server: RunningServer },
  vector: Vector,
  { plan = 'payg', credit = '10000', anchor }: OpenWith,
): Promise<Customer> {
  const { operator, clock, server } = world
  serial += 1
  clock.advance(SECOND_MS)
  const id = `acct_${vector.id}_${serial}`
  await operator.accounts.open({
    ...{ account_id: id, name: vector.cls, currency: 'USD', plan },
    ...(anchor !== undefined && { anchor }),
  })
  if (credit !== '0')
    await operator.credit.topUp(id, { payment_id: `wire-${id}`, price: credit, expires_at: null })
  await operator.accounts.setControls(id, { paid_use: true })
  const { key } = await operator.keys.create(id, { name: 'vector' })
  const client = createClient({ baseUrl: server.url, token: key })
  return {
    id,
    secret: key,
    client,
    credit: async () => {
      const { lots } = await client.accounts.state(id)
      return formatNanos(sum(lots.map(({ remaining }) => readNanos(remaining))))
    },
  }
}

/** What is missing of the credit since `before`. */
export const drawn = async (customer: Customer, before: string): Promise<string> =>
  formatNanos(subtract(readNanos(before), readNanos(await customer.credit())))

/** The status of an answer that may be a refusal. */
export async function statusOf(work: Promise<unknown>): Promise<number> {
  try {
    await work
    return 200
  } catch (error) {
    if (error instanceof EverycentProblem) return error.status
    throw error
  }
}

async function startProvider() {
  let asked = 0
  let reply: (response: ServerResponse) => void = (response) => response.end()
  const server = createServer((request, response) => {
    asked += 1
    request.resume()
    request.on('end', () => reply(response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: (next: typeof reply) => {
      reply = next
    },
    asked: () => asked,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Rows as they run over HTTP. */
export const stories = new Shapes<[World]>()

/** The figures that were seen to be wrong, as amounts. */
export const wrongFigures = (vector: Vector): string[] =>
  Object.values(vector.observed_wrong ?? {})
    .flat()
    .flatMap((value) => /^-?\d+(?:\.\d+)?/.exec(String(value))?.[0] ?? [])

export const money = (text: string): Nanos => readNanos(text)
