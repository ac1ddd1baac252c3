import type pg from 'pg'
import type { SupportPolicy } from '../../core/cases/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

export type SupportTermsKind = 'policy' | 'macro'

export interface SupportTerms<Document> {
  readonly name: string
  readonly version: number
  readonly document: Document
  readonly publishedAt: Instant
  readonly publishedBy: string
}

interface Row<Document> {
  readonly name: string
  readonly version: number
  readonly document: Document
  readonly published_at: Date
  readonly published_by: string
}

const COLUMNS = 'name, version, document, published_at, published_by'

const termsOf = <Document>(row: Row<Document>): SupportTerms<Document> => ({
  name: row.name,
  version: row.version,
  document: row.document,
  publishedAt: instant(row.published_at.getTime()),
  publishedBy: row.published_by,
})

export type PublishedTerms<Document> =
  | { readonly status: 'published' | 'unchanged'; readonly terms: SupportTerms<Document> }
  | { readonly status: 'version_taken' }

/** Publishes a version for ever. The same document again changes nothing. */
export async function publishSupportTerms<Document>(
  pool: pg.Pool,
  fresh: {
    readonly kind: SupportTermsKind
    readonly name: string
    readonly version: number
    readonly document: Document
    readonly at: Instant
    readonly by: string
  },
): Promise<PublishedTerms<Document>> {
  const key = [fresh.kind, fresh.name, fresh.version, JSON.stringify(fresh.document)]
  const inserted = await pool.query<Row<Document>>(
    `insert into control.support_terms (kind, name, version, document, published_at, published_by)
     values ($1::text, $2::text, $3::integer, $4::jsonb, $5::timestamptz, $6::text)
     on conflict do nothing returning ${COLUMNS}`,
    [...key, formatInstant(fresh.at), fresh.by],
  )
  if (inserted.rows[0]) return { status: 'published', terms: termsOf(inserted.rows[0]) }
  const { rows } = await pool.query<Row<Document>>(
    `select ${COLUMNS} from control.support_terms
     where kind = $1::text and name = $2::text and version = $3::integer and document = $4::jsonb`,
    key,
  )
  return rows[0] ? { status: 'unchanged', terms: termsOf(rows[0]) } : { status: 'version_taken' }
}

/** All versions, by name: there are few. */
export async function listSupportTerms<Document>(
  pool: pg.Pool,
  kind: SupportTermsKind,
): Promise<readonly SupportTerms<Document>[]> {
  const { rows } = await pool.query<Row<Document>>(
    `select ${COLUMNS} from control.support_terms where kind = $1::text order by name, version`,
    [kind],
  )
  return rows.map(termsOf)
}

/** The policy in force: its highest version. `null`: none is published. */
export async function supportPolicyInForce(pool: pg.Pool): Promise<SupportPolicy | null> {
  const all = await listSupportTerms<SupportPolicy>(pool, 'policy')
  return all.at(-1)?.document ?? null
}

/** Takes an amount from what somebody may give back in a day without a second person. */
export async function reserveSpent(
  client: pg.ClientBase,
  wanted: {
    readonly staffId: string
    readonly currency: string
    readonly at: Instant
    /** Nanos. */
    readonly amount: bigint
    readonly limit: bigint
  },
): Promise<boolean> {
  if (wanted.amount > wanted.limit) return false
  const { rowCount } = await client.query(
    `insert into control.support_spent as s (staff_id, currency, day, spent)
     values ($1::text, $2::text, $3::date, $4::bigint)
     on conflict (staff_id, currency, day) do update set spent = s.spent + excluded.spent
     where s.spent + excluded.spent <= $5::bigint`,
    [
      wanted.staffId,
      wanted.currency,
      formatInstant(wanted.at).slice(0, 10),
      wanted.amount,
      wanted.limit,
    ],
  )
  return rowCount === 1
}
