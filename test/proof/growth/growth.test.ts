import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { growAccounts } from '../../../bench/grow.ts'
import { engineRole } from '../../../bench/roles/engine.ts'
import {
  accountName,
  authorizeOf,
  HOT_ACCOUNT,
  OPENING_ENTRIES,
  recordOf,
  seedCatalogue,
  settleOf,
} from '../../../bench/workload.ts'
import { receiptId } from '../../../src/contract/receipt/index.ts'
import { type OperationId, ROUTES, type Route } from '../../../src/contract/routes/index.ts'
import type { Instant } from '../../../src/core/time/index.ts'
import { createEngine } from '../../../src/engine/index.ts'
import { AlertWatch } from '../../../src/jobs/alerts/watch.ts'
import { exportJob, HOUSEKEEPING } from '../../../src/jobs/definitions.ts'
import { Detection } from '../../../src/jobs/detection.ts'
import { JournalFollower } from '../../../src/jobs/usage.ts'
import { casesToAdvance } from '../../../src/store/cases/read.ts'
import { CatalogueCache } from '../../../src/store/control/index.ts'
import { catchUp } from '../../../src/store/facts/catch-up.ts'
import { createPool } from '../../../src/store/pool.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { PARAMS } from '../../api/route-examples.ts'
import { type Api, startNode } from '../../api/support.ts'
import { freshDatabase, type TestDatabase } from '../../support/database.ts'
import { type Planning, type Reading, readingOf, type Statement } from './plans.ts'

/*
 * What one account asks, and what the server does by itself, looks at no more rows because there are many
 * accounts: told by PostgreSQL's own count of the rows that each statement looked at, never by a clock.
 */

const FULL = process.env.PROOF === 'full'
const ACCOUNTS = FULL ? 100_000 : 15_000
/** Of the accounts that were copied. */
const ENTRIES_EACH = 7
const CALLS_EACH = ENTRIES_EACH - OPENING_ENTRIES
const VERIFIED = 40
/** More than a bounded stretch and what is joined to it, of 5,000 at most, and fewer than there are accounts. */
const ROWS_MAX = 12_000
/** An account with many more calls than a page, or a step that follows its journal, has. */
const LARGE = HOT_ACCOUNT
const LARGE_CALLS = FULL ? 50_000 : 8_000
const LARGE_ROWS_MAX = 6_000
const DECISION_ROWS_MAX = 50
/** What adds up all calls of a period, or gives all entries, has to look at them. */
const SUMS: readonly OperationId[] = ['exploreUsage', 'getUsageTree']
const PATTERNS = [accountName(0), accountName(1)]
const OWN = accountName(ACCOUNTS - 1)
const ROOT = new URL('../../..', import.meta.url).pathname
const GROW_MS = FULL ? 600_000 : 120_000

/** Of a statement, enough to find it. */
const TEXT_MAX = 400

const CALL_IN_FLIGHT = 'call_019a7c1e8f2b7d4ca3f1a5b6c7d9'

let database: TestDatabase
let api: Api

beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database.pool, ROOT)
  const role = engineRole()
  await role.start!({ url: database.url })
  await role.seed!(PATTERNS.length)
  for (const accountId of PATTERNS) await role.live!({ accountId, calls: CALLS_EACH, days: 20 })
  await role.live!({ accountId: LARGE, calls: LARGE_CALLS, days: 20 })
  await role.stop!(null)
  await inFlight(PATTERNS)
  await lookedAt(PATTERNS)
  await growAccounts(database.pool, { patterns: PATTERNS, from: PATTERNS.length, to: ACCOUNTS })
  await endedCases(database.pool)
  await database.pool.query('vacuum analyze')
  api = await startNode(database)
}, GROW_MS)

afterAll(() => api?.close())

/** Each with a call that is under way as long as the test lasts. */
async function inFlight(accountIds: readonly string[]): Promise<void> {
  const engine = await createEngine({ pool: database.pool })
  for (const id of accountIds)
    expect((await engine.execute(authorizeOf(id, CALL_IN_FLIGHT))).result.status).toBe('admitted')
  await engine.close()
}

