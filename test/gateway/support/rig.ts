import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Command } from '../../../src/core/decisions/index.ts'
import type { EntryBody } from '../../../src/core/ledger/entry.ts'
import { readNanos, ZERO } from '../../../src/core/money/index.ts'
import { parsePriceBook } from '../../../src/core/pricing/index.ts'
import { instant } from '../../../src/core/time/index.ts'
import { startUpstream, type Upstream } from '../../../src/demo/upstream/index.ts'
import { createEngine, type Engine } from '../../../src/engine/index.ts'
import {
  type CallReport,
  createGateway,
  type Gateway,
  type GatewayDeps,
  type GatewayEvent,
} from '../../../src/gateway/index.ts'
import { createIds, createKey, KeyRing, loadCatalogue } from '../../../src/store/control/index.ts'
import { withEvidence } from '../../../src/store/evidence/compose.ts'
import { createPool } from '../../../src/store/pool.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { freshDatabase, type TestDatabase } from '../../support/database.ts'
import { BOOK, PLANS } from './catalogue.ts'

export const UPSTREAM_KEY = 'sk-upstream-secret-0123456789'

export interface Account {
  readonly accountId: string
  readonly secret: string
  readonly anthropic: Anthropic
  readonly openai: OpenAI
}

interface NewAccount {
  readonly plan?: string
  /** Bought credit, with paid use on. */
  readonly credit?: string
  readonly more?: (accountId: string) => Command[]
  readonly client?: string | null
}

export interface Rig {
  readonly database: TestDatabase
  readonly upstream: Upstream
  readonly engine: Engine
  readonly gateway: Gateway
  /** The gateway's address, without a path. */
  readonly url: string
  readonly reports: CallReport[]
  readonly events: GatewayEvent[]
  /** Everything that was logged, as JSON. */
  readonly logged: string[]
  account(options?: NewAccount): Promise<Account>
  /** All entries of an account that belong to calls, oldest first. */
  entries(accountId: string): Promise<EntryBody[]>
  openHolds(accountId: string): Promise<number>
}

export interface RigOptions {
  readonly policy?: GatewayDeps['policy']
  /** Wraps what the gateway is given, e.g. an engine that fails. */
  readonly deps?: (deps: GatewayDeps) => GatewayDeps
  /** Another provider than the simulated one. */
  readonly upstreamUrl?: () => string
  readonly checksBooks?: boolean
}

const ACTOR = { type: 'operator', id: 'test' } as const

const book = (() => {
  const parsed = parsePriceBook(BOOK)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.book
})()

/** A gateway on a real database, in front of a simulated provider, for one test file. */
export function useRig(options: RigOptions = {}): Rig {
  const rig = {} as Writable<Rig> & Inner
  beforeAll(async () => {
    Object.assign(rig, await startRig(options))
  })
  afterAll(async () => {
    await rig.gateway.close()
    await closeServer(rig.server)
    await rig.upstream.stop()
    await rig.engine.close()
    await rig.pool.end()
    if (options.checksBooks !== false)
      expect(await verify(rig.database.pool)).toMatchObject({ ok: true, open_holds: 0 })
  })
  return rig
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }
interface Inner {
  server: Server
  pool: ReturnType<typeof createPool>
}

