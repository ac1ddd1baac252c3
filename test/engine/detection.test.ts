import { beforeAll, describe, expect, it } from 'vitest'
import { auditNewEntries } from '../../src/engine/audit/detect.ts'
import { AuditMemory } from '../../src/engine/audit/memory.ts'
import type { Engine } from '../../src/engine/index.ts'
import { Detection } from '../../src/jobs/detection.ts'
import { AuditBooks } from '../../src/store/findings/refs.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { record } from './support/commands.ts'
import { funded, post } from './support/journal.ts'
import { node } from './support/nodes.ts'
import { detect, findingsOf, publishPolicy, wronged } from './support/wronged.ts'
import { BOOK, seedBook, seedCatalogue } from './support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
})

const found = async (accountId: string) =>
  (await findingsOf(database, accountId)).map(({ finding }) => finding.key).sort()

/** A call whose provider's id is that of another one: charged twice under two names. */
const twice = (engine: Engine, accountId: string, callId: string, message: string) =>
  wronged(engine, accountId, callId, { evidence: { message_id: message } })

const cursor = async (accountId: string) => {
  const { rows } = await database.pool.query<{ seq: string; state_seq: string }>(
    'select seq, state_seq from accounts.audit_cursor where account_id = $1::text',
    [accountId],
  )
  return { seq: Number(rows[0]!.seq), stateSeq: Number(rows[0]!.state_seq) }
}

const audit = async (accountId: string, memory?: AuditMemory) =>
  auditNewEntries(
    {
      pool: database.pool,
      books: new AuditBooks(database.pool),
      at: Date.now() as never,
      ...(memory && { memory }),
    },
    accountId,
  )

const CALLS = 40
/** The second of each pair is a duplicate of the first, which lies half the history before. */
const messageOf = (index: number): string => `msg_${index % (CALLS / 2)}`
const DUPLICATES = Array.from(
  { length: CALLS / 2 },
  (_, index) => `duplicate_charge:call_${index + CALLS / 2}`,
).sort()

describe('an audit goes on from where it stopped', () => {
  it.each<[string, () => { audit: (id: string) => Promise<unknown> }]>([
    ['in one go', () => ({ audit: async () => undefined })],
    [
      'on a server that remembers',
      () => {
        const memory = new AuditMemory()
        return { audit: (id) => audit(id, memory) }
      },
    ],
    ['on a server that remembers nothing', () => ({ audit: (id) => audit(id) })],
    [
      'on one that can keep a few calls only',
      () => {
        const memory = new AuditMemory(3)
        return { audit: (id) => audit(id, memory) }
      },
    ],
    [
      'on two servers by turns',
      () => {
        const memories = [new AuditMemory(), new AuditMemory()]
        let turn = 0
        return { audit: (id) => audit(id, memories[turn++ % 2]) }
      },
    ],
    [
      'on two servers at once',
      () => {
        const memories = [new AuditMemory(), new AuditMemory()]
        return { audit: (id) => Promise.all(memories.map((memory) => audit(id, memory))) }
      },
    ],
  ])('%s, and finds the same', async (name, start) => {
    const { engine } = await node(database)
    const id = name.replaceAll(/[ ,]/g, '_')
    const own = start()
    await funded(engine, id, '100')
    for (let index = 0; index < CALLS; index += 1) {
      await twice(engine, id, `call_${index}`, messageOf(index))
      await own.audit(id)
    }
    await audit(id)
    expect(await found(id)).toEqual(DUPLICATES)
    expect((await cursor(id)).seq).toBe(CALLS + 3)
  })

  it('and writes its sums down less often than the place where it is', async () => {
    const { engine } = await node(database)
    await funded(engine, 'seldom', '100')
    const memory = new AuditMemory()
    for (let index = 0; index < CALLS; index += 1)
      await twice(engine, 'seldom', `c_${index}`, `m_${index}`)
    await audit('seldom', memory)
    expect(await cursor('seldom')).toEqual({ seq: CALLS + 3, stateSeq: CALLS + 3 })
    await twice(engine, 'seldom', 'more', 'm_more')
    await audit('seldom', memory)
    expect(await cursor('seldom')).toEqual({ seq: CALLS + 4, stateSeq: CALLS + 3 })
    // a server that starts now adds up again what lies between, and knows both calls
    await twice(engine, 'seldom', 'again_0', 'm_0')
    await twice(engine, 'seldom', 'again_more', 'm_more')
    expect(await audit('seldom')).toMatchObject({ found: 2, isDone: true })
    expect(await found('seldom')).toEqual([
      'duplicate_charge:again_0',
      'duplicate_charge:again_more',
    ])
  })
})