/** One of each account, told of its end. */
async function endedCases(pool: pg.Pool): Promise<void> {
  await pool.query(
    `insert into control.case_file (case_id, account_id, origin, origin_key, subject, facts, state, steps, told,
       opened_by, opened_at, updated_at)
     select 'case_of_' || id, id, 'dispute', id, 'charge', '{}', 'settled', 6, 6, '{}', now(), now()
     from unnest($1::text[]) as id`,
    [Array.from({ length: ACCOUNTS }, (_, index) => accountName(index))],
  )
}

/** Followed, audited and looked through, so that housekeeping has nothing to do with them or their copies. */
async function lookedAt(accountIds: readonly string[]): Promise<void> {
  const { pool } = database
  for (const id of accountIds) await catchUp(pool, id, { stepsMax: 10 })
  const engine = await createEngine({ pool })
  await new Detection().round({ pool, engine }, Date.now())
  await new AlertWatch({ pool, catalogue: new CatalogueCache(pool, Date.now) }).round(Date.now())
  await engine.close()
}

/** Everything that is asked of PostgreSQL meanwhile, each text once. */
async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const asked = new Map<string, Statement>()
  const query = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await work()
  } finally {
    for (const [config, given] of query.mock.calls as unknown as [unknown, unknown][]) {
      const own = typeof config === 'string' ? { text: config } : (config as Partial<Statement>)
      const values = own.values ?? (Array.isArray(given) ? given : [])
      if (own.text && /^\s*\(?(select|with|insert|update|delete)\b/i.test(own.text))
        asked.set(own.text, { text: own.text, values, name: own.name ?? null })
    }
    query.mockRestore()
  }
  return [...asked.values()]
}

async function readingsOf(statements: readonly Statement[], isEngine = false): Promise<Reading[]> {
  // what is prepared gets a plan for its values at first, and may get one for all values later
  const planningsOf = ({ name }: Statement): readonly Planning[] => {
    if (isEngine) return ['engine']
    return name === null ? ['custom'] : ['custom', 'generic']
  }
  const pool = createPool(database.url, { max: 1, applicationName: 'test' })
  const client = await pool.connect()
  try {
    const readings: Reading[] = []
    for (const statement of statements)
      for (const planning of planningsOf(statement))
        readings.push(await readingOf(client, statement, planning))
    return readings
  } finally {
    client.release()
    await pool.end()
  }
}

const tooMuch = (readings: readonly Reading[], rowsMax = ROWS_MAX): string[] =>
  readings
    .filter(({ rows }) => rows > rowsMax)
    .map(
      ({ statement, rows, most }) =>
        `${rows} rows, most of ${most}: ${statement.text.trim().slice(0, TEXT_MAX)}`,
    )

const counts = { accounts: 0, entries: 0, questions: 0, statements: 0 }

/** All that is asked about one account. */
const OF_ACCOUNT = (Object.keys(ROUTES) as OperationId[]).filter((id) => {
  const { method, path, success } = ROUTES[id] as Route
  const isFeed = success.contentType === 'text/event-stream'
  return method === 'GET' && path.startsWith('/v1/accounts/{account_id}') && !isFeed
})

