import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import type { VerifyReport } from './report.ts'

export type VerifyState = 'running' | 'passed' | 'failed' | 'stopped'

export interface VerifyRun {
  readonly runId: string
  readonly state: VerifyState
  readonly accountId: string | null
  readonly startedBy: string
  readonly startedAt: Instant
  readonly seenAt: Instant
  readonly endedAt: Instant | null
  readonly accountsDone: number
  readonly accountsTotal: number
  readonly report: VerifyReport | null
}

interface Row {
  readonly run_id: string
  readonly state: VerifyState
  readonly account_id: string | null
  readonly started_by: string
  readonly started_at: Date
  readonly seen_at: Date
  readonly ended_at: Date | null
  readonly accounts_done: string
  readonly accounts_total: string
  readonly report: VerifyReport | null
}

const COLUMNS = `run_id, state, account_id, started_by, started_at, seen_at, ended_at,
  accounts_done, accounts_total, report`

const runOf = (row: Row): VerifyRun => ({
  runId: row.run_id,
  state: row.state,
  accountId: row.account_id,
  startedBy: row.started_by,
  startedAt: instant(row.started_at.getTime()),
  seenAt: instant(row.seen_at.getTime()),
  endedAt: row.ended_at && instant(row.ended_at.getTime()),
  accountsDone: Number(row.accounts_done),
  accountsTotal: Number(row.accounts_total),
  report: row.report,
})

export interface NewVerifyRun {
  readonly runId: string
  readonly accountId: string | null
  readonly by: string
  readonly at: Instant
  /** A run that was last heard of before this is dead. */
  readonly deadBefore: Instant
}

/**
 * Ends the runs whose server is gone, and begins one. `false`: one is under way. The table is locked for the
 * moment, so that two who begin at once are one.
 */
export async function beginVerifyRun(client: pg.ClientBase, run: NewVerifyRun): Promise<boolean> {
  await client.query('lock table control.verify_run in share row exclusive mode')
  await client.query(
    `update control.verify_run set state = 'stopped', ended_at = seen_at
     where state = 'running' and seen_at < $1::timestamptz`,
    [formatInstant(run.deadBefore)],
  )
  const { rowCount } = await client.query(
    `insert into control.verify_run (run_id, state, account_id, started_by, started_at, seen_at,
       accounts_done, accounts_total)
     select $1::text, 'running', $2::text, $3::text, $4::timestamptz, $4::timestamptz, 0,
       (select count(*) from accounts.account where $2::text is null or account_id = $2::text)
     where not exists (select from control.verify_run where state = 'running')`,
    [run.runId, run.accountId, run.by, formatInstant(run.at)],
  )
  return rowCount === 1
}

/** `false`: the run was ended by somebody else. */
export async function noteVerifyRun(
  pool: pg.Pool,
  run: { readonly runId: string; readonly accounts: number; readonly at: Instant },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update control.verify_run set accounts_done = $2::bigint, seen_at = $3::timestamptz
     where run_id = $1::text and state = 'running'`,
    [run.runId, run.accounts, formatInstant(run.at)],
  )
  return rowCount === 1
}

export async function endVerifyRun(
  pool: pg.Pool,
  end: {
    readonly runId: string
    readonly state: Exclude<VerifyState, 'running'>
    readonly report: VerifyReport | null
    readonly at: Instant
  },
): Promise<void> {
  await pool.query(
    `update control.verify_run
     set state = $2::text, report = $3::jsonb, ended_at = $4::timestamptz, seen_at = $4::timestamptz,
         accounts_done = coalesce($5::bigint, accounts_done)
     where run_id = $1::text and state = 'running'`,
    [
      end.runId,
      end.state,
      end.report && JSON.stringify(end.report),
      formatInstant(end.at),
      end.report?.accounts ?? null,
    ],
  )
}

export async function readVerifyRun(pool: pg.Pool, runId: string): Promise<VerifyRun | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.verify_run where run_id = $1::text`,
    [runId],
  )
  return rows[0] ? runOf(rows[0]) : null
}

/** The latest first. */
export async function listVerifyRuns(
  pool: pg.Pool,
  page: {
    readonly before: readonly [startedAtMs: number, runId: string] | null
    readonly limit: number
  },
): Promise<readonly VerifyRun[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.verify_run
     where $1::bigint is null or (started_at, run_id) <
       (to_timestamp($1::bigint::double precision / 1000), $2::text)
     order by started_at desc, run_id desc limit $3::integer`,
    [page.before?.[0] ?? null, page.before?.[1] ?? null, page.limit],
  )
  return rows.map(runOf)
}
