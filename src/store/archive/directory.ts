import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { INCOMING } from './draft.ts'
import { hasSegments } from './segments.ts'

/** Tells the archive from an empty directory where it is not mounted. */
export const MARKER = 'everycent-archive.json'
const MARKER_TEXT = `${JSON.stringify({ what: 'Bodies of journal entries, archived by Everycent', format: 1 })}\n`

/** Older than this, whoever wrote a part is gone. */
const PART_MAX_MS = 24 * 60 * 60 * 1_000

/** Why the directory cannot be used; `null`: it can. Nothing is made. */
export async function directoryFault(pool: pg.Pool, directory: string): Promise<string | null> {
  if (!(await isFolder(directory))) return `${directory} is not there, or is no directory`
  if (await isFile(join(directory, MARKER))) return null
  return (await hasSegments(pool))
    ? `${directory} has no ${MARKER}: it is not the archive, or the archive is not mounted`
    : null
}

/**
 * Makes a directory ready to be written to: marks it at the first time, and clears away parts that a crash
 * left. It is never made: an archive that is not mounted must not begin again beside itself.
 */
export async function prepareDirectory(
  pool: pg.Pool,
  directory: string,
  nowMs: number,
): Promise<void> {
  const fault = await directoryFault(pool, directory)
  if (fault !== null) throw new Error(`The archive cannot be written: ${fault}.`)
  await writeFile(join(directory, MARKER), MARKER_TEXT, { flag: 'wx' }).catch((error: unknown) => {
    if ((error as { readonly code?: unknown }).code !== 'EEXIST') throw error
  })
  const incoming = join(directory, INCOMING)
  for (const name of await readdir(incoming).catch(() => [])) {
    const path = join(incoming, name)
    const age = await stat(path).then(
      ({ mtimeMs }) => nowMs - mtimeMs,
      () => 0,
    )
    if (name.endsWith('.part') && age > PART_MAX_MS) await rm(path, { force: true })
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (own) => own.isDirectory(),
    () => false,
  )

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (own) => own.isFile(),
    () => false,
  )
