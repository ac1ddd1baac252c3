import type pg from 'pg'

interface JobRow {
  readonly name: string
  readonly summary: string
  readonly everyMs: number
}

/** Makes the jobs known; what they have done before is kept. */
export async function registerJobs(
  pool: pg.Pool,
  jobs: readonly JobRow[],
  at: number,
): Promise<void> {
  await pool.query(
    `insert into control.job_run as j
       (name, summary, every_ms, due_at, runs, done, done_in_all, failed, failures_in_row)
     select i.name, i.summary, i.every_ms, to_timestamp($4::double precision / 1000), 0, 0, 0, 0, 0
     from unnest($1::text[], $2::text[], $3::bigint[]) as i(name, summary, every_ms)
     on conflict (name) do update set summary = excluded.summary, every_ms = excluded.every_ms`,
    [
      jobs.map((job) => job.name),
      jobs.map((job) => job.summary),
      jobs.map((job) => job.everyMs),
      at,
    ],
  )
}

export async function startRun(pool: pg.Pool, name: string, at: number): Promise<void> {
  await pool.query(
    `update control.job_run set started_at = to_timestamp($2::double precision / 1000)
     where name = $1::text`,
    [name, at],
  )
}

export interface FinishedRun {
  readonly at: number
  readonly dueAt: number
  readonly done: number
  /** Things that could not be done. */
  readonly failed: number
  /** `null`: it went well. */
  readonly error: string | null
}

export async function finishRun(pool: pg.Pool, name: string, run: FinishedRun): Promise<void> {
  await pool.query(
    `update control.job_run set
       finished_at = to_timestamp($2::double precision / 1000),
       due_at = to_timestamp($3::double precision / 1000),
       runs = runs + 1, done = $4::bigint, done_in_all = done_in_all + $4::bigint,
       failed = $6::bigint,
       succeeded_at = case when $5::text is null
                      then to_timestamp($2::double precision / 1000) else succeeded_at end,
       failures_in_row = case when $5::text is null then 0 else failures_in_row + 1 end,
       error = $5::text
     where name = $1::text`,
    [name, run.at, run.dueAt, run.done, run.error, run.failed],
  )
}

/**
 * Jobs that should have begun before `dueBefore`, and that nobody has begun since `startedBefore`: their
 * runner is gone, or the queue has forgotten them.
 */
export async function overdueJobs(
  pool: pg.Pool,
  dueBefore: number,
  startedBefore: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select name from control.job_run
     where due_at < to_timestamp($1::double precision / 1000)
       and (started_at is null or started_at < to_timestamp($2::double precision / 1000))
     order by name`,
    [dueBefore, startedBefore],
  )
  return rows.map((row) => row.name)
}
