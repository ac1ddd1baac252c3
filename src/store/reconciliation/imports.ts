import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { ActorFacts } from '../../core/ledger/entry.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { derivedId } from '../control/index.ts'

export interface BillImport {
  readonly importId: string
  readonly provider: string
  readonly form: string
  readonly fileName: string
  readonly rowCount: number
  readonly coversFrom: Instant
  readonly coversUntil: Instant
  readonly importedAt: Instant
}

interface Row {
  readonly import_id: string
  readonly provider: string
  readonly form: string
  readonly file_name: string
  readonly row_count: number
  readonly covers_from: Date
  readonly covers_until: Date
  readonly imported_at: Date
}

const COLUMNS =
  'import_id, provider, form, file_name, row_count, covers_from, covers_until, imported_at'

const importOf = (row: Row): BillImport => ({
  importId: row.import_id,
  provider: row.provider,
  form: row.form,
  fileName: row.file_name,
  rowCount: row.row_count,
  coversFrom: instant(row.covers_from.getTime()),
  coversUntil: instant(row.covers_until.getTime()),
  importedAt: instant(row.imported_at.getTime()),
})

export interface NewBillImport extends Omit<BillImport, 'importId'> {
  readonly content: string
  readonly by: ActorFacts
}

const INSERT = `
  insert into control.bill_import
    (import_id, provider, form, file_name, content_hash, content, row_count, covers_from, covers_until,
     imported_at, imported_by)
  values ($1::text, $2::text, $3::text, $4::text, $5::bytea, $6::text, $7::integer, $8::timestamptz,
    $9::timestamptz, $10::timestamptz, $11::jsonb)
  on conflict do nothing
  returning ${COLUMNS}`

/** Keeps a report. The same content again is the import that there is. */
export async function keepBill(
  pool: pg.Pool,
  fresh: NewBillImport,
): Promise<{ readonly own: BillImport; readonly created: boolean }> {
  const hash = createHash('sha256').update(fresh.content).digest()
  const importId = derivedId('bill', hash.toString('hex'))
  const { rows } = await pool.query<Row>(INSERT, [
    importId,
    fresh.provider,
    fresh.form,
    fresh.fileName,
    hash,
    fresh.content,
    fresh.rowCount,
    formatInstant(fresh.coversFrom),
    formatInstant(fresh.coversUntil),
    formatInstant(fresh.importedAt),
    JSON.stringify(fresh.by),
  ])
  if (rows[0]) return { own: importOf(rows[0]), created: true }
  const known = await pool.query<Row>(
    `select ${COLUMNS} from control.bill_import where import_id = $1::text`,
    [importId],
  )
  return { own: importOf(known.rows[0]!), created: false }
}

const LISTED_MAX = 1_000

/** The latest first. */
export async function listBills(pool: pg.Pool): Promise<readonly BillImport[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.bill_import order by imported_at desc, import_id desc
     limit $1::integer`,
    [LISTED_MAX],
  )
  return rows.map(importOf)
}

/** The contents of a provider's reports that reach into a time, in the order in which they were imported. */
export async function billContents(
  pool: pg.Pool,
  own: { readonly provider: string; readonly from: Instant; readonly until: Instant },
): Promise<readonly { readonly importId: string; readonly content: string }[]> {
  const { rows } = await pool.query<{ import_id: string; content: string }>(
    `select import_id, content from control.bill_import
     where provider = $1::text and covers_from < $3::timestamptz and covers_until > $2::timestamptz
     order by imported_at, import_id`,
    [own.provider, formatInstant(own.from), formatInstant(own.until)],
  )
  return rows.map(({ import_id, content }) => ({ importId: import_id, content }))
}
