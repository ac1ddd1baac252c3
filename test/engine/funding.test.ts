import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readNanos } from '../../src/core/money/index.ts'
import type { Engine } from '../../src/engine/index.ts'
import { startJobs } from '../../src/jobs/index.ts'
import { verify } from '../../src/store/verify/index.ts'
import { freshDatabase, queuePool, type TestDatabase } from '../support/database.ts'
import { changePlan, grant, record, refund, reverse } from './support/commands.ts'
import { funded, journal, post, remainingOf, stateOf } from './support/journal.ts'
import { node } from './support/nodes.ts'
import { startProxy } from './support/proxy.ts'
import { authorize, openAccount, paidUse, seedCatalogue, settle, topUp } from './support.ts'

let database: TestDatabase
const checked: string[] = []

/** Room for one call at its worst (0.011), and for most of a second one. */
const TINY = {
  id: 'tiny',
  version: 1,
  name: 'Tiny',
  currency: 'USD',
  windows: [{ id: 'session', shape: 'anchored', length: 'PT5H', capacity: '0.02' }],
  coverage: [],
}

beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  await database.pool.query(
    `insert into control.plan_version (plan_id, version, document, status, created_at)
     values ('tiny', 1, $1::jsonb, 'published', $2::timestamptz)`,
    [JSON.stringify(TINY), '2026-01-01T00:00:00Z'],
  )
})

afterEach(async () => {
  for (const accountId of checked.splice(0))
    expect((await verify(database.pool, { accountId })).first).toBeNull()
})

const account = async (engine: Engine, id: string, amount: string, plan = 'tiny@1') => {
  checked.push(id)
  await funded(engine, id, amount, plan)
}

/** A call that costs nothing: an entry more in the journal. */
const FREE = { input: 0, output: 0 }

/** After the lots of the test have become effective, whatever the two clocks say. */
const soon = (): number => Date.now() + 2_000

