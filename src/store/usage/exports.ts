import type pg from 'pg'
import type { ActorFacts } from '../../core/ledger/entry.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

export type ExportState = 'waiting' | 'working' | 'ready' | 'failed' | 'expired'

/** What an export is of, as it was asked for. */
export interface ExportRequest {
  readonly format: 'csv' | 'jsonl' | 'parquet'
  readonly kind: 'rows' | 'aggregates'
  /** As queries write them. */
  readonly filters: Readonly<Record<string, string>>
  readonly from: string
  readonly to: string
  readonly group_by: string
  readonly tag_key: string | null
  readonly bucket: string
  readonly time_zone: string
  /** Of whoever asked; absent in exports of before it was kept. */
  readonly lang?: 'en' | 'ja'
  /** Digest of what was sent: a repeat with other content is noticed. */
  readonly content: string
}

export interface StoredExport {
  readonly accountId: string
  readonly exportId: string
  readonly request: ExportRequest
  /** Whose calls alone are in it; `null`: those of the account. */
  readonly memberId: string | null
  readonly askedBy: ActorFacts
  readonly state: ExportState
  readonly rowsTotal: number | null
  readonly rowsDone: number
  readonly bytes: number | null
  readonly sha256: string | null
  readonly seq: number | null
  readonly failedReason: string | null
  readonly tries: number
  readonly createdAt: Instant
  readonly readyAt: Instant | null
  readonly expiresAt: Instant
}

interface Row {
  readonly account_id: string
  readonly export_id: string
  readonly request: ExportRequest
  readonly member_id: string | null
  readonly asked_by: ActorFacts
  readonly state: ExportState
  readonly rows_total: string | null
  readonly rows_done: string
  readonly bytes: string | null
  readonly sha256: string | null
  readonly seq: string | null
  readonly failed_reason: string | null
  readonly tries: number
  readonly created_at: Date
  readonly ready_at: Date | null
  readonly expires_at: Date
}

const COLUMNS = `account_id, export_id, request, member_id, asked_by, state, rows_total, rows_done,
  bytes, sha256, seq, failed_reason, tries, created_at, ready_at, expires_at`

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text))

const exportOf = (row: Row): StoredExport => ({
  accountId: row.account_id,
  exportId: row.export_id,
  request: row.request,
  memberId: row.member_id,
  askedBy: row.asked_by,
  state: row.state,
  rowsTotal: numberOf(row.rows_total),
  rowsDone: Number(row.rows_done),
  bytes: numberOf(row.bytes),
  sha256: row.sha256,
  seq: numberOf(row.seq),
  failedReason: row.failed_reason,
  tries: row.tries,
  createdAt: instant(row.created_at.getTime()),
  readyAt: row.ready_at && instant(row.ready_at.getTime()),
  expiresAt: instant(row.expires_at.getTime()),
})

export interface NewExport {
  readonly accountId: string
  readonly exportId: string
  readonly request: ExportRequest
  readonly memberId: string | null
  readonly askedBy: ActorFacts
  readonly rowsTotal: number | null
  readonly createdAt: Instant
  readonly expiresAt: Instant
}

/** `false`: it is there already, or as many are being written as may be at once. */
export async function addExport(pool: pg.Pool, own: NewExport, openMax: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into accounts.usage_export
       (account_id, export_id, request, member_id, asked_by, state, rows_total, rows_done, tries,
        created_at, expires_at)
     select $1::text, $2::text, $3::json, $4::text, $5::json, 'waiting', $6::bigint, 0, 0,
       $7::timestamptz, $8::timestamptz
     where (select count(*) from accounts.usage_export
            where account_id = $1::text and state in ('waiting', 'working')) < $9::integer
     on conflict do nothing`,
    [
      own.accountId,
      own.exportId,
      JSON.stringify(own.request),
      own.memberId,
      JSON.stringify(own.askedBy),
      own.rowsTotal,
      formatInstant(own.createdAt),
      formatInstant(own.expiresAt),
      openMax,
    ],
  )
  return rowCount === 1
}

export async function readExport(
  pool: Pick<pg.ClientBase, 'query'>,
  accountId: string,
  exportId: string,
): Promise<StoredExport | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from accounts.usage_export
     where account_id = $1::text and export_id = $2::text`,
    [accountId, exportId],
  )
  return rows[0] ? exportOf(rows[0]) : null
}

/** The latest first. */
export async function listExports(
  pool: pg.Pool,
  accountId: string,
  page: {
    readonly memberId: string | null
    readonly before: readonly [at: Instant, exportId: string] | null
    readonly limit: number
  },
): Promise<readonly StoredExport[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from accounts.usage_export
     where account_id = $1::text
       and ($2::text is null or member_id = $2::text)
       and ($3::timestamptz is null or (created_at, export_id) < ($3::timestamptz, $4::text))
     order by created_at desc, export_id desc limit $5::integer`,
    [
      accountId,
      page.memberId,
      page.before && formatInstant(page.before[0]),
      page.before?.[1] ?? null,
      page.limit,
    ],
  )
  return rows.map(exportOf)
}
