import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

export interface ProjectRecord {
  readonly accountId: string
  readonly projectId: string
  readonly name: string
  readonly status: 'active' | 'archived'
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

const COLUMNS = 'account_id, project_id, name, status, created_at, updated_at'

interface ProjectRow {
  readonly account_id: string
  readonly project_id: string
  readonly name: string
  readonly status: 'active' | 'archived'
  readonly created_at: Date
  readonly updated_at: Date
}

const recordOf = (row: ProjectRow): ProjectRecord => ({
  accountId: row.account_id,
  projectId: row.project_id,
  name: row.name,
  status: row.status,
  createdAt: instant(row.created_at.getTime()),
  updatedAt: instant(row.updated_at.getTime()),
})

/** Adds a project. The same again changes nothing; another name under the same id is `taken`. */
export async function addProject(
  pool: pg.Pool,
  project: Pick<ProjectRecord, 'accountId' | 'projectId' | 'name'> & { readonly at: Instant },
): Promise<{ readonly status: 'added' | 'same' | 'taken'; readonly project: ProjectRecord }> {
  const { accountId, projectId, name, at } = project
  const inserted = await pool.query<ProjectRow>(
    `insert into control.project (${COLUMNS})
     values ($1::text, $2::text, $3::text, 'active', $4::timestamptz, $4::timestamptz)
     on conflict do nothing returning ${COLUMNS}`,
    [accountId, projectId, name, formatInstant(at)],
  )
  if (inserted.rows[0]) return { status: 'added', project: recordOf(inserted.rows[0]) }
  const { rows } = await pool.query<ProjectRow>(
    `select ${COLUMNS} from control.project
     where account_id = $1::text and project_id = $2::text`,
    [accountId, projectId],
  )
  const known = recordOf(rows[0]!)
  return { status: known.name === name ? 'same' : 'taken', project: known }
}

/** `null`: the account has none such. */
export async function changeProject(
  pool: pg.Pool,
  project: {
    readonly accountId: string
    readonly projectId: string
    readonly name: string | null
    readonly status: 'active' | 'archived' | null
    readonly at: Instant
  },
): Promise<ProjectRecord | null> {
  const { rows } = await pool.query<ProjectRow>(
    `update control.project
     set name = coalesce($3::text, name), status = coalesce($4::text, status),
         updated_at = $5::timestamptz
     where account_id = $1::text and project_id = $2::text
     returning ${COLUMNS}`,
    [project.accountId, project.projectId, project.name, project.status, formatInstant(project.at)],
  )
  return rows[0] ? recordOf(rows[0]) : null
}

const LISTED_MAX = 10_000

export async function listProjects(
  pool: pg.Pool,
  accountId: string,
): Promise<readonly ProjectRecord[]> {
  const { rows } = await pool.query<ProjectRow>(
    `select ${COLUMNS} from control.project where account_id = $1::text
     order by project_id limit $2::integer`,
    [accountId, LISTED_MAX],
  )
  return rows.map(recordOf)
}