/** Every `reattribute` of an account, once they have all been made. */
async function moves(accountId: string, count: number) {
  for (;;) {
    const rows = await journal(database.pool, accountId)
    const found = rows.filter(({ kind }) => kind === 'reattribute')
    if (found.length >= count) return found.map(({ body }) => body)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('capacity that calls in flight held', () => {
  it('goes, when it is freed, to the call that drew credit for want of it; the entry names both', async () => {
    const { engine } = await node(database)
    await account(engine, 'moved', '10')
    await engine.execute(authorize('moved', 'long'))
    await engine.execute(authorize('moved', 'short'))
    const [short] = await post(engine, settle('moved', 'short', 1_000, 1_000))
    expect(short!.totals).toMatchObject({ total: '0.011', included: '0.009', money: '0.002' })
    await post(engine, settle('moved', 'long'))
    const [move] = await moves('moved', 1)
    expect(move).toMatchObject({
      call: { call_id: 'short' },
      cause_call_id: 'long',
      ref_seq: short!.seq,
      totals: { total: '0', money: '-0.002', included: '0.002', absorbed: '0' },
    })
    expect(move!.postings).toContainEqual(['customer:prepaid', 'USD', '0.002', 'lot_moved_first'])
    expect(await remainingOf(database.pool, 'moved', 'lot_moved_first')).toBe('10')
    const { windows, paid_draws } = await stateOf(database.pool, 'moved')
    expect(windows[0]!.slice(4)).toEqual(['0.013', '0', '0'])
    expect(paid_draws.map(([, , count]) => count)).toEqual([0])
  })

  it('goes to several calls in the order in which they came, as far as it reaches', async () => {
    const { engine } = await node(database)
    await account(engine, 'several', '10')
    await engine.execute(authorize('several', 'long'))
    for (const id of ['first', 'second', 'third']) {
      await engine.execute(authorize('several', id))
      await post(engine, settle('several', id, 1_000, 400))
    }
    // 0.009 of room for three calls of 0.005: what is missing was drawn from the credit
    expect(await remainingOf(database.pool, 'several', 'lot_several_first')).toBe('9.994')
    await post(engine, settle('several', 'long', 1_000, 300))
    const all = await moves('several', 2)
    expect(all.map((body) => [body.call!.call_id, body.totals!.included])).toEqual([
      ['second', '0.001'],
      ['third', '0.005'],
    ])
    const { windows } = await stateOf(database.pool, 'several')
    expect(windows[0]!.slice(3)).toEqual(['0.02', '0.019', '0', '0'])
    expect(await remainingOf(database.pool, 'several', 'lot_several_first')).toBe('10')
  })

  it('goes first to the earlier call, also where their entries are the ninth and the tenth', async () => {
    const { engine } = await node(database)
    await account(engine, 'ninth', '10')
    for (const id of ['x', 'y', 'z']) await post(engine, record('ninth', id, soon(), FREE))
    await engine.execute(authorize('ninth', 'long'))
    // entries 7 to 11; from the eighth on there is no room left
    for (const id of ['a7', 'a8', 'a9', 'a10', 'a11']) {
      await engine.execute(authorize('ninth', id))
      await post(engine, settle('ninth', id, 1_000, id === 'a7' ? 800 : 100))
    }
    await post(engine, settle('ninth', 'long', 1_000, 100))
    const all = await moves('ninth', 4)
    expect(all.map((body) => body.call!.call_id)).toEqual(['a8', 'a9', 'a10', 'a11'])
    expect(await remainingOf(database.pool, 'ninth', 'lot_ninth_first')).toBe('10')
  })

  it('goes there too when the node dies between the settlement and the move', async () => {
    const proxy = await startProxy(database.url)
    const dying = await node({ ...database, url: proxy.url })
    await account(dying.engine, 'crash', '10')
    await dying.engine.execute(authorize('crash', 'long'))
    await dying.engine.execute(authorize('crash', 'short'))
    await post(dying.engine, settle('crash', 'short', 1_000, 1_000))
    dying.engine.onCommit(() => proxy.down())
    await post(dying.engine, settle('crash', 'long'))
    await dying.close()
    await proxy.close()
    expect(await remainingOf(database.pool, 'crash', 'lot_crash_first')).toBe('9.998')
    const heir = await node(database)
    const jobs = await startJobs({
      pool: database.pool,
      queuePool: queuePool(database),
      engine: heir.engine,
      sweepEveryMs: 60_000,
    })
    // the node's clock may be a little behind ours
    await new Promise((resolve) => setTimeout(resolve, 50))
    await jobs.runOnce()
    await jobs.stop()
    const [move] = await moves('crash', 1)
    expect(move).toMatchObject({ call: { call_id: 'short' }, cause_call_id: 'housekeeping' })
    expect(await remainingOf(database.pool, 'crash', 'lot_crash_first')).toBe('10')
    const { rows } = await database.pool.query(
      "select due_at from accounts.account where account_id = 'crash'",
    )
    expect(rows).toEqual([{ due_at: null }])
  })
})

describe('2,000 calls in flight on one account', () => {
  it('settle right, and nothing stays held', async () => {
    const { engine } = await node(database)
    await account(engine, 'many', '30', 'payg@1')
    const ids = Array.from({ length: 2_000 }, (_, index) => `c${index}`)
    const admitted = await Promise.all(ids.map((id) => engine.execute(authorize('many', id))))
    expect(admitted.every(({ result }) => result.status === 'admitted')).toBe(true)
    const open = await stateOf(database.pool, 'many')
    expect(open).toMatchObject({ open_holds: 2_000, lots: [{ remaining: '30', held: '22' }] })
    // the size of the state does not depend on how many calls are in flight
    expect(JSON.stringify(open).length).toBeLessThan(2_000)
    expect((await verify(database.pool, { accountId: 'many' })).open_holds).toBe(2_000)
    await Promise.all(ids.map((id) => post(engine, settle('many', id))))
    expect(await stateOf(database.pool, 'many')).toMatchObject({
      open_holds: 0,
      lots: [{ remaining: '26', held: '0' }],
    })
  })
})

describe('what was charged', () => {
  it('goes back to its lot even when the account has long forgotten the lot', async () => {
    const { engine } = await node(database)
    await account(engine, 'forgotten', '1', 'payg@1')
    const lots = Array.from({ length: 14 }, (_, index) => `old-${index}`)
    for (const id of lots)
      await post(engine, grant('forgotten', id, '0.002'), record('forgotten', `c-${id}`, soon()))
    const before = await stateOf(database.pool, 'forgotten')
    expect(before.lots.map(({ id }) => id)).not.toContain('lot_old-0')
    const [back] = await post(engine, refund('forgotten', 'c-old-0'))
    expect(back!.restored_lots).toMatchObject([{ id: 'lot_old-0', face: '0.002' }])
    expect(await remainingOf(database.pool, 'forgotten', 'lot_old-0')).toBe('0.002')
    expect((await engine.execute(refund('forgotten', 'c-old-0', 'again'))).result).toMatchObject({
      refused: { code: 'already_refunded' },
    })
    // and is spent again
    const [spent] = await post(engine, record('forgotten', 'again', soon()))
    expect(spent!.funding!.find((own) => own.source === 'lot_old-0')?.drawn).toBe('0.002')
  })

  it('is undone by a reversal, once; a payment only as long as nobody has used it', async () => {
    const { engine } = await node(database)
    await account(engine, 'reversed', '1', 'payg@1')
    const [charge, unused] = await post(
      engine,
      record('reversed', 'c', soon()),
      topUp('reversed', '5', 'second'),
    )
    const [back] = await post(engine, reverse('reversed', charge!.seq))
    expect(back).toMatchObject({ request_id: 'c#reverse', totals: { money: '-0.002' } })
    expect(await remainingOf(database.pool, 'reversed', 'lot_reversed_first')).toBe('1')
    const again = await engine.execute(reverse('reversed', charge!.seq))
    expect(again).toMatchObject({ replayed: true, result: { entry: { seq: back!.seq } } })
    expect((await engine.execute(refund('reversed', 'c'))).result).toMatchObject({
      refused: { code: 'already_reversed' },
    })
    await post(engine, reverse('reversed', unused!.seq), record('reversed', 'd', soon()))
    expect((await engine.execute(reverse('reversed', 2))).result).toMatchObject({
      refused: { code: 'lot_already_used' },
    })
    expect(await remainingOf(database.pool, 'reversed', 'lot_reversed_first')).toBe('0.998')
  })
})

describe('a change of plan', () => {
  it('touches no lot, and a call in flight settles where it began', async () => {
    const { engine } = await node(database)
    checked.push('moving')
    await post(
      engine,
      openAccount('moving', 'pro@1'),
      topUp('moving', '3'),
      grant('moving', 'gift', '2', Date.now() + 86_400_000),
      paidUse('moving'),
    )
    const { lots } = await stateOf(database.pool, 'moving')
    await engine.execute(authorize('moving', 'c1'))
    await post(engine, changePlan('moving', 'payg@1', 'down'))
    expect((await stateOf(database.pool, 'moving')).lots).toEqual(lots)
    const [inFlight] = await post(engine, settle('moving', 'c1'))
    expect(inFlight).toMatchObject({ plan: 'pro@1', totals: { included: '0.002', money: '0' } })
    const [after] = await post(engine, record('moving', 'c2', soon()))
    expect(after).toMatchObject({ plan: 'payg@1', totals: { included: '0', money: '0.002' } })
    await post(engine, changePlan('moving', 'pro@1', 'up'))
    const [again] = await post(engine, record('moving', 'c3', soon()))
    expect(again).toMatchObject({ plan: 'pro@1', totals: { included: '0.002' } })
    const now = await stateOf(database.pool, 'moving')
    expect(now.lots.map(({ id, remaining }) => [id, remaining])).toEqual([
      ['lot_moving_first', '3'],
      ['lot_gift', '1.998'],
    ])
    const session = now.windows.filter(([id]) => id === 'session')
    expect(session.map(([, , , , used]) => readNanos(used))).toEqual([readNanos('0.004')])
  })
})
