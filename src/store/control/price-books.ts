import type pg from 'pg'
import type { PriceBookDocument } from '../../core/pricing/types.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

export interface PriceBookRecord {
  readonly bookId: string
  readonly currency: string
  readonly effectiveFrom: Instant
  readonly publishedAt: Instant
  readonly publishedBy: string
}

export interface StoredPriceBook extends PriceBookRecord {
  readonly document: PriceBookDocument
}

export type PublishPriceBook =
  | { readonly status: 'published' | 'unchanged'; readonly book: StoredPriceBook }
  | { readonly status: 'id_taken' }

const LISTED = `book_id, document->>'currency' as currency, effective_from, published_at, published_by`

interface ListedRow {
  readonly book_id: string
  readonly currency: string
  readonly effective_from: Date
  readonly published_at: Date
  readonly published_by: string
}

interface StoredRow extends ListedRow {
  readonly document: PriceBookDocument
}

const recordOf = (row: ListedRow): PriceBookRecord => ({
  bookId: row.book_id,
  currency: row.currency,
  effectiveFrom: instant(row.effective_from.getTime()),
  publishedAt: instant(row.published_at.getTime()),
  publishedBy: row.published_by,
})

const storedOf = (row: StoredRow): StoredPriceBook => ({ ...recordOf(row), document: row.document })

export interface NewPriceBook {
  readonly document: PriceBookDocument
  readonly effectiveFrom: Instant
  readonly at: Instant
  readonly by: string
}

/**
 * Publishes a price book for ever: there is no changing and no deleting. The same document again gives
 * what is there already. The document has been validated.
 */
export async function publishPriceBook(
  pool: pg.Pool | pg.ClientBase,
  book: NewPriceBook,
): Promise<PublishPriceBook> {
  const { rows } = await pool.query<StoredRow>(
    `insert into control.price_book (book_id, effective_from, document, published_at, published_by)
     values ($1::text, $2::timestamptz, $3::jsonb, $4::timestamptz, $5::text)
     on conflict do nothing returning ${LISTED}, document`,
    [
      book.document.id,
      formatInstant(book.effectiveFrom),
      JSON.stringify(book.document),
      formatInstant(book.at),
      book.by,
    ],
  )
  if (rows[0]) return { status: 'published', book: storedOf(rows[0]) }
  const same = await pool.query<StoredRow>(
    `select ${LISTED}, document from control.price_book
     where book_id = $1::text and document = $2::jsonb`,
    [book.document.id, JSON.stringify(book.document)],
  )
  const known = same.rows[0]
  return known ? { status: 'unchanged', book: storedOf(known) } : { status: 'id_taken' }
}

export async function readPriceBook(
  pool: pg.Pool,
  bookId: string,
): Promise<StoredPriceBook | null> {
  const { rows } = await pool.query<StoredRow>(
    `select ${LISTED}, document from control.price_book where book_id = $1::text`,
    [bookId],
  )
  return rows[0] ? storedOf(rows[0]) : null
}

export interface PriceBookPage {
  /** The last one of the page before. */
  readonly after: { readonly publishedAt: Instant; readonly bookId: string } | null
  readonly limit: number
}

/** The latest publication first. */
export async function listPriceBooks(
  pool: pg.Pool,
  page: PriceBookPage,
): Promise<readonly PriceBookRecord[]> {
  const { rows } = await pool.query<ListedRow>(
    `select ${LISTED} from control.price_book
     where $1::text is null or (published_at, book_id) < ($2::timestamptz, $1::text)
     order by published_at desc, book_id desc limit $3::integer`,
    [
      page.after?.bookId ?? null,
      page.after ? formatInstant(page.after.publishedAt) : null,
      page.limit,
    ],
  )
  return rows.map(recordOf)
}
