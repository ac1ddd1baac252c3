import { beforeAll, describe, expect, it } from 'vitest'
import type { Command, Result } from '../../src/core/decisions/index.ts'
import { verify } from '../../src/store/verify/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { record, refund, release } from './support/commands.ts'
import { chargesOf, funded, journal, post } from './support/journal.ts'
import { node } from './support/nodes.ts'
import { authorize, openAccount, seedCatalogue, settle, topUp } from './support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
})

/** After all money so far has become effective, whatever the two clocks say. */
const soon = (): number => Date.now() + 2_000

const bytes = (own: { result: Result }): string => JSON.stringify(own.result)

describe('the same request', () => {
  it('twice in one batch is decided once and answered twice', async () => {
    const own = await node(database, { lanes: 1 })
    await funded(own.engine, 'same-batch', '1')
    const before = own.engine.stats().commits
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => own.engine.execute(authorize('same-batch', 'c'))),
    )
    expect(new Set(answers.map(bytes)).size).toBe(1)
    expect(answers.filter((own) => own.replayed)).toHaveLength(7)
    const ends = await Promise.all(
      Array.from({ length: 8 }, () => own.engine.execute(settle('same-batch', 'c'))),
    )
    expect(new Set(ends.map(bytes)).size).toBe(1)
    expect(ends.filter((own) => own.replayed)).toHaveLength(7)
    expect(own.engine.stats().commits - before).toBeLessThan(8)
    expect(await chargesOf(database.pool, 'same-batch')).toEqual(new Map([['c', 1]]))
  })

  it('gets the first answer byte for byte: later, and from a node that has never seen it', async () => {
    const first = await node(database)
    const { engine } = first
    await funded(engine, 'bytes', '0.02')
    const asked: Command[] = [
      authorize('bytes', 'c1'),
      settle('bytes', 'c1'),
      authorize('bytes', 'c2'),
      release('bytes', 'c2'),
      record('bytes', 'c3', soon()),
      refund('bytes', 'c3'),
      authorize('bytes', 'c4', { minOutputTokens: 1_000, bound: bigBound }),
      { ...topUp('bytes', '1', 'more') },
      openAccount('bytes'),
    ]
    const answers: string[] = []
    for (const command of asked) answers.push(bytes(await engine.execute(command)))
    expect(answers.map((own) => JSON.parse(own).status)).toEqual([
      'admitted',
      'posted',
      'admitted',
      'posted',
      'posted',
      'posted',
      'refused',
      'posted',
      'posted',
    ])
    const other = await node(database)
    for (const one of [first, other])
      for (const [index, command] of asked.entries()) {
        const again = await one.engine.execute(command)
        expect(again.replayed, command.kind).toBe(true)
        const { hold: _hold, ...answer } = again.result as Result & { hold?: unknown }
        const { hold: _first, ...before } = JSON.parse(answers[index]!)
        expect(JSON.stringify(answer), command.kind).toBe(JSON.stringify(before))
      }
    expect((await journal(database.pool, 'bytes')).length).toBe(3 + 6)
  })

  it('sent to two nodes at once has one effect and one answer', async () => {
    const nodes = await Promise.all([node(database), node(database)])
    await funded(nodes[0]!.engine, 'two-nodes', '1')
    for (let round = 0; round < 30; round += 1) {
      const command = record('two-nodes', `c${round}`, soon())
      const answers = await Promise.all(nodes.map(({ engine }) => engine.execute(command)))
      expect(new Set(answers.map(bytes)).size).toBe(1)
      expect(answers.filter((own) => own.replayed)).toHaveLength(1)
    }
    const charges = await chargesOf(database.pool, 'two-nodes')
    expect([...charges.values()]).toEqual(Array.from({ length: 30 }, () => 1))
  })

  it('with other content is a conflict that names the field, and changes nothing', async () => {
    const own = await node(database)
    const { engine } = own
    await funded(engine, 'conflict', '1')
    await engine.execute(authorize('conflict', 'c'))
    const at = soon()
    await post(engine, settle('conflict', 'c'), record('conflict', 'r2', at))
    await post(engine, refund('conflict', 'c', 'goodwill', '0.001'))
    const cases: [Command, string][] = [
      [settle('conflict', 'c', 999), 'usage'],
      [{ ...settle('conflict', 'c'), outcome: 'client_aborted' }, 'outcome'],
      [record('conflict', 'r2', at + 1), 'event_at'],
      [record('conflict', 'r2', at, { call: { memberId: 'm' } }), 'call'],
      [refund('conflict', 'c', 'goodwill', '0.0005'), 'amount'],
      [topUp('conflict', '2'), 'face'],
      [openAccount('conflict', 'pro@1'), 'plan'],
      [authorize('conflict', 'c', { ttlMs: 1_000 }), 'content'],
    ]
    const before = (await journal(database.pool, 'conflict')).length
    for (const [command, field] of cases) {
      const { result, replayed } = await engine.execute(command)
      expect(result, command.kind).toMatchObject({
        status: 'refused',
        refused: { code: 'request_conflict', field },
        entry: null,
      })
      expect(replayed).toBe(false)
    }
    expect((await journal(database.pool, 'conflict')).length).toBe(before)
    await engine.execute(authorize('conflict', 'open'))
    const { result } = await engine.execute(authorize('conflict', 'open', { ttlMs: 1_000 }))
    expect(result).toMatchObject({ refused: { code: 'request_conflict', field: 'ttl_ms' } })
  })

  it('of an attempt that was released is answered as before while the next attempt is open', async () => {
    const own = await node(database)
    const { engine } = own
    await funded(engine, 'attempts', '1')
    const asked = authorize('attempts', 'c')
    const admitted = await engine.execute(asked)
    const released = await engine.execute(release('attempts', 'c'))
    const second = {
      ...authorize('attempts', 'c', { requestId: 'c#2' }),
      call: { ...asked.call, attempt: 2 },
    }
    expect((await engine.execute(second)).result.status).toBe('admitted')
    const other = await node(database)
    for (const asking of [other.engine, engine]) {
      const again = await asking.execute(release('attempts', 'c'))
      expect(bytes(again)).toBe(bytes(released))
      expect((await asking.execute(asked)).result).toMatchObject({
        status: 'admitted',
        admission: (admitted.result as { admission: unknown }).admission,
      })
    }
  })
})

