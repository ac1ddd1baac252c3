import type pg from 'pg'
import type { Archive } from '../archive/archive.ts'
import { archiveOf } from '../archive/bodies.ts'
import { fileSha256 } from '../archive/draft.ts'
import { type KnownFile, knownFiles } from '../archive/segments.ts'
import type { Findings } from './report.ts'

/** Segments of an account against its entries, in the snapshot of the client; `null`: they fit. */
export async function segmentFault(
  client: pg.ClientBase,
  accountId: string,
): Promise<string | null> {
  const { rows } = await client.query<{ segment: number; said: number | null; there: string }>(
    `select coalesce(s.segment, e.segment) as segment, s.entries as said,
       coalesce(e.entries, 0)::text as there
     from (select * from accounts.archive_segment where account_id = $1::text) s
     full join (
       select segment, count(*) as entries, bool_or(body is not null) as has_bodies
       from accounts.entry where account_id = $1::text and segment is not null
       group by segment) e on e.segment = s.segment
     where s.entries is distinct from e.entries or e.has_bodies
     order by 1 limit 1`,
    [accountId],
  )
  const [row] = rows
  if (!row) return null
  return `segment ${row.segment} of the archive: ${row.there} entries are in it, ${row.said ?? 'none'} were archived`
}

const FILES_A_PAGE = 200

/** A file of the archive, and what is wrong with it. */
export interface CheckedFile extends KnownFile {
  readonly fault: string | null
}

/** Reads every file of the archive and holds its sha256 against what was written. */
export async function* checkFiles(pool: pg.Pool, accountId?: string): AsyncGenerator<CheckedFile> {
  const archive = archiveOf(pool)
  for (let after = ''; ; ) {
    const page = { after, limit: FILES_A_PAGE, ...(accountId !== undefined && { accountId }) }
    const files = await knownFiles(pool, page)
    for (const file of files) yield { ...file, fault: await faultOf(archive, file) }
    const last = files.at(-1)
    if (!last || files.length < FILES_A_PAGE) return
    after = last.file
  }
}

async function faultOf(archive: Archive | undefined, own: KnownFile): Promise<string | null> {
  if (archive === undefined) return 'no directory is set for the archive (archive.directory)'
  const bytes = await archive.sizeOf(own.file)
  if (bytes === null) return 'it is not there'
  if (bytes !== own.bytes) return `it has ${bytes} bytes, and was written with ${own.bytes}`
  const sha256 = await fileSha256(archive.path(own.file))
  return sha256 === own.sha256 ? null : 'its sha256 is not the one that was written'
}

export async function verifyFiles(
  pool: pg.Pool,
  findings: Findings,
  accountId: string | undefined,
): Promise<void> {
  for await (const { file, fault } of checkFiles(pool, accountId))
    findings.check(23, accountId ?? '', 0, fault && `archive file ${file}: ${fault}`)
}
