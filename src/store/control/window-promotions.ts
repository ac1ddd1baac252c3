import type pg from 'pg'
import {
  parseWindowPromotion,
  type WindowPromotionDocument,
} from '../../core/funding/window-promotions.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

export interface WindowPromotionRecord {
  readonly document: WindowPromotionDocument
  readonly publishedAt: Instant
}

export type PublishWindowPromotion =
  | { readonly status: 'published' | 'unchanged'; readonly record: WindowPromotionRecord }
  | { readonly status: 'id_taken' }

interface Row {
  readonly document: WindowPromotionDocument
  readonly published_at: Date
}

const recordOf = (row: Row): WindowPromotionRecord => ({
  document: row.document,
  publishedAt: instant(row.published_at.getTime()),
})

/** Publishes for ever. The same document again changes nothing. It has been validated. */
export async function publishWindowPromotion(
  pool: pg.Pool,
  document: WindowPromotionDocument,
  at: Instant,
): Promise<PublishWindowPromotion> {
  const inserted = await pool.query<Row>(
    `insert into control.window_promotion (promotion_id, document, published_at)
     values ($1::text, $2::jsonb, $3::timestamptz)
     on conflict do nothing returning document, published_at`,
    [document.id, JSON.stringify(document), formatInstant(at)],
  )
  if (inserted.rows[0]) return { status: 'published', record: recordOf(inserted.rows[0]) }
  const { rows } = await pool.query<Row & { same: boolean }>(
    `select document, published_at, document = $2::jsonb as same
     from control.window_promotion where promotion_id = $1::text`,
    [document.id, JSON.stringify(document)],
  )
  const [row] = rows
  return row?.same ? { status: 'unchanged', record: recordOf(row) } : { status: 'id_taken' }
}

/** In the order of their publication. */
export async function listWindowPromotions(
  pool: pg.Pool,
): Promise<readonly WindowPromotionRecord[]> {
  const { rows } = await pool.query<Row>(
    `select document, published_at from control.window_promotion
     order by published_at, promotion_id`,
  )
  return rows.map(recordOf)
}

/** As the windows of plans have them. */
export async function loadWindowPromotions(pool: pg.Pool) {
  return (await listWindowPromotions(pool)).map(({ document }) => {
    const parsed = parseWindowPromotion(document)
    if (parsed.ok) return parsed.promotion
    throw new Error(`window promotion ${document.id} cannot be read`)
  })
}
