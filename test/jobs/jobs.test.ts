import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { readNanos } from '../../src/core/money/index.ts'
import type { Engine } from '../../src/engine/index.ts'
import { completeUnpriced } from '../../src/jobs/complete-unpriced.ts'
import { startJobs } from '../../src/jobs/index.ts'
import { sweepDue, sweepHolds } from '../../src/jobs/sweep.ts'
import { verify } from '../../src/store/verify/index.ts'
import { grant, record, release } from '../engine/support/commands.ts'
import { funded, journal, post, remainingOf, stateOf } from '../engine/support/journal.ts'
import { clockedNode } from '../engine/support/nodes.ts'
import { SetClock } from '../engine/support/set-clock.ts'
import { authorize, seedCatalogue, settle } from '../engine/support.ts'
import { freshDatabase, queuePool, type TestDatabase } from '../support/database.ts'

const START = '2026-11-20T12:00:00Z'
const HOUR_MS = 3_600_000

let database: TestDatabase
let clock: SetClock
let engine: Engine
let other: Engine
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
})
beforeEach(async () => {
  clock = new SetClock(START)
  engine = (await clockedNode(database, clock)).engine
  other = (await clockedNode(database, clock)).engine
})

const kinds = async (accountId: string, kind: string) =>
  (await journal(database.pool, accountId)).filter((row) => row.kind === kind)

const soundness = async (accountId: string) => (await verify(database.pool, { accountId })).first

describe('a hold whose time is over', () => {
  it('is released with an entry that charges nothing, once, however many sweep', async () => {
    await funded(engine, 'holds', '1')
    for (const id of ['c1', 'c2', 'c3']) await engine.execute(authorize('holds', id))
    await engine.execute({ ...authorize('holds', 'long'), ttlMs: 2 * HOUR_MS })
    expect(await sweepHolds(database.pool, engine, clock.now())).toBe(0)
    clock.advance(HOUR_MS)
    await Promise.all(
      [engine, other, engine].map((own) => sweepHolds(database.pool, own, clock.now())),
    )
    const released = await kinds('holds', 'expire_hold')
    expect(released.map(({ requestId }) => requestId).sort()).toEqual(['c1', 'c2', 'c3'])
    expect(released[0]!.body).toMatchObject({
      outcome: { code: 'gateway_crashed', customer_pays: 'nothing' },
      totals: { total: '0', money: '0' },
      hold: { settled: '0', released: '0.011' },
      postings: [],
    })
    expect(await stateOf(database.pool, 'holds')).toMatchObject({
      open_holds: 1,
      lots: [{ remaining: '1', held: '0.011' }],
    })
    // whoever comes late learns that it was released, and is not billed
    expect((await other.execute(settle('holds', 'c1'))).result).toMatchObject({
      refused: { code: 'hold_released' },
    })
    expect(await soundness('holds')).toBeNull()
  })

  it('is spared when it was extended in time', async () => {
    await funded(engine, 'extended', '1')
    await engine.execute(authorize('extended', 'c1'))
    const extend = {
      kind: 'extend',
      accountId: 'extended',
      requestId: 'c1',
      actor: { type: 'system', id: 'gateway' },
      callId: 'c1',
      ttlMs: 3 * HOUR_MS,
    } as const
    expect((await other.execute(extend)).result.status).toBe('extended')
    clock.advance(HOUR_MS)
    await sweepHolds(database.pool, engine, clock.now())
    await post(engine, settle('extended', 'c1'))
    expect(await kinds('extended', 'expire_hold')).toEqual([])
    expect(await soundness('extended')).toBeNull()
  })
})

