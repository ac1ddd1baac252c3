import { describe, expect, it, onTestFinished } from 'vitest'
import { verify } from '../../src/store/verify/index.ts'
import { freshDatabase } from '../support/database.ts'
import { gatedNode } from './support/gated-node.ts'
import {
  authorize,
  openAccount,
  PLANS,
  paidUse,
  seedCatalogue,
  settle,
  startNode,
  topUp,
} from './support.ts'

const CALL_COST = '0.002'

describe('engine', () => {
  it('charges an authorized and settled call once, and verify agrees', async () => {
    const database = await freshDatabase()
    await seedCatalogue(database)
    const node = await startNode(database)
    const { engine } = node
    for (const command of [openAccount('a'), topUp('a', '10'), paidUse('a')])
      expect((await engine.execute(command)).result.status).toBe('posted')
    const admitted = await engine.execute(authorize('a', 'c1'))
    expect(admitted.result).toMatchObject({ status: 'admitted', admission: { money: '0.011' } })
    const first = await engine.execute(settle('a', 'c1'))
    expect(first.result).toMatchObject({
      status: 'posted',
      entry: { totals: { total: CALL_COST, money: CALL_COST, absorbed: '0' } },
    })
    const again = await engine.execute(settle('a', 'c1'))
    expect(again).toEqual({ result: first.result, replayed: true })
    const late = await engine.execute(authorize('a', 'c1'))
    expect(late.replayed).toBe(true)
    expect((late.result as { admission: unknown }).admission).toEqual(
      (admitted.result as { admission: unknown }).admission,
    )
    await node.close()
    const report = await verify(database.pool)
    expect(report).toMatchObject({ ok: true, accounts: 1, entries: 4, open_holds: 0 })
  })

  it('two nodes without routing give right results on a hot account and on many', async () => {
    const database = await freshDatabase()
    await seedCatalogue(database)
    const nodes = [await startNode(database), await startNode(database)]
    const accounts = ['hot', 'b', 'c', 'd']
    for (const id of accounts)
      for (const command of [openAccount(id), topUp(id, '1'), paidUse(id)])
        await nodes[0]!.engine.execute(command)
    // 600 calls at 0.002 against $1: only 500 can be paid, whatever the interleaving
    const calls = Array.from({ length: 1_200 }, (_, index) => ({
      accountId: index % 2 === 0 ? 'hot' : accounts[1 + (index % 3)]!,
      callId: `call-${index}`,
      node: nodes[index % 2]!,
    }))
    const settled = await Promise.all(
      calls.map(async ({ accountId, callId, node }) => {
        const { result } = await node.engine.execute(authorize(accountId, callId))
        if (result.status !== 'admitted') return 0
        // the settlement comes from the other node
        const other = nodes.find((own) => own !== node)!
        const end = await other.engine.execute(settle(accountId, callId))
        return end.result.status === 'posted' ? 1 : 0
      }),
    )
    expect(settled.filter((own) => own === 1).length).toBeGreaterThan(200)
    for (const node of nodes) await node.close()
    const report = await verify(database.pool)
    expect(report.first).toBeNull()
    expect(report).toMatchObject({ ok: true, accounts: 4, open_holds: 0 })
    const { rows } = await database.pool.query<{ calls: string; sum: string }>(
      `select count(*)::text as calls, count(distinct (account_id, request_id))::text as sum
       from accounts.entry where kind = 'settle'`,
    )
    expect(rows[0]?.calls).toBe(rows[0]?.sum)
  })
})

describe('a plan that another node has published', () => {
  it('is found by a node that has not heard of it', async () => {
    const database = await freshDatabase()
    await seedCatalogue(database)
    const nodes = [await startNode(database), await startNode(database)]
    const plan = { ...PLANS[0], id: 'later', name: 'Later' }
    await database.pool.query(
      `insert into control.plan_version (plan_id, version, document, status, created_at)
       values ('later', 1, $1::jsonb, 'published', $2::timestamptz)`,
      [JSON.stringify(plan), '2026-01-02T00:00:00Z'],
    )
    await nodes[0]!.engine.reloadCatalogue()
    await nodes[0]!.engine.execute(openAccount('a', 'later@1'))
    const { result } = await nodes[1]!.engine.execute(authorize('a', 'c1'))
    expect(result.status).toBe('admitted')
    for (const node of nodes) await node.close()
  })
})

describe('a command that the database cannot store', () => {
  it('fails alone: the others of its batch are decided', async () => {
    const database = await freshDatabase()
    await seedCatalogue(database)
    const node = await startNode(database, { lanes: 1 })
    for (const id of ['a', 'b']) await node.engine.execute(openAccount(id))
    // more nanos than a bigint column holds
    const tooMuch = node.engine.execute(topUp('a', '99999999999'))
    const fine = node.engine.execute(topUp('b', '1'))
    await expect(tooMuch).rejects.toThrow(/out of range/)
    expect((await fine).result.status).toBe('posted')
    expect((await node.engine.execute(topUp('a', '1', 'second'))).result.status).toBe('posted')
    await node.close()
    expect(await verify(database.pool)).toMatchObject({ ok: true, accounts: 2, entries: 4 })
  })

  it('is found by halves: so many batches as the others double, and each has its answer', async () => {
    const database = await freshDatabase()
    await seedCatalogue(database)
    const node = await gatedNode(database, { lanes: 1, batchMax: 64, spreadMax: 64 })
    onTestFinished(() => node.close())
    const ids = Array.from({ length: 32 }, (_, index) => `a${index}`)
    await Promise.all(ids.map((id) => node.engine.execute(openAccount(id))))
    const before = node.loads()
    const done = await Promise.allSettled(
      ids.flatMap((id) => [
        node.engine.execute(topUp(id, id === 'a20' ? '99999999999' : '1', 'first')),
        node.engine.execute(topUp(id, '2', 'second')),
      ]),
    )
    const failed = done.flatMap((own, index) => (own.status === 'rejected' ? [index] : []))
    expect(failed).toEqual([40])
    expect(done[40]).toMatchObject({ reason: { message: expect.stringMatching(/out of range/) } })
    // all 64, and then two halves of 64, 32, 16, 8, 4 and 2
    expect(node.loads() - before).toBe(1 + 2 * 6)
    expect(await verify(database.pool)).toMatchObject({ ok: true, entries: 32 + 63 })
  })
})