describe('an account is audited anew', () => {
  it.each([
    ['when its place is lost', "delete from accounts.audit_cursor where account_id = 'anew'"],
    [
      'when its sums cannot be read',
      "update accounts.audit_cursor set state = 'nonsense' where account_id = 'anew'",
    ],
    [
      'when the rules have changed',
      "update accounts.audit_cursor set rules_version = 0 where account_id = 'anew'",
    ],
  ])('%s, and what was decided stays', async (_name, lose) => {
    const own = await freshDatabase()
    await seedCatalogue(own)
    await publishPolicy(own)
    const { engine } = await node(own)
    await funded(engine, 'anew', '100')
    await twice(engine, 'anew', 'one', 'm')
    await twice(engine, 'anew', 'two', 'm')
    await detect(own, engine)
    const before = await findingsOf(own, 'anew')
    expect(before).toMatchObject([{ status: 'remedied', finding: { key: 'duplicate_charge:two' } }])
    expect((await own.pool.query(lose)).rowCount).toBe(1)
    await twice(engine, 'anew', 'three', 'm')
    await detect(own, engine)
    const [latest, ...rest] = await findingsOf(own, 'anew')
    expect(rest).toEqual(before)
    expect(latest).toMatchObject({ status: 'remedied', finding: { key: 'duplicate_charge:three' } })
  })
})

describe('a round', () => {
  it('does the others where one account cannot be audited, and says which', async () => {
    const own = await freshDatabase()
    await seedCatalogue(own)
    await publishPolicy(own)
    const { engine } = await node(own)
    for (const id of ['a', 'b', 'c']) {
      await funded(engine, id, '100')
      await wronged(engine, id, 'call')
    }
    const { rowCount } = await own.pool.query(
      `update accounts.entry set evidence = '{' where account_id = 'b' and evidence is not null`,
    )
    expect(rowCount).toBe(1)
    await expect(detect(own, engine)).rejects.toThrow(/1 of \d+ failed, the first b:/)
    for (const id of ['a', 'c'])
      expect(await findingsOf(own, id)).toMatchObject([{ status: 'remedied' }])
  })

  it('audits what moved on this server, and on another', async () => {
    const own = await freshDatabase()
    await seedCatalogue(own)
    const [here, there] = [await node(own), await node(own)]
    const waits: number[] = []
    const detection = new Detection((waitedMs, entries) => waits.push(waitedMs, entries))
    const forget = here.engine.onCommit((ids) => detection.moved(ids))
    await funded(here.engine, 'here', '100')
    await funded(there.engine, 'there', '100')
    for (const [id, { engine }] of [
      ['here', here],
      ['there', there],
    ] as const)
      await wronged(engine, id, 'call')
    await detection.round({ pool: own.pool, engine: here.engine }, Date.now())
    forget()
    for (const id of ['here', 'there']) expect(await findingsOf(own, id)).toHaveLength(1)
    expect(waits).toHaveLength(4)
    expect([waits[1], waits[3]]).toEqual([4, 4])
  })
})

describe('a book that comes out between two rounds', () => {
  it('is known to the second: what it prices is no fault', async () => {
    const own = await freshDatabase()
    await seedCatalogue(own)
    const books = new AuditBooks(own.pool)
    const round = () =>
      auditNewEntries({ pool: own.pool, books, at: Date.now() as never }, 'reader')
    const before = await node(own)
    await funded(before.engine, 'reader', '100')
    await round()
    const large = BOOK.rows.map((row) => ({ ...row, model: 'large' }))
    await seedBook(own, { ...BOOK, id: 'book_new', rows: [...BOOK.rows, ...large] })
    const after = await node(own)
    const call = { call: { model: 'large' } }
    const [entry] = await post(after.engine, record('reader', 'call_new', Date.now() + 2_000, call))
    expect(entry?.rating).toMatchObject({ status: 'priced', book: 'book_new' })
    await round()
    expect((await findingsOf(own, 'reader')).map(({ finding }) => finding)).toEqual([])
  })
})
