import type pg from 'pg'
import type { Static } from 'typebox'
import type { JobSchema, JobState } from '../contract/schemas/jobs.ts'
import { formatInstant, type Instant } from '../core/time/index.ts'
import { type JobView, listJobs } from '../store/reads/jobs.ts'

/** Twice what a dead runner's jobs wait until another node takes them up. */
const LATE_AFTER_MS = 60_000

export const jobsOf = async (pool: pg.Pool, nowMs: number): Promise<Static<typeof JobSchema>[]> =>
  (await listJobs(pool)).map((job) => ({
    name: job.name,
    summary: job.summary,
    state: stateOf(job, nowMs),
    every_ms: job.everyMs,
    due_at: formatInstant(job.dueAt),
    started_at: optional(job.startedAt),
    finished_at: optional(job.finishedAt),
    succeeded_at: optional(job.succeededAt),
    runs: job.runs.toString(),
    done: job.done.toString(),
    done_in_all: job.doneInAll.toString(),
    failed: job.failed.toString(),
    failures_in_row: job.failuresInRow,
    error: job.error,
  }))

function stateOf(job: JobView, nowMs: number): JobState {
  const isRunning = job.startedAt !== null && job.startedAt > (job.finishedAt ?? 0)
  if (nowMs - Math.max(job.dueAt, job.startedAt ?? 0) > LATE_AFTER_MS) return 'late'
  if (isRunning) return 'running'
  return job.failuresInRow > 0 ? 'failing' : 'waiting'
}

const optional = (at: Instant | null): string | null => (at === null ? null : formatInstant(at))
