import type pg from 'pg'
import { archiveOf } from './bodies.ts'
import { directoryFault } from './directory.ts'

export interface ArchiveHealth {
  /** `off`: nothing is archived and no directory is set. */
  readonly state: 'off' | 'there' | 'away'
  /** Files that cannot be had: all, where the directory is away; else of the newest. */
  readonly missing: number
  /** Ends of calls that had to stay, and are looked at again each day. */
  readonly waiting: number
}

/** The newest files are where a disk that was full or not mounted shows first; the doctor looks at each. */
const NEWEST = `
  select distinct n.file, n.file_bytes::text as bytes from (
    select s.file, s.file_bytes from accounts.archive_segment s
    order by s.archived_at desc limit $1::integer) n`
const NEWEST_SEGMENTS = 500

const COUNTS = `
  select (select count(*) from accounts.archive_left)::integer as waiting,
    (select count(distinct s.file) from accounts.archive_segment s where $1::boolean)::integer as files,
    exists (select from accounts.archive_segment) as any`

/** Whether what was archived can be read, as far as a look at names and sizes tells. */
export async function archiveHealth(pool: pg.Pool): Promise<ArchiveHealth> {
  const archive = archiveOf(pool)
  const fault = archive ? await directoryFault(pool, archive.directory) : 'no directory is set'
  const { rows } = await pool.query<{ waiting: number; files: number; any: boolean }>(COUNTS, [
    fault !== null,
  ])
  const { waiting, files, any } = rows[0]!
  if (!archive && !any) return { state: 'off', missing: 0, waiting }
  // a directory that is away cannot be archived to, even if nothing is there yet
  if (fault !== null) return { state: 'away', missing: Math.max(1, files), waiting }
  const { rows: newest } = await pool.query<{ file: string; bytes: string }>(NEWEST, [
    NEWEST_SEGMENTS,
  ])
  const sizes = await Promise.all(newest.map(({ file }) => archive!.sizeOf(file)))
  const missing = newest.filter(({ bytes }, index) => sizes[index] !== Number(bytes)).length
  return { state: 'there', missing, waiting }
}
