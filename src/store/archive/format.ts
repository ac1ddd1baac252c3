import { gunzipSync, gzipSync } from 'node:zlib'
import type { Compressors } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'

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

const TEXT = {
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
} as const
const TIME = { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' } as const
const WHOLE = { type: 'INT64' } as const

interface Column {
  readonly name: string
  readonly schema: object
  readonly optional?: true
  /** Each value is another one: a dictionary of them is none. */
  readonly plain?: true
  readonly of: (row: ArchivedRow) => string | bigint | Date | null
}

const COLUMNS: readonly Column[] = [
  { name: 'account_id', schema: TEXT, of: (row) => row.accountId },
  { name: 'seq', schema: WHOLE, plain: true, of: (row) => row.seq },
  { name: 'kind', schema: TEXT, of: (row) => row.kind },
  { name: 'request_id', schema: TEXT, plain: true, of: (row) => row.requestId },
  { name: 'at', schema: TIME, plain: true, of: (row) => row.at },
  { name: 'event_at', schema: TIME, plain: true, of: (row) => row.eventAt },
  { name: 'ref_seq', schema: WHOLE, optional: true, of: (row) => row.refSeq },
  { name: 'lot_id', schema: TEXT, optional: true, of: (row) => row.lotId },
  { name: 'hash', schema: TEXT, plain: true, of: (row) => row.hash },
  { name: 'body', schema: TEXT, plain: true, of: (row) => row.body },
]

const zipped = (input: Uint8Array): Uint8Array => gzipSync(input)

/** What reads files of this format: gzip, which every reader of Parquet knows. */
export const DECOMPRESSORS: Compressors = {
  GZIP: (input: Uint8Array) => gunzipSync(input),
}

/** Writes a file piece by piece: nothing of it is in memory longer than its row group. */
export interface ArchiveEncoder {
  begin(): Uint8Array
  /** One row group: what has to be read to read one of its rows. */
  rowGroup(rows: readonly ArchivedRow[]): Uint8Array
  end(): Uint8Array
}

/** The same rows give the same bytes, whichever server writes them. */
export function archiveEncoder(): ArchiveEncoder {
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: 'root', num_children: COLUMNS.length },
      ...COLUMNS.map(({ name, schema, optional }) => ({
        name,
        repetition_type: optional ? ('OPTIONAL' as const) : ('REQUIRED' as const),
        ...schema,
      })),
    ],
    codec: 'GZIP',
    compressors: { GZIP: zipped },
    createdBy: 'everycent',
  })
  /** What was written since the last time. The writer goes on counting from the beginning of the file. */
  const taken = (): Uint8Array => {
    const written = new Uint8Array(bytes.buffer, 0, bytes.index).slice()
    bytes.index = 0
    return written
  }
  return {
    begin: taken,
    rowGroup: (rows) => {
      const columnData = COLUMNS.map(({ name, plain, of }) => ({
        name,
        data: rows.map(of),
        ...(plain && { encoding: 'PLAIN' as const }),
      }))
      writer.write({ columnData, rowGroupSize: rows.length })
      return taken()
    },
    end: () => {
      writer.finish()
      return taken()
    },
  }
}
