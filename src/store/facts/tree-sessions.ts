import type pg from 'pg'
import type { UsageMeasure } from '../../contract/usage/index.ts'
import { type Chosen, Parameters, whereChosen } from './chosen.ts'
import { MEASURE_OF_SUMS } from './groups.ts'
import { NO_SUMS, SUM_NAMES, SUMS_OF_CALLS, type Sums, type SumsRow, sumsOf } from './sums.ts'

export interface SessionRow {
  readonly sessionId: string | null
  readonly from: Date
  readonly to: Date
  readonly value: bigint
  readonly sums: Sums
}

/** Where a node of the tree stands: by its measure, then by its id; `~` is the id of what has none. */
export interface TreePosition {
  readonly value: bigint
  readonly id: string
}

export interface TreePage {
  readonly measure: UsageMeasure
  /** The node after which the page begins. */
  readonly after: TreePosition | null
  readonly limit: number
}

type Row = SumsRow & {
  readonly is_total: boolean
  readonly session_id: string | null
  readonly first: Date
  readonly last: Date
  readonly value: string
}

const NAMES = SUM_NAMES.join(', ')
const TOTALS = SUM_NAMES.map((name) => `sum(${name})`).join(', ')

/** A page of the sessions of the chosen calls, the largest first, and the sums of all sessions. */
export async function sumSessions(
  client: pg.ClientBase,
  chosen: Chosen,
  { measure, after, limit }: TreePage,
): Promise<{ readonly rows: readonly SessionRow[]; readonly totals: Sums }> {
  const parameters = new Parameters()
  const where = whereChosen(chosen, parameters)
  const value = after && parameters.add(after.value.toString(), 'numeric')
  const id = after && parameters.add(after.id, 'text')
  const isAfter = after ? `(value < ${value} or value = ${value} and id > ${id})` : 'true'
  const most = parameters.add(limit, 'integer')
  const { rows } = await client.query<Row>(
    `with summed as materialized (
       select f.session_id, min(f.event_at) as first, max(f.event_at) as last, ${SUMS_OF_CALLS}
       from accounts.call_fact f
       where ${where}
       group by f.session_id
     ), weighed as (
       select s.*, ${MEASURE_OF_SUMS[measure]} as value, coalesce(s.session_id, '~') collate "C" as id
       from summed s
     )
     (select false as is_total, session_id, first, last, value, ${NAMES} from weighed
      where ${isAfter} order by value desc, id limit ${most})
     union all
     select true, null, null, null, null, ${TOTALS} from summed`,
    parameters.values,
  )
  const total = rows.find((row) => row.is_total)
  const sessions = rows.filter((row) => !row.is_total)
  return { rows: sessions.map(sessionOfRow), totals: total ? sumsOf(total) : NO_SUMS }
}

const sessionOfRow = (row: Row): SessionRow => ({
  sessionId: row.session_id,
  from: row.first,
  to: row.last,
  value: BigInt(row.value),
  sums: sumsOf(row),
})

/** What of a session is at its top. */
export interface SessionTop {
  readonly sessionId: string | null
  readonly calls: number
  readonly sums: Sums
}

/**
 * The calls of some sessions that no other call of the session was made for, among the chosen ones. A parent
 * was made before its child.
 */
export async function sumSessionTops(
  client: pg.ClientBase,
  chosen: Chosen,
  sessionIds: readonly (string | null)[],
): Promise<readonly SessionTop[]> {
  const parameters = new Parameters()
  const where = whereChosen(chosen, parameters)
  const whereParent = whereChosen(chosen, parameters, 'p')
  const named = parameters.add(
    sessionIds.filter((id) => id !== null),
    'text[]',
  )
  const none = sessionIds.includes(null) ? 'or f.session_id is null' : ''
  const { rows } = await client.query<SumsRow & { readonly session_id: string | null }>(
    `select f.session_id, ${SUMS_OF_CALLS}
     from accounts.call_fact f
     where ${where}
        and (f.session_id = any(${named}) ${none})
        and not (f.parent_call_id is not null and exists (
          select from accounts.call_fact p
          where ${whereParent}
            and p.call_id = f.parent_call_id and p.session_id is not distinct from f.session_id
            and (p.event_at, p.call_id) < (f.event_at, f.call_id)))
     group by f.session_id`,
    parameters.values,
  )
  return rows.map((row) => ({
    sessionId: row.session_id,
    calls: Number(row.calls),
    sums: sumsOf(row),
  }))
}
