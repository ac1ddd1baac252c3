import type pg from 'pg'
import { type Check, fail, ok, warn } from './doctor-checks.ts'

const MINUTE_MS = 60_000
const ARCHIVED_WITHIN_MS = 60 * MINUTE_MS

interface Archiver {
  readonly mode: string
  readonly archived_ms: string | null
  readonly failed_ms: string | null
  readonly failed_wal: string | null
}

/** What the way back to a moment needs: the log, segment by segment, and a base backup to begin with. */
export async function checkBackup(pool: pg.Pool, nowMs: number): Promise<Check[]> {
  const { rows } = await pool.query<Archiver>(
    `select current_setting('archive_mode') as mode, last_failed_wal as failed_wal,
       (extract(epoch from last_archived_time) * 1000)::bigint::text as archived_ms,
       (extract(epoch from last_failed_time) * 1000)::bigint::text as failed_ms
     from pg_stat_archiver`,
  )
  const archiver = rows[0]!
  if (archiver.mode === 'off')
    return [
      warn(
        'archive',
        'archive_mode is off, so the database cannot be restored to a moment',
        'Set archive_mode and archive_command, take base backups, and rehearse the way back (docs/operating/backup.md).',
      ),
    ]
  const archive = judgeArchive({
    archivedMs: archiver.archived_ms === null ? null : Number(archiver.archived_ms),
    failedMs: archiver.failed_ms === null ? null : Number(archiver.failed_ms),
    failedWal: archiver.failed_wal,
    nowMs,
  })
  return [archive, await checkBaseBackup(pool, nowMs)]
}

/** Of an archiver that is on: whether it keeps up. Times in milliseconds since 1970. */
export function judgeArchive(own: {
  readonly archivedMs: number | null
  readonly failedMs: number | null
  readonly failedWal: string | null
  readonly nowMs: number
}): Check {
  const { archivedMs, failedMs, nowMs } = own
  const name = 'archive'
  if (failedMs !== null && failedMs > (archivedMs ?? 0))
    return fail(
      name,
      `archive_command fails, last at ${own.failedWal}`,
      'Read the log of PostgreSQL and repair the command: until then pg_wal grows until the disk is full.',
    )
  if (archivedMs === null)
    return warn(
      name,
      'nothing has been archived yet',
      'Run "select pg_switch_wal()" and look whether the segment arrives.',
    )
  const minutes = Math.round((nowMs - archivedMs) / MINUTE_MS)
  const found = `last segment ${minutes} minutes ago`
  return nowMs - archivedMs > ARCHIVED_WITHIN_MS
    ? warn(
        name,
        found,
        'A lost disk would lose that much. Set archive_timeout = 60, or stream with pg_receivewal.',
      )
    : ok(name, found)
}

const HOUR_MS = 60 * MINUTE_MS
/** One a day, and an hour for taking it. */
const TAKEN_WITHIN_MS = 25 * HOUR_MS
const HOURS_SHOWN_MAX = 48

/*
 * PostgreSQL writes a small history file beside its log when a base backup ends, archives it, and keeps the
 * newest one there.
 */
async function checkBaseBackup(pool: pg.Pool, nowMs: number): Promise<Check> {
  const { rows: roles } = await pool.query<{ may: boolean }>(
    "select has_function_privilege('pg_ls_waldir()', 'execute') as may",
  )
  if (roles[0]?.may !== true) return judgeBaseBackup('unseen', nowMs)
  const { rows } = await pool.query<{ taken_ms: string | null }>(
    `select (extract(epoch from max(modification)) * 1000)::bigint::text as taken_ms
     from pg_ls_waldir() where name like '%.backup'`,
  )
  const takenMs = rows[0]?.taken_ms ?? null
  return judgeBaseBackup(takenMs === null ? null : Number(takenMs), nowMs)
}

/** `takenMs`: when the last one ended, in milliseconds since 1970; `null`: none has; `unseen`: who knows. */
export function judgeBaseBackup(takenMs: number | 'unseen' | null, nowMs: number): Check {
  const name = 'base backup'
  if (takenMs === 'unseen')
    return warn(
      name,
      'this role may not see when the last one was taken',
      'grant pg_monitor to it; or look where your backups are kept.',
    )
  if (takenMs === null)
    return warn(
      name,
      'none has been taken from this server',
      'Take one (docs/operating/backup.md). If yours are snapshots, or taken from a standby, look there: they are not to be seen from here.',
    )
  const hours = Math.max(0, Math.round((nowMs - takenMs) / HOUR_MS))
  const found =
    hours <= HOURS_SHOWN_MAX
      ? `the last one ended ${hours} hours ago`
      : `the last one ended ${Math.round(hours / 24)} days ago`
  return nowMs - takenMs > TAKEN_WITHIN_MS
    ? warn(
        name,
        found,
        'Look why none came since: the way back plays all of the log since then, and needs every segment of it.',
      )
    : ok(name, found)
}
