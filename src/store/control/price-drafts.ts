import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { inTransaction } from '../transaction.ts'
import { type NewPriceBook, type PublishPriceBook, publishPriceBook } from './price-books.ts'

export const DRAFT_STATES = ['draft', 'published', 'discarded'] as const
export type DraftState = (typeof DRAFT_STATES)[number]

type Document = Readonly<Record<string, unknown>>

/** A price book on its way: it may be faulty, and prices nothing. */
export interface PriceDraft {
  readonly draftId: string
  readonly note: string | null
  readonly state: DraftState
  readonly revision: number
  /** Everybody who has written in it. */
  readonly authors: readonly string[]
  readonly approvedBy: string | null
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly document: Document
}

/** Its document may have 20,000 rows: a list has its heading only. */
export interface ListedDraft extends Omit<PriceDraft, 'document'> {
  readonly bookId: string | null
  readonly currency: string | null
  readonly effectiveFrom: string | null
}

const COLUMNS =
  'draft_id, note, state, revision, authors, approved_by, created_at, updated_at, document'

interface BareRow {
  readonly draft_id: string
  readonly note: string | null
  readonly state: DraftState
  readonly revision: number
  readonly authors: readonly string[]
  readonly approved_by: string | null
  readonly created_at: Date
  readonly updated_at: Date
}

interface Row extends BareRow {
  readonly document: Document
}

interface ListedRow extends BareRow {
  readonly book_id: string | null
  readonly currency: string | null
  readonly effective_from: string | null
}

const bareOf = (row: BareRow): Omit<PriceDraft, 'document'> => ({
  draftId: row.draft_id,
  note: row.note,
  state: row.state,
  revision: row.revision,
  authors: row.authors,
  approvedBy: row.approved_by,
  createdAt: instant(row.created_at.getTime()),
  updatedAt: instant(row.updated_at.getTime()),
})

const draftOf = (row: Row): PriceDraft => ({ ...bareOf(row), document: row.document })

export interface NewDraft {
  readonly draftId: string
  readonly document: Document
  readonly note: string | null
  readonly by: string
  readonly at: Instant
}

export async function createDraft(pool: pg.Pool, draft: NewDraft): Promise<PriceDraft> {
  const { rows } = await pool.query<Row>(
    `insert into control.price_book_draft
       (draft_id, document, note, state, revision, authors, created_at, updated_at)
     values ($1::text, $2::jsonb, $3::text, 'draft', 1, array[$4::text], $5::timestamptz,
       $5::timestamptz)
     returning ${COLUMNS}`,
    [draft.draftId, JSON.stringify(draft.document), draft.note, draft.by, formatInstant(draft.at)],
  )
  return draftOf(rows[0]!)
}

export async function readDraft(pool: pg.Pool, draftId: string): Promise<PriceDraft | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.price_book_draft where draft_id = $1::text`,
    [draftId],
  )
  return rows[0] ? draftOf(rows[0]) : null
}

/** The latest first. */
export async function listDrafts(
  pool: pg.Pool,
  page: {
    readonly state: DraftState | null
    readonly before: readonly [createdAtMs: number, draftId: string] | null
    readonly limit: number
  },
): Promise<readonly ListedDraft[]> {
  const { rows } = await pool.query<ListedRow>(
    `select draft_id, note, state, revision, authors, approved_by, created_at, updated_at,
       document->>'id' as book_id, document->>'currency' as currency,
       document->>'effective_from' as effective_from
     from control.price_book_draft
     where ($1::text is null or state = $1::text)
       and ($2::bigint is null or (created_at, draft_id) <
         (to_timestamp($2::bigint::double precision / 1000), $3::text))
     order by created_at desc, draft_id desc limit $4::integer`,
    [page.state, page.before?.[0] ?? null, page.before?.[1] ?? null, page.limit],
  )
  return rows.map((row) => ({
    ...bareOf(row),
    bookId: row.book_id,
    currency: row.currency,
    effectiveFrom: row.effective_from,
  }))
}

/** A change of a draft as somebody has read it. */
export interface DraftChange {
  readonly draftId: string
  readonly revision: number
  readonly by: string
  readonly at: Instant
}

export interface DraftText {
  readonly document?: Document | undefined
  readonly note?: string | null | undefined
}

/** `null`: it is no draft any more, or somebody has changed it meanwhile. */
export async function reviseDraft(
  pool: pg.Pool,
  change: DraftChange,
  text: DraftText,
): Promise<PriceDraft | null> {
  const { rows } = await pool.query<Row>(
    `update control.price_book_draft
     set document = coalesce($3::jsonb, document),
         note = case when $4::boolean then $5::text else note end,
         revision = revision + 1, updated_at = $7::timestamptz,
         authors = case when $6::text = any(authors) then authors else authors || $6::text end
     where draft_id = $1::text and revision = $2::integer and state = 'draft'
     returning ${COLUMNS}`,
    [
      change.draftId,
      change.revision,
      text.document === undefined ? null : JSON.stringify(text.document),
      text.note !== undefined,
      text.note ?? null,
      change.by,
      formatInstant(change.at),
    ],
  )
  return rows[0] ? draftOf(rows[0]) : null
}

/** `false`: it is no draft any more, or somebody has changed it meanwhile. */
export async function discardDraft(pool: pg.Pool, change: DraftChange): Promise<boolean> {
  return await endDraft(pool, change, 'discarded')
}

async function endDraft(
  pool: pg.Pool | pg.ClientBase,
  change: DraftChange,
  state: Exclude<DraftState, 'draft'>,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update control.price_book_draft
     set state = $3::text, updated_at = $4::timestamptz,
         approved_by = case when $3::text = 'published' then $5::text else approved_by end
     where draft_id = $1::text and revision = $2::integer and state = 'draft'`,
    [change.draftId, change.revision, state, formatInstant(change.at), change.by],
  )
  return rowCount === 1
}

export type PublishDraft = PublishPriceBook | { readonly status: 'draft_outdated' }

/** Publishes the book of a draft and ends the draft, both or neither. */
export async function publishDraft(
  pool: pg.Pool,
  change: DraftChange,
  book: NewPriceBook,
): Promise<PublishDraft> {
  return await inTransaction(pool, async (client): Promise<PublishDraft> => {
    if (!(await endDraft(client, change, 'published'))) return { status: 'draft_outdated' }
    const published = await publishPriceBook(client, book)
    // The draft stays as it was: its book was not published.
    if (published.status === 'id_taken') throw new IdTaken()
    return published
  }).catch((error: unknown) => {
    if (error instanceof IdTaken) return { status: 'id_taken' as const }
    throw error
  })
}

class IdTaken extends Error {
  override readonly name = 'IdTaken'
}