describe('growth', () => {
  test('the accounts that were made are whole: their chains, postings and states', async () => {
    for (let turn = 0; turn < VERIFIED; turn += 1) {
      const index = 2 + Math.floor((turn * (ACCOUNTS - 3)) / (VERIFIED - 1))
      const report = await verify(database.pool, { accountId: accountName(index) })
      expect(report.first, accountName(index)).toBeNull()
      expect(report.entries).toBe(ENTRIES_EACH)
      expect(report.open_holds).toBe(1)
    }
    const { rows } = await database.pool.query<{ accounts: string; entries: string }>(
      'select count(*) as accounts, sum(seq) as entries from accounts.account',
    )
    counts.accounts = Number(rows[0]!.accounts)
    counts.entries = Number(rows[0]!.entries)
    expect(counts.accounts).toBeGreaterThanOrEqual(ACCOUNTS)
  })

  test('a table that is read from end to end is told', async () => {
    const whole = { text: 'select sum(amount) from accounts.posting', values: [], name: null }
    const walk = {
      text: `select a.account_id from accounts.account a where a.account_id > $1::text and a.seq > 1000000
             order by a.account_id limit 4`,
      values: [''],
      name: null,
    }
    const told = tooMuch(await readingsOf([whole, walk]))
    expect(told).toHaveLength(2)
    expect(told[0]).toMatch(/^\d+ rows, most of posting/)
    expect(told[1]).toMatch(/^\d+ rows, most of account/)
  })

  test('what is asked about one account looks at that account', async () => {
    expect(OF_ACCOUNT.length).toBeGreaterThan(20)
    const answers = new Map<OperationId, number>()
    const statements = await statementsOf(async () => {
      for (const id of OF_ACCOUNT) {
        const reply = await api.call(id, { params: { ...PARAMS, account_id: OWN } as never })
        answers.set(id, reply.status)
      }
    })
    for (const id of ['getState', 'exploreUsage', 'getStatement', 'listCalls'] as const)
      expect(answers.get(id), id).toBe(200)
    counts.questions += OF_ACCOUNT.length
    counts.statements += statements.length
    expect(tooMuch(await readingsOf(statements))).toEqual([])
  })

  test('a page about a large account looks at the page', async () => {
    const { rows } = await database.pool.query<{ call_id: string }>(
      `select request_id as call_id from accounts.entry
       where account_id = $1 and kind = 'record' order by seq limit 1 offset 100`,
      [LARGE],
    )
    const receipt = receiptId(rows[0]!.call_id)
    const asked = OF_ACCOUNT.filter((id) => !SUMS.includes(id))
    const statements = await statementsOf(async () => {
      await catchUp(database.pool, LARGE, { stepsMax: 100 })
      for (const id of asked) {
        const params = { ...PARAMS, account_id: LARGE, receipt_id: receipt } as never
        const reply = await api.call(id, { params })
        if (id === 'getReceipt' || id === 'listCalls') expect(reply.status, id).toBe(200)
      }
    })
    const followed = statements.filter(({ text }) => text.includes('split_part'))
    expect(followed).toHaveLength(1)
    counts.questions += asked.length
    counts.statements += statements.length
    expect(tooMuch(await readingsOf(statements), LARGE_ROWS_MAX)).toEqual([])
  })

  test.each([
    ['a small account', OWN],
    ['a large one', LARGE],
  ])('a decision about %s looks at its own rows', async (_, accountId) => {
    const statements = await statementsOf(async () => {
      const callId = 'call_019a7c1e8f2b7d4ca3f1a5b6c7d8'
      const asked = [
        authorizeOf(accountId, callId),
        settleOf(accountId, callId, 1),
        recordOf(accountId, 'an-id-of-the-caller', 2, Date.now() as Instant),
      ]
      for (const command of asked)
        expect((await api.engine.execute(command)).result.status).toMatch(/admitted|posted/)
    })
    const texts = statements.map(({ text }) => text).join()
    expect(texts).toContain('insert into accounts.posting')
    expect(texts).toContain('e.request_id >= k.low')
    counts.statements += statements.length
    expect(tooMuch(await readingsOf(statements, true), DECISION_ROWS_MAX)).toEqual([])
  })

  test('a round of housekeeping without work looks at a stretch, not at all accounts', async () => {
    const { pool, engine } = api
    const watch = new AlertWatch({ pool, catalogue: new CatalogueCache(pool, Date.now) })
    const detection = new Detection()
    const follower = new JournalFollower()
    const jobs = [
      ...[...HOUSEKEEPING, exportJob(Date.now, undefined)].map(
        ({ run }) =>
          () =>
            run({ pool, engine }, Date.now()),
      ),
      () => casesToAdvance(pool, { after: '', limit: 20 }),
      () => follower.round(pool),
      () => detection.round({ pool, engine }, Date.now()),
      () => watch.round(Date.now()),
    ]
    const statements = await statementsOf(async () => {
      for (const job of jobs) await job()
    })
    counts.questions += jobs.length
    counts.statements += statements.length
    expect(tooMuch(await readingsOf(statements))).toEqual([])
    console.log(`proof growth ${JSON.stringify(counts)}`)
  })
})
