import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { CallDescription } from '../../src/core/decisions/index.ts'
import { readNanos } from '../../src/core/money/index.ts'
import { verify } from '../../src/store/verify/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { callOf, cap, record, refund, release, setCaps } from './support/commands.ts'
import { funded, journal, post, stateOf } from './support/journal.ts'
import { clockedNode, node } from './support/nodes.ts'
import { SetClock } from './support/set-clock.ts'
import { authorize, seedCatalogue, settle } from './support.ts'

let database: TestDatabase
const checked: string[] = []
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
})
afterEach(async () => {
  for (const accountId of checked.splice(0))
    expect((await verify(database.pool, { accountId })).first).toBeNull()
})

const ask = (accountId: string, callId: string, call: Partial<CallDescription>) => ({
  ...authorize(accountId, callId),
  call: callOf(callId, call),
})

async function counters(accountId: string) {
  const { rows } = await database.pool.query<{
    cap_id: string
    bucket: string
    spent: string
    held: string
  }>(
    `select cap_id, bucket, spent, held from accounts.cap_counter
     where account_id = $1::text order by cap_id, bucket`,
    [accountId],
  )
  return rows
}

const SCOPES: [name: string, scope: 'member' | 'key' | 'project' | 'account', id: string | null][] =
  [
    ['member', 'member', 'm1'],
    ['key', 'key', 'k1'],
    ['project', 'project', 'p1'],
    ['session', 'account', null],
  ]
const CALL = { memberId: 'm1', keyId: 'k1', projectId: 'p1', sessionId: 's1' }

describe('a cap', () => {
  it.each(SCOPES)(
    'of a %s is never exceeded by 50 calls at once on two nodes',
    async (...scope) => {
      const [name, of, ofId] = scope
      const id = `cap-${name}`
      checked.push(id)
      const nodes = await Promise.all([node(database), node(database)])
      await funded(nodes[0]!.engine, id, '10')
      const period = name === 'session' ? 'session' : 'lifetime'
      await post(nodes[0]!.engine, setCaps(id, 'caps', [cap('own', of, ofId, '0.1', period)]))
      const calls = Array.from({ length: 50 }, (_, index) => `c${index}`)
      const asked = await Promise.all(
        calls.map((call, index) => nodes[index % 2]!.engine.execute(ask(id, call, CALL))),
      )
      const admitted = calls.filter((_, index) => asked[index]!.result.status === 'admitted')
      // nine holds of 0.011 fit into 0.1; what did not fit was refused by name
      expect(admitted).toHaveLength(9)
      for (const { result } of asked.filter((own) => own.result.status !== 'admitted'))
        expect(result).toMatchObject({
          refused: { code: 'cap_reached', limit: { type: 'cap', id: 'own', amount: '0.1' } },
        })
      expect(await counters(id)).toMatchObject([{ spent: '0', held: String(99_000_000) }])
      // somebody else's calls are not limited by it
      const other = { memberId: 'm2', keyId: 'k2', projectId: 'p2', sessionId: 's2' }
      expect((await nodes[0]!.engine.execute(ask(id, 'other', other))).result.status).toBe(
        'admitted',
      )
      await post(nodes[1]!.engine, settle(id, 'other'))
      await Promise.all(
        admitted.map((call, index) => post(nodes[index % 2]!.engine, settle(id, call))),
      )
      const more = await Promise.all(
        calls.map((_, index) => nodes[index % 2]!.engine.execute(ask(id, `d${index}`, CALL))),
      )
      expect(more.filter(({ result }) => result.status === 'admitted')).toHaveLength(7)
      const all = await counters(id)
      const own = all.find((row) => row.spent === '18000000')
      expect(own).toMatchObject({ held: '77000000' })
    },
  )

  it('lets usage that is reported afterwards through only as far as it reaches', async () => {
    const [a, b] = await Promise.all([node(database), node(database)])
    checked.push('reported')
    await funded(a!.engine, 'reported', '10')
    await post(a!.engine, setCaps('reported', 'caps', [cap('own', 'member', 'm1', '0.05')]))
    const soon = Date.now() + 2_000
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        post(
          [a!, b!][index % 2]!.engine,
          record('reported', `c${index}`, soon, { call: CALL, output: 100 }),
        ),
      ),
    )
    expect(await counters('reported')).toMatchObject([{ spent: '50000000', held: '0' }])
    const rows = await journal(database.pool, 'reported')
    const sums = rows.reduce(
      (sum, { body }) => ({
        money: sum.money + readNanos(body.totals?.money ?? '0'),
        absorbed: sum.absorbed + readNanos(body.totals?.absorbed ?? '0'),
      }),
      { money: 0n, absorbed: 0n },
    )
    expect(sums).toEqual({ money: 50_000_000n, absorbed: 50_000_000n })
  })

  it('counts a release and a refund back', async () => {
    const { engine } = await node(database)
    checked.push('back')
    await funded(engine, 'back', '10')
    await post(engine, setCaps('back', 'caps', [cap('own', 'member', 'm1', '0.011')]))
    for (const id of ['c1', 'c2']) {
      expect((await engine.execute(ask('back', id, CALL))).result.status).toBe('admitted')
      await post(engine, id === 'c1' ? release('back', id) : settle('back', id))
    }
    expect((await engine.execute(ask('back', 'c3', CALL))).result.status).toBe('refused')
    await post(engine, refund('back', 'c2'))
    expect((await engine.execute(ask('back', 'c4', CALL))).result.status).toBe('admitted')
    expect(await counters('back')).toMatchObject([{ spent: '0', held: '11000000' }])
    expect(await stateOf(database.pool, 'back')).toMatchObject({ scoped_caps: 1 })
  })

  it('that is taken away and set again remembers, also within one batch with a call', async () => {
    const { engine } = await node(database, { lanes: 1 })
    checked.push('again')
    await funded(engine, 'again', '10')
    const own = cap('own', 'member', 'm1', '0.012')
    await post(engine, setCaps('again', 'on', [own]))
    await engine.execute(ask('again', 'c1', CALL))
    await post(engine, settle('again', 'c1'), setCaps('again', 'off', [], ['own']))
    const [, asked] = await Promise.all([
      engine.execute(setCaps('again', 'on again', [own])),
      engine.execute(ask('again', 'c2', CALL)),
    ])
    expect(asked!.result).toMatchObject({
      refused: { code: 'cap_reached', limit: { used: '0.002' } },
    })
  })
})

