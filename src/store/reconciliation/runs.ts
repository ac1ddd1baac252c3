import type pg from 'pg'
import type { ActorFacts } from '../../core/ledger/entry.ts'
import { type Nanos, nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { openCase } from '../cases/open.ts'
import { inTransaction } from '../transaction.ts'

export type RunKind = 'provider' | 'processor'
type Facts = Readonly<Record<string, unknown>>

export interface RunRecord {
  readonly runId: string
  readonly kind: RunKind
  readonly asked: Facts
  readonly summary: Facts
  readonly madeAt: Instant
}

export interface NewDifference {
  readonly key: string
  readonly facts: Facts
  readonly unexplained: Nanos
  readonly currency: string
  readonly accountId: string | null
  /** Whether it is more than may pass: then a case is opened, unless a person has resolved it. */
  readonly matters: boolean
}

export interface DifferenceRecord {
  readonly number: number
  readonly key: string
  readonly facts: Facts
  readonly unexplained: Nanos
  readonly currency: string
  readonly caseId: string | null
  readonly resolved: { readonly reason: string; readonly at: Instant } | null
}

export interface NewRun extends RunRecord {
  readonly by: ActorFacts
  readonly differences: readonly NewDifference[]
}

/** Keeps a run with its differences and the cases that they open, all or nothing. */
export async function keepRun(pool: pg.Pool, run: NewRun): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `insert into control.reconciliation_run (run_id, kind, asked, summary, made_at, made_by)
       values ($1::text, $2::text, $3::jsonb, $4::jsonb, $5::timestamptz, $6::jsonb)
       on conflict do nothing`,
      [
        run.runId,
        run.kind,
        JSON.stringify(run.asked),
        JSON.stringify(run.summary),
        formatInstant(run.madeAt),
        JSON.stringify(run.by),
      ],
    )
    // another node was quicker
    if (rowCount === 0) return
    const resolved = await resolvedOf(client, run.differences)
    for (const [index, own] of run.differences.entries()) {
      const isOpen = own.matters && !resolved.has(`${own.key} ${own.unexplained}`)
      const caseId = isOpen ? await caseOf(client, run, own) : null
      await client.query(INSERT, [
        run.runId,
        index + 1,
        own.key,
        JSON.stringify(own.facts),
        own.unexplained,
        own.currency,
        caseId,
      ])
    }
  })
}

const INSERT = `
  insert into control.reconciliation_difference
    (run_id, number, difference_key, facts, unexplained, currency, case_id)
  values ($1::text, $2::integer, $3::text, $4::jsonb, $5::bigint, $6::text, $7::text)`

async function resolvedOf(
  client: pg.ClientBase,
  differences: readonly NewDifference[],
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ difference_key: string; unexplained: string }>(
    `select difference_key, unexplained from control.reconciliation_resolution
     where difference_key = any($1::text[])`,
    [differences.map(({ key }) => key)],
  )
  return new Set(rows.map((row) => `${row.difference_key} ${row.unexplained}`))
}

/** One case for a difference, however many runs find it. */
async function caseOf(client: pg.ClientBase, run: NewRun, own: NewDifference): Promise<string> {
  const { caseId } = await openCase(client, {
    accountId: own.accountId,
    origin: 'reconciliation',
    originKey: own.key,
    subject: run.kind === 'provider' ? 'provider_bill_differs' : 'processor_differs',
    facts: { run_id: run.runId, ...own.facts },
    amount: { nanos: own.unexplained, currency: own.currency },
    openedBy: run.by,
    at: run.madeAt,
  })
  return caseId
}

interface RunRow {
  readonly run_id: string
  readonly kind: RunKind
  readonly asked: Facts
  readonly summary: Facts
  readonly made_at: Date
}

const runOf = (row: RunRow): RunRecord => ({
  runId: row.run_id,
  kind: row.kind,
  asked: row.asked,
  summary: row.summary,
  madeAt: instant(row.made_at.getTime()),
})

export interface RunPage {
  readonly kind: RunKind | null
  readonly after: { readonly madeAt: Instant; readonly runId: string } | null
  readonly limit: number
}

