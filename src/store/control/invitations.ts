import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { personKey } from './passwords.ts'
import type { Person } from './sessions.ts'

/** A link of an owner, or of the operator, that nobody has opened yet. */
export interface OpenInvitation {
  /** Of a member of the account, or of a person of the operator. */
  readonly id: string
  /** Where it was sent to; `null`: it was handed over. */
  readonly email: string | null
  readonly expiresAt: Instant
}

interface Row {
  readonly id: string
  readonly email: string | null
  readonly expires_at: Date
}

const OPEN = `
  select coalesce(staff_id, member_id) as id, email, expires_at from control.sign_in_link
  where account_id is not distinct from $1::text and kind = 'invitation' and used_at is null
    and expires_at > $2::timestamptz`

/** `null`: of the people of the operator. */
export async function openInvitations(
  pool: pg.Pool,
  accountId: string | null,
  at: Instant,
): Promise<readonly OpenInvitation[]> {
  const { rows } = await pool.query<Row>(OPEN, [accountId, formatInstant(at)])
  return rows.map((row) => ({
    id: row.id,
    email: row.email,
    expiresAt: instant(row.expires_at.getTime()),
  }))
}

const TAKE_BACK = `
  update control.sign_in_link set used_at = $4::timestamptz
  where account_id is not distinct from $1::text and member_id is not distinct from $2::text
    and staff_id is not distinct from $3::text and kind = 'invitation'
    and used_at is null and expires_at > $4::timestamptz`

const columnsOf = (person: Person) =>
  'staffId' in person
    ? ([null, null, person.staffId] as const)
    : ([person.accountId, person.memberId, null] as const)

/** No link of an invitation opens any more. `false`: there was none. */
export async function takeBackInvitations(
  pool: pg.Pool,
  person: Person,
  at: Instant,
): Promise<boolean> {
  const values = [...columnsOf(person), formatInstant(at)]
  return ((await pool.query(TAKE_BACK, values)).rowCount ?? 0) > 0
}

const INVITED = `
  select exists (select from control.sign_in_link
    where account_id is not distinct from $1::text and member_id is not distinct from $2::text
      and staff_id is not distinct from $3::text and kind = 'invitation'
      and used_at is null and expires_at > $4::timestamptz) as is_invited`

/** Whether an invitation of the person is open. */
export async function isInvited(pool: pg.Pool, person: Person, at: Instant): Promise<boolean> {
  const values = [...columnsOf(person), formatInstant(at)]
  const { rows } = await pool.query<{ is_invited: boolean }>(INVITED, values)
  return rows[0]?.is_invited ?? false
}

const HAS_COME = `
  select exists (select from control.sign_in_event
      where account_id is not distinct from $1::text and member_id is not distinct from $2::text
        and staff_id is not distinct from $3::text and kind = 'signed_in')
    or exists (select from control.password where person = $4::text)
    or exists (select from control.passkey where person = $4::text)
    or exists (select from control.identity where person = $4::text) as has_come`

/** Whether a person has ever come in: from then on nobody else opens its door. */
export async function hasComeIn(pool: pg.Pool, person: Person): Promise<boolean> {
  const values = [...columnsOf(person), personKey(person)]
  const { rows } = await pool.query<{ has_come: boolean }>(HAS_COME, values)
  return rows[0]?.has_come ?? false
}
