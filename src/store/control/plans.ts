import type pg from 'pg'
import {
  PLAN_VERSION_MAX,
  type PlanDocument,
  parsePlan,
  planDocument,
} from '../../core/funding/plan-document.ts'
import type { Plan } from '../../core/funding/types.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { inTransaction } from '../transaction.ts'
import { claimWindowKinds, type WindowConflict } from './window-kinds.ts'

const PLAN_STATUSES = ['draft', 'published', 'retired'] as const
type PlanStatus = (typeof PLAN_STATUSES)[number]

export interface PlanRecord {
  readonly planId: string
  readonly version: number
  readonly status: PlanStatus
  /** In full, with defaults written out; immutable whatever the status. */
  readonly document: PlanDocument
  readonly createdAt: Instant
}

export type CreatePlan =
  | { readonly status: 'created' | 'unchanged'; readonly plan: PlanRecord }
  | { readonly status: 'version_taken' }
  | { readonly status: 'no_version_left' }

const COLUMNS = 'plan_id, version, document, status, created_at'

interface PlanRow {
  readonly plan_id: string
  readonly version: number
  readonly document: unknown
  readonly status: PlanStatus
  readonly created_at: Date
}

function parsedRow(row: PlanRow): Plan {
  const parsed = parsePlan(row.document)
  if (!parsed.ok) throw new Error(`stored plan ${row.plan_id}@${row.version} cannot be read`)
  return parsed.plan
}

function recordOf(row: PlanRow): PlanRecord {
  return {
    planId: row.plan_id,
    version: row.version,
    status: row.status,
    document: planDocument(parsedRow(row)),
    createdAt: instant(row.created_at.getTime()),
  }
}

/**
 * Stores a plan as a draft: as the version it names, or as the next one. The same document again gives
 * what is there already, so that a repeat changes nothing. The document has been validated.
 */
export async function createPlan(
  pool: pg.Pool,
  document: PlanDocument,
  at: Instant,
): Promise<CreatePlan> {
  for (;;) {
    const latest = await latestPlan(pool, document.id)
    const version = document.version ?? (latest?.version ?? 0) + 1
    const known =
      document.version === undefined ? latest : await readPlan(pool, document.id, version)
    if (known && sameContent(known.document, document)) return { status: 'unchanged', plan: known }
    if (known?.version === version) return { status: 'version_taken' }
    if (version > PLAN_VERSION_MAX) return { status: 'no_version_left' }
    const plan = await insertDraft(pool, { ...document, version }, at)
    // Nothing came back: somebody else took the number in between, so it is looked at again.
    if (plan) return { status: 'created', plan }
  }
}

async function insertDraft(
  pool: pg.Pool,
  document: PlanDocument,
  at: Instant,
): Promise<PlanRecord | null> {
  const parsed = parsePlan(document)
  if (!parsed.ok) throw new Error('a plan must be validated before it is stored')
  const { id, version } = parsed.plan
  const { rows } = await pool.query<PlanRow>(
    `insert into control.plan_version (plan_id, version, document, status, created_at)
     values ($1::text, $2::integer, $3::jsonb, 'draft', $4::timestamptz)
     on conflict do nothing returning ${COLUMNS}`,
    [id, version, JSON.stringify(planDocument(parsed.plan)), formatInstant(at)],
  )
  return rows[0] ? recordOf(rows[0]) : null
}

/** Whether two documents say the same, defaults written out and the version left aside. */
function sameContent(a: PlanDocument, b: PlanDocument): boolean {
  const canonical = (document: PlanDocument): string | null => {
    const parsed = parsePlan({ ...document, version: 1 })
    return parsed.ok ? JSON.stringify(planDocument(parsed.plan)) : null
  }
  return canonical(a) === canonical(b)
}

export async function readPlan(
  pool: pg.Pool,
  planId: string,
  version: number,
): Promise<PlanRecord | null> {
  const { rows } = await pool.query<PlanRow>(
    `select ${COLUMNS} from control.plan_version
     where plan_id = $1::text and version = $2::integer`,
    [planId, version],
  )
  return rows[0] ? recordOf(rows[0]) : null
}

async function latestPlan(pool: pg.Pool, planId: string): Promise<PlanRecord | null> {
  const { rows } = await pool.query<PlanRow>(
    `select ${COLUMNS} from control.plan_version
     where plan_id = $1::text order by version desc limit 1`,
    [planId],
  )
  return rows[0] ? recordOf(rows[0]) : null
}

/** The version that new accounts get when they name a plan without one. */
export async function latestPublishedPlan(
  pool: pg.Pool,
  planId: string,
): Promise<PlanRecord | null> {
  const { rows } = await pool.query<PlanRow>(
    `select ${COLUMNS} from control.plan_version
     where plan_id = $1::text and status = 'published' order by version desc limit 1`,
    [planId],
  )
  return rows[0] ? recordOf(rows[0]) : null
}

export interface PlanPage {
  readonly status: PlanStatus | null
  readonly after: { readonly planId: string; readonly version: number } | null
  readonly limit: number
}

/** By id, then version. */
export async function listPlans(pool: pg.Pool, page: PlanPage): Promise<readonly PlanRecord[]> {
  const { rows } = await pool.query<PlanRow>(
    `select ${COLUMNS} from control.plan_version
     where ($1::text is null or status = $1::text)
       and ($2::text is null or (plan_id, version) > ($2::text, $3::integer))
     order by plan_id, version limit $4::integer`,
    [page.status, page.after?.planId ?? null, page.after?.version ?? null, page.limit],
  )
  return rows.map(recordOf)
}

export type MovePlan =
  | { readonly status: 'moved' | 'unchanged'; readonly plan: PlanRecord }
  | { readonly status: 'unknown' }
  | { readonly status: 'not_allowed' }
  | { readonly status: 'window_differs'; readonly conflict: WindowConflict }

const FROM: Readonly<Record<'published' | 'retired', readonly PlanStatus[]>> = {
  published: ['draft'],
  retired: ['draft', 'published'],
}

class Differs extends Error {
  readonly conflict: WindowConflict
  constructor(conflict: WindowConflict) {
    super(conflict.windowId)
    this.conflict = conflict
  }
}

/**
 * Publishes or retires a version. It never goes back; a repeat changes nothing. Not published is a plan whose
 * window ids mean something else in a plan that was published before.
 */
export async function movePlan(
  pool: pg.Pool,
  plan: { readonly planId: string; readonly version: number },
  to: 'published' | 'retired',
): Promise<MovePlan> {
  try {
    const moved = await inTransaction(pool, async (client) => {
      const { rows } = await client.query<PlanRow>(
        `update control.plan_version set status = $3::text
         where plan_id = $1::text and version = $2::integer and status = any($4::text[])
         returning ${COLUMNS}`,
        [plan.planId, plan.version, to, FROM[to]],
      )
      if (!rows[0]) return null
      const conflict = to === 'published' && (await claimWindowKinds(client, parsedRow(rows[0])))
      if (conflict) throw new Differs(conflict)
      return recordOf(rows[0])
    })
    if (moved) return { status: 'moved', plan: moved }
  } catch (error) {
    if (!(error instanceof Differs)) throw error
    return { status: 'window_differs', conflict: error.conflict }
  }
  const current = await readPlan(pool, plan.planId, plan.version)
  if (!current) return { status: 'unknown' }
  return current.status === to ? { status: 'unchanged', plan: current } : { status: 'not_allowed' }
}
