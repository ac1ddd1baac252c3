import type { ActorFacts, Timestamp } from '../ledger/index.ts'

/** What a file that was written behind the answer is of, and who asked for it. */
interface ExportFacts {
  readonly export_id: string
  readonly file_name: string
  readonly format: 'csv' | 'jsonl' | 'parquet'
  readonly of: 'rows' | 'aggregates'
  readonly start: Timestamp
  /** Not part of the time that it is about. */
  readonly end: Timestamp
  readonly asked_by: ActorFacts
  readonly asked_at: Timestamp
}

/** The file of an export is there, or will not be. */
export type ExportAlertFacts =
  | ({
      readonly kind: 'export_ready'
      readonly rows: number
      readonly bytes: number
      /** When the file is removed. */
      readonly expires_at: Timestamp
    } & ExportFacts)
  | ({
      readonly kind: 'export_failed'
      /** `write_failed` in the last attempt, `node_lost` in each, or `not_in_time`. */
      readonly reason: string
      readonly attempts: number
    } & ExportFacts)
