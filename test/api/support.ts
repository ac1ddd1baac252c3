import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { expect } from 'vitest'
import { type ApiDeps, createApi, OperatorTokens } from '../../src/api/index.ts'
import {
  type AnswerOf,
  type BodyOf,
  type OperationId,
  type ParamsOf,
  type QueryOf,
  ROUTES,
  type Route,
  type Routes,
} from '../../src/contract/routes/index.ts'
import { ProblemSchema } from '../../src/contract/schemas/problem.ts'
import { compileValidator, type Validator } from '../../src/contract/validate.ts'
import { createEngine, type Engine } from '../../src/engine/index.ts'
import type { PaymentsDeps } from '../../src/payments/deps.ts'
import { feeCollector } from '../../src/payments/fees.ts'
import { SimulatedProcessor } from '../../src/payments/simulated/processor.ts'
import { simulatedProvider } from '../../src/payments/simulated/provider.ts'
import { ratesTable } from '../../src/payments/tax.ts'
import { createIds, KeyRing } from '../../src/store/control/index.ts'
import { createPool } from '../../src/store/pool.ts'
import { verify } from '../../src/store/verify/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { BUNDLE_LISTS, POLICIES } from '../support/terms.ts'

export const OPERATOR = 'operator-token-of-the-tests'

interface Reply<T = Record<string, unknown>> {
  readonly status: number
  readonly body: T
  readonly text: string
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
}

export interface Ask<Id extends OperationId> {
  /** A token; the operator's unless told. `null`: none. */
  readonly as?: string | null
  readonly key?: string
  readonly params?: ParamsOf<Routes[Id]>
  readonly query?: QueryOf<Routes[Id]>
  readonly body?: BodyOf<Routes[Id]>
}

export interface Api {
  readonly app: FastifyInstance
  readonly database: TestDatabase
  readonly engine: Engine
  /** The server's own pool. */
  readonly pool: pg.Pool
  readonly keys: KeyRing
  /** Takes the payments of this server. */
  readonly processor: SimulatedProcessor
  readonly payments: PaymentsDeps
  call<Id extends OperationId>(id: Id, ask?: Ask<Id>): Promise<Reply>
  /** As `call`, for what must not be a problem. */
  done<Id extends OperationId>(id: Id, ask?: Ask<Id>): Promise<AnswerOf<Routes[Id]>>
  /** An account on the test plan, with a key of its own. */
  account(id: string, options?: { plan?: string }): Promise<{ id: string; key: string }>
  close(): Promise<void>
}

/** A whole server on a database of its own. Every answer is checked against the route table. */
export async function startApi(options: Partial<ApiDeps> = {}): Promise<Api> {
  return startNode(await freshDatabase(), options)
}

/** One more server on a database. */
export async function startNode(
  database: TestDatabase,
  options: Partial<ApiDeps> = {},
): Promise<Api> {
  const pool = createPool(database.url, { max: 8, applicationName: 'api under test' })
  const engine = await createEngine({ pool })
  const keys = new KeyRing(pool, Date.now)
  const processor = new SimulatedProcessor({ webhookSecret: 'whsec_tests', nowMs: Date.now })
  const payments: PaymentsDeps = {
    pool,
    engine,
    provider: simulatedProvider(processor),
    tax: ratesTable,
    nowMs: Date.now,
    ids: createIds(Date.now),
    returnUrl: 'https://example.com/back',
  }
  const app = await createApi({
    engine,
    pool,
    keys,
    operatorTokens: new OperatorTokens([OPERATOR]),
    nowMs: Date.now,
    ids: createIds(Date.now),
    version: '0.0.0-test',
    payments,
    collector: feeCollector(options.payments ?? payments),
    ...options,
  })
  const call: Api['call'] = (id, ask = {}) => inject(app, id, ask)
  const done: Api['done'] = async (id, ask = {}) => {
    const reply = await call(id, ask)
    expect(reply.status, `${id}: ${reply.text}`).toBe(ROUTES[id].success.status)
    return reply.body as never
  }
  return {
    app,
    database,
    engine,
    pool,
    keys,
    processor,
    payments,
    call,
    done,
    account: (id, own) => openAccount(done, id, own),
    close: async () => {
      await app.close()
      await engine.close()
      await pool.end()
    },
  }
}

async function openAccount(done: Api['done'], id: string, own: { plan?: string } = {}) {
  await done('openAccount', {
    body: { account_id: id, name: `Account ${id}`, currency: 'USD', plan: own.plan ?? 'test@1' },
  })
  const made = await done('createKey', { params: { account_id: id }, body: { name: 'main' } })
  return { id, key: made.key }
}

const problems = compileValidator(ProblemSchema, 'body')
const answers = new Map<OperationId, Validator>()

function answerValidator(id: OperationId): Validator | undefined {
  const { schema } = (ROUTES[id] as Route).success
  if (!schema) return undefined
  const known = answers.get(id) ?? compileValidator(schema, 'body')
  answers.set(id, known)
  return known
}

export function urlOf(id: OperationId, params: object = {}, query: object = {}): string {
  let path: string = ROUTES[id].path
  for (const [name, value] of Object.entries(params))
    path = path.replace(`{${name}}`, encodeURIComponent(String(value)))
  const search = new URLSearchParams(query as Record<string, string>).toString()
  return search === '' ? path : `${path}?${search}`
}

