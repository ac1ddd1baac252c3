import { createHash, randomBytes } from 'node:crypto'
import type pg from 'pg'
import type { Role, StaffRole } from '../../contract/permissions.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

/** Of whom a session is: a member of an account, or a person of the operator. */
export type Person =
  | { readonly accountId: string; readonly memberId: string | null }
  | { readonly staffId: string }

/** What the link of a portal has said. */
export interface PortalChoice {
  readonly theme: string | null
  readonly return_url: string | null
  readonly lang: 'en' | 'ja' | null
}

export type SessionKind = 'member' | 'staff' | 'portal'

/** A session in force, with what its person is and may do at this moment. */
export interface SessionRecord {
  readonly sessionId: string
  readonly kind: SessionKind
  readonly accountId: string | null
  readonly memberId: string | null
  readonly staffId: string | null
  readonly name: string
  readonly email: string | null
  /** The address that its person has shown to be the reader of: an owner may write down any. */
  readonly provenEmail: string | null
  readonly role: Role | StaffRole
  /** `null`: it is no portal. */
  readonly portal: PortalChoice | null
  readonly userAgent: string
  readonly createdAt: Instant
  readonly authenticatedAt: Instant
  readonly usedAt: Instant
  readonly expiresAt: Instant
}

const TOKEN_BYTES = 32

/** 256 random bits; what is stored is the sha256 of it. */
export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url')
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

const TOKEN = /^[A-Za-z0-9_-]{43}$/
export const isToken = (text: string): boolean => TOKEN.test(text)

