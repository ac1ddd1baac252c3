import { beforeAll, describe, expect, it } from 'vitest'
import { instant } from '../../src/core/time/index.ts'
import { createEngine } from '../../src/engine/index.ts'
import { openCasesOfParked } from '../../src/jobs/parked.ts'
import { listCases } from '../../src/store/cases/read.ts'
import { createPool } from '../../src/store/pool.ts'
import { verify } from '../../src/store/verify/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { cap, record, setCaps } from './support/commands.ts'
import { chargesOf, funded, journal, post, stateOf } from './support/journal.ts'
import { node } from './support/nodes.ts'
import { authorize, seedCatalogue, settle } from './support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
})

/** Changes the stored state behind everybody's back. */
const corrupt = (accountId: string, path: string, value: string) =>
  database.pool.query(
    `update accounts.account
     set state = jsonb_set(state::jsonb, $2::text[], $3::jsonb)::json, version = version + 1
     where account_id = $1::text`,
    [accountId, path, value],
  )

describe('an account whose decision fails its self-check', () => {
  it('is parked: the change is not made, later calls are not billed, and verify says what is wrong', async () => {
    const { engine: before } = await node(database)
    await funded(before, 'parked', '1')
    for (const id of ['c1', 'c2']) await before.execute(authorize('parked', id))
    // 0.022 is held, and the state is made to say 0.005
    await corrupt('parked', '{lots,0,held}', '"0.005"')

    const pool = createPool(database.url, { max: 2, applicationName: 'node' })
    const told: string[][] = []
    const engine = await createEngine({ pool, onViolation: (...own) => told.push(own) })
    try {
      const refused = await engine.execute(settle('parked', 'c1'))
      expect(refused.result).toMatchObject({ refused: { code: 'account_parked' } })
      expect(told).toEqual([['parked', expect.stringContaining('lot_parked_first')]])
      const [last] = (await journal(database.pool, 'parked')).slice(-1)
      expect(last).toMatchObject({ kind: 'park', body: { actor: { id: 'self-check' } } })
      expect((await stateOf(database.pool, 'parked')).parked).toContain('settle')

      // a case is opened for it, once
      expect(await openCasesOfParked(pool, Date.now())).toBe(1)
      expect(await openCasesOfParked(pool, Date.now())).toBe(0)
      const all = { view: null, staffId: '', state: null, origin: null, after: null, limit: 10 }
      const query = { ...all, accountId: 'parked', now: instant(Date.now()) }
      expect(await listCases(pool, query)).toMatchObject([
        { origin: 'self_check', subject: 'account_parked', state: 'received' },
      ])

      // calls go on and cost nothing
      expect((await engine.execute(authorize('parked', 'c3'))).result.status).toBe('admitted')
      const { result } = await engine.execute(settle('parked', 'c3'))
      expect(result).toMatchObject({
        status: 'posted',
        entry: {
          absorbed_reason: 'account_parked',
          totals: { total: '0.002', money: '0', included: '0', absorbed: '0.002' },
        },
      })
      const reported = await engine.execute(record('parked', 'c4', Date.now() + 2_000))
      expect(reported.result).toMatchObject({ entry: { totals: { money: '0' } } })
      expect((await chargesOf(database.pool, 'parked')).has('c1')).toBe(false)
      // an account beside it is billed as ever
      await funded(engine, 'neighbour', '1')
      const own = await engine.execute(record('neighbour', 'c', Date.now() + 2_000))
      expect(own.result).toMatchObject({ entry: { totals: { money: '0.002' } } })
    } finally {
      await engine.close()
      await pool.end()
    }
    const report = await verify(database.pool)
    expect(report).toMatchObject({
      ok: false,
      first: { account_id: 'parked', invariant: 2 },
    })
    expect(report.first!.message).toContain('lot_parked_first')
    expect((await verify(database.pool, { accountId: 'neighbour' })).ok).toBe(true)
  })

  it('spoils no other account of its batch, even when its state cannot be read at all', async () => {
    const { engine: before } = await node(database)
    for (const id of ['broken', 'well']) await funded(before, id, '1')
    await corrupt('broken', '{lots,0,remaining}', '"not a number"')
    const { engine } = await node(database, { lanes: 1 })
    const [broken, well] = await Promise.allSettled([
      engine.execute(authorize('broken', 'c')),
      engine.execute(authorize('well', 'c')),
    ])
    expect(well).toMatchObject({ status: 'fulfilled', value: { result: { status: 'admitted' } } })
    expect(broken.status).toBe('rejected')
  })

  it('is not spoiled by a command that the database cannot store', async () => {
    const { engine } = await node(database, { lanes: 1 })
    for (const id of ['odd', 'even']) await funded(engine, id, '1')
    const [odd, even] = await Promise.allSettled([
      engine.execute(authorize('odd', 'c\u0000')),
      engine.execute(authorize('even', 'c')),
    ])
    expect(odd.status).toBe('rejected')
    expect(even).toMatchObject({ status: 'fulfilled', value: { result: { status: 'admitted' } } })
  })
})

describe('evidence', () => {
  it.each([
    ['a NUL', '\u0000', '\ufffd'],
    ['half a surrogate pair', '\ud83d', '\ufffd'],
    ['every plane of Unicode', 'é漢\u{1f4b6}\u2028', 'é漢\u{1f4b6}\u2028'],
  ])('with %s in it is written so that verify still reads the journal', async (name, odd, kept) => {
    const { engine } = await node(database)
    const id = `evidence ${name.length}`
    await funded(engine, id, '1')
    // a cap beside the state makes the database itself look into the bodies
    await post(engine, setCaps(id, 'caps', [cap('own', 'key', 'k', '1')]))
    const asked = authorize(id, 'c')
    await engine.execute({ ...asked, call: { ...asked.call, keyId: 'k' } })
    const { result } = await engine.execute({
      ...settle(id, 'c'),
      evidence: { usage: { note: odd } },
    })
    expect(result).toMatchObject({ status: 'posted' })
    expect((await journal(database.pool, id)).at(-1)!.body.evidence).toEqual({
      usage: { note: kept },
    })
    expect((await verify(database.pool, { accountId: id })).first).toBeNull()
  })
})
