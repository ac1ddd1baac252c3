import { beforeAll, describe, expect, it } from 'vitest'
import { verify } from '../../src/store/verify/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { changePlan, refund } from './support/commands.ts'
import { funded, journal, post } from './support/journal.ts'
import { node } from './support/nodes.ts'
import { startProxy } from './support/proxy.ts'
import { authorize, seedCatalogue, settle, topUp } from './support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
})

const publish = (id: string) =>
  database.pool.query(
    `insert into control.plan_version (plan_id, version, document, status, created_at)
     values ($1::text, 1, $2::jsonb, 'published', $3::timestamptz)`,
    [
      id,
      JSON.stringify({ id, version: 1, name: id, currency: 'USD', windows: [], coverage: [] }),
      '2026-01-01T00:00:00Z',
    ],
  )

/** Commands of one caller who does not wait in between: they are in one batch, in this order. */
const inOneGo = (accountId: string) => [
  topUp(accountId, '1', 'second'),
  authorize(accountId, 'c'),
  settle(accountId, 'c'),
  refund(accountId, 'c'),
]
const IN_ORDER = ['posted', 'admitted', 'posted', 'posted']

describe('commands that were sent one after another', () => {
  it('are decided in that order when another node was faster', async () => {
    const [slow, fast] = await Promise.all([node(database), node(database)])
    for (let round = 0; round < 5; round += 1) {
      const id = `order-${round}`
      await funded(slow.engine, id, '1')
      await post(fast.engine, topUp(id, '1', 'from the other node'))
      const done = await Promise.all(inOneGo(id).map((own) => slow.engine.execute(own)))
      expect(done.map(({ result }) => result.status)).toEqual(IN_ORDER)
    }
    expect(slow.engine.stats().conflicts).toBeGreaterThanOrEqual(5)
  })

  it('are decided in that order when the connection was lost', async () => {
    const proxy = await startProxy(database.url)
    const { engine, close } = await node({ ...database, url: proxy.url })
    await funded(engine, 'order-lost', '1')
    const done = Promise.all(inOneGo('order-lost').map((own) => engine.execute(own)))
    proxy.down()
    await proxy.up()
    expect((await done).map(({ result }) => result.status)).toEqual(IN_ORDER)
    await close()
    await proxy.close()
    expect((await verify(database.pool, { accountId: 'order-lost' })).first).toBeNull()
  })
})

describe('a plan that another node has published', () => {
  it('is learnt on the way: the call is decided, also when the race is lost meanwhile', async () => {
    const [behind, ahead] = await Promise.all([node(database), node(database)])
    await funded(ahead.engine, 'learns', '1')
    await publish('new-1')
    await ahead.engine.reloadCatalogue()
    await post(ahead.engine, changePlan('learns', 'new-1@1', 'move'))
    const asked = [topUp('learns', '1', 'second'), authorize('learns', 'c')]
    const moving = Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        post(ahead.engine, topUp('learns', '1', `x${index}`)),
      ),
    )
    const done = await Promise.all(asked.map((own) => behind.engine.execute(own)))
    await moving
    expect(done.map(({ result }) => result.status)).toEqual(['posted', 'admitted'])
  })

  it('is learnt by a node that has had the account on its old plan until now', async () => {
    const [behind, ahead] = await Promise.all([node(database), node(database)])
    await funded(behind.engine, 'cached', '1')
    await publish('new-3')
    await ahead.engine.reloadCatalogue()
    await post(ahead.engine, changePlan('cached', 'new-3@1', 'move'))
    const { result } = await behind.engine.execute(authorize('cached', 'c'))
    expect(result).toMatchObject({ status: 'admitted', admission: { plan: 'new-3@1' } })
  })

  it('is waited for when the engine closes meanwhile', async () => {
    const [behind, ahead] = await Promise.all([node(database), node(database)])
    await funded(ahead.engine, 'closes', '1')
    await publish('new-2')
    await ahead.engine.reloadCatalogue()
    await post(ahead.engine, changePlan('closes', 'new-2@1', 'move'))
    const pending = behind.engine.execute(authorize('closes', 'c'))
    await behind.close()
    expect((await pending).result.status).toBe('admitted')
  })
})

describe('one hot account on three nodes', () => {
  it('takes every command of each, in gap-free order', async () => {
    const nodes = await Promise.all([node(database), node(database), node(database)])
    await funded(nodes[0]!.engine, 'three', '1')
    const ids = Array.from({ length: 300 }, (_, index) => `t${index}`)
    const done = await Promise.all(
      ids.map((id, index) => nodes[index % 3]!.engine.execute(topUp('three', '0.01', id))),
    )
    expect(done.every(({ result, replayed }) => result.status === 'posted' && !replayed)).toBe(true)
    const rows = await journal(database.pool, 'three')
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 303 }, (_, index) => index + 1))
    expect((await verify(database.pool, { accountId: 'three' })).first).toBeNull()
  })
})
