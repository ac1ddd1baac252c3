import { resolve } from 'node:path'

export interface ArchiveConfig {
  /** The directory of the archive, the same for all servers; absent: none. */
  readonly directory: string | undefined
  /** Entries older than this are archived; 0: none are, and those that were are still read. */
  readonly afterDays: number
}

interface Reading {
  readonly cwd: string
  readonly text: (path: string, env: string) => string | undefined
  readonly problem: (what: string, next: string) => void
  readonly afterDays: number
}

/** Usage may be reported for so long afterwards: until then a call is nothing of the past. */
const AFTER_DAYS_MIN = 36

export function archiveOf({ cwd, text, problem, afterDays }: Reading): ArchiveConfig {
  const given = text('archive.directory', 'EVERYCENT_ARCHIVE_DIRECTORY')
  const directory = given === undefined ? undefined : resolve(cwd, given)
  if (afterDays > 0 && directory === undefined)
    problem(
      `archive.after_days is ${afterDays}, but there is no directory to archive to.`,
      'Set archive.directory (EVERYCENT_ARCHIVE_DIRECTORY), or leave archive.after_days at 0.',
    )
  if (afterDays > 0 && afterDays < AFTER_DAYS_MIN)
    problem(
      `archive.after_days is ${afterDays}: usage may still be reported for entries that young.`,
      `Choose ${AFTER_DAYS_MIN} or more, or 0 for no archive.`,
    )
  return { directory, afterDays }
}
