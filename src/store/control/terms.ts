import type pg from 'pg'
import { type JurisdictionPolicy, policyFor } from '../../core/tax/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

/**
 * `policy`: what the law of a jurisdiction means for credit; `bundles`: what is sold in a currency;
 * `remedies`: what is done with findings. */
export type TermsKind = 'policy' | 'bundles' | 'remedies'

export interface TermsRecord<Document> {
  readonly document: Document
  readonly publishedAt: Instant
  readonly publishedBy: string
}

export type PublishTerms<Document> =
  | { readonly status: 'published' | 'unchanged'; readonly record: TermsRecord<Document> }
  | { readonly status: 'version_taken' }

export interface NewTerms<Document> {
  readonly kind: TermsKind
  /** The jurisdiction or the currency. */
  readonly name: string
  readonly version: number
  readonly document: Document
  readonly at: Instant
  readonly by: string
}

interface Row<Document> {
  readonly document: Document
  readonly published_at: Date
  readonly published_by: string
}

const recordOf = <Document>(row: Row<Document>): TermsRecord<Document> => ({
  document: row.document,
  publishedAt: instant(row.published_at.getTime()),
  publishedBy: row.published_by,
})

/** Publishes a version for ever. The same document again changes nothing. It has been validated. */
export async function publishTerms<Document>(
  pool: pg.Pool,
  terms: NewTerms<Document>,
): Promise<PublishTerms<Document>> {
  const key = [terms.kind, terms.name, terms.version]
  const document = JSON.stringify(terms.document)
  const inserted = await pool.query<Row<Document>>(
    `insert into control.terms (kind, name, version, document, published_at, published_by)
     values ($1::text, $2::text, $3::integer, $4::jsonb, $5::timestamptz, $6::text)
     on conflict do nothing returning document, published_at, published_by`,
    [...key, document, formatInstant(terms.at), terms.by],
  )
  if (inserted.rows[0]) return { status: 'published', record: recordOf(inserted.rows[0]) }
  const { rows } = await pool.query<Row<Document>>(
    `select document, published_at, published_by from control.terms
     where kind = $1::text and name = $2::text and version = $3::integer and document = $4::jsonb`,
    [...key, document],
  )
  return rows[0] ? { status: 'unchanged', record: recordOf(rows[0]) } : { status: 'version_taken' }
}

/** All versions, by name: there are few, and which is in force is for the core to say. */
export async function listTerms<Document>(
  pool: pg.Pool,
  kind: TermsKind,
): Promise<readonly TermsRecord<Document>[]> {
  const { rows } = await pool.query<Row<Document>>(
    `select document, published_at, published_by from control.terms
     where kind = $1::text order by name, version`,
    [kind],
  )
  return rows.map(recordOf)
}

/** The row in force for a country at an instant; `null`: none is published, not even for all others. */
export async function policyInForce(
  pool: pg.Pool,
  country: string | null,
  at: Instant,
): Promise<JurisdictionPolicy | null> {
  const rows = await listTerms<JurisdictionPolicy>(pool, 'policy')
  return policyFor(
    rows.map(({ document }) => document),
    country ?? '*',
    at,
  )
}
