import { beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/engine/index.ts'
import { startJobs } from '../../src/jobs/index.ts'
import { sweepAll } from '../../src/jobs/sweep-all.ts'
import { listJobs } from '../../src/store/reads/jobs.ts'
import { grant } from '../engine/support/commands.ts'
import { funded, journal, post, remainingOf } from '../engine/support/journal.ts'
import { clockedNode } from '../engine/support/nodes.ts'
import { SetClock } from '../engine/support/set-clock.ts'
import { authorize, seedCatalogue, settle } from '../engine/support.ts'
import { freshDatabase, queuePool, type TestDatabase } from '../support/database.ts'

/*
 * Rows that fail for ever, more than a page of them and all in front of the good one: the good one is
 * done all the same, and the failing ones are told.
 */

const HOUR_MS = 3_600_000
const FAILING = 600
const GOOD = 'zz-good'

let database: TestDatabase
let clock: SetClock
let engine: Engine

beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  clock = new SetClock('2026-11-20T12:00:00Z')
  engine = (await clockedNode(database, clock)).engine
  await funded(engine, GOOD, '5')
  await post(engine, grant(GOOD, 'ending', '2', clock.now() + HOUR_MS))
  await engine.execute(authorize(GOOD, 'held'))
  await engine.execute(authorize(GOOD, 'waiting'))
  const ended = settle(GOOD, 'waiting')
  await post(engine, { ...ended, usage: { ...ended.usage!, model: 'later' } })
  await copyBroken()
  await publishLater()
  await engine.reloadCatalogue()
  clock.advance(HOUR_MS)
})

/** Copies of the good account whose state cannot be read, with all that there is to do for it, and due before it. */
async function copyBroken(): Promise<void> {
  const { pool } = database
  const copies = `generate_series(1, ${FAILING}) as n`
  await pool.query(
    `insert into accounts.account (account_id, version, seq, state, due_at, updated_at)
     select 'bad-' || n, version, seq, jsonb_set(state::jsonb, '{lots}', 'null')::json,
       due_at - interval '1 minute', updated_at
     from accounts.account, ${copies} where account_id = '${GOOD}'`,
  )
  await pool.query(
    `insert into accounts.hold (account_id, call_id, expires_at, body)
     select 'bad-' || n, call_id, expires_at - interval '1 minute', body
     from accounts.hold, ${copies} where account_id = '${GOOD}'`,
  )
  await pool.query(
    `insert into accounts.entry
       (account_id, seq, kind, request_id, at, event_at, ref_seq, lot_id, draw_key, pending, hash, body)
     select 'bad-' || n, seq, kind, request_id, at, event_at, ref_seq, lot_id, draw_key, pending, hash, body
     from accounts.entry, ${copies} where account_id = '${GOOD}' and pending is not null`,
  )
}

async function publishLater(): Promise<void> {
  const rows = ['small', 'later'].flatMap((model) => [
    { model, kind: 'input', per_mtok: '1' },
    { model, kind: 'output', per_mtok: '10' },
  ])
  const book = { id: 'later', currency: 'USD', effective_from: '2020-01-02T00:00:00Z', rows }
  await database.pool.query(
    `insert into control.price_book (book_id, effective_from, document, published_at, published_by)
     values ($1::text, $2::timestamptz, $3::jsonb, $2::timestamptz, 'test')`,
    [book.id, book.effective_from, JSON.stringify(book)],
  )
}

describe('600 accounts that cannot be read, before one that can', () => {
  it('hold up no job; each says how many failed, and which was the first', async () => {
    const told: string[] = []
    const jobs = await startJobs({
      pool: database.pool,
      queuePool: queuePool(database),
      engine,
      nowMs: () => clock.now(),
      sweepEveryMs: 3_600_000,
      onError: (job) => told.push(job),
    })
    await jobs.runOnce()
    await jobs.stop()
    const kinds = (await journal(database.pool, GOOD)).map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['expire_hold', 'expire_lot', 'complete']))
    expect(await remainingOf(database.pool, GOOD, 'lot_ending')).toBe('0')
    const { rows } = await database.pool.query(
      `select account_id from control.account_directory where account_id = '${GOOD}'`,
    )
    expect(rows).toHaveLength(1)
    const byName = new Map((await listJobs(database.pool)).map((job) => [job.name, job]))
    for (const name of ['holds', 'due', 'unpriced', 'renewals', 'directory']) {
      const job = byName.get(name)!
      expect([name, job.failed], job.error ?? 'no error').toEqual([name, BigInt(FAILING)])
      expect(job.failuresInRow, name).toBeGreaterThan(0)
      expect(job.succeededAt, name).toBeNull()
      expect(job.error, name).toMatch(/^600 of 60\d failed, the first bad-\d+/)
      expect(told).toContain(name)
    }
  })
})

describe('a sweep', () => {
  it('goes on after the last item of a page, whatever became of it', async () => {
    const all = Array.from({ length: 1_203 }, (_, index) => index)
    const seen: number[] = []
    const sweep = sweepAll<number>({
      page: async (after, limit) => all.filter((item) => item > (after ?? -1)).slice(0, limit),
      nameOf: (item) => `item ${item}`,
      work: async (item) => {
        seen.push(item)
        if (item < 700) throw new Error('never')
        return item !== 1_202
      },
    })
    await expect(sweep).rejects.toMatchObject({
      done: 502,
      failed: 700,
      message: '700 of 1202 failed, the first item 0: never',
    })
    expect(seen).toEqual(all)
  })
})
