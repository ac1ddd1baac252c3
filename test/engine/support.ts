import type { Authorize, Command, Settle } from '../../src/core/decisions/index.ts'
import { readNanos, ZERO } from '../../src/core/money/index.ts'
import { createEngine, type Engine, type EngineSettings } from '../../src/engine/index.ts'
import { createPool } from '../../src/store/pool.ts'
import type { TestDatabase } from '../support/database.ts'

export const BOOK = {
  id: 'book_test',
  currency: 'USD',
  effective_from: '2020-01-01T00:00:00Z',
  rows: [
    { model: 'small', kind: 'input', per_mtok: '1' },
    { model: 'small', kind: 'cache_read', per_mtok: '0.1' },
    { model: 'small', kind: 'output', per_mtok: '10' },
  ],
}

export const PLANS = [
  {
    id: 'pro',
    version: 1,
    name: 'Pro',
    currency: 'USD',
    windows: [
      { id: 'session', shape: 'anchored', length: 'PT5H', capacity: '1' },
      { id: 'weekly', shape: 'anchored', length: 'P7D', capacity: '5' },
    ],
    coverage: [{ when: { features: ['fast'] }, effect: 'credits_only', reason: 'fast mode' }],
  },
  { id: 'payg', version: 1, name: 'Pay as you go', currency: 'USD', windows: [], coverage: [] },
]

/** Plans and a price book, straight into the catalogue. */
export async function seedCatalogue(database: TestDatabase): Promise<void> {
  for (const plan of PLANS)
    await database.pool.query(
      `insert into control.plan_version (plan_id, version, document, status, created_at)
       values ($1::text, $2::integer, $3::jsonb, 'published', $4::timestamptz) on conflict do nothing`,
      [plan.id, plan.version, JSON.stringify(plan), '2026-01-01T00:00:00Z'],
    )
  await seedBook(database, BOOK, BOOK.effective_from)
}

export async function seedBook(
  { pool }: Pick<TestDatabase, 'pool'>,
  book: typeof BOOK,
  publishedAt = new Date().toISOString(),
): Promise<void> {
  await pool.query(
    `insert into control.price_book (book_id, effective_from, document, published_at, published_by)
     values ($1::text, $2::timestamptz, $3::jsonb, $4::timestamptz, 'test') on conflict do nothing`,
    [book.id, book.effective_from, JSON.stringify(book), publishedAt],
  )
}

export interface Node {
  readonly engine: Engine
  close(): Promise<void>
}

/** One server process's worth of engine, with a pool of its own. */
export async function startNode(
  database: TestDatabase,
  settings: Partial<EngineSettings> = {},
): Promise<Node> {
  const pool = createPool(database.url, { max: 4, applicationName: 'node' })
  const engine = await createEngine({ pool, settings })
  return {
    engine,
    close: async () => {
      await engine.close()
      await pool.end()
    },
  }
}

const ACTOR = { type: 'operator', id: 'test' } as const

export const openAccount = (accountId: string, plan = 'payg@1'): Command => ({
  kind: 'open_account',
  accountId,
  requestId: `open:${accountId}`,
  actor: ACTOR,
  name: accountId,
  currency: 'USD',
  plan,
})

export const topUp = (accountId: string, amount: string, id = 'first'): Command => ({
  kind: 'top_up',
  accountId,
  requestId: `pay_${accountId}_${id}`,
  actor: ACTOR,
  lotId: `lot_${accountId}_${id}`,
  name: 'Top-up',
  origin: 'purchase',
  face: readNanos(amount),
  price: readNanos(amount),
  tax: ZERO,
  expiresAt: null,
  scope: {},
  priority: 50,
})

export const paidUse = (accountId: string, on = true): Command => ({
  kind: 'set_controls',
  accountId,
  requestId: `paid_use:${on}`,
  actor: ACTOR,
  paidUse: on,
})

export const authorize = (
  accountId: string,
  callId: string,
  more: Partial<Authorize> = {},
): Authorize => ({
  kind: 'authorize',
  accountId,
  requestId: callId,
  actor: ACTOR,
  call: {
    callId,
    attempt: 1,
    model: 'small',
    features: [],
    client: null,
    keyId: null,
    memberId: null,
    projectId: null,
    sessionId: null,
    tier: null,
    speed: null,
    region: null,
    dialect: 'anthropic',
    route: '/v1/messages',
    fingerprint: null,
  },
  bound: {
    promptTokensMax: 1_000,
    promptTokensExpected: 1_000,
    promptKinds: ['input'],
    maxOutputTokens: 1_000,
    outputKinds: ['output'],
    fees: {},
  },
  minOutputTokens: 1,
  fit: 'refuse',
  ttlMs: 600_000,
  ...more,
})

export const settle = (accountId: string, callId: string, input = 1_000, output = 100): Settle => ({
  kind: 'settle',
  accountId,
  requestId: callId,
  actor: ACTOR,
  callId,
  outcome: 'succeeded',
  usage: {
    model: 'small',
    tier: null,
    speed: null,
    region: null,
    usage: { tokens: { input, output }, fees: {}, estimated: [], flags: [] },
    parts: [],
  },
  evidence: { upstream_status: 200 },
})
