import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from '../../src/client/index.ts'
import {
  type Api,
  fund,
  OPERATOR,
  startNode,
  startStockedApi,
  TEST_BOOK,
  urlOf,
} from './support.ts'

/* What the operator's people order is in one log before it is done; a run of verify reads the whole journal. */

let api: Api
let key: string
const tokens = { anna: '', sam: '' }
beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('own')).key
  await api.account('other')
  tokens.anna = (
    await api.done('addStaff', { body: { staff_id: 'anna', name: 'Anna', role: 'operator' } })
  ).token
  tokens.sam = (
    await api.done('addStaff', { body: { staff_id: 'sam', name: 'Sam', role: 'support' } })
  ).token
})
afterAll(() => api.close())

const orders = async (query: object = {}) =>
  (await api.done('listOrders', { query: { limit: 200, ...query } as never })).items
const grant = (request: string, as = tokens.anna) =>
  api.call('grant', {
    as,
    params: { account_id: 'own' },
    body: { name: 'Gift', amount: '1', expires_at: null, reason: 'sorry' } as never,
    key: request,
  })

describe('an order of the operator’s people', () => {
  it('is in the log with who, what, for whom, why and how it ended', async () => {
    await api.done('setControls', {
      as: tokens.anna,
      params: { account_id: 'own' },
      key: 'controls',
      body: { paid_use: true, reason: 'on the phone' } as never,
    })
    expect((await orders())[0]).toMatchObject({
      actor: { type: 'operator', id: 'anna', name: 'Anna', role: 'operator' },
      operation: 'setControls',
      account_id: 'own',
      facts: { paid_use: true, reason: 'on the phone' },
      outcome: 'done',
      status: 200,
      code: null,
    })
  })

  it('is there when it was refused, and when a token of the operator as a whole gave it', async () => {
    await api.call('publishPriceBook', { body: { ...TEST_BOOK, rows: [] } })
    const [first] = await orders()
    expect(first).toMatchObject({
      actor: { name: null, role: 'operator' },
      operation: 'publishPriceBook',
      facts: { id: 'test-book' },
      outcome: 'refused',
      code: 'price_book_exists',
    })
    expect(first!.actor.id).toMatch(/^operator_[0-9a-f]{8}$/)
  })

  it('is there of support, and has no secret and no address in it', async () => {
    await api.call('unmaskAccount', {
      as: tokens.sam,
      params: { account_id: 'own' },
      body: { reason: 'asked for' },
    })
    expect((await orders())[0]).toMatchObject({
      actor: { type: 'support', id: 'sam', role: 'support' },
      operation: 'unmaskAccount',
    })
    const made = await api.done('createKey', {
      as: tokens.anna,
      params: { account_id: 'own' },
      body: { name: 'secret name' },
    })
    const [last] = await orders()
    expect(last).toMatchObject({ operation: 'createKey', outcome: 'done' })
    expect(JSON.stringify(last)).not.toContain(made.key)
    expect(JSON.stringify(last)).not.toContain('secret name')
  })

  it('is no read, no call, and nothing that an account holder does', async () => {
    const before = (await orders()).length
    await api.done('getState', { as: tokens.anna, params: { account_id: 'own' } })
    await api.done('validatePriceBook', { as: tokens.anna, body: {} })
    await api.done('record', {
      body: {
        ...{ account_id: 'own', call_id: 'call_1', model: 'small' },
        usage: { tokens: { input: 10 } },
        event_at: new Date().toISOString(),
      } as never,
    })
    await api.call('createKey', {
      as: key,
      params: { account_id: 'own' },
      body: { name: 'own' },
    })
    expect((await orders()).length).toBe(before)
  })

  it('is not done where it cannot be written down', async () => {
    const { pool } = api.database
    await pool.query('alter table control.staff_order rename to gone')
    try {
      const reply = await grant('unlogged')
      expect(reply.status).toBeGreaterThanOrEqual(500)
    } finally {
      await pool.query('alter table control.gone rename to staff_order')
    }
    const { rows } = await pool.query(
      `select 1 from accounts.entry where request_id = 'unlogged' and account_id = 'own'`,
    )
    expect(rows).toEqual([])
  })

  it('is found by person, operation, subject, account and time, page by page, and as CSV', async () => {
    await fund(api, 'other', '5')
    const all = await orders()
    expect((await orders({ actor: 'anna' })).every(({ actor }) => actor.id === 'anna')).toBe(true)
    const books = await orders({ subject: 'Price books' })
    expect(books.length).toBeGreaterThan(0)
    expect(books.every(({ subject }) => subject === 'Price books')).toBe(true)
    const topUps = await orders({ operation: 'topUp' })
    expect(topUps.map(({ account_id }) => account_id)).toEqual(['other'])
    expect(await orders({ operation: 'nothing' })).toEqual([])
    expect((await orders({ account_id: 'other' })).length).toBe(
      all.filter(({ account_id }) => account_id === 'other').length,
    )
    expect(await orders({ to: all.at(-1)!.at })).toEqual([])
    expect(await orders({ from: '1970-01-01T00:00:00Z' })).toEqual(all)
    const pages = []
    let cursor: string | null = null
    do {
      const page: Answer<'listOrders'> = await api.done('listOrders', {
        query: { limit: 3, ...(cursor !== null && { cursor }) },
      })
      pages.push(...page.items)
      cursor = page.next_cursor
    } while (cursor !== null)
    expect(pages).toEqual(all)
    const csv = await api.call('listOrders', { query: { format: 'csv', limit: 2 } })
    expect(csv.text.split('\r\n')[0]).toBe(
      'at,actor,name,role,operation,account_id,facts,outcome,code',
    )
    expect(csv.text.trim().split('\r\n').length).toBe(3)
  })

  it('is for operators to read', async () => {
    for (const as of [tokens.sam, key])
      expect((await api.call('listOrders', { as })).status).toBe(403)
  })
})