describe('a lot that has ended', () => {
  it('becomes breakage once, with two sweeps at once on two nodes', async () => {
    await funded(engine, 'lots', '1')
    await post(
      engine,
      grant('lots', 'short', '2', clock.now() + HOUR_MS),
      grant('lots', 'other', '3', clock.now() + HOUR_MS),
      record('lots', 'c1', clock.now()),
    )
    expect(await sweepDue(database.pool, engine, clock.now())).toBe(0)
    clock.advance(HOUR_MS)
    await Promise.all(
      [engine, other, engine, other].map((own) => sweepDue(database.pool, own, clock.now())),
    )
    await sweepDue(database.pool, engine, clock.now())
    const ended = await kinds('lots', 'expire_lot')
    expect(ended.map(({ body }) => [body.lot_id, body.postings]).sort()).toEqual([
      [
        'lot_other',
        [
          ['customer:promotional', 'USD', '-2.998', 'lot_other'],
          ['house:breakage', 'USD', '2.998'],
        ],
      ],
      [
        'lot_short',
        [
          ['customer:promotional', 'USD', '-2', 'lot_short'],
          ['house:breakage', 'USD', '2'],
        ],
      ],
    ])
    expect(await remainingOf(database.pool, 'lots', 'lot_first')).toBeUndefined()
    expect(await remainingOf(database.pool, 'lots', 'lot_lots_first')).toBe('1')
    expect(await soundness('lots')).toBeNull()
  })

  it('keeps what a call in flight holds of it; what comes back becomes breakage afterwards', async () => {
    await funded(engine, 'flight', '1')
    await post(engine, grant('flight', 'ending', '0.02', clock.now() + HOUR_MS))
    for (const id of ['c1', 'c2']) {
      const asked = authorize('flight', id, { ttlMs: 5 * HOUR_MS })
      await engine.execute({ ...asked, bound: { ...asked.bound, maxOutputTokens: 500 } })
    }
    clock.advance(HOUR_MS)
    await sweepDue(database.pool, engine, clock.now())
    expect((await kinds('flight', 'expire_lot')).map((row) => row.body.postings[0]![2])).toEqual([
      '-0.008',
    ])
    const [charged] = await post(other, settle('flight', 'c1', 1_000, 500))
    expect(charged!.funding!.find((own) => own.source === 'lot_ending')?.drawn).toBe('0.006')
    await post(other, release('flight', 'c2'))
    await sweepDue(database.pool, engine, clock.now())
    expect((await kinds('flight', 'expire_lot')).map((row) => row.body.postings[0]![2])).toEqual([
      '-0.008',
      '-0.006',
    ])
    expect(await remainingOf(database.pool, 'flight', 'lot_ending')).toBe('0')
    expect(await soundness('flight')).toBeNull()
  })

  it('waits for no account that cannot be read', async () => {
    for (const id of ['sick-1', 'sick-2', 'sick-3']) {
      await funded(engine, id, '1')
      await post(engine, grant(id, `of-${id}`, '2', clock.now() + HOUR_MS))
    }
    await database.pool.query(
      `update accounts.account
       set state = jsonb_set(state::jsonb, '{lots}', 'null')::json, due_at = due_at - interval '1 minute'
       where account_id = 'sick-1'`,
    )
    clock.advance(HOUR_MS)
    const fresh = (await clockedNode(database, clock)).engine
    try {
      await sweepDue(database.pool, fresh, clock.now()).catch(() => {})
      await vi.waitFor(async () => {
        for (const id of ['sick-2', 'sick-3'])
          expect(await remainingOf(database.pool, id, `lot_of-${id}`)).toBe('0')
      })
    } finally {
      await database.pool.query(
        "update accounts.account set due_at = null where account_id like 'sick-%'",
      )
    }
  })
})

const LATER = {
  id: 'book_later',
  currency: 'USD',
  effective_from: '2020-01-02T00:00:00Z',
  rows: ['small', 'later'].flatMap((model) => [
    { model, kind: 'input', per_mtok: '1' },
    { model, kind: 'output', per_mtok: '10' },
  ]),
}

const unpriced = (accountId: string, callId: string, model = 'later') => {
  const own = record(accountId, callId, clock.now(), { call: { model } })
  return { ...own, usage: { ...own.usage!, model } }
}

