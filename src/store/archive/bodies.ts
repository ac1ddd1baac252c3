import type pg from 'pg'
import { GENESIS_HASH } from '../../core/ledger/index.ts'
import { chainHash } from '../chain-hash.ts'
import { integerArray, textArray } from '../statements/arrays.ts'
import type { Archive } from './archive.ts'
import { ArchiveProblem } from './problem.ts'

/** A pool, or a client of it: whoever reads entries asks with the same one for their bodies. */
type Queryable = Pick<pg.Pool, 'query'>

const archives = new WeakMap<object, Archive>()

/** From here on, what is read over this pool finds its archived bodies there. */
export function useArchive(pool: pg.Pool, archive: Archive): void {
  archives.set(pool, archive)
  pool.on('connect', (client) => archives.set(client, archive))
}

/** `undefined`: no directory is set. */
export const archiveOf = (pool: Queryable): Archive | undefined => archives.get(pool)

interface EntryRow {
  readonly seq: number | string | null
  /** `null`: it is in the archive. */
  readonly body: string | null
}

type Filled<T> = Omit<T, 'body'> & { readonly body: string }

/**
 * Entries of one account with their bodies: those that moved to the archive are read there, and are what
 * their entries have hashed. Costs nothing where none has moved. Throws an `ArchiveProblem`.
 */
export async function withBodies<T extends EntryRow>(
  db: Queryable,
  accountId: string,
  rows: readonly T[],
): Promise<readonly Filled<T>[]> {
  return withBodiesOf(db, rows, () => accountId)
}

/** The same for entries of several accounts. */
export async function withBodiesOf<T extends EntryRow>(
  db: Queryable,
  rows: readonly T[],
  accountOf: (row: T) => string,
): Promise<readonly Filled<T>[]> {
  const gone = rows.filter((row) => row.body === null)
  if (gone.length === 0) return rows as readonly Filled<T>[]
  const keyOf = (accountId: string, seq: EntryRow['seq']): string => `${accountId}\n${seq}`
  const found = new Map<string, string>()
  const asked = gone.map((row) => ({ accountId: accountOf(row), seq: String(row.seq) }))
  for (const own of await archivedBodies(db, asked))
    found.set(keyOf(own.accountId, own.seq), own.body)
  return rows.map((row) => ({
    ...row,
    body: row.body ?? found.get(keyOf(accountOf(row), row.seq)) ?? nowhere(accountOf(row), row.seq),
  }))
}

function nowhere(accountId: string, seq: EntryRow['seq']): never {
  const why = `entry ${seq} of ${accountId} has no body and is in no segment of the archive`
  throw new ArchiveProblem('no_segment', '', why)
}

interface PlaceRow {
  readonly account_id: string
  readonly seq: string
  readonly hash: string
  readonly previous: string | null
  readonly file: string
  readonly first_row: string
  readonly file_rows: number
}

interface AskedRow extends Omit<PlaceRow, 'file'> {
  /** It has been restored since it was asked for. */
  readonly body: string | null
  readonly file: string | null
}

const PLACES = `
  select e.account_id, e.seq::text, encode(e.hash, 'hex') as hash, encode(p.hash, 'hex') as previous,
    e.body::text as body, s.file, s.first_row::text, s.file_rows
  from unnest($1::text[], $2::bigint[]) as k(account_id, seq)
  join accounts.entry e on e.account_id = k.account_id and e.seq = k.seq
  left join accounts.archive_segment s on s.account_id = e.account_id and s.segment = e.segment
  left join accounts.entry p on p.account_id = e.account_id and p.seq = e.seq - 1`

interface Asked {
  readonly accountId: string
  readonly seq: string
}

async function archivedBodies(
  db: Queryable,
  asked: readonly Asked[],
): Promise<readonly (Asked & { readonly body: string })[]> {
  const { rows } = await db.query<AskedRow>({
    name: 'archive-places',
    text: PLACES,
    values: [
      textArray(asked.map(({ accountId }) => accountId)),
      integerArray(asked.map(({ seq }) => BigInt(seq))),
    ],
  })
  const archive = archiveOf(db)
  const found = rows.flatMap(({ account_id: accountId, seq, body }) =>
    body === null ? [] : [{ accountId, seq, body }],
  )
  const gone = rows.filter(
    (row): row is AskedRow & PlaceRow => row.body === null && row.file !== null,
  )
  for (const own of byPlace(gone)) found.push(...(await readPlace(archive, own)))
  return found
}

/** Each account's rows of a file together. */
function byPlace(rows: readonly PlaceRow[]): readonly (readonly PlaceRow[])[] {
  const places = new Map<string, PlaceRow[]>()
  for (const row of rows) {
    const key = `${row.file}\n${row.first_row}`
    const own = places.get(key) ?? []
    own.push(row)
    places.set(key, own)
  }
  return [...places.values()]
}

async function readPlace(
  archive: Archive | undefined,
  rows: readonly PlaceRow[],
): Promise<(Asked & { readonly body: string })[]> {
  const [{ account_id: accountId, file, first_row, file_rows }] = rows as readonly [PlaceRow]
  if (archive === undefined)
    throw new ArchiveProblem('no_directory', file, 'no directory is set for the archive')
  const firstRow = Number(first_row)
  const place = { accountId, file, firstRow, afterRow: firstRow + file_rows }
  const bodies = await archive.bodies(place, new Set(rows.map(({ seq }) => Number(seq))))
  return rows.map(({ seq, hash, previous }) => {
    const body = bodies.get(Number(seq))!
    if (chainHash(previous ?? GENESIS_HASH, body) !== hash)
      throw new ArchiveProblem(
        'file_damaged',
        file,
        `entry ${seq} of ${accountId} is not what was hashed`,
      )
    return { accountId, seq, body }
  })
}