/** How long a session lasts at most, and without being used. */
export interface Lifetime {
  readonly absoluteMs: number
  readonly idleMs: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
export const LIFETIMES: Readonly<Record<SessionKind, Lifetime>> = {
  member: { absoluteMs: 30 * DAY_MS, idleMs: 7 * DAY_MS },
  staff: { absoluteMs: DAY_MS, idleMs: 12 * HOUR_MS },
  portal: { absoluteMs: HOUR_MS, idleMs: HOUR_MS },
}

export interface NewSession {
  readonly sessionId: string
  readonly token: string
  readonly kind: SessionKind
  readonly person: Person
  /** Of a portal without a member. */
  readonly role: Role | null
  readonly portal?: PortalChoice | null
  readonly userAgent: string
  readonly provenEmail: string | null
  /** When the person has shown who it is: now, unless a session goes on under another account. */
  readonly authenticatedAt?: Instant
  readonly at: Instant
}

const CREATE = `
  insert into control.session (token_hash, session_id, kind, account_id, member_id, staff_id, role,
    user_agent, created_at, authenticated_at, used_at, expires_at, proven_email, portal)
  values ($1::bytea, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text,
    $9::timestamptz, $11::timestamptz, $9::timestamptz, $10::timestamptz, $12::text, $13::jsonb)`

export async function createSession(pool: pg.Pool, session: NewSession): Promise<void> {
  const { person, at } = session
  await pool.query(CREATE, [
    hashToken(session.token),
    session.sessionId,
    session.kind,
    'accountId' in person ? person.accountId : null,
    'accountId' in person ? person.memberId : null,
    'staffId' in person ? person.staffId : null,
    session.role,
    session.userAgent,
    formatInstant(at),
    formatInstant(instant(at + LIFETIMES[session.kind].absoluteMs)),
    formatInstant(session.authenticatedAt ?? at),
    session.provenEmail,
    session.portal ? JSON.stringify(session.portal) : null,
  ])
}

interface Row {
  readonly session_id: string
  readonly kind: SessionKind
  readonly account_id: string | null
  readonly member_id: string | null
  readonly staff_id: string | null
  readonly name: string | null
  readonly email: string | null
  readonly proven_email: string | null
  readonly role: Role | StaffRole | null
  readonly portal: PortalChoice | null
  readonly user_agent: string
  readonly created_at: Date
  readonly authenticated_at: Date
  readonly used_at: Date
  readonly expires_at: Date
}

const COLUMNS = `s.session_id, s.kind, s.account_id, s.member_id, s.staff_id, s.user_agent, s.proven_email, s.portal,
    s.created_at, s.authenticated_at, s.used_at, s.expires_at,
    coalesce(m.name, p.name) as name, m.email, coalesce(m.role, p.role, s.role) as role`

/** A member or person who was removed has no session, whatever the row says. */
const IN_FORCE = `
  from control.session s
  left join control.member m
    on m.account_id = s.account_id and m.member_id = s.member_id and m.status = 'active'
  left join control.staff p on p.staff_id = s.staff_id and p.status = 'active'
  where s.ended_at is null and s.expires_at > $1::timestamptz
    and (s.member_id is null or m.member_id is not null)
    and (s.staff_id is null or p.staff_id is not null)`

const BY_TOKEN = `select ${COLUMNS} ${IN_FORCE} and s.token_hash = $2::bytea`

/** The session of a cookie; `null`: none in force. */
export async function readSession(
  pool: pg.Pool,
  token: string,
  at: Instant,
): Promise<SessionRecord | null> {
  if (!isToken(token)) return null
  const { rows } = await pool.query<Row>(BY_TOKEN, [formatInstant(at), hashToken(token)])
  const found = rows[0] && recordOf(rows[0])
  if (!found) return null
  return at - found.usedAt > LIFETIMES[found.kind].idleMs ? null : found
}

function recordOf(row: Row): SessionRecord | null {
  if (row.role === null) return null
  return {
    sessionId: row.session_id,
    kind: row.kind,
    accountId: row.account_id,
    memberId: row.member_id,
    staffId: row.staff_id,
    name: row.name ?? row.role,
    email: row.email,
    provenEmail: row.proven_email,
    role: row.role,
    portal: row.portal,
    userAgent: row.user_agent,
    createdAt: instant(row.created_at.getTime()),
    authenticatedAt: instant(row.authenticated_at.getTime()),
    usedAt: instant(row.used_at.getTime()),
    expiresAt: instant(row.expires_at.getTime()),
  }
}

const USED = `
  update control.session set used_at = $2::timestamptz
  where session_id = $1::text and used_at < $2::timestamptz`

export const markUsed = async (pool: pg.Pool, sessionId: string, at: Instant): Promise<void> =>
  void (await pool.query(USED, [sessionId, formatInstant(at)]))

const AUTHENTICATED = `
  update control.session set authenticated_at = $2::timestamptz
  where session_id = $1::text and ended_at is null`

/** The person of the session has shown again who it is. */
export const markAuthenticated = async (
  pool: pg.Pool,
  sessionId: string,
  at: Instant,
): Promise<void> => void (await pool.query(AUTHENTICATED, [sessionId, formatInstant(at)]))

const LIST_MEMBER = `select ${COLUMNS} ${IN_FORCE}
  and s.account_id = $2::text and s.member_id = $3::text order by s.used_at desc, s.session_id`
const LIST_STAFF = `select ${COLUMNS} ${IN_FORCE}
  and s.staff_id = $2::text order by s.used_at desc, s.session_id`

/** The sessions of a person, the last used first. */
export async function listSessions(
  pool: pg.Pool,
  person: Person,
  at: Instant,
): Promise<readonly SessionRecord[]> {
  const now = formatInstant(at)
  const { rows } =
    'staffId' in person
      ? await pool.query<Row>(LIST_STAFF, [now, person.staffId])
      : await pool.query<Row>(LIST_MEMBER, [now, person.accountId, person.memberId])
  return rows
    .flatMap((row) => recordOf(row) ?? [])
    .filter((own) => at - own.usedAt <= LIFETIMES[own.kind].idleMs)
}

const END = `
  update control.session set ended_at = $2::timestamptz
  where session_id = any($1::text[]) and ended_at is null`

export const endSessions = async (
  pool: pg.Pool,
  sessionIds: readonly string[],
  at: Instant,
): Promise<void> => void (await pool.query(END, [sessionIds, formatInstant(at)]))

const SAME_ADDRESS = `
  select m.account_id, m.member_id, m.name, m.role, d.name as account_name
  from control.member m join control.account_directory d on d.account_id = m.account_id
  where m.status = 'active' and lower(m.email) = lower($1::text)
  order by m.account_id limit 50`

export interface Membership {
  readonly accountId: string
  readonly memberId: string
  readonly name: string
  readonly role: Role
  readonly accountName: string
}

interface MembershipRow {
  readonly account_id: string
  readonly member_id: string
  readonly name: string
  readonly role: Role
  readonly account_name: string
}

/** Everybody who is reached under an e-mail address: one for each account. */
export async function membershipsOf(pool: pg.Pool, email: string): Promise<readonly Membership[]> {
  const { rows } = await pool.query<MembershipRow>(SAME_ADDRESS, [email])
  return rows.map((row) => ({
    accountId: row.account_id,
    memberId: row.member_id,
    name: row.name,
    role: row.role,
    accountName: row.account_name,
  }))
}
