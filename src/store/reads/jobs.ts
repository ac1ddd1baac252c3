import type pg from 'pg'
import { type Instant, instant } from '../../core/time/index.ts'

/** A periodic job, as its last rounds left it. */
export interface JobView {
  readonly name: string
  readonly summary: string
  readonly everyMs: number
  readonly dueAt: Instant
  readonly startedAt: Instant | null
  readonly finishedAt: Instant | null
  /** The end of the last round without an error. */
  readonly succeededAt: Instant | null
  readonly runs: bigint
  /** Things done in the last round. */
  readonly done: bigint
  readonly doneInAll: bigint
  /** Things that could not be done in the last round; the next one tries them again. */
  readonly failed: bigint
  readonly failuresInRow: number
  readonly error: string | null
}

interface Row {
  readonly name: string
  readonly summary: string
  readonly every_ms: string
  readonly due_ms: string
  readonly started_ms: string | null
  readonly finished_ms: string | null
  readonly succeeded_ms: string | null
  readonly runs: string
  readonly done: string
  readonly done_in_all: string
  readonly failed: string
  readonly failures_in_row: number
  readonly error: string | null
}

const optional = (ms: string | null): Instant | null => (ms === null ? null : instant(Number(ms)))

export async function listJobs(pool: pg.Pool): Promise<JobView[]> {
  const { rows } = await pool.query<Row>(
    `select j.name, j.summary, j.every_ms, j.runs, j.done, j.done_in_all, j.failed, j.failures_in_row, j.error,
            (extract(epoch from j.due_at) * 1000)::bigint as due_ms,
            (extract(epoch from j.started_at) * 1000)::bigint as started_ms,
            (extract(epoch from j.finished_at) * 1000)::bigint as finished_ms,
            (extract(epoch from j.succeeded_at) * 1000)::bigint as succeeded_ms
     from control.job_run j order by j.name`,
  )
  return rows.map((row) => ({
    name: row.name,
    summary: row.summary,
    everyMs: Number(row.every_ms),
    dueAt: instant(Number(row.due_ms)),
    startedAt: optional(row.started_ms),
    finishedAt: optional(row.finished_ms),
    succeededAt: optional(row.succeeded_ms),
    runs: BigInt(row.runs),
    done: BigInt(row.done),
    doneInAll: BigInt(row.done_in_all),
    failed: BigInt(row.failed),
    failuresInRow: row.failures_in_row,
    error: row.error,
  }))
}
