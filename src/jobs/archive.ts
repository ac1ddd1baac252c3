import type pg from 'pg'
import { DAY_MS, instant } from '../core/time/index.ts'
import { archiveOf } from '../store/archive/bodies.ts'
import { type ArchiveReport, type ArchiveRun, archiveEntries } from '../store/archive/run.ts'

/** Archives what is older than so many days, to the directory that the pool reads from. */
export function archiveOld(
  pool: pg.Pool,
  { afterDays, nowMs }: { readonly afterDays: number; readonly nowMs: number },
  more: Pick<ArchiveRun, 'filesMax'> = {},
): Promise<ArchiveReport> {
  const archive = archiveOf(pool)
  if (archive === undefined) throw new Error('There is no directory to archive to.')
  const before = instant(nowMs - afterDays * DAY_MS)
  return archiveEntries({
    ...{ pool, before, at: instant(nowMs), directory: archive.directory },
    ...more,
  })
}
