import type pg from 'pg'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { integerArray, jsonLines } from '../statements/arrays.ts'
import { inTransaction } from '../transaction.ts'

/** Bodies of one account that are in a file, and are to leave the database. */
export interface NewSegment {
  readonly accountId: string
  readonly file: string
  /** Hex. */
  readonly fileSha256: string
  readonly fileBytes: number
  readonly firstRow: number
  readonly seqs: readonly number[]
  /** One each: what statements ask of the body. */
  readonly excerpts: readonly string[]
  readonly bodyBytes: number
  readonly looked: Looked
}

/** What was looked at beside what went to a file. */
export interface Looked {
  /** The account has been looked through up to here; `null`: only again, at what had to stay. */
  readonly to: number | null
  /** What has to stay. */
  readonly waiting: readonly number[]
}

class LostRace extends Error {}

const INSERT = `
  insert into accounts.archive_segment
    (account_id, segment, file, file_sha256, file_bytes, first_row, file_rows, entries, first_seq, last_seq,
     body_bytes, archived_at)
  select $1::text, 1 + coalesce(max(s.segment), 0), $2::text, decode($3::text, 'hex'), $4::bigint,
    $5::bigint, $6::integer, $6::integer, $7::bigint, $8::bigint, $9::bigint, $10::timestamptz
  from accounts.archive_segment s where s.account_id = $1::text
  returning segment`

const GIVE_UP = `
  update accounts.entry e
  set body = null, excerpt = i.excerpt::json, segment = $2::integer
  from rows from (unnest($3::bigint[]), string_to_table($4::text, chr(10))) as i(seq, excerpt)
  where e.account_id = $1::text and e.seq = i.seq and e.body is not null`

const MOVE_CURSOR = `
  insert into accounts.archive_cursor as c (account_id, after_seq) values ($1::text, $2::bigint)
  on conflict (account_id) do update set after_seq = greatest(c.after_seq, excluded.after_seq)`

const STAY = `
  insert into accounts.archive_left as l (account_id, seq, at, looked_at)
  select e.account_id, e.seq, e.at, $3::timestamptz from accounts.entry e
  where e.account_id = $1::text and e.seq = any($2::bigint[])
  on conflict (account_id, seq) do update set looked_at = greatest(l.looked_at, excluded.looked_at)`

const GO = `
  delete from accounts.archive_left where account_id = $1::text and seq = any($2::bigint[])`

/**
 * Gives up the bodies that are safe in a file. All of them or none: `false` when another server was faster
 * with any of them, whose file has them then.
 */
export async function commitSegment(pool: pg.Pool, own: NewSegment, at: Instant): Promise<boolean> {
  try {
    await inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ segment: number }>(INSERT, [
        own.accountId,
        own.file,
        own.fileSha256,
        own.fileBytes,
        own.firstRow,
        own.seqs.length,
        own.seqs[0],
        own.seqs.at(-1),
        own.bodyBytes,
        formatInstant(at),
      ])
      const { rowCount } = await client.query(GIVE_UP, [
        own.accountId,
        rows[0]!.segment,
        integerArray(own.seqs),
        jsonLines(own.excerpts),
      ])
      if (rowCount !== own.seqs.length) throw new LostRace()
      await client.query(GO, [own.accountId, own.seqs])
      await noteLooked(client, own.accountId, own.looked, at)
    })
    return true
  } catch (error) {
    if (error instanceof LostRace || isDuplicate(error)) return false
    throw error
  }
}

const isDuplicate = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | null)?.code === '23505'

async function noteLooked(
  client: pg.PoolClient,
  accountId: string,
  { to, waiting }: Looked,
  at: Instant,
): Promise<void> {
  if (waiting.length > 0) await client.query(STAY, [accountId, waiting, formatInstant(at)])
  if (to !== null) await client.query(MOVE_CURSOR, [accountId, to])
}

/** An account that was looked at and had nothing to give up. */
export async function keepLooked(
  pool: pg.Pool,
  accountId: string,
  looked: Looked,
  at: Instant,
): Promise<void> {
  await inTransaction(pool, (client) => noteLooked(client, accountId, looked, at))
}

/** Accounts are looked through from their beginnings again: for what had to stay, or was restored. */
export async function forgetCursors(pool: pg.Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('delete from accounts.archive_cursor')
    await client.query('delete from accounts.archive_left')
  })
}

export async function hasSegments(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ any: boolean }>(
    'select exists (select from accounts.archive_segment) as any',
  )
  return rows[0]!.any
}

/** Accounts that have something in the archive, by id. */
export async function archivedAccounts(
  pool: pg.Pool,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ account_id: string }>(
    `select distinct account_id from accounts.archive_segment where account_id > $1::text
     order by account_id limit $2::integer`,
    [page.after, page.limit],
  )
  return rows.map((row) => row.account_id)
}

/** A file of the archive, as the database knows it. */
export interface KnownFile {
  readonly file: string
  /** Hex. */
  readonly sha256: string
  readonly bytes: number
  readonly accounts: number
  readonly entries: number
  readonly body_bytes: number
  readonly archived_at: string
}

interface FileRow {
  readonly file: string
  readonly sha256: string
  readonly bytes: string
  readonly accounts: string
  readonly entries: string
  readonly body_bytes: string
  readonly archived_at: Date
}

const FILES = `
  select s.file, encode(s.file_sha256, 'hex') as sha256, max(s.file_bytes)::text as bytes,
    count(distinct s.account_id)::text as accounts, sum(s.entries)::text as entries,
    sum(s.body_bytes)::text as body_bytes, max(s.archived_at) as archived_at
  from accounts.archive_segment s
  where s.file > $1::text and ($3::text is null or s.account_id = $3::text)
  group by s.file, s.file_sha256 order by s.file limit $2::integer`

/** Files by name; `accountId`: those with bodies of one account only. */
export async function knownFiles(
  db: Pick<pg.Pool, 'query'>,
  page: { readonly after: string; readonly limit: number; readonly accountId?: string },
): Promise<readonly KnownFile[]> {
  const { rows } = await db.query<FileRow>(FILES, [page.after, page.limit, page.accountId ?? null])
  return rows.map((row) => ({
    file: row.file,
    sha256: row.sha256,
    bytes: Number(row.bytes),
    accounts: Number(row.accounts),
    entries: Number(row.entries),
    body_bytes: Number(row.body_bytes),
    archived_at: row.archived_at.toISOString(),
  }))
}
