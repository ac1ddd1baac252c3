import { beforeAll, describe, expect, it } from 'vitest'
import type { Command } from '../../src/core/decisions/index.ts'
import { approve } from '../../src/engine/audit/remedy.ts'
import type { Engine } from '../../src/engine/index.ts'
import { Detection } from '../../src/jobs/detection.ts'
import { verify } from '../../src/store/verify/index.ts'
import { refund } from '../engine/support/commands.ts'
import { funded, journal, post, remainingOf, stateOf } from '../engine/support/journal.ts'
import { node } from '../engine/support/nodes.ts'
import {
  detect,
  findingOf,
  findingsOf,
  given,
  keyOf,
  publishPolicy,
  RULE,
  spent,
  wronged,
} from '../engine/support/wronged.ts'
import { authorize, seedCatalogue, startNode } from '../engine/support.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { Died, DyingPool } from '../support/dying-pool.ts'

/** Each statement is one whole round and more. */
const A_WHILE = { timeout: 120_000 }

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  await publishPolicy(database)
})

const lotOf = (accountId: string) => remainingOf(database.pool, accountId, `lot_${accountId}_first`)
const refundsOf = async (accountId: string) =>
  (await journal(database.pool, accountId)).filter(({ kind }) => kind === 'refund')
const statusOf = async (accountId: string, callId: string) => {
  const { status, statusReason, refundSeq } = await findingOf(database, accountId, keyOf(callId))
  return [status, statusReason, refundSeq === null ? null : 'entry']
}
const sound = async (accountId: string) =>
  expect((await verify(database.pool, { accountId })).first).toBeNull()

describe('a person who refunds at the same moment', () => {
  type Act = (engine: Engine, accountId: string, callId: string) => Promise<unknown>
  const person =
    (reason: string, amount?: string): Act =>
    (engine, accountId, callId) =>
      engine.execute(refund(accountId, callId, reason, amount))

  it.each<[string, Act, readonly unknown[], left: string, refunds: number]>([
    [
      'had given all of it for this reason',
      person(RULE),
      ['superseded', 'given_back_before', 'entry'],
      '10',
      1,
    ],
    [
      'had given a part for this reason',
      person(RULE, '0.04'),
      ['proposed', 'given_back_in_part', 'entry'],
      '9.94',
      1,
    ],
    [
      'had given all of it for another',
      person('goodwill'),
      ['superseded', 'already_refunded', null],
      '10',
      1,
    ],
    [
      'had given a part for another',
      person('goodwill', '0.04'),
      ['remedied', null, 'entry'],
      '10',
      2,
    ],
  ])('and %s', async (name, act, status, left, refunds) => {
    const id = name.replaceAll(' ', '_')
    const { engine } = await node(database)
    await funded(engine, id, '10')
    await wronged(engine, id, 'call')
    const before = await spent(database)
    await act(engine, id, 'call')
    await detect(database, engine)
    await detect(database, engine)
    expect(await statusOf(id, 'call')).toEqual(status)
    expect(await lotOf(id)).toBe(left)
    expect(await refundsOf(id)).toHaveLength(refunds)
    // only what was given by the policy counts against the ceilings
    expect((await spent(database)) - before).toBe(refunds === 2 ? 60_000_000n : 0n)
    await sound(id)
  })

  it('and comes after it gets the same refund, and none for more', async () => {
    const { engine } = await node(database)
    await funded(engine, 'after', '10')
    await wronged(engine, 'after', 'call')
    await detect(database, engine)
    const [own] = await refundsOf('after')
    expect(own!.body).toMatchObject({ finding: keyOf('call'), actor: { id: 'detection' } })
    const said = async (command: Command) => {
      const { result } = await engine.execute(command)
      if (result.status === 'refused') return result.refused.code
      return result.status === 'posted' ? result.entry.seq : result.status
    }
    expect(await said(refund('after', 'call', RULE))).toBe(own!.seq)
    expect(await said(refund('after', 'call', RULE, '0.01'))).toBe('request_conflict')
    expect(await said(refund('after', 'call', 'goodwill'))).toBe('already_refunded')
    expect(await lotOf('after')).toBe('10')
  })

  it('or by hundreds, on two servers, in any order: each charge goes back once', async () => {
    const CALLS = 60
    const [one, two] = await Promise.all([node(database), node(database)])
    const before = { spent: await spent(database), given: await given(database, 'system') }
    await funded(one.engine, 'crowd', '10')
    const calls = Array.from({ length: CALLS }, (_, index) => `call_${index}`)
    for (const call of calls) await wronged(one.engine, 'crowd', call)
    const people = calls.flatMap((call, index) => {
      const engine = index % 2 === 0 ? one.engine : two.engine
      const reason = index % 3 === 0 ? 'goodwill' : RULE
      return index % 5 === 0 ? [] : [() => engine.execute(refund('crowd', call, reason))]
    })
    const rounds = [one, two, one].map(
      ({ engine }) =>
        () =>
          detect(database, engine),
    )
    await Promise.all([...rounds, ...people].map((act) => act()))
    await detect(database, two.engine)
    expect(await lotOf('crowd')).toBe('10')
    expect(await refundsOf('crowd')).toHaveLength(CALLS)
    for (const own of await findingsOf(database, 'crowd'))
      expect(['remedied', 'superseded'], own.finding.key).toContain(own.status)
    const policy = (await given(database, 'system')) - before.given
    expect((await spent(database)) - before.spent).toBe(policy)
    await sound('crowd')
  })
})