async function inject<Id extends OperationId>(
  app: FastifyInstance,
  id: Id,
  ask: Ask<Id>,
): Promise<Reply> {
  const token = ask.as === undefined ? OPERATOR : ask.as
  const response = await app.inject({
    method: ROUTES[id].method,
    url: urlOf(id, ask.params ?? {}, ask.query ?? {}),
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(ask.key !== undefined && { 'idempotency-key': ask.key }),
      ...(ask.body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(ask.body !== undefined && { payload: JSON.stringify(ask.body) }),
  })
  const isJson = /[/+]json\b/.test(String(response.headers['content-type']))
  const reply: Reply = {
    status: response.statusCode,
    body: isJson ? response.json() : {},
    text: response.body,
    headers: response.headers,
  }
  checkReply(id, reply)
  return reply
}

/** What the OpenAPI document promises of an answer. */
function checkReply(id: OperationId, reply: Reply): void {
  const { success } = ROUTES[id] as Route
  if (reply.status >= 400) {
    expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(problems.faults(reply.body), reply.text).toEqual([])
    expect(reply.body.status).toBe(reply.status)
    return
  }
  expect([200, success.status]).toContain(reply.status)
  const type = String(reply.headers['content-type']).split(';')[0]!
  if (success.otherTypes?.includes(type)) return
  expect(answerValidator(id)?.faults(reply.body) ?? [], reply.text).toEqual([])
}

type PlanDocument = BodyOf<Routes['createPlan']>

const planFile = (path: string): PlanDocument =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))

export const TEST_PLAN = {
  id: 'test',
  version: 1,
  name: 'Test',
  currency: 'USD',
  windows: [
    { id: 'session', shape: 'anchored' as const, length: 'PT5H', capacity: '1' },
    { id: 'weekly', shape: 'anchored' as const, length: 'P7D', capacity: '5' },
  ],
  coverage: [
    {
      when: { clients: ['third_party'] },
      effect: 'credits_only' as const,
      reason: 'Third-party clients are not included.',
    },
    { when: { models: ['blocked-*'] }, effect: 'blocked' as const, reason: 'Not in this plan.' },
  ],
}

/** A book in which `small` costs $1 and `large` $10 per million tokens in, and ten times that out. */
export const TEST_BOOK = {
  id: 'test-book',
  currency: 'USD',
  effective_from: '2020-01-01T00:00:00Z',
  rows: [
    { model: 'small', kind: 'input' as const, per_mtok: '1' },
    { model: 'small', kind: 'cache_read' as const, per_mtok: '0.1' },
    { model: 'small', kind: 'output' as const, per_mtok: '10' },
    { model: 'large', kind: 'input' as const, per_mtok: '10' },
    { model: 'large', kind: 'output' as const, per_mtok: '100' },
  ],
  fees: [{ model: '*', fee: 'web_search', each: '0.01' }],
  models: [{ model: 'small', max_output_tokens: 4_000 }],
}

/** The server with plans, prices, rows of law and bundles, as the operator would set it up. */
export async function startStockedApi(options: Partial<ApiDeps> = {}): Promise<Api> {
  const api = await startApi(options)
  await api.done('publishPriceBook', { body: TEST_BOOK })
  for (const plan of [TEST_PLAN as PlanDocument, planFile('data/plans/no_windows.json')]) {
    await api.done('createPlan', { body: plan })
    await api.done('publishPlan', { params: { plan_id: plan.id, version: 1 } })
  }
  for (const body of POLICIES) await api.done('publishPolicy', { body } as never)
  for (const body of BUNDLE_LISTS) await api.done('publishBundleList', { body } as never)
  return api
}

/** All money and every entry: what a request that was refused may not change. */
export async function journalOf(pool: pg.Pool): Promise<unknown> {
  const { rows } = await pool.query(
    `select (select count(*) from accounts.entry) as entries,
            (select count(*) from accounts.posting) as postings,
            (select count(*) from accounts.hold) as holds,
            (select count(*) from control.price_book) as books,
            (select count(*) from control.plan_version) as plans,
            (select count(*) from control.api_key where revoked_at is null) as keys,
            (select json_agg(json_build_array(account_id, seq) order by account_id)
             from accounts.account) as seqs`,
  )
  return rows[0]
}

/**
 * What was ordered from outside, and what is in flight. Left aside is what the server does by itself when it
 * is due: expiries, and money that moves back to windows.
 */
export async function ordersOf(pool: pg.Pool): Promise<unknown> {
  const { rows } = await pool.query(
    `select (select count(*) from accounts.entry where body->'actor'->>'type' <> 'system') as entries,
            (select count(*) from accounts.hold) as holds,
            (select count(*) from accounts.account) as accounts,
            (select count(*) from control.price_book) as books,
            (select json_agg(json_build_array(plan_id, version, status) order by plan_id, version)
             from control.plan_version) as plans,
            (select count(*) from control.api_key where revoked_at is null) as keys`,
  )
  return rows[0]
}

/** `verify` finds nothing wrong with the whole book. */
export async function expectVerified(pool: pg.Pool): Promise<void> {
  expect(await verify(pool)).toMatchObject({ ok: true })
}

/** Makes the account able to pay: a payment of `amount`, and paid use on. */
export async function fund(api: Api, accountId: string, amount: string): Promise<void> {
  await api.done('topUp', {
    params: { account_id: accountId },
    body: { payment_id: `pay-${accountId}-${amount}`, price: amount, expires_at: null },
  })
  await api.done('setControls', {
    params: { account_id: accountId },
    key: `paid-use-${accountId}`,
    body: { paid_use: true },
  })
}

/**
 * The time of an event that happens now. A little ahead, since the database has a clock of its own, and an
 * event from before a payment could not draw on it.
 */
export const soon = (): string => new Date(Date.now() + 250).toISOString()
