import { randomBytes } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { refund } from './support/commands.ts'
import { funded, post } from './support/journal.ts'
import { clockedNode } from './support/nodes.ts'
import { SetClock } from './support/set-clock.ts'
import { authorize, BOOK, seedBook, seedCatalogue, settle } from './support.ts'

/* The hourly sums that usage by hour, day and model is read from. */

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  const aliases = [
    { pattern: '-20\\d{6}$', rule: 'snapshot suffix' },
    { pattern: '^small-.*', replace: 'small', rule: 'any other' },
  ]
  const book = { ...BOOK, id: 'named', effective_from: '2021-01-01T00:00:00Z', aliases }
  await seedBook(database, book as never, '2026-01-01T00:00:00Z')
})

const hoursOf = async (accountId: string) => {
  const { rows } = await database.pool.query<{ hour: Date; model: string; paid: string }>(
    'select hour, model, paid from accounts.usage_hour where account_id = $1 order by hour, model',
    [accountId],
  )
  return rows.map(({ hour, model, paid }) => [hour.toISOString(), model, paid])
}

/** A call that asked for `small` and was served by another name of it. */
const served = (accountId: string, model: string) => {
  const own = settle(accountId, 'call')
  return { ...own, usage: { ...own.usage!, model } }
}

it('a correction counts where its call does: in its hour, and for the model that served it', async () => {
  const clock = new SetClock('2026-11-20T12:10:00Z')
  const { engine } = await clockedNode(database, clock)
  await funded(engine, 'corrected', '10')
  await engine.execute(authorize('corrected', 'call'))
  await post(engine, served('corrected', 'small-20260101'))
  clock.advance(26 * 3_600_000)
  await post(engine, refund('corrected', 'call'))
  expect(await hoursOf('corrected')).toEqual([['2026-11-20T12:00:00.000Z', 'small-20260101', '0']])
})

it('a model of any length is charged like every other', async () => {
  const { engine } = await clockedNode(database, new SetClock('2026-11-20T12:10:00Z'))
  await funded(engine, 'long', '10')
  await engine.execute(authorize('long', 'call'))
  const model = `small-${randomBytes(4_000).toString('hex')}`
  const [entry] = await post(engine, served('long', model))
  expect(entry!.served?.model).toBe(model)
  expect((await hoursOf('long')).map(([, name]) => name)).toEqual([model.slice(0, 200)])
})
