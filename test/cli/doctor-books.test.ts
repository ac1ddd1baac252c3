import { beforeAll, expect, it } from 'vitest'
import { checkBooks } from '../../src/cli/serve/doctor-books.ts'
import { createEngine, type Engine } from '../../src/engine/index.ts'
import { funded, post } from '../engine/support/journal.ts'
import { authorize, seedCatalogue, settle } from '../engine/support.ts'
import { emptyDatabase, freshDatabase, type TestDatabase } from '../support/database.ts'

/* What is in the books and wants a person: each is told, with what to do next. */

let database: TestDatabase
let engine: Engine
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  engine = await createEngine({ pool: database.pool })
})

const look = async (nowMs = Date.now()) =>
  Object.fromEntries((await checkBooks(database.pool, nowMs)).map((own) => [own.name, own]))

const wait = async (callId: string, model: string | null) => {
  await engine.execute(authorize('acct', callId))
  const ended = settle('acct', callId)
  await post(engine, {
    ...ended,
    usage: model === null ? null : { ...ended.usage!, model },
  })
}

it('a database without a schema has no books', async () => {
  expect(await checkBooks((await emptyDatabase()).pool, Date.now())).toEqual([])
})

it('books in order are ok', async () => {
  await funded(engine, 'acct', '10')
  const checks = Object.values(await look())
  expect(checks.map(({ name }) => name)).toEqual([
    'holds',
    'parked accounts',
    'unpriced calls',
    'calls without usage',
  ])
  for (const check of checks) expect(check).toMatchObject({ state: 'ok', next: null })
})

it('a hold is stale five minutes after its end, and not before', async () => {
  await engine.execute(authorize('acct', 'left', { ttlMs: 60_000 }))
  const { rows } = await database.pool.query<{ at: Date }>(
    'select expires_at as at from accounts.hold',
  )
  const expires = rows[0]!.at.getTime()
  expect((await look(expires + 300_000)).holds).toMatchObject({
    state: 'ok',
    found: '1 open, none left over',
  })
  expect((await look(expires + 300_001)).holds).toMatchObject({
    state: 'warn',
    found: expect.stringMatching(/^1 of 1 ended over five minutes ago/),
    next: expect.stringContaining('everycent jobs'),
  })
})

it('a parked account is something to repair', async () => {
  await funded(engine, 'sick', '1')
  const parked = { kind: 'park', accountId: 'sick', requestId: 'park', reason: 'test' } as const
  await post(engine, { ...parked, actor: { type: 'operator', id: 'test' } })
  expect((await look())['parked accounts']).toMatchObject({
    state: 'fail',
    found: '1: sick',
    next: expect.stringContaining('everycent verify'),
  })
})

it('calls that wait are counted, with the models that have no price', async () => {
  for (const [index, model] of ['new-a', 'new-a', 'new-b', 'new-c', 'new-d'].entries())
    await wait(`unpriced-${index}`, model)
  await wait('unknown', null)
  const found = await look()
  expect(found['unpriced calls']).toMatchObject({
    state: 'warn',
    found: '5 wait for a price: new-a, new-b, new-c and 1 more',
    next: expect.stringContaining('prices publish'),
  })
  expect(found['calls without usage']).toMatchObject({
    state: 'warn',
    found: '1 wait for what their provider counted',
  })
})

it('a call that was completed since waits no more', async () => {
  const rows = ['small', 'new-a', 'new-b', 'new-c', 'new-d'].flatMap((model) => [
    { model, kind: 'input', per_mtok: '1' },
    { model, kind: 'output', per_mtok: '10' },
  ])
  const book = { id: 'later', currency: 'USD', effective_from: '2020-01-02T00:00:00Z', rows }
  await database.pool.query(
    `insert into control.price_book (book_id, effective_from, document, published_at, published_by)
     values ($1::text, $2::timestamptz, $3::jsonb, $2::timestamptz, 'test')`,
    [book.id, book.effective_from, JSON.stringify(book)],
  )
  await engine.reloadCatalogue()
  for (let index = 0; index < 5; index += 1)
    await post(engine, {
      kind: 'complete',
      accountId: 'acct',
      requestId: `unpriced-${index}`,
      callId: `unpriced-${index}`,
      actor: { type: 'system', id: 'prices' },
    })
  expect((await look())['unpriced calls']).toMatchObject({ state: 'ok' })
})
