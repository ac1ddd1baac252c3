import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EntryBody } from '../../src/core/ledger/index.ts'
import type { Instant } from '../../src/core/time/index.ts'
import type { Engine } from '../../src/engine/index.ts'
import { removeOldEvidence } from '../../src/jobs/evidence.ts'
import { keepEvidence, releaseEvidence } from '../../src/store/evidence/holds.ts'
import { entriesOfCalls } from '../../src/store/reads/entries.ts'
import { verify } from '../../src/store/verify/index.ts'
import { record, release } from '../engine/support/commands.ts'
import { funded, post } from '../engine/support/journal.ts'
import { clockedNode } from '../engine/support/nodes.ts'
import { SetClock } from '../engine/support/set-clock.ts'
import { authorize, seedCatalogue, settle } from '../engine/support.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

const START = '2026-10-31T12:00:00Z'
const DAY_MS = 86_400_000
const KEEP = 400

let database: TestDatabase
let clock: SetClock
let engine: Engine
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
})
beforeEach(async () => {
  clock = new SetClock(START)
  engine = (await clockedNode(database, clock)).engine
  await database.pool.query('truncate control.evidence_limit')
  for (const table of ['account', 'entry', 'posting', 'hold', 'usage_hour', 'evidence_cursor'])
    await database.pool.query(`truncate accounts.${table}`)
  await database.pool.query('truncate accounts.evidence_kept, accounts.evidence_hold')
})

const now = () => clock.now() as Instant
const round = (options: { keepDays?: number; pageMax?: number } = {}) =>
  removeOldEvidence({ pool: database.pool, keepDays: KEEP, nowMs: clock.now(), ...options })

/** What is left beside the entries of a call: the evidence, or when it was removed. */
async function beside(accountId: string, callId: string) {
  const entries = (await entriesOfCalls(database.pool, accountId, [callId])).get(callId) ?? []
  return entries.map(({ body, evidence_removed_at: removedAt }) => removedAt ?? body.evidence)
}
const sound = async () => (await verify(database.pool)).first

const EVIDENCE = { upstream_status: 200 }
const call = (accountId: string, callId: string): Promise<EntryBody[]> =>
  post(engine, { ...record(accountId, callId, clock.now()), evidence: EVIDENCE })

describe('evidence that is older than its retention', () => {
  it('is removed, and its entry says when and which it was', async () => {
    await funded(engine, 'a', '1')
    const [before] = await call('a', 'old')
    clock.advance(DAY_MS)
    await call('a', 'young')
    clock.advance((KEEP - 1) * DAY_MS + 1)
    expect(await round()).toBe(1)
    expect(await beside('a', 'old')).toEqual([new Date(clock.now()).toISOString()])
    expect(await beside('a', 'young')).toEqual([EVIDENCE])
    const [entry] = (await entriesOfCalls(database.pool, 'a', ['old'])).get('old')!
    expect(entry!.body).toEqual(JSON.parse(JSON.stringify(before)))
    expect(entry!.body.evidence_sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(await sound()).toBeNull()
  })

  it('is not removed a millisecond before its time', async () => {
    await funded(engine, 'a', '1')
    await call('a', 'c')
    clock.advance(KEEP * DAY_MS)
    expect(await round()).toBe(0)
    clock.advance(1)
    expect(await round()).toBe(1)
  })

  it('is never removed where the setting is 0', async () => {
    await funded(engine, 'a', '1')
    await call('a', 'c')
    clock.advance(100 * KEEP * DAY_MS)
    expect(await round({ keepDays: 0 })).toBe(0)
    expect(await beside('a', 'c')).toEqual([EVIDENCE])
  })

  it('is removed once, page by page, by two nodes at once, and again after a crash', async () => {
    for (const id of ['a', 'b', 'c']) {
      await funded(engine, id, '1')
      for (let n = 0; n < 25; n += 1) await call(id, `c${n}`)
    }
    clock.advance((KEEP + 1) * DAY_MS)
    const removed = await Promise.all([1, 2, 3, 4].map(() => round({ pageMax: 7 })))
    expect(removed.reduce((all, one) => all + one, 0)).toBe(75)
    // the place that a crash leaves behind is at worst an earlier one
    await database.pool.query('update accounts.evidence_cursor set after_seq = 3')
    expect(await round({ pageMax: 7 })).toBe(0)
    expect(await sound()).toBeNull()
  })

  it('may be missing after a limit was made longer again: the shortest one counts', async () => {
    await funded(engine, 'a', '1')
    await call('a', 'c')
    clock.advance(31 * DAY_MS)
    expect(await round({ keepDays: 30 })).toBe(1)
    expect(await round()).toBe(0)
    expect(await sound()).toBeNull()
  })
})

describe('evidence that stays beyond its retention', () => {
  it('of a call that somebody needs, until all have released it', async () => {
    await funded(engine, 'a', '1')
    for (const id of ['kept', 'other']) await call('a', id)
    await funded(engine, 'b', '1')
    await call('b', 'kept')
    const needed = { accountId: 'a', callIds: ['kept', 'kept'], until: null, at: now() }
    await keepEvidence(database.pool, { ...needed, reason: 'case:1' })
    await keepEvidence(database.pool, { ...needed, reason: 'incident:1' })
    clock.advance((KEEP + 1) * DAY_MS)
    expect(await round({ pageMax: 1 })).toBe(2)
    expect(await beside('a', 'kept')).toEqual([EVIDENCE])
    await releaseEvidence(database.pool, { accountId: 'a', reason: 'case:1' })
    expect(await round()).toBe(0)
    await releaseEvidence(database.pool, { accountId: 'b', reason: 'incident:1' })
    expect(await round()).toBe(0)
    await releaseEvidence(database.pool, { accountId: 'a', reason: 'incident:1' })
    expect(await round()).toBe(1)
    expect(await round()).toBe(0)
    expect(await sound()).toBeNull()
  })

  it('until a time, of which the later one counts', async () => {
    await funded(engine, 'a', '1')
    await call('a', 'c')
    const until = (days: number) =>
      keepEvidence(database.pool, {
        accountId: 'a',
        callIds: ['c'],
        reason: 'case:1',
        until: (now() + days * DAY_MS) as Instant,
        at: now(),
      })
    await until(KEEP + 10)
    await until(KEEP + 5)
    clock.advance((KEEP + 7) * DAY_MS)
    expect(await round()).toBe(0)
    clock.advance(3 * DAY_MS)
    expect(await round()).toBe(1)
  })

  it('of all attempts of a call that is in flight', async () => {
    await funded(engine, 'a', '1')
    await engine.execute(authorize('a', 'c'))
    await post(engine, { ...release('a', 'c'), evidence: { upstream_status: 529 } })
    clock.advance((KEEP + 1) * DAY_MS)
    const again = { requestId: 'c#2', call: { ...authorize('a', 'c').call, attempt: 2 } }
    await engine.execute({ ...authorize('a', 'c'), ...again })
    expect(await round()).toBe(0)
    await post(engine, { ...settle('a', 'c'), requestId: 'c#2', evidence: EVIDENCE })
    expect(await round()).toBe(1)
    expect((await beside('a', 'c')).map((one) => typeof one)).toEqual(['string', 'object'])
  })

  it('of a call whose usage is not known yet', async () => {
    await funded(engine, 'a', '1')
    await post(engine, { ...record('a', 'c', clock.now()), usage: null, evidence: EVIDENCE })
    clock.advance((KEEP + 1) * DAY_MS)
    expect(await round()).toBe(0)
    expect(await beside('a', 'c')).toEqual([EVIDENCE])
    expect(await sound()).toBeNull()
  })
})
