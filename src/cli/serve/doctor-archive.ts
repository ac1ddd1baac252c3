import { access, constants } from 'node:fs/promises'
import type pg from 'pg'
import type { Config } from '../../config.ts'
import { archiveOf } from '../../store/archive/bodies.ts'
import { directoryFault } from '../../store/archive/directory.ts'
import { hasSegments, knownFiles } from '../../store/archive/segments.ts'
import { type Check, fail, ok, warn } from './doctor-checks.ts'

const FILES_A_PAGE = 500

/** Whether what was archived can be read, and what is to be archived can be written. */
export async function checkArchive(pool: pg.Pool, config: Config): Promise<Check[]> {
  const { rows } = await pool.query<{ there: boolean }>(
    "select to_regclass('accounts.archive_segment') is not null as there",
  )
  if (rows[0]?.there !== true) return []
  const archive = archiveOf(pool)
  if (archive === undefined) {
    if (!(await hasSegments(pool))) return [ok('archived bodies', 'off; nothing is archived')]
    const next = 'Set archive.directory to the directory that has the files.'
    return [fail('archived bodies', 'bodies are archived, and no directory is set', next)]
  }
  const fault = await directoryFault(pool, archive.directory)
  if (fault !== null)
    return [fail('archived bodies', fault, 'Mount the archive, or correct archive.directory.')]
  const files = await lookAtFiles(pool, (file) => archive.sizeOf(file))
  if (files.bad !== null)
    return [
      fail(
        'archived bodies',
        `${files.bad} is missing or has another size`,
        'Bring it back from your backup; "everycent archive verify" names every file that is not right.',
      ),
    ]
  return [await writable(archive.directory, config.archive.afterDays, files.count)]
}

async function lookAtFiles(
  pool: pg.Pool,
  sizeOf: (file: string) => Promise<number | null>,
): Promise<{ readonly count: number; readonly bad: string | null }> {
  let count = 0
  for (let after = ''; ; ) {
    const page = await knownFiles(pool, { after, limit: FILES_A_PAGE })
    for (const { file, bytes } of page) {
      count += 1
      if ((await sizeOf(file)) !== bytes) return { count, bad: file }
    }
    const last = page.at(-1)
    if (!last || page.length < FILES_A_PAGE) return { count, bad: null }
    after = last.file
  }
}

async function writable(directory: string, afterDays: number, files: number): Promise<Check> {
  const there = `${files} files, each there in its size`
  if (afterDays === 0) return ok('archived bodies', `${there}; nothing more is archived`)
  try {
    await access(directory, constants.W_OK)
    return ok('archived bodies', `${there}; entries go there after ${afterDays} days`)
  } catch {
    return warn(
      'archived bodies',
      `${directory} cannot be written to`,
      'Let the server’s user write to it; until then bodies stay in the database.',
    )
  }
}