const ended = async (id: string) => {
  for (;;) {
    const run = await api.done('getVerifyRun', { params: { verify_run_id: id } })
    if (run.state !== 'running') return run
    await sleep(20)
  }
}

describe('a run of verify', () => {
  it('goes on by itself, and says what it has checked', async () => {
    const run = await api.done('startVerifyRun', { as: tokens.anna, body: {} })
    expect(run).toMatchObject({ account_id: null, started_by: 'anna', accounts_total: 2 })
    const done = await ended(run.run_id)
    expect(done).toMatchObject({ state: 'passed', accounts_done: 2, report: { ok: true } })
    expect(done.report!.entries).toBeGreaterThan(3)
    expect(done.report!.checks.some(({ checked }) => checked > 0)).toBe(true)
  })

  it('is one at a time, whatever server it is on; one that is dead holds up nobody', async () => {
    const other = await startNode(api.database)
    const { pool } = api.database
    const insert = (runId: string, seen: number) =>
      pool.query(
        `insert into control.verify_run (run_id, state, started_by, started_at, seen_at,
           accounts_done, accounts_total)
         values ($1::text, 'running', 'x', $2::timestamptz, $2::timestamptz, 0, 9)`,
        [runId, new Date(seen).toISOString()],
      )
    await insert('run_alive', Date.now())
    const refused = await other.call('startVerifyRun', { body: {} })
    expect([refused.status, refused.body.code]).toEqual([409, 'verify_running'])
    await pool.query(`delete from control.verify_run where run_id = 'run_alive'`)
    await insert('run_dead', Date.now() - 61_000)
    const params = { verify_run_id: 'run_dead' }
    expect((await api.done('getVerifyRun', { params })).state).toBe('stopped')
    const starts = await Promise.all(
      [api, other].map((node) => node.call('startVerifyRun', { body: { account_id: 'own' } })),
    )
    expect(starts.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(1)
    for (const start of starts) if (start.status === 201) await ended(String(start.body.run_id))
    await other.close()
    const { rows } = await pool.query(
      `select state from control.verify_run where run_id = 'run_dead'`,
    )
    expect(rows).toEqual([{ state: 'stopped' }])
  })

  it('names the first thing that is not true', async () => {
    await api.database.pool.query(
      `update accounts.entry set request_id = 'forged' where account_id = 'own' and seq = 1`,
    )
    const run = await api.done('startVerifyRun', { body: { account_id: 'own' } })
    const done = await ended(run.run_id)
    expect(done).toMatchObject({
      state: 'failed',
      report: { ok: false, first: { account_id: 'own', seq: 1, invariant: 3 } },
    })
    const { items } = await api.done('listVerifyRuns')
    expect(items[0]).toEqual({ ...done, as_of: items[0]!.as_of })
  })

  it('is of an account that exists, and is for operators', async () => {
    const absent = await api.call('startVerifyRun', { body: { account_id: 'absent' } })
    expect([absent.status, absent.body.code]).toEqual([404, 'account_unknown'])
    const params = { verify_run_id: 'absent' }
    expect((await api.call('getVerifyRun', { params })).body.code).toBe('verify_run_unknown')
    const response = await api.app.inject({
      method: 'POST',
      url: urlOf('startVerifyRun'),
      headers: { authorization: `Bearer ${tokens.sam}` },
      payload: {},
    })
    expect(response.statusCode).toBe(403)
    expect((await api.call('listVerifyRuns', { as: OPERATOR })).status).toBe(200)
  })
})
