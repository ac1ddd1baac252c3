import { beforeAll, describe, expect, it } from 'vitest'
import { receiptsOfCalls } from '../../src/api/receipts.ts'
import type { Command } from '../../src/core/decisions/index.ts'
import { readNanos } from '../../src/core/money/index.ts'
import { sweepHolds } from '../../src/jobs/sweep.ts'
import { catchUp } from '../../src/store/facts/catch-up.ts'
import type { Chosen } from '../../src/store/facts/chosen.ts'
import { groupSums } from '../../src/store/facts/export-rows.ts'
import { linksOfSession } from '../../src/store/facts/tree.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { verify } from '../../src/store/verify/index.ts'
import { grant, record, refund, release, reverse } from '../engine/support/commands.ts'
import { funded, journal } from '../engine/support/journal.ts'
import { pick } from '../engine/support/script.ts'
import { authorize, BOOK, seedCatalogue, settle, startNode } from '../engine/support.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

/*
 * Whatever happened to a call, its fact says what its receipt says; and in whatever steps the journal is
 * followed, the facts are the same.
 */

let database: TestDatabase
const ACCOUNTS = ['on-plan', 'on-credit', 'poor'] as const
const PLAN = { 'on-plan': 'pro@1', 'on-credit': 'payg@1', poor: 'payg@1' } as const
const CALLS = 60

beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  for (const id of ACCOUNTS) await history(id)
})

const detailsOf = (callId: string) => ({
  model: pick(`${callId} model`, 8) === 0 ? 'later' : 'small',
  memberId: ['m1', 'm2', null][pick(`${callId} member`, 3)]!,
  sessionId: pick(`${callId} session`, 4) === 0 ? null : `s${pick(`${callId} s`, 3)}`,
  ...(pick(`${callId} parent`, 2) === 0 && { parentCallId: `call_${pick(`${callId} p`, CALLS)}` }),
  ...(pick(`${callId} tags`, 2) === 0 && { tags: ['env:prod', `team:t${pick(callId, 3)}`] }),
})

/** A history that depends on nothing but the names of its calls. */
async function history(accountId: string): Promise<void> {
  const first = await startNode(database)
  await funded(
    first.engine,
    accountId,
    accountId === 'poor' ? '0.01' : '5',
    PLAN[accountId as 'poor'],
  )
  const run = (command: Command) => first.engine.execute(command)
  await run(grant(accountId, 'gift', '0.05'))
  for (let index = 0; index < CALLS; index += 1) await oneCall(accountId, `call_${index}`, run)
  const charged = (await journal(database.pool, accountId)).filter(({ kind }) => kind === 'settle')
  for (const { seq } of charged.filter((_own, index) => index % 9 === 0))
    await run(reverse(accountId, seq))
  await first.close()
  await completeLater(accountId)
}

async function oneCall(
  accountId: string,
  callId: string,
  run: (command: Command) => Promise<unknown>,
): Promise<void> {
  const call = detailsOf(callId)
  const kind = pick(`${accountId} ${callId}`, 12)
  if (kind < 3) {
    await run(record(accountId, callId, Date.now() + 2_000, { call }))
    return
  }
  const asked = authorize(accountId, callId)
  await run({ ...asked, call: { ...asked.call, ...call } })
  if (kind === 3) return
  if (kind === 4) {
    await run(release(accountId, callId))
    const again = authorize(accountId, callId, { requestId: `${callId}#2` })
    await run({ ...again, call: { ...again.call, ...call, attempt: 2, memberId: 'm1' } })
    await run({ ...settle(accountId, callId), requestId: `${callId}#2` })
    return
  }
  const end = settle(accountId, callId, 1_000, 100 + pick(callId, 900))
  const served = { ...end, usage: { ...end.usage!, model: call.model } }
  if (kind === 5) await run({ ...served, usage: null })
  else if (kind === 6) await run({ ...served, outcome: 'client_aborted' })
  else if (kind === 7) await run(release(accountId, callId))
  else await run(served)
  if (kind > 9) await run(refund(accountId, callId, 'goodwill', kind === 10 ? '0.0001' : undefined))
}

/** A book with the model that nobody had a price for: calls of it are charged now. */
async function completeLater(accountId: string): Promise<void> {
  const book = {
    ...BOOK,
    id: 'book_later',
    rows: [...BOOK.rows, ...BOOK.rows.map((row) => ({ ...row, model: 'later' }))],
  }
  await database.pool.query(
    `insert into control.price_book (book_id, effective_from, document, published_at, published_by)
     values ($1::text, '2020-01-02', $2::jsonb, '2020-01-02', 'test') on conflict do nothing`,
    [book.id, JSON.stringify(book)],
  )
  const second = await startNode(database)
  const waiting = (await journal(database.pool, accountId)).filter(
    ({ body }) => body.pending === 'unpriced',
  )
  for (const { body } of waiting.slice(1))
    await second.engine.execute({
      kind: 'complete',
      accountId,
      requestId: body.call!.call_id,
      actor: { type: 'operator', id: 'test' },
      callId: body.call!.call_id,
    })
  await second.close()
}

