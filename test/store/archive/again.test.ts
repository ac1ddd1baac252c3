import { rename, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Instant, instant } from '../../../src/core/time/index.ts'
import { completeUnpriced } from '../../../src/jobs/complete-unpriced.ts'
import { archiveHealth } from '../../../src/store/archive/health.ts'
import { forgetCursors, knownFiles } from '../../../src/store/archive/segments.ts'
import { keepEvidence, releaseEvidence } from '../../../src/store/evidence/holds.ts'
import { readHealth } from '../../../src/store/reads/health.ts'
import { unpricedCalls } from '../../../src/store/statements/housekeeping.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { record } from '../../engine/support/commands.ts'
import { funded, post } from '../../engine/support/journal.ts'
import { BOOK, seedBook } from '../../engine/support.ts'
import {
  archive,
  archiveFolder,
  LATER,
  lived,
  poolWith,
  START,
  type World,
  world,
} from './world.ts'

/*
 * Three calls that cannot go when their turn comes: one that a case holds on to, one whose price comes later,
 * and one that nobody ever prices.
 */
const HELD = 's5'
const PRICED_LATER = 'later'
const NEVER_PRICED = 'never'
const CASE = { accountId: 'a', reason: 'case_1' }
const NOW = instant(Date.parse(LATER))
const DAY_MS = 86_400_000

let own: World
let directory: string
let reader: pg.Pool

beforeAll(async () => {
  own = await world()
  await funded(own.engine, 'a', '20')
  const at = Date.parse(START)
  for (const model of [PRICED_LATER, NEVER_PRICED]) {
    const call = record('a', model, at, { call: { model } })
    await post(own.engine, { ...call, usage: { ...call.usage!, model } })
  }
  await lived(own, ['a'])
  directory = archiveFolder()
  reader = poolWith(own.database, directory)
  await keepEvidence(own.database.pool, { ...CASE, callIds: [HELD], until: null, at: NOW })
})

const run = (at: Instant) => archive(own.database, directory, { at })

/** Calls of the account whose last end is still in the database, of those that can be archived. */
async function here(callIds: readonly string[]): Promise<string[]> {
  const { rows } = await own.database.pool.query<{ request_id: string }>(
    `select request_id from accounts.entry where account_id = 'a' and request_id = any($1::text[])
       and kind in ('settle', 'record') and body is not null order by request_id`,
    [callIds],
  )
  return rows.map((row) => row.request_id)
}
const all = [PRICED_LATER, NEVER_PRICED, HELD].sort()

describe('what had to stay', () => {
  it('is counted, and not looked at again on the same day', async () => {
    const first = await run(NOW)
    expect(first.entries).toBeGreaterThan(20)
    expect(first.waiting).toBe(all.length)
    expect(await here(all)).toEqual(all)
    await releaseEvidence(own.database.pool, CASE)
    const soon = await run(instant(NOW + DAY_MS - 1))
    expect(soon).toEqual({ entries: 0, files: 0, bytes: 0, bodyBytes: 0, waiting: 0 })
  })

  it('goes when the case is closed and the price has come, and only what waits is left', async () => {
    const book = { ...BOOK, id: 'book_later', effective_from: '2020-02-01T00:00:00Z' }
    const rows = BOOK.rows.map((row) => ({ ...row, model: PRICED_LATER }))
    await seedBook(own.database, { ...book, rows: [...BOOK.rows, ...rows] })
    await own.engine.reloadCatalogue()
    expect(await completeUnpriced(own.database.pool, own.engine)).toBe(1)
    const again = await run(instant(NOW + DAY_MS))
    expect(again).toMatchObject({ entries: 2, waiting: 1 })
    expect(await here(all)).toEqual([NEVER_PRICED])
    expect((await verify(reader)).first).toBeNull()
  })

  it('is not taken for a call that still waits, when it waited and is in the archive', async () => {
    const waiting = await unpricedCalls(own.database.pool, null, 10)
    expect(waiting.map(({ call_id }) => call_id)).toEqual([NEVER_PRICED])
    const times = { now: NOW, staleBefore: NOW, foundSince: NOW }
    expect(await readHealth(own.database.pool, times)).toMatchObject({ unpriced: 1 })
  })

  it('is found from the beginning, too', async () => {
    await forgetCursors(own.database.pool)
    expect(await run(instant(NOW + DAY_MS))).toMatchObject({ entries: 0, waiting: 1 })
    const { rows } = await own.database.pool.query('select seq from accounts.archive_left')
    expect(rows).toHaveLength(1)
  })
})

describe('the health of the archive', () => {
  it('counts what is missing or cut among the newest files, and all when the directory is away', async () => {
    expect(await archiveHealth(reader)).toEqual({ state: 'there', missing: 0, waiting: 1 })
    const [first, second] = await knownFiles(reader, { after: '', limit: 10 })
    await rename(join(directory, first!.file), join(directory, 'aside'))
    expect(await archiveHealth(reader)).toMatchObject({ state: 'there', missing: 1 })
    await truncate(join(directory, second!.file), second!.bytes - 1)
    expect(await archiveHealth(reader)).toMatchObject({ state: 'there', missing: 2 })
    await rename(directory, `${directory}-away`)
    const files = await knownFiles(reader, { after: '', limit: 10 })
    expect(await archiveHealth(reader)).toMatchObject({ state: 'away', missing: files.length })
    await rename(`${directory}-away`, directory)
    expect(files.length).toBeGreaterThan(2)
  })
})
