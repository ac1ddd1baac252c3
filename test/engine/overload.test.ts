import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type EngineSettings, Overloaded } from '../../src/engine/index.ts'
import { verify } from '../../src/store/verify/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { type GatedNode, gatedNode } from './support/gated-node.ts'
import { funded, journal } from './support/journal.ts'
import { authorize, seedCatalogue, settle } from './support.ts'

/*
 * More than can be decided: the queue keeps its bounds, what began goes on to its end, what waits for too
 * long is told so, and nothing that was turned away has left a trace.
 */

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
})

const gated = async (settings: Partial<EngineSettings>): Promise<GatedNode> => {
  const own = await gatedNode(database, { lanes: 1, laneWorth: 1, ...settings })
  onTestFinished(() => own.close())
  return own
}

/** An account with calls under way, and one commit that hangs. */
async function hanging(name: string, settings: Partial<EngineSettings>, open = 3) {
  const own = await gated(settings)
  await funded(own.engine, name, '10')
  const begun = Array.from({ length: open }, (_, index) => `${name}${index}`)
  for (const callId of begun) await own.engine.execute(authorize(name, callId))
  own.shut()
  const flying = own.engine.execute(authorize(name, `${name}-flying`))
  await own.waiting(1)
  return { ...own, begun, flying }
}

const outcome = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'done',
    (error: unknown) => (error instanceof Overloaded ? 'overloaded' : String(error)),
  )

describe('a full queue', () => {
  it('has room for the ends of calls that no new call can take, up to a bound of its own', async () => {
    const own = await hanging('room', { queueMax: 4, endsQueueMax: 2 })
    const begins = [1, 2, 3, 4].map((n) => own.engine.execute(authorize('room', `new${n}`)))
    expect(own.engine.overload()).toBeInstanceOf(Overloaded)
    expect(await outcome(own.engine.execute(authorize('room', 'too many')))).toBe('overloaded')
    const ends = own.begun.slice(0, 2).map((id) => own.engine.execute(settle('room', id)))
    expect(await outcome(own.engine.execute(settle('room', own.begun[2]!)))).toBe('overloaded')
    expect(own.engine.stats()).toMatchObject({ queued: 6, endsQueued: 2, refused: 3, expired: 0 })
    own.open()
    const all = await Promise.all([own.flying, ...begins, ...ends])
    expect(all.map(({ result }) => result.status)).toEqual([
      ...Array(5).fill('admitted'),
      ...Array(2).fill('posted'),
    ])
    expect(own.engine.overload()).toBeNull()
    expect((await verify(database.pool, { accountId: 'room' })).first).toBeNull()
  })

  it('decides the ends before the calls that came earlier', async () => {
    const own = await hanging('first', { batchMax: 2, spreadMax: 2 })
    const done: string[] = []
    const note = (name: string, asked: Promise<unknown>) => asked.then(() => done.push(name))
    const begins = [1, 2, 3, 4].map((n) =>
      note('begin', own.engine.execute(authorize('first', `new${n}`))),
    )
    const ends = own.begun.map((id) => note('end', own.engine.execute(settle('first', id))))
    own.open()
    await Promise.all([own.flying, ...begins, ...ends])
    expect(done.slice(0, 3)).toEqual(['end', 'end', 'end'])
    expect(done).toHaveLength(7)
  })
})

describe('what has waited too long', () => {
  it('is turned away undecided, with a time to come again; ends are waited for', async () => {
    const own = await hanging('late', { waitMaxMs: 60 })
    const begins = [1, 2, 3].map((n) => own.engine.execute(authorize('late', `new${n}`)))
    const end = own.engine.execute(settle('late', own.begun[0]!))
    const away = await Promise.allSettled(begins)
    const reasons = away.map((own) => (own as PromiseRejectedResult).reason as Overloaded)
    for (const reason of reasons) {
      expect(reason).toBeInstanceOf(Overloaded)
      expect(reason.retryAfterMs).toBeGreaterThan(0)
    }
    // not all at one moment
    expect(new Set(reasons.map(({ retryAfterMs }) => retryAfterMs)).size).toBe(3)
    expect(own.engine.stats()).toMatchObject({ queued: 1, endsQueued: 1, refused: 3, expired: 3 })
    own.open()
    expect((await own.flying).result.status).toBe('admitted')
    expect((await end).result.status).toBe('posted')
    const again = await own.engine.execute(authorize('late', 'new1'))
    expect(again).toMatchObject({ replayed: false, result: { status: 'admitted' } })
    const rows = await journal(database.pool, 'late')
    expect(rows.filter(({ requestId }) => requestId === own.begun[0])).toHaveLength(1)
    expect((await verify(database.pool, { accountId: 'late' })).first).toBeNull()
  })
})
