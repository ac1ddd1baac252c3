import type pg from 'pg'
import type { StaffRole } from '../../contract/permissions.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { hashSecret, isWellFormedSecret, newSecret, shownPrefix } from './key-format.ts'

/** A person who works for the operator. */
export interface StaffRecord {
  readonly staffId: string
  readonly name: string
  readonly role: StaffRole
  /** By which a provider of sign-in knows the person; `null`: by none. */
  readonly email: string | null
  readonly status: 'active' | 'removed'
  /** The first characters of the token; `null`: there is none in force. */
  readonly prefix: string | null
  readonly createdAt: Instant
}

const COLUMNS = 'staff_id, name, role, email, status, prefix, created_at'

interface Row {
  readonly staff_id: string
  readonly name: string
  readonly role: StaffRole
  readonly email: string | null
  readonly status: 'active' | 'removed'
  readonly prefix: string | null
  readonly created_at: Date
}

const recordOf = (row: Row): StaffRecord => ({
  staffId: row.staff_id,
  name: row.name,
  role: row.role,
  email: row.email,
  status: row.status,
  prefix: row.prefix,
  createdAt: instant(row.created_at.getTime()),
})

export interface NewStaff {
  readonly staffId: string
  readonly name: string
  readonly role: StaffRole
  readonly email: string | null
  readonly at: Instant
}

interface WithToken {
  readonly record: StaffRecord
  /** In this answer only: what is stored is its sha256. */
  readonly secret: string
}

/** `null`: the id or the address is taken. */
export async function addStaff(pool: pg.Pool, staff: NewStaff): Promise<WithToken | null> {
  const secret = newSecret('staff')
  const { rows } = await pool.query<Row>(
    `insert into control.staff
       (staff_id, name, role, status, secret_hash, prefix, created_at, updated_at, email)
     values ($1::text, $2::text, $3::text, 'active', $4::bytea, $5::text, $6::timestamptz,
       $6::timestamptz, $7::text)
     on conflict do nothing
     returning ${COLUMNS}`,
    [
      staff.staffId,
      staff.name,
      staff.role,
      hashSecret(secret),
      shownPrefix(secret),
      formatInstant(staff.at),
      staff.email,
    ],
  )
  return rows[0] ? { record: recordOf(rows[0]), secret } : null
}

/** A new token; the old one ends at once. `null`: there is no such person, or it was removed. */
export async function renewStaffToken(
  pool: pg.Pool,
  own: { readonly staffId: string; readonly at: Instant },
): Promise<WithToken | null> {
  const secret = newSecret('staff')
  const { rows } = await pool.query<Row>(
    `update control.staff
     set secret_hash = $2::bytea, prefix = $3::text, updated_at = $4::timestamptz
     where staff_id = $1::text and status = 'active'
     returning ${COLUMNS}`,
    [own.staffId, hashSecret(secret), shownPrefix(secret), formatInstant(own.at)],
  )
  return rows[0] ? { record: recordOf(rows[0]), secret } : null
}

export interface StaffChange {
  readonly staffId: string
  readonly name?: string | undefined
  readonly role?: StaffRole | undefined
  /** `null` takes it away. */
  readonly email?: string | null | undefined
  /** Ends the token; the record stays, since what the person did names it. */
  readonly removed?: boolean | undefined
  readonly at: Instant
}

/** `null`: there is no such person, or it was removed before. */
export async function changeStaff(pool: pg.Pool, change: StaffChange): Promise<StaffRecord | null> {
  const { rows } = await pool.query<Row>(
    `update control.staff
     set name = coalesce($2::text, name), role = coalesce($3::text, role),
         status = case when $4::boolean then 'removed' else status end,
         secret_hash = case when $4::boolean then null else secret_hash end,
         prefix = case when $4::boolean then null else prefix end,
         email = case when $6::boolean then $7::text else email end,
         updated_at = $5::timestamptz
     where staff_id = $1::text and (status = 'active' or $4::boolean)
     returning ${COLUMNS}`,
    [
      change.staffId,
      change.name ?? null,
      change.role ?? null,
      change.removed === true,
      formatInstant(change.at),
      change.email !== undefined,
      change.email ?? null,
    ],
  )
  return rows[0] ? recordOf(rows[0]) : null
}

export async function listStaff(pool: pg.Pool): Promise<readonly StaffRecord[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.staff order by created_at, staff_id limit $1::integer`,
    [STAFF_LISTED_MAX],
  )
  return rows.map(recordOf)
}

/** Who of the operator’s people has an address; `null`: nobody in force. */
export async function staffOfEmail(pool: pg.Pool, email: string): Promise<string | null> {
  const { rows } = await pool.query<Pick<Row, 'staff_id'>>(
    "select staff_id from control.staff where status = 'active' and lower(email) = lower($1::text)",
    [email],
  )
  return rows[0]?.staff_id ?? null
}

/** Whether somebody with the address has worked for the operator and was removed. */
export async function wasStaff(pool: pg.Pool, email: string): Promise<boolean> {
  const { rows } = await pool.query(
    `select 1 from control.staff
     where status = 'removed' and lower(email) = lower($1::text) limit 1`,
    [email],
  )
  return rows.length > 0
}

const STAFF_LISTED_MAX = 1_000

/** Whose token a secret is; `null`: nobody's in force. Never remembered: who is removed is out at once. */
export async function authenticateStaff(
  pool: pg.Pool,
  secret: string,
): Promise<Pick<StaffRecord, 'staffId' | 'role'> | null> {
  if (!isWellFormedSecret(secret, 'staff')) return null
  const { rows } = await pool.query<Pick<Row, 'staff_id' | 'role'>>({
    name: 'authenticate_staff',
    text: `select staff_id, role from control.staff
           where secret_hash = $1::bytea and status = 'active'`,
    values: [hashSecret(secret)],
  })
  const row = rows[0]
  return row ? { staffId: row.staff_id, role: row.role } : null
}