/** The latest first. */
export async function listRuns(pool: pg.Pool, page: RunPage): Promise<readonly RunRecord[]> {
  const { rows } = await pool.query<RunRow>(
    `select run_id, kind, asked, summary, made_at from control.reconciliation_run
     where ($1::text is null or kind = $1::text)
       and ($2::text is null or (made_at, run_id) < ($3::timestamptz, $2::text))
     order by made_at desc, run_id desc limit $4::integer`,
    [
      page.kind,
      page.after?.runId ?? null,
      page.after ? formatInstant(page.after.madeAt) : null,
      page.limit,
    ],
  )
  return rows.map(runOf)
}

/**
 * Days that the job has not compared, from the first that it has compared up to `latest`, the latest first: one that
 * fails for ever holds up none after it. Where it has compared none, `latest` is the first.
 */
export async function uncomparedDays(
  pool: pg.Pool,
  latest: Instant,
  limit: number,
): Promise<Instant[]> {
  const { rows } = await pool.query<{ day: Date }>(UNCOMPARED, [formatInstant(latest), limit])
  return rows.map(({ day }) => instant(day.getTime()))
}

const UNCOMPARED = `
  with compared as (
    select (asked ->> 'from')::timestamptz as day from control.reconciliation_run
    where kind = 'processor' and made_by ->> 'type' = 'system')
  select day from generate_series(
    least((select min(day) from compared), $1::timestamptz), $1::timestamptz, interval '24 hours'
  ) as day
  where day not in (select day from compared) order by day desc limit $2::integer`

export async function readRun(
  pool: pg.Pool,
  runId: string,
): Promise<{ readonly run: RunRecord; readonly differences: readonly DifferenceRecord[] } | null> {
  const { rows } = await pool.query<RunRow>(
    `select run_id, kind, asked, summary, made_at from control.reconciliation_run
     where run_id = $1::text`,
    [runId],
  )
  const row = rows[0]
  return row ? { run: runOf(row), differences: await differencesOf(pool, runId) } : null
}

interface DifferenceRow {
  readonly number: number
  readonly difference_key: string
  readonly facts: Facts
  readonly unexplained: string
  readonly currency: string
  readonly case_id: string | null
  readonly reason: string | null
  readonly resolved_at: Date | null
}

const DIFFERENCES = `
  select d.number, d.difference_key, d.facts, d.unexplained, d.currency, d.case_id, r.reason,
    r.resolved_at
  from control.reconciliation_difference d
  left join control.reconciliation_resolution r
    on r.difference_key = d.difference_key and r.unexplained = d.unexplained
  where d.run_id = $1::text order by d.number`

async function differencesOf(pool: pg.Pool, runId: string): Promise<readonly DifferenceRecord[]> {
  const { rows } = await pool.query<DifferenceRow>(DIFFERENCES, [runId])
  return rows.map((row) => ({
    number: row.number,
    key: row.difference_key,
    facts: row.facts,
    unexplained: nanos(BigInt(row.unexplained)),
    currency: row.currency,
    caseId: row.case_id,
    resolved:
      row.reason === null || row.resolved_at === null
        ? null
        : { reason: row.reason, at: instant(row.resolved_at.getTime()) },
  }))
}

const RESOLVE = `
  insert into control.reconciliation_resolution
    (difference_key, unexplained, reason, resolved_at, resolved_by)
  select difference_key, unexplained, $3::text, $4::timestamptz, $5::jsonb
  from control.reconciliation_difference where run_id = $1::text and number = $2::integer
  on conflict do nothing`

/** Says what a difference was. The first word stands. `false`: there is no such difference. */
export async function resolveDifference(
  pool: pg.Pool,
  own: {
    readonly runId: string
    readonly number: number
    readonly reason: string
    readonly at: Instant
    readonly by: ActorFacts
  },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select number from control.reconciliation_difference
     where run_id = $1::text and number = $2::integer`,
    [own.runId, own.number],
  )
  if (rowCount !== 1) return false
  await pool.query(RESOLVE, [
    own.runId,
    own.number,
    own.reason,
    formatInstant(own.at),
    JSON.stringify(own.by),
  ])
  return true
}