describe('a process that dies at any statement of a round', () => {
  /** Returns whether the round came to its end. */
  async function dieIn(id: string, death: DyingPool, engine: Engine): Promise<boolean> {
    const dying = {
      execute: (command: Command) => death.step(() => engine.execute(command)),
    } as Pick<Engine, 'execute'> as Engine
    try {
      await new Detection().round({ pool: death.pool, engine: dying }, Date.now())
      return true
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error
      if (!(cause instanceof Died)) throw new Error(`${id} failed otherwise`, { cause: error })
      return false
    }
  }

  it.each(['before', 'after'] as const)('%s it reaches the database', A_WHILE, async (reached) => {
    const { engine } = await node(database)
    // nothing of earlier tests waits
    await detect(database, engine)
    let steps = 0
    for (let at = 1; ; at += 1) {
      const id = `dying_${reached}_${at}`
      await funded(engine, id, '10')
      await wronged(engine, id, 'call')
      const before = { spent: await spent(database), given: await given(database, 'system') }
      const isDone = await dieIn(id, new DyingPool(database.pool, { at, reached }), engine)
      await detect(database, engine)
      expect(await statusOf(id, 'call'), id).toEqual(['remedied', null, 'entry'])
      expect(await refundsOf(id), id).toHaveLength(1)
      expect(await lotOf(id), id).toBe('10')
      const policy = (await given(database, 'system')) - before.given
      expect((await spent(database)) - before.spent, id).toBe(policy)
      if (isDone) break
      steps = at
    }
    expect(steps).toBeGreaterThan(15)
    expect((await verify(database.pool)).first).toBeNull()
  })

  it(
    'as a person approves: the next round gives it back, in the name of that person',
    A_WHILE,
    async () => {
      const { engine } = await node(database)
      await publishPolicy(database, { finding: '0.01' })
      const person = { type: 'operator', id: 'ann' } as const
      let steps = 0
      for (let at = 1; ; at += 1) {
        const id = `approving_${at}`
        await funded(engine, id, '10')
        await wronged(engine, id, 'call')
        await detect(database, engine)
        expect(await statusOf(id, 'call')).toEqual(['proposed', 'above_finding_ceiling', null])
        const stored = await findingOf(database, id, keyOf('call'))
        const death = new DyingPool(database.pool, { at, reached: 'after' })
        const dying = { execute: (command: Command) => death.step(() => engine.execute(command)) }
        const parts = { pool: death.pool, engine: dying as never, at: Date.now() as never }
        const done = await approve(parts, stored, person).catch(() => null)
        await detect(database, engine)
        expect(await statusOf(id, 'call'), id).toEqual(['remedied', null, 'entry'])
        const [own, ...more] = await refundsOf(id)
        expect(own!.body.actor).toMatchObject(person)
        expect(more).toEqual([])
        if (done !== null) break
        steps = at
      }
      expect(steps).toBeGreaterThan(3)
      await publishPolicy(database)
    },
  )
})

