import type pg from 'pg'
import { instant } from '../core/time/index.ts'
import { SILENT_MS, writeExport } from '../engine/usage/exports/write.ts'
import { accountsToFollow, catchUp } from '../store/facts/catch-up.ts'
import { expireExports, exportsToWrite } from '../store/usage/export-work.ts'
import { eachOf, sweepAll } from './sweep-all.ts'

/** Steps that one account has in a round: a long journal lets the others through. */
const STEPS_MAX = 50
/** Each of them has a page of its journal in memory. */
const AT_ONCE = 4

/** Follows the journals of accounts that moved, for the explorer. Returns how many. */
export const followJournals = (pool: pg.Pool): Promise<number> =>
  sweepAll<string>({
    page: (after, limit) => accountsToFollow(pool, { after: after ?? '', limit }),
    nameOf: (id) => id,
    work: (id) => catchUp(pool, id, { stepsMax: STEPS_MAX }),
    pageMax: AT_ONCE,
  })

/** Exports that one node writes at the same time. */
const WRITTEN_AT_ONCE = 2
const EXPIRED_MAX = 100

/** Writes the files of exports that wait, and removes those whose time is over. Returns how many. */
export async function workOnExports(pool: pg.Pool, nowMs: () => number): Promise<number> {
  const now = instant(nowMs())
  const silentSince = instant(now - SILENT_MS)
  const waiting = await exportsToWrite(pool, { silentSince, limit: WRITTEN_AT_ONCE })
  const written = await eachOf(
    waiting,
    ({ exportId }) => exportId,
    async (own) => (await writeExport({ pool, ...own, nowMs })) !== null,
  )
  return written + (await expireExports(pool, { now, limit: EXPIRED_MAX }))
}