async function startRig(options: RigOptions): Promise<Rig & Inner> {
  const database = await freshDatabase()
  await seed(database)
  const pool = createPool(database.url, { max: 6, applicationName: 'gateway test' })
  const engine = await createEngine({ pool })
  const upstream = await startUpstream({ seed: 7 })
  const reports: CallReport[] = []
  const events: GatewayEvent[] = []
  const logged: string[] = []
  const write = (fields: object, message: string): void => {
    const { err, ...rest } = fields as { err?: unknown }
    logged.push(JSON.stringify({ ...rest, err: err instanceof Error ? err.stack : err, message }))
  }
  const makeId = createIds(() => Date.now())
  const apiKey = { reveal: () => UPSTREAM_KEY }
  const baseUrl = options.upstreamUrl?.() ?? upstream.url
  const deps: GatewayDeps = {
    engine,
    keys: new KeyRing(pool, () => Date.now()),
    books: () => [book],
    upstreams: { anthropic: { baseUrl, apiKey }, openai: { baseUrl, apiKey } },
    nowMs: () => Date.now(),
    newCallId: () => makeId('call'),
    log: { debug: write, info: write, warn: write, error: write },
    metrics: {
      onCall: (report) => reports.push(report),
      onEvent: (event) => events.push(event),
    },
    ...(options.policy && { policy: options.policy }),
  }
  const gateway = createGateway(options.deps?.(deps) ?? deps)
  const server = createServer((req, res) => {
    if (!gateway.handle(req, res)) res.writeHead(404).end()
  })
  const url = await listen(server)
  const parts = { database, pool, engine, upstream, gateway, server, url }
  return {
    ...parts,
    reports,
    events,
    logged,
    account: (more = {}) => newAccount(parts, more),
    entries: (accountId) => entriesOf(database, accountId),
    openHolds: async (accountId) => {
      const { rows } = await database.pool.query(
        'select count(*)::integer as holds from accounts.hold where account_id = $1',
        [accountId],
      )
      return rows[0].holds
    },
  }
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

async function seed(database: TestDatabase): Promise<void> {
  for (const plan of PLANS)
    await database.pool.query(
      `insert into control.plan_version (plan_id, version, document, status, created_at)
       values ($1, $2, $3, 'published', '2026-01-01T00:00:00Z')`,
      [plan.id, plan.version, JSON.stringify(plan)],
    )
  await database.pool.query(
    `insert into control.price_book (book_id, effective_from, document, published_at, published_by)
     values ($1, $2, $3, $2, 'test')`,
    [BOOK.id, BOOK.effective_from, JSON.stringify(BOOK)],
  )
  await loadCatalogue(database.pool)
}

let serial = 0

async function newAccount(
  rig: Pick<Rig, 'engine' | 'url'> & Pick<Inner, 'pool'>,
  { plan = 'payg@1', credit = '100', more, client = null }: NewAccount,
): Promise<Account> {
  serial += 1
  const accountId = `acct_${serial}`
  const common = { accountId, actor: ACTOR }
  const open = { ...common, kind: 'open_account', requestId: 'open', name: accountId } as const
  const commands: Command[] = [{ ...open, currency: 'USD', plan }]
  if (credit !== '0')
    commands.push(
      {
        ...common,
        kind: 'top_up',
        requestId: 'payment',
        lotId: `lot_${accountId}`,
        name: 'Top-up',
        origin: 'purchase',
        face: readNanos(credit),
        price: readNanos(credit),
        tax: ZERO,
        expiresAt: null,
        scope: {},
        priority: 50,
      },
      { ...common, kind: 'set_controls', requestId: 'paid_use', paidUse: true },
    )
  for (const command of [...commands, ...(more?.(accountId) ?? [])]) {
    const { result } = await rig.engine.execute(command)
    if (result.status !== 'posted') throw new Error(JSON.stringify(result))
  }
  const { secret } = await createKey(rig.pool, {
    keyId: `key_${accountId}`,
    accountId,
    name: 'test',
    memberId: null,
    projectId: null,
    client,
    at: instant(Date.now()),
  })
  return { accountId, secret, ...clientsOf(rig.url, secret) }
}

/** The official clients, with only their base URL changed. */
export const clientsOf = (
  url: string,
  secret: string,
): { anthropic: Anthropic; openai: OpenAI } => {
  const quiet = { apiKey: secret, logLevel: 'off' } as const
  return {
    anthropic: new Anthropic({ ...quiet, baseURL: `${url}/anthropic` }),
    openai: new OpenAI({ ...quiet, baseURL: `${url}/openai/v1` }),
  }
}

async function entriesOf(database: TestDatabase, accountId: string): Promise<EntryBody[]> {
  const { rows } = await database.pool.query<{ body: EntryBody; evidence: string | null }>(
    `select body, evidence from accounts.entry where account_id = $1
     and kind in ('authorize', 'settle', 'release', 'expire_hold') order by seq`,
    [accountId],
  )
  return rows.map(({ body, evidence }) => withEvidence(body, evidence))
}

/** Waits for what comes about on its own. */
export async function eventually<T>(read: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 500; tries += 1) {
    const value = await read()
    if (value !== undefined && value !== false) return value
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('It did not come about within five seconds.')
}

/** The entries of the calls of an account, once there are so many. */
export const entriesWhen = (rig: Rig, accountId: string, count = 1): Promise<EntryBody[]> =>
  eventually(async () => {
    const entries = await rig.entries(accountId)
    return entries.length >= count && entries
  })
