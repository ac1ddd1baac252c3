import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { instant } from '../../../src/core/time/index.ts'
import type { Engine } from '../../../src/engine/index.ts'
import { closeStatements } from '../../../src/jobs/statements.ts'
import { type ArchiveReport, archiveEntries } from '../../../src/store/archive/run.ts'
import { createPool } from '../../../src/store/pool.ts'
import { callOf, record, refund, release } from '../../engine/support/commands.ts'
import { funded, post } from '../../engine/support/journal.ts'
import { nodeAt, SetClock } from '../../engine/support/set-clock.ts'
import { authorize, seedCatalogue, settle } from '../../engine/support.ts'
import { afterFile } from '../../support/cleanup.ts'
import { freshDatabase, type TestDatabase } from '../../support/database.ts'

const DAY_MS = 86_400_000
export const START = '2026-06-10T00:00:00Z'
/** By then, two cycles of accounts that were opened at the start have ended. */
export const LATER = '2026-08-20T00:00:00Z'
/** Entries from before this are old. */
export const BEFORE = instant(Date.parse('2026-08-01T00:00:00Z'))

/** A directory of its own, as an operator would mount one. */
export function archiveFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'everycent-archive-'))
  afterFile(() => rm(directory, { recursive: true }))
  return directory
}

export function poolWith(database: TestDatabase, directory: string | undefined): pg.Pool {
  const pool = createPool(database.url, {
    max: 4,
    applicationName: 'reader',
    archiveDirectory: directory,
  })
  afterFile(() => pool.end())
  return pool
}

export interface World {
  readonly database: TestDatabase
  readonly clock: SetClock
  /** Without an archive: what it reads and decides is all in the database. */
  readonly engine: Engine
  closeStatements(): Promise<void>
}

export async function world(): Promise<World> {
  const database = await freshDatabase()
  await seedCatalogue(database)
  const clock = new SetClock(START)
  const node = await nodeAt(database, clock)
  afterFile(() => node.close())
  const { engine } = node
  return {
    ...{ database, clock, engine },
    closeStatements: async () => {
      await closeStatements({ pool: database.pool, engine }, clock.now())
    },
  }
}

/** Calls of every kind of end, over two months and into the third, and the statements of what has ended. */
export async function lived({ engine, clock, closeStatements: close }: World, ids: string[]) {
  for (const id of ids) await funded(engine, id, '20')
  for (let day = 0; day < 70; day += 5) {
    for (const id of ids) await dayOf(engine, id, day, clock.now())
    clock.advance(5 * DAY_MS)
    await close()
  }
  clock.set(LATER)
  await close()
}

async function dayOf(engine: Engine, id: string, day: number, now: number): Promise<void> {
  const call = { memberId: day % 10 === 0 ? 'm1' : 'm2', keyId: 'key_1', features: ['tools'] }
  await engine.execute({ ...authorize(id, `s${day}`), call: callOf(`s${day}`, call) })
  await post(engine, settle(id, `s${day}`, 1_000 + day, 100))
  await post(engine, record(id, `r${day}`, now, { input: 500 + day, call }))
  await engine.execute({ ...authorize(id, `f${day}`), call: callOf(`f${day}`, call) })
  await post(engine, release(id, `f${day}`))
  const tooMuch = { ...authorize(id, `big${day}`).bound, maxOutputTokens: 100_000_000 }
  await engine.execute({ ...authorize(id, `big${day}`), bound: tooMuch })
  if (day === 20) await post(engine, refund(id, 's5', 'goodwill', '0.0005'))
}

export const archive = (
  { pool }: Pick<TestDatabase, 'pool'>,
  directory: string,
  more: Partial<Parameters<typeof archiveEntries>[0]> = {},
): Promise<ArchiveReport> =>
  archiveEntries({ pool, directory, before: BEFORE, at: instant(Date.parse(LATER)), ...more })
