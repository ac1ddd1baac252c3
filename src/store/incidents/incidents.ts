import type pg from 'pg'
import {
  type Incident,
  type IncidentState,
  type IncidentStep,
  incidentDocument,
  parseIncident,
} from '../../core/incidents/index.ts'
import type { ActorFacts } from '../../core/ledger/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { inTransaction } from '../transaction.ts'

export interface IncidentRecord {
  readonly incident: Incident
  readonly state: IncidentState
  readonly authors: readonly string[]
  /** How many events it has. */
  readonly steps: number
  readonly seed: string
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly lookedAt: number
  readonly lookedTo: string | null
  readonly unknownCalls: number
  readonly measuredAt: Instant | null
  readonly runAt: Instant | null
  readonly doneAt: Instant | null
  readonly publishedAt: Instant | null
}

interface Row {
  readonly incident_id: string
  readonly document: unknown
  readonly state: IncidentState
  readonly authors: readonly string[]
  readonly steps: number
  readonly seed: string
  readonly created_at: Date
  readonly updated_at: Date
  readonly looked_at: string
  readonly looked_to: string | null
  readonly unknown_calls: string
  readonly measured_at: Date | null
  readonly run_at: Date | null
  readonly done_at: Date | null
  readonly published_at: Date | null
}

const COLUMNS = `incident_id, document, state, authors, steps, seed, created_at, updated_at, looked_at,
  looked_to, unknown_calls, measured_at, run_at, done_at, published_at`

function incidentOf(row: Row): Incident {
  const read = parseIncident(row.document, { stored: true })
  if (read.ok) return read.incident
  throw new Error(`stored incident ${row.incident_id}: ${JSON.stringify(read.problems[0])}`)
}

const time = (at: Date | null): Instant | null => at && instant(at.getTime())

const recordOf = (row: Row): IncidentRecord => ({
  incident: incidentOf(row),
  state: row.state,
  authors: row.authors,
  steps: row.steps,
  seed: row.seed,
  createdAt: instant(row.created_at.getTime()),
  updatedAt: instant(row.updated_at.getTime()),
  lookedAt: Number(row.looked_at),
  lookedTo: row.looked_to,
  unknownCalls: Number(row.unknown_calls),
  measuredAt: time(row.measured_at),
  runAt: time(row.run_at),
  doneAt: time(row.done_at),
  publishedAt: time(row.published_at),
})

export interface IncidentChange {
  readonly actor: ActorFacts
  readonly at: Instant
}

/** Writes an incident down. `false`: there is one with this id. */
export async function createIncident(
  pool: pg.Pool,
  { incident, seed }: { readonly incident: Incident; readonly seed: string },
  { actor, at }: IncidentChange,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `with made as (
       insert into control.incident (incident_id, document, state, authors, steps, seed, created_at,
         updated_at, looked_at, unknown_calls)
       values ($1::text, $2::json, 'draft', array[$3::text], 1, $4::text, $5::timestamptz,
         $5::timestamptz, 0, 0)
       on conflict do nothing returning incident_id)
     insert into control.incident_event (incident_id, number, step, at, actor, facts)
     select incident_id, 1, 'created', $5::timestamptz, $6::jsonb, '{}'::jsonb from made`,
    [
      incident.id,
      JSON.stringify(incidentDocument(incident)),
      actor.id,
      seed,
      formatInstant(at),
      JSON.stringify(actor),
    ],
  )
  return rowCount === 1
}

export async function readIncident(pool: pg.Pool, id: string): Promise<IncidentRecord | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.incident where incident_id = $1::text`,
    [id],
  )
  return rows[0] ? recordOf(rows[0]) : null
}

/** The latest first. */
export async function listIncidents(
  pool: pg.Pool,
  page: {
    readonly state: string | null
    readonly before: readonly [createdAtMs: number, id: string] | null
    readonly limit: number
  },
): Promise<readonly IncidentRecord[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.incident
     where ($1::text is null or state = $1::text)
       and ($2::bigint is null or (created_at, incident_id) <
         (to_timestamp($2::bigint::double precision / 1000), $3::text))
     order by created_at desc, incident_id desc limit $4::integer`,
    [page.state, page.before?.[0] ?? null, page.before?.[1] ?? null, page.limit],
  )
  return rows.map(recordOf)
}

