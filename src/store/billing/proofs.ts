import type pg from 'pg'
import type { PriceBookDocument } from '../../core/pricing/types.ts'
import { withBodies } from '../archive/bodies.ts'

type Queryable = Pick<pg.Pool, 'query'>

/** An entry as it is stored: its bytes are what its hash is of. */
export interface StoredEntry {
  readonly seq: number
  /** Hex. */
  readonly hash: string
  readonly body: string
  /** `null`: there is none, or it has been removed. */
  readonly evidence: string | null
}

interface StoredRow {
  readonly seq: string
  readonly hash: string
  readonly body: string | null
  readonly evidence: string | null
}

/** So few at a time that other requests are not kept waiting while they are read. */
const ENTRIES_PER_PAGE = 500

/** The entries after one up to another, in order, byte for byte. */
export async function* storedEntries(
  pool: Queryable,
  accountId: string,
  range: { readonly after: number; readonly last: number },
): AsyncGenerator<StoredEntry> {
  for (let { after } = range; after < range.last; ) {
    const { rows } = await pool.query<StoredRow>({
      name: 'read-proof-entries',
      text: `select seq, encode(hash, 'hex') as hash, body::text as body, evidence from accounts.entry
             where account_id = $1::text and seq > $2::bigint and seq <= $3::bigint
             order by seq limit $4::integer`,
      values: [accountId, after, range.last, ENTRIES_PER_PAGE],
    })
    if (rows.length === 0) throw new Error(`the journal of ${accountId} ends before ${range.last}`)
    for (const { hash, body, evidence } of await withBodies(pool, accountId, rows)) {
      after += 1
      yield { seq: after, hash, body, evidence }
    }
  }
}

/** A price book as it was published, and when. */
export interface PublishedBook {
  readonly published_at: string
  readonly document: PriceBookDocument
}

/**
 * The books by which entries were priced, and all of their currency that began at the earliest of them or
 * later: whoever reads them sees that each was the latest in force. In the order of their publication.
 */
export async function booksFor(
  pool: Queryable,
  currency: string,
  used: readonly string[],
): Promise<PublishedBook[]> {
  const { rows } = await pool.query<{ published_at: Date; document: PriceBookDocument }>(
    `select published_at, document from control.price_book
     where document->>'currency' = $1::text and effective_from >= (
       select min(effective_from) from control.price_book where book_id = any($2::text[]))
     order by published_at, book_id`,
    [currency, used],
  )
  return rows.map((row) => ({
    published_at: row.published_at.toISOString(),
    document: row.document,
  }))
}