describe('a call without a price', () => {
  it('is delivered, waits, and is charged exactly once after a price book was published', async () => {
    for (const id of ['wait-1', 'wait-2']) {
      await funded(engine, id, '1')
      await post(engine, unpriced(id, 'c1'), unpriced(id, 'c2'), unpriced(id, 'c3', 'never'))
      const asked = authorize(id, 'c4')
      await engine.execute({ ...asked, call: { ...asked.call, model: 'later' } })
      const ended = settle(id, 'c4')
      const [waiting] = await post(engine, { ...ended, usage: { ...ended.usage!, model: 'later' } })
      expect(waiting).toMatchObject({ pending: 'unpriced', totals: { total: '0' } })
    }
    expect(await completeUnpriced(database.pool, engine)).toBe(0)
    expect(await kinds('wait-1', 'complete')).toEqual([])
    await database.pool.query(
      `insert into control.price_book (book_id, effective_from, document, published_at, published_by)
       values ($1::text, $2::timestamptz, $3::jsonb, $4::timestamptz, 'test')`,
      [LATER.id, LATER.effective_from, JSON.stringify(LATER), '2026-11-20T13:00:00Z'],
    )
    await Promise.all([engine.reloadCatalogue(), other.reloadCatalogue()])
    const charged = await Promise.all([
      completeUnpriced(database.pool, engine),
      completeUnpriced(database.pool, other),
    ])
    expect(Math.max(...charged)).toBe(6)
    expect(await completeUnpriced(database.pool, engine)).toBe(0)
    for (const id of ['wait-1', 'wait-2']) {
      const done = await kinds(id, 'complete')
      expect(done.map(({ requestId }) => requestId).sort()).toEqual(['c1', 'c2', 'c4'])
      for (const { body } of done)
        expect(body).toMatchObject({
          rating: { status: 'priced', book: 'book_later' },
          totals: { total: '0.002', money: '0.002' },
        })
      expect(await remainingOf(database.pool, id, `lot_${id}_first`)).toBe('0.994')
      expect(await soundness(id)).toBeNull()
    }
  })

  it('waits for no other whose evidence is odd', async () => {
    for (const id of ['odd-1', 'odd-2']) {
      await funded(engine, id, '1')
      const own = unpriced(id, 'c1', 'never')
      await post(engine, { ...own, evidence: id === 'odd-1' ? { usage: '\u0000\ud83d' } : {} })
    }
    await expect(completeUnpriced(database.pool, engine)).resolves.toBe(0)
  })
})

describe('the jobs', () => {
  it('survive a failing round: what failed is told, and the next round does it', async () => {
    await funded(engine, 'rounds', '1')
    await post(engine, grant('rounds', 'ending', '2', clock.now() + HOUR_MS))
    await engine.execute(authorize('rounds', 'c1'))
    clock.advance(HOUR_MS)
    let failing = true
    const sometimes: Engine = Object.assign(Object.create(engine), {
      onCommit: engine.onCommit.bind(engine),
      execute: (command: Parameters<Engine['execute']>[0]) =>
        failing ? Promise.reject(new Error('not now')) : engine.execute(command),
    })
    const told: string[] = []
    const jobs = await startJobs({
      pool: database.pool,
      queuePool: queuePool(database),
      engine: sometimes,
      nowMs: () => clock.now(),
      sweepEveryMs: 10,
      onError: (job, error) => told.push(`${job}: ${(error as Error).message}`),
    })
    const isTold = (job: string) =>
      told.some(
        (line) => /^\w+: \d+ of \d+ failed, .*: not now$/.test(line) && line.startsWith(job),
      )
    while (!isTold('holds') || !isTold('due'))
      await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await kinds('rounds', 'expire_hold')).toEqual([])
    failing = false
    // the part that the hold had may become breakage after the rest of the lot
    const breakage = async () =>
      (await kinds('rounds', 'expire_lot'))
        .map(({ body }) => readNanos(body.postings[1]![2]))
        .reduce((sum, amount) => sum + amount, 0n)
    while ((await breakage()) < readNanos('2'))
      await new Promise((resolve) => setTimeout(resolve, 5))
    await jobs.stop()
    expect(await kinds('rounds', 'expire_hold')).toHaveLength(1)
    expect(await breakage()).toBe(readNanos('2'))
    expect(await soundness('rounds')).toBeNull()
    const after = told.length
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(told.length).toBe(after)
  })

  it('finish the round they are in before they stop', async () => {
    await funded(engine, 'stopping', '1')
    await engine.execute(authorize('stopping', 'c1'))
    clock.advance(HOUR_MS)
    let asked = 0
    const slow: Engine = Object.assign(Object.create(engine), {
      onCommit: engine.onCommit.bind(engine),
      execute: async (command: Parameters<Engine['execute']>[0]) => {
        asked += 1
        await new Promise((resolve) => setTimeout(resolve, 50))
        return engine.execute(command)
      },
    })
    const jobs = await startJobs({
      pool: database.pool,
      queuePool: queuePool(database),
      engine: slow,
      nowMs: () => clock.now(),
      sweepEveryMs: 5,
    })
    while (asked === 0) await new Promise((resolve) => setTimeout(resolve, 2))
    await jobs.stop()
    expect(await kinds('stopping', 'expire_hold')).toHaveLength(1)
  })
})
