import { gzipSync } from 'node:zlib'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'

export type ParquetValue = string | bigint | boolean | Date | null

/** How Parquet writes down each kind of value. Amounts are nanos: 18 digits hold what a call or a group can cost. */
const KINDS = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  amount: { type: 'INT64', converted_type: 'DECIMAL', scale: 9, precision: 18 },
  count: { type: 'INT64' },
  flag: { type: 'BOOLEAN' },
} as const

export interface ParquetColumn {
  readonly name: string
  readonly kind: keyof typeof KINDS
  /** Has no value in some rows. */
  readonly optional?: boolean
  /** Each value is another one: a dictionary of them is none. */
  readonly plain?: boolean
}

/** Writes a file of Parquet piece by piece: nothing of it is in memory longer than its row group. */
export interface ParquetPieces {
  begin(): Uint8Array
  /** One row group, values in the order of the columns: what has to be read to read one of its rows. */
  rowGroup(rows: readonly (readonly ParquetValue[])[]): Uint8Array
  end(): Uint8Array
}

/** The same columns and rows give the same bytes, whichever server writes them. */
export function parquetPieces(
  columns: readonly ParquetColumn[],
  codec: 'SNAPPY' | 'GZIP',
): ParquetPieces {
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ name, kind, optional }) => ({
        name,
        repetition_type: optional ? ('OPTIONAL' as const) : ('REQUIRED' as const),
        ...KINDS[kind],
      })),
    ],
    codec,
    compressors: { GZIP: (input: Uint8Array): Uint8Array => gzipSync(input) },
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
      const columnData = columns.map(({ name, plain }, index) => ({
        name,
        data: rows.map((row) => row[index]!),
        ...(plain && { encoding: 'PLAIN' as const }),
      }))
      if (rows.length > 0) writer.write({ columnData, rowGroupSize: rows.length })
      return taken()
    },
    end: () => {
      writer.finish()
      return taken()
    },
  }
}