const table = async () =>
  (
    await database.pool.query<Record<string, unknown>>(
      'select * from accounts.call_fact order by account_id, call_id',
    )
  ).rows

async function followAll(stepMax: number): Promise<void> {
  await database.pool.query('delete from accounts.call_fact')
  await database.pool.query('delete from accounts.call_fact_cursor')
  for (const id of ACCOUNTS)
    expect(await catchUp(database.pool, id, { stepsMax: 10_000, stepMax })).toBe(true)
}

describe('facts of calls', () => {
  it('are of histories in which everything occurs', async () => {
    await followAll(1_000)
    const rows = await table()
    expect(new Set(rows.map(({ status }) => status))).toEqual(
      new Set([
        ...['settled', 'refused', 'not_billed', 'unpriced', 'usage_missing'],
        ...['refunded', 'partly_refunded', 'reversed'],
      ]),
    )
    expect(rows.some(({ has_several_members }) => has_several_members)).toBe(true)
    expect(rows.some(({ tags }) => tags !== null)).toBe(true)
    expect(await verify(database.pool)).toMatchObject({ ok: true })
  })

  it('say what the receipts say', async () => {
    await followAll(1_000)
    const rows = await table()
    expect(rows.length).toBeGreaterThan(100)
    for (const accountId of ACCOUNTS) {
      const own = rows.filter(({ account_id }) => account_id === accountId)
      const ids = own.map(({ call_id }) => String(call_id))
      const found = await receiptsOfCalls(database.pool, accountId, ids, null)
      expect(found?.receipts.length).toBe(own.length)
      for (const [index, receipt] of (found?.receipts ?? []).entries()) {
        const { amounts, call, served } = receipt
        const nanos = (amount: string | null) => amount && readNanos(amount).toString()
        // nothing is null
        const part = (amount: string | null) => (nanos(amount) === '0' ? null : nanos(amount))
        expect(own[index]).toMatchObject({
          call_id: receipt.call_id,
          event_at: new Date(receipt.event_at),
          seq: String(receipt.seq),
          status: receipt.status,
          verdict: receipt.verdict.code,
          outcome: receipt.verdict.outcome,
          attempts: Math.max(1, receipt.attempts.length),
          model: served.model.served ?? served.model.requested,
          key_id: call.key_id,
          member_id: call.member_id,
          session_id: call.session_id,
          parent_call_id: call.parent_call_id,
          tags:
            call.tags.length === 0
              ? null
              : Object.fromEntries(call.tags.map((tag) => tag.split(':'))),
          list_price: nanos(amounts.total.amount),
          promotional: part(amounts.credit.promotional.amount),
          paid: part(amounts.credit.paid.amount),
          overage: part(amounts.overage.amount),
          included: part(amounts.covered_by_plan.amount),
          absorbed: part(amounts.absorbed.amount),
          refunded: part(amounts.refunded.amount),
          returned_to_plan: part(amounts.returned_to_plan.amount),
          reversed: part(amounts.reversed.amount),
          tokens: String(
            Object.values(receipt.usage?.tokens ?? {}).reduce((sum, count) => sum + count, 0),
          ),
        })
      }
    }
  })

  it('have a list price that its kinds add up to', async () => {
    for (const row of await table()) {
      const kinds = Object.entries(row).filter(([name]) => name.startsWith('price_'))
      const sum = kinds.reduce((total, [, value]) => total + BigInt((value as string) ?? 0), 0n)
      expect(sum).toBe(BigInt((row.list_price as string) ?? 0))
    }
  })

  it('are the same in whatever steps the journal is followed', async () => {
    await followAll(1_000)
    const whole = await table()
    for (const stepMax of [1, 7, 50]) {
      await followAll(stepMax)
      expect(await table()).toEqual(whole)
    }
  })

  it('are the same when nodes follow at the same time, and say when there is more', async () => {
    await followAll(1_000)
    const whole = await table()
    await database.pool.query('delete from accounts.call_fact')
    await database.pool.query('delete from accounts.call_fact_cursor')
    expect(await catchUp(database.pool, 'on-plan', { stepsMax: 1, stepMax: 5 })).toBe(false)
    await Promise.all(
      ACCOUNTS.flatMap((id) =>
        [3, 5, 7].map((stepMax) => catchUp(database.pool, id, { stepsMax: 10_000, stepMax })),
      ),
    )
    for (const id of ACCOUNTS) await catchUp(database.pool, id, { stepsMax: 10_000 })
    expect(await table()).toEqual(whole)
    expect(await catchUp(database.pool, 'nobody', { stepsMax: 1 })).toBeNull()
  })

  it('are summed group by group in pages of any size, and stand in trees so', async () => {
    await followAll(1_000)
    const chosen: Chosen = { accountId: 'on-credit', inSightOf: null, period: null, filters: {} }
    const groups = { chosen, buckets: null, group: 'session', tagKey: null } as const
    const read = (limit: number) =>
      inTransaction(database.pool, async (client) => ({
        sums: await gathered(groupSums(client, groups, limit)),
        links: await gathered(linksOfSession(client, chosen, 's1', { measure: 'tokens', limit })),
      }))
    const whole = await read(1_000)
    expect(whole.sums.length).toBe(4)
    expect(whole.links.length).toBeGreaterThan(5)
    for (const limit of [1, 2, 3, whole.sums.length]) expect(await read(limit)).toEqual(whole)
  })

  it('are checked by verify: a wrong one, one too few and one too many are found', async () => {
    await followAll(1_000)
    expect(await verify(database.pool)).toMatchObject({ ok: true })
    const wrong = async (text: string): Promise<unknown> => {
      await database.pool.query(text)
      const { ok, first } = await verify(database.pool, { accountId: 'on-credit' })
      expect(ok).toBe(false)
      await followAll(1_000)
      return first
    }
    const one = `account_id = 'on-credit' and call_id = 'call_1'`
    expect(
      await wrong(`update accounts.call_fact set list_price = list_price + 1 where ${one}`),
    ).toMatchObject({
      ...{ account_id: 'on-credit', invariant: 22 },
      message: 'the call call_1 has a fact that its receipt does not say',
    })
    expect(await wrong(`delete from accounts.call_fact where ${one}`)).toMatchObject({
      message: 'the call call_1 has no fact',
    })
    expect(
      await wrong(
        `insert into accounts.call_fact
         select (json_populate_record(f, '{"call_id": "call_of_nobody"}')).*
         from accounts.call_fact f where ${one}`,
      ),
    ).toMatchObject({ invariant: 22, message: expect.stringContaining('there are facts of') })
  })

  it('know of credit that moved to a window, and of holds whose time was over', async () => {
    const accountId = 'moving'
    await database.pool.query(
      `insert into control.plan_version (plan_id, version, document, status, created_at)
       values ('tiny', 1, $1::jsonb, 'published', '2026-01-01')`,
      [JSON.stringify(TINY)],
    )
    const { engine, close } = await startNode(database)
    await funded(engine, accountId, '10', 'tiny@1')
    await engine.execute(authorize(accountId, 'long'))
    await engine.execute(authorize(accountId, 'short'))
    await engine.execute(settle(accountId, 'short', 1_000, 1_000))
    const facts = async () => {
      await catchUp(database.pool, accountId, { stepsMax: 10 })
      const own = (await table()).filter((row) => row.account_id === accountId)
      return new Map(own.map((row) => [row.call_id, row]))
    }
    // 0.011, and the window has room for 0.009 of it while the other call is in flight
    expect((await facts()).get('short')).toMatchObject({ included: '9000000', paid: '2000000' })
    await engine.execute(settle(accountId, 'long'))
    await expect
      .poll(async () => (await facts()).get('short'))
      .toMatchObject({ list_price: '11000000', included: '11000000', paid: null })
    await engine.execute(authorize(accountId, 'left', { ttlMs: 1 }))
    await expect
      .poll(async () => {
        await sweepHolds(database.pool, engine, Date.now())
        return (await facts()).get('left')
      })
      .toMatchObject({ list_price: '0', included: null, paid: null, status: 'not_billed' })
    await close()
    expect(await verify(database.pool, { accountId })).toMatchObject({ ok: true })
  })

  it('fit their index, however long every name of a call is', async () => {
    const accountId = noise('account', 128)
    const node = await startNode(database)
    await funded(node.engine, accountId, '5', 'payg@1')
    const model = Array.from({ length: 300 }, (_, at) => rareLetter(at)).join('')
    const call = {
      ...{ keyId: noise('key', 128), memberId: noise('member', 128) },
      ...{ projectId: noise('project', 128), sessionId: noise('session', 128) },
      ...{ client: noise('client', 128), parentCallId: noise('parent', 128) },
      tags: Array.from({ length: 8 }, (_, at) => `${noise(`k${at}`, 32)}:${noise(`v${at}`, 64)}`),
    }
    const made = record(accountId, noise('call', 128), Date.now() + 2_000, { call })
    await node.engine.execute({ ...made, usage: { ...made.usage!, model } })
    await node.close()
    expect(await catchUp(database.pool, accountId, { stepsMax: 10 })).toBe(true)
    const own = (await table()).filter((row) => row.account_id === accountId)
    expect(own).toMatchObject([{ model: [...model].slice(0, 200).join(''), client: call.client }])
  })
})

async function gathered<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const page of pages) all.push(...page)
  return all
}

/** Room for one call at its worst, and for most of a second one. */
const TINY = {
  ...{ id: 'tiny', version: 1, name: 'Tiny', currency: 'USD', coverage: [] },
  windows: [{ id: 'session', shape: 'anchored', length: 'PT5H', capacity: '0.02' }],
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** What nothing can make shorter. */
const noise = (name: string, length: number): string =>
  Array.from({ length }, (_, at) => LETTERS[pick(`${name} ${at}`, LETTERS.length)]).join('')

/** Of four bytes. */
const rareLetter = (at: number): string =>
  String.fromCodePoint(0x1_f300 + pick(`letter ${at}`, 700))