/** Those that the server has something to do about, by id. */
export async function workingIncidents(pool: pg.Pool): Promise<readonly IncidentRecord[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.incident where state in ('measuring', 'running')
     order by incident_id`,
  )
  return rows.map(recordOf)
}

export interface MoveIncident extends IncidentChange {
  readonly step: IncidentStep
  readonly to: IncidentState
  readonly authors: readonly string[]
  /** Codes and numbers; `reason` is in somebody's words. */
  readonly facts?: Readonly<Record<string, unknown>>
  /** The new document, of a revision. */
  readonly incident?: Incident
}

/** Takes a step on the record as it was read. `false`: somebody has taken another meanwhile. */
export async function moveIncident(
  pool: pg.Pool,
  record: IncidentRecord,
  move: MoveIncident,
): Promise<boolean> {
  return await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(MOVE, [
      record.incident.id,
      record.steps,
      move.to,
      move.authors,
      formatInstant(move.at),
      move.step,
      JSON.stringify(move.actor),
      JSON.stringify(move.facts ?? {}),
      move.incident ? JSON.stringify(incidentDocument(move.incident)) : null,
    ])
    if (rowCount !== 1) return false
    if (move.step === 'revise' || move.step === 'measure')
      await forgetMeasured(client, record.incident.id)
    if (move.step === 'resume') await openFailed(client, record.incident.id)
    return true
  })
}

const MOVE = `
  with moved as (
    update control.incident
    set state = $3::text, authors = $4::text[], steps = steps + 1, updated_at = $5::timestamptz,
        document = coalesce($9::json, document),
        looked_at = case when $6::text in ('revise', 'measure') then 0 else looked_at end,
        unknown_calls = case when $6::text in ('revise', 'measure') then 0 else unknown_calls end,
        looked_to = case when $6::text in ('revise', 'measure') then null else looked_to end,
        measured_at = case $6::text when 'freeze' then $5::timestamptz when 'revise' then null
                      when 'measure' then null else measured_at end,
        run_at = case when $6::text = 'run' then $5::timestamptz else run_at end,
        done_at = case when $6::text = 'finish' then $5::timestamptz else done_at end
    where incident_id = $1::text and steps = $2::integer
    returning incident_id, steps
  )
  insert into control.incident_event (incident_id, number, step, at, actor, facts)
  select incident_id, steps, $6::text, $5::timestamptz, $7::jsonb, $8::jsonb from moved`

async function forgetMeasured(client: pg.ClientBase, incidentId: string): Promise<void> {
  await client.query('delete from accounts.incident_call where incident_id = $1::text', [
    incidentId,
  ])
  await client.query('delete from accounts.incident_account where incident_id = $1::text', [
    incidentId,
  ])
}

/** What failed is tried again. */
async function openFailed(client: pg.ClientBase, incidentId: string): Promise<void> {
  await client.query(
    `update accounts.incident_call set state = 'open', reason = null
     where incident_id = $1::text and state = 'failed'`,
    [incidentId],
  )
}

/** Makes its report public; said again, it stays. `false`: it is not done. */
export async function publishIncident(
  pool: pg.Pool,
  incidentId: string,
  { actor, at }: IncidentChange,
): Promise<boolean> {
  await pool.query(
    `with published as (
       update control.incident
       set published_at = $2::timestamptz, steps = steps + 1, updated_at = $2::timestamptz
       where incident_id = $1::text and state = 'done' and published_at is null
       returning incident_id, steps
     )
     insert into control.incident_event (incident_id, number, step, at, actor, facts)
     select incident_id, steps, 'published', $2::timestamptz, $3::jsonb, '{}'::jsonb from published`,
    [incidentId, formatInstant(at), JSON.stringify(actor)],
  )
  return (await readIncident(pool, incidentId))?.publishedAt != null
}

export interface IncidentEvent {
  readonly number: number
  readonly step: string
  readonly at: Instant
  readonly actor: ActorFacts
  readonly facts: Readonly<Record<string, unknown>>
}

export async function incidentEvents(
  pool: pg.Pool,
  incidentId: string,
): Promise<readonly IncidentEvent[]> {
  const { rows } = await pool.query<Omit<IncidentEvent, 'at'> & { readonly at: Date }>(
    `select number, step, at, actor, facts from control.incident_event
     where incident_id = $1::text order by number limit $2::integer`,
    [incidentId, EVENTS_MAX],
  )
  return rows.map((row) => ({ ...row, at: instant(row.at.getTime()) }))
}

const EVENTS_MAX = 1_000