const bigBound = {
  ...authorize('any', 'any').bound,
  promptTokensMax: 100_000,
  promptTokensExpected: 100_000,
}

describe('a node with an old idea of an account', () => {
  it('gives right answers all the same: admissions, refusals, settlements and repeats', async () => {
    const [a, b] = await Promise.all([node(database), node(database)])
    await funded(a!.engine, 'stale', '0.03')
    const first = await a!.engine.execute(authorize('stale', 'c1'))
    // the other node settles it and uses up what is left, call by call
    const settled = await b!.engine.execute(settle('stale', 'c1', 1_000, 1_000))
    await post(b!.engine, record('stale', 'c2', soon(), { output: 1_000 }))
    const { result } = await a!.engine.execute(authorize('stale', 'c3'))
    expect(result).toMatchObject({
      status: 'refused',
      refused: { code: 'funds_exhausted' },
      entry: { seq: 6 },
    })
    expect(bytes(await a!.engine.execute(settle('stale', 'c1', 1_000, 1_000)))).toBe(bytes(settled))
    const again = await a!.engine.execute(authorize('stale', 'c1'))
    expect(again.result).toMatchObject({
      admission: (first.result as { admission: unknown }).admission,
      hold: null,
    })
    await post(b!.engine, topUp('stale', '1', 'second'))
    expect((await a!.engine.execute(authorize('stale', 'c4'))).result.status).toBe('admitted')
    expect((await b!.engine.execute(settle('stale', 'c4'))).result.status).toBe('posted')
    expect((await a!.engine.execute(release('stale', 'c4'))).result).toMatchObject({
      refused: { code: 'hold_released' },
    })
    expect((await a!.engine.execute(settle('stale', 'nothing'))).result).toMatchObject({
      refused: { code: 'hold_unknown' },
    })
    expect((await verify(database.pool, { accountId: 'stale' })).first).toBeNull()
  })
})