describe('a cap of a day', () => {
  const DAY = [cap('own', 'member', 'm1', '0.012', 'day')]

  it('holds when the clocks of two nodes stand on two days', async () => {
    const early = new SetClock('2026-11-20T23:59:58Z')
    const late = new SetClock('2026-11-21T00:00:01Z')
    const [behind, ahead] = await Promise.all([
      clockedNode(database, early),
      clockedNode(database, late),
    ])
    checked.push('clocks')
    await funded(behind.engine, 'clocks', '10')
    await post(behind.engine, setCaps('clocks', 'caps', DAY))
    expect((await ahead.engine.execute(ask('clocks', 'c1', CALL))).result.status).toBe('admitted')
    await post(ahead.engine, settle('clocks', 'c1'))
    // for the account it is the 21st now, whatever the other node's clock says
    expect((await behind.engine.execute(ask('clocks', 'c2', CALL))).result).toMatchObject({
      refused: { code: 'cap_reached' },
    })
  })

  it('holds when midnight passes while a batch is being decided', async () => {
    const clock = new SetClock('2026-11-22T00:00:01Z')
    const { engine } = await clockedNode(database, clock)
    checked.push('midnight')
    await funded(engine, 'midnight', '10')
    await post(engine, setCaps('midnight', 'caps', DAY))
    await engine.execute(ask('midnight', 'c1', CALL))
    await post(engine, settle('midnight', 'c1'))
    // the account has not been looked at since; its batch is read before midnight, decided after
    const { engine: other } = await clockedNode(
      database,
      new (class extends SetClock {
        #readings = 0
        override now() {
          this.#readings += 1
          if (this.#readings > 1) this.set('2026-11-22T00:00:02Z')
          return super.now()
        }
      })('2026-11-21T23:59:59Z'),
    )
    expect((await other.execute(ask('midnight', 'c2', CALL))).result).toMatchObject({
      refused: { code: 'cap_reached' },
    })
  })

  it('holds for a call of yesterday that is priced today', async () => {
    const clock = new SetClock('2026-11-20T23:40:00Z')
    const { engine } = await clockedNode(database, clock)
    checked.push('yesterday')
    await funded(engine, 'yesterday', '10')
    await post(engine, setCaps('yesterday', 'caps', DAY))
    await engine.execute(ask('yesterday', 'c1', CALL))
    await post(engine, settle('yesterday', 'c1', 1_000, 1_000))
    const unpriced = record('yesterday', 'c2', clock.now(), { call: { ...CALL, model: 'later' } })
    await post(engine, { ...unpriced, usage: { ...unpriced.usage!, model: 'later' } })
    clock.set('2026-11-21T00:10:00Z')
    const book = {
      id: 'book_later',
      currency: 'USD',
      effective_from: '2020-01-02T00:00:00Z',
      rows: ['small', 'later'].flatMap((model) => [
        { model, kind: 'input', per_mtok: '1' },
        { model, kind: 'output', per_mtok: '10' },
      ]),
    }
    await database.pool.query(
      `insert into control.price_book (book_id, effective_from, document, published_at, published_by)
       values ($1::text, $2::timestamptz, $3::jsonb, $4::timestamptz, 'test')`,
      [book.id, book.effective_from, JSON.stringify(book), '2026-11-21T00:00:00Z'],
    )
    await engine.reloadCatalogue()
    const [done] = await post(engine, {
      kind: 'complete',
      accountId: 'yesterday',
      requestId: 'c2',
      actor: { type: 'system', id: 'prices' },
      callId: 'c2',
    })
    // 0.011 of the day's 0.012 was spent: one thousandth is left for a call of two
    expect(done!.totals).toMatchObject({ total: '0.002', money: '0.001', absorbed: '0.001' })
    expect(await counters('yesterday')).toMatchObject([{ spent: '12000000', held: '0' }])
  })
})
