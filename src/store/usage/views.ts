import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

/** A question to the explorer that somebody keeps. */
export interface UsageView {
  readonly viewId: string
  readonly name: string
  readonly query: string
  readonly shared: boolean
  /** `null`: of whoever speaks for the account without being one of its members. */
  readonly memberId: string | null
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

interface Row {
  readonly view_id: string
  readonly name: string
  readonly query: string
  readonly shared: boolean
  readonly member_id: string | null
  readonly created_at: Date
  readonly updated_at: Date
}

const COLUMNS = 'view_id, name, query, shared, member_id, created_at, updated_at'

const viewOf = (row: Row): UsageView => ({
  viewId: row.view_id,
  name: row.name,
  query: row.query,
  shared: row.shared,
  memberId: row.member_id,
  createdAt: instant(row.created_at.getTime()),
  updatedAt: instant(row.updated_at.getTime()),
})

/** By name: those of one asker, and those that are shared. */
export async function listViews(
  pool: pg.Pool,
  accountId: string,
  memberId: string | null,
): Promise<readonly UsageView[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from accounts.usage_view
     where account_id = $1::text and (shared or member_id is not distinct from $2::text)
     order by lower(name), view_id`,
    [accountId, memberId],
  )
  return rows.map(viewOf)
}

export async function readView(
  pool: pg.Pool,
  accountId: string,
  viewId: string,
): Promise<UsageView | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from accounts.usage_view
     where account_id = $1::text and view_id = $2::text`,
    [accountId, viewId],
  )
  return rows[0] ? viewOf(rows[0]) : null
}

/** `false`: there is one with this id, or the account has as many as it may have. */
export async function addView(
  pool: pg.Pool,
  accountId: string,
  view: UsageView,
  max: number,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into accounts.usage_view (account_id, ${COLUMNS})
     select $1::text, $2::text, $3::text, $4::text, $5::boolean, $6::text, $7::timestamptz,
       $7::timestamptz
     where (select count(*) from accounts.usage_view where account_id = $1::text) < $8::integer
     on conflict do nothing`,
    [
      accountId,
      view.viewId,
      view.name,
      view.query,
      view.shared,
      view.memberId,
      formatInstant(view.createdAt),
      max,
    ],
  )
  return rowCount === 1
}

/** What is left out stays. `null`: there is no such view. */
export async function changeView(
  pool: pg.Pool,
  accountId: string,
  viewId: string,
  change: {
    readonly name: string | null
    readonly query: string | null
    readonly shared: boolean | null
    readonly at: Instant
  },
): Promise<UsageView | null> {
  const { rows } = await pool.query<Row>(
    `update accounts.usage_view
     set name = coalesce($3::text, name), query = coalesce($4::text, query),
       shared = coalesce($5::boolean, shared), updated_at = $6::timestamptz
     where account_id = $1::text and view_id = $2::text
     returning ${COLUMNS}`,
    [accountId, viewId, change.name, change.query, change.shared, formatInstant(change.at)],
  )
  return rows[0] ? viewOf(rows[0]) : null
}

export async function removeView(pool: pg.Pool, accountId: string, viewId: string): Promise<void> {
  await pool.query(
    `delete from accounts.usage_view where account_id = $1::text and view_id = $2::text`,
    [accountId, viewId],
  )
}
