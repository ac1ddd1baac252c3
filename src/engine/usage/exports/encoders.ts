import type { ExportFormat } from '../../../contract/schemas/usage.ts'
import { csvCell } from '../../../contract/statements/csv.ts'
import type { ColumnType, ExportColumn } from '../../../contract/usage/index.ts'
import { formatNanos, type Nanos } from '../../../core/money/index.ts'
import { type ParquetValue, parquetPieces } from '../../../store/parquet.ts'

/** A value of a column: `amount` in nanos, `count` whole, `time` a date, `flag` yes or no. */
export type ExportValue = ParquetValue
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

function parquetEncoder(columns: readonly ExportColumn[]): Encoder {
  const own = columns.map(({ name, type }) => ({ name, kind: type, optional: true }))
  const { rowGroup, ...pieces } = parquetPieces(own, 'SNAPPY')
  return { ...pieces, rows: rowGroup }
}
