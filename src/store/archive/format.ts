import { gunzipSync } from 'node:zlib'
import type { Compressors } from 'hyparquet'
import { type ParquetColumn, type ParquetValue, parquetPieces } from '../parquet.ts'

/** An entry as the archive keeps it: its row without what stands beside it, and its body. */
export interface ArchivedRow {
  readonly accountId: string
  readonly seq: bigint
  readonly kind: string
  readonly requestId: string
  readonly at: Date
  readonly eventAt: Date
  readonly refSeq: bigint | null
  readonly lotId: string | null
  /** Hex. */
  readonly hash: string
  /** The bytes that were hashed. */
  readonly body: string
}

interface Column extends ParquetColumn {
  readonly of: (row: ArchivedRow) => ParquetValue
}

const COLUMNS: readonly Column[] = [
  { name: 'account_id', kind: 'text', of: (row) => row.accountId },
  { name: 'seq', kind: 'count', plain: true, of: (row) => row.seq },
  { name: 'kind', kind: 'text', of: (row) => row.kind },
  { name: 'request_id', kind: 'text', plain: true, of: (row) => row.requestId },
  { name: 'at', kind: 'time', plain: true, of: (row) => row.at },
  { name: 'event_at', kind: 'time', plain: true, of: (row) => row.eventAt },
  { name: 'ref_seq', kind: 'count', optional: true, of: (row) => row.refSeq },
  { name: 'lot_id', kind: 'text', optional: true, of: (row) => row.lotId },
  { name: 'hash', kind: 'text', plain: true, of: (row) => row.hash },
  { name: 'body', kind: 'text', plain: true, of: (row) => row.body },
]

/** What reads files of this format: gzip, which every reader of Parquet knows. */
export const DECOMPRESSORS: Compressors = {
  GZIP: (input: Uint8Array) => gunzipSync(input),
}

/** A file of the archive, piece by piece. */
export interface ArchiveEncoder {
  begin(): Uint8Array
  rowGroup(rows: readonly ArchivedRow[]): Uint8Array
  end(): Uint8Array
}

export function archiveEncoder(): ArchiveEncoder {
  const pieces = parquetPieces(COLUMNS, 'GZIP')
  return {
    ...pieces,
    rowGroup: (rows) => pieces.rowGroup(rows.map((row) => COLUMNS.map(({ of }) => of(row)))),
  }
}
