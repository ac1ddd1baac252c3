import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { ExportFormat } from '../../../contract/schemas/usage.ts'
import { csvCell } from '../../../contract/statements/csv.ts'
import type { ColumnType, ExportColumn } from '../../../contract/usage/index.ts'
import { formatNanos, type Nanos } from '../../../core/money/index.ts'

/** A value of a column: `amount` in nanos, `count` whole, `time` a date, `flag` yes or no. */
export type ExportValue = string | bigint | Date | boolean | null
export type ExportRow = readonly ExportValue[]

/** Writes a file piece by piece: nothing of it is in memory longer than its piece. */
export interface Encoder {
  /** What comes before the first row. */
  begin(): Uint8Array
  rows(rows: readonly ExportRow[]): Uint8Array
  end(): Uint8Array
}

export function encoderOf(format: ExportFormat, columns: readonly ExportColumn[]): Encoder {
  if (format === 'csv') return csvEncoder(columns)
  return format === 'jsonl' ? jsonEncoder(columns) : parquetEncoder(columns)
}

const NOTHING = new Uint8Array()
const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8')

/** Exact, and as everybody reads it: amounts are decimal strings, times RFC 3339. */
function textOf(value: ExportValue, type: ColumnType): string | null {
  if (value === null) return null
  if (value instanceof Date) return value.toISOString()
  return type === 'amount' ? formatNanos(value as Nanos) : String(value)
}

function csvEncoder(columns: readonly ExportColumn[]): Encoder {
  const line = (cells: readonly (string | null)[]): string => `${cells.map(csvCell).join(',')}\r\n`
  return {
    begin: () => utf8(line(columns.map(({ name }) => name))),
    rows: (rows) =>
      utf8(
        rows
          .map((row) => line(row.map((value, index) => textOf(value, columns[index]!.type))))
          .join(''),
      ),
    end: () => NOTHING,
  }
}

function jsonEncoder(columns: readonly ExportColumn[]): Encoder {
  const jsonOf = (value: ExportValue, { type }: ExportColumn): unknown => {
    if (typeof value === 'boolean') return value
    return type === 'count' && value !== null ? Number(value) : textOf(value, type)
  }
  const line = (row: ExportRow): string =>
    `${JSON.stringify(
      Object.fromEntries(columns.map((own, index) => [own.name, jsonOf(row[index]!, own)])),
    )}\n`
  return {
    begin: () => NOTHING,
    rows: (rows) => utf8(rows.map(line).join('')),
    end: () => NOTHING,
  }
}

/** Amounts have nine decimals: 18 digits hold what one call or one group can cost. */
const DECIMALS = 9
const DIGITS = 18

const PARQUET: Readonly<Record<ColumnType, object>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  amount: { type: 'INT64', converted_type: 'DECIMAL', scale: DECIMALS, precision: DIGITS },
  count: { type: 'INT64' },
  flag: { type: 'BOOLEAN' },
}

function parquetEncoder(columns: readonly ExportColumn[]): Encoder {
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ name, type }) => ({
        name,
        repetition_type: 'OPTIONAL' as const,
        ...PARQUET[type],
      })),
    ],
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
    rows: (rows) => {
      const columnData = columns.map(({ name }, index) => ({
        name,
        data: rows.map((row) => row[index]!),
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
