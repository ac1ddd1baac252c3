import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

interface OfMember {
  readonly accountId: string
  readonly memberId: string
}

/** A link of an owner that nobody has opened yet. */
export interface OpenInvitation {
  readonly memberId: string
  /** Where it was sent to; `null`: it was handed over. */
  readonly email: string | null
  readonly expiresAt: Instant
}

interface Row {
  readonly member_id: string
  readonly email: string | null
  readonly expires_at: Date
}

const OPEN = `
  select member_id, email, expires_at from control.sign_in_link
  where account_id = $1::text and kind = 'invitation' and used_at is null
    and expires_at > $2::timestamptz`

export async function openInvitations(
  pool: pg.Pool,
  accountId: string,
  at: Instant,
): Promise<readonly OpenInvitation[]> {
  const { rows } = await pool.query<Row>(OPEN, [accountId, formatInstant(at)])
  return rows.map((row) => ({
    memberId: row.member_id,
    email: row.email,
    expiresAt: instant(row.expires_at.getTime()),
  }))
}

const TAKE_BACK = `
  update control.sign_in_link set used_at = $3::timestamptz
  where account_id = $1::text and member_id = $2::text and kind = 'invitation'
    and used_at is null and expires_at > $3::timestamptz`

/** No link of an invitation opens any more. `false`: there was none. */
export async function takeBackInvitations(
  pool: pg.Pool,
  { accountId, memberId }: OfMember,
  at: Instant,
): Promise<boolean> {
  const values = [accountId, memberId, formatInstant(at)]
  return ((await pool.query(TAKE_BACK, values)).rowCount ?? 0) > 0
}

const HAS_COME = `
  select exists (select from control.sign_in_event
      where account_id = $1::text and member_id = $2::text and kind = 'signed_in')
    or exists (select from control.password where person = $3::text)
    or exists (select from control.passkey where person = $3::text)
    or exists (select from control.identity where person = $3::text) as has_come`

/** Whether a member has ever come in: from then on nobody else opens its door. */
export async function hasComeIn(
  pool: pg.Pool,
  { accountId, memberId }: OfMember,
): Promise<boolean> {
  const person = `member ${accountId} ${memberId}`
  const { rows } = await pool.query<{ has_come: boolean }>(HAS_COME, [accountId, memberId, person])
  return rows[0]?.has_come ?? false
}
