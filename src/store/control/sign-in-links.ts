import type pg from 'pg'
import type { Role } from '../../contract/permissions.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { hashToken, isToken, newToken, type Person, type PortalChoice } from './sessions.ts'

export type LinkKind = 'email' | 'issued' | 'portal' | 'invitation'

export interface NewLink {
  readonly person: Person
  readonly kind: LinkKind
  readonly role: Role | null
  /** Where it was sent to: whoever opens it reads there. */
  readonly email?: string
  readonly portal?: PortalChoice
  readonly at: Instant
  readonly expiresAt: Instant
}

const CREATE = `
  insert into control.sign_in_link
    (token_hash, account_id, member_id, staff_id, kind, role, created_at, expires_at,
      email, portal)
  values ($1::bytea, $2::text, $3::text, $4::text, $5::text, $6::text, $7::timestamptz,
    $8::timestamptz, $9::text, $10::jsonb)`

/** The token is in this answer only: what is stored is its sha256. */
export async function createLink(pool: pg.Pool, link: NewLink): Promise<string> {
  const token = newToken()
  const { person } = link
  await pool.query(CREATE, [
    hashToken(token),
    'accountId' in person ? person.accountId : null,
    'accountId' in person ? person.memberId : null,
    'staffId' in person ? person.staffId : null,
    link.kind,
    link.role,
    formatInstant(link.at),
    formatInstant(link.expiresAt),
    link.email ?? null,
    link.portal ? JSON.stringify(link.portal) : null,
  ])
  return token
}

interface Row {
  readonly account_id: string | null
  readonly member_id: string | null
  readonly staff_id: string | null
  readonly kind: LinkKind
  readonly role: Role | null
  readonly email: string | null
  readonly portal: PortalChoice | null
}

/** Used once: of two at the same moment, one finds it. */
const USE = `
  update control.sign_in_link set used_at = $2::timestamptz
  where token_hash = $1::bytea and used_at is null and expires_at > $2::timestamptz
  returning account_id, member_id, staff_id, kind, role, email, portal`

export interface UsedLink {
  readonly person: Person
  readonly kind: LinkKind
  readonly role: Role | null
  readonly email: string | null
  readonly portal: PortalChoice | null
}

/** `null`: there is no such link, it has been used, or it is over. */
export async function useLink(pool: pg.Pool, token: string, at: Instant): Promise<UsedLink | null> {
  if (!isToken(token)) return null
  const { rows } = await pool.query<Row>(USE, [hashToken(token), formatInstant(at)])
  const row = rows[0]
  if (!row) return null
  const { kind, role, email, portal } = row
  const said = { kind, role, email, portal }
  if (row.staff_id !== null) return { person: { staffId: row.staff_id }, ...said }
  if (row.account_id === null) throw new Error('a sign-in link of nobody')
  return { person: { accountId: row.account_id, memberId: row.member_id }, ...said }
}

const RECENT = `
  select count(*)::integer as count from control.sign_in_link
  where account_id = $1::text and member_id = $2::text and kind = 'email'
    and created_at > $3::timestamptz`

/** Links that a member has asked for since a moment: nobody’s mailbox is flooded. */
export async function emailLinksSince(
  pool: pg.Pool,
  member: { readonly accountId: string; readonly memberId: string },
  since: Instant,
): Promise<number> {
  const values = [member.accountId, member.memberId, formatInstant(since)]
  const { rows } = await pool.query<{ count: number }>(RECENT, values)
  return rows[0]?.count ?? 0
}

const PURGE_LINKS = 'delete from control.sign_in_link where expires_at < $1::timestamptz'
const PURGE_SESSIONS = 'delete from control.session where expires_at < $1::timestamptz'

/** Links and sessions that nobody can use any more are forgotten. Returns how many. */
export async function removeExpiredSignIns(pool: pg.Pool, before: Instant): Promise<number> {
  const links = await pool.query(PURGE_LINKS, [formatInstant(before)])
  const sessions = await pool.query(PURGE_SESSIONS, [formatInstant(before)])
  return (links.rowCount ?? 0) + (sessions.rowCount ?? 0)
}