describe('the ceilings', () => {
  it.each([
    ['of a rule', { rule_day: 1 }, 'above_rule_day_ceiling'],
    ['of a day', { day: 1 }, 'above_day_ceiling'],
    ['of an account', { account_day: 1 }, 'above_account_day_ceiling'],
  ] as const)('%s hold, however many servers give back at once', async (name, tight, reason) => {
    const nodes = await Promise.all([node(database), node(database)])
    const one = nodes[0].engine
    const ids = Array.from({ length: 4 }, (_, index) => `${name.replaceAll(' ', '_')}_${index}`)
    for (const id of ids) {
      await funded(one, id, '10')
      for (const call of ['a', 'b', 'c']) await wronged(one, id, call)
    }
    // 0.1 each; room for two and a half, of each account or of all together
    const room = 'account_day' in tight ? 0n : await spent(database)
    const limit = `${Number(room + 250_000_000n) / 1e9}`
    const [kind] = Object.keys(tight)
    await publishPolicy(database, { [kind!]: limit })
    await Promise.all(
      nodes.flatMap(({ engine }) => [detect(database, engine), detect(database, engine)]),
    )
    const all = (await Promise.all(ids.map((id) => findingsOf(database, id)))).flat()
    const back = all.filter(({ status }) => status === 'remedied')
    expect(back).toHaveLength('account_day' in tight ? 8 : 2)
    const waiting = all.filter(({ status }) => status !== 'remedied')
    expect(new Set(waiting.map((own) => `${own.status} ${own.statusReason}`))).toEqual(
      new Set([`proposed ${reason}`]),
    )
    await publishPolicy(database)
  })
})

describe('a refund that cannot be made', () => {
  it('on an account whose own books are wrong waits for a person, and leaves the ceilings alone', async () => {
    const { engine } = await node(database)
    await funded(engine, 'spoilt', '10')
    await wronged(engine, 'spoilt', 'call')
    await database.pool.query(
      `update accounts.account set version = version + 1,
         state = jsonb_set(state::jsonb, '{lots,0,held}', '"99"')::json
       where account_id = 'spoilt'`,
    )
    const before = await spent(database)
    const other = await startNode(database)
    await detect(database, other.engine)
    expect(await statusOf('spoilt', 'call')).toEqual(['proposed', 'account_parked', null])
    expect(await spent(database)).toBe(before)
    expect((await stateOf(database.pool, 'spoilt')).parked).toContain('refund')
    await other.close()
    // out of the way of later tests that verify everything
    await database.pool.query("delete from accounts.account where account_id = 'spoilt'")
    await database.pool.query("delete from accounts.posting where account_id = 'spoilt'")
    await database.pool.query("delete from accounts.entry where account_id = 'spoilt'")
  })
})

describe('a hold that nobody ends', () => {
  it('is found after its grace though its account stands still, and is released', async () => {
    const { engine } = await node(database)
    await funded(engine, 'leaking', '10')
    await post(engine)
    await engine.execute({ ...authorize('leaking', 'call'), ttlMs: 1 } as Command)
    expect((await stateOf(database.pool, 'leaking')).lots[0]!.held).not.toBe('0')
    await detect(database, engine)
    expect(await findingsOf(database, 'leaking')).toEqual([])
    await detect(database, engine, Date.now() + 600_000)
    const [own] = await findingsOf(database, 'leaking')
    expect(own).toMatchObject({ status: 'remedied', finding: { rule: 'hold_leaked' } })
    expect((await stateOf(database.pool, 'leaking')).lots[0]!.held).toBe('0')
    expect((await journal(database.pool, 'leaking')).at(-1)).toMatchObject({ kind: 'expire_hold' })
    await sound('leaking')
  })
})
