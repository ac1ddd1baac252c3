import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { personKey, personOfKey } from './passwords.ts'
import { hashToken, type Person } from './sessions.ts'

/** A subject of a provider, bound to one person. */
export interface IdentityRecord {
  readonly identityId: string
  readonly issuer: string
  readonly person: Person
  /** As the provider shows it. */
  readonly shown: string
  readonly createdAt: Instant
  readonly usedAt: Instant | null
}

interface Row {
  readonly identity_id: string
  readonly issuer: string
  readonly person: string
  readonly shown: string
  readonly created_at: Date
  readonly used_at: Date | null
}

const COLUMNS = 'identity_id, issuer, person, shown, created_at, used_at'

const recordOf = (row: Row): IdentityRecord => ({
  identityId: row.identity_id,
  issuer: row.issuer,
  person: personOfKey(row.person),
  shown: row.shown,
  createdAt: instant(row.created_at.getTime()),
  usedAt: row.used_at && instant(row.used_at.getTime()),
})

interface Subject {
  readonly issuer: string
  readonly subject: string
}

const ADD = `
  insert into control.identity (issuer, subject, identity_id, person, shown, created_at)
  values ($1::text, $2::text, $3::text, $4::text, $5::text, $6::timestamptz)
  on conflict (issuer, subject) do update set shown = excluded.shown
  where control.identity.person = excluded.person returning identity_id`

/** `false`: the subject is somebody else’s. */
export async function addIdentity(
  pool: pg.Pool,
  own: Subject & Pick<IdentityRecord, 'identityId' | 'person' | 'shown' | 'createdAt'>,
): Promise<boolean> {
  const { rowCount } = await pool.query(ADD, [
    own.issuer,
    own.subject,
    own.identityId,
    personKey(own.person),
    own.shown,
    formatInstant(own.createdAt),
  ])
  return rowCount === 1
}

/** Whose subject it is, and that it was used; `null`: nobody’s. */
export async function useIdentity(
  pool: pg.Pool,
  { issuer, subject, at }: Subject & { readonly at: Instant },
): Promise<Person | null> {
  const { rows } = await pool.query<{ person: string }>(
    `update control.identity set used_at = $3::timestamptz
     where issuer = $1::text and subject = $2::text returning person`,
    [issuer, subject, formatInstant(at)],
  )
  return rows[0] ? personOfKey(rows[0].person) : null
}

/** The first one first. */
export async function listIdentities(
  pool: pg.Pool,
  person: Person,
): Promise<readonly IdentityRecord[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.identity where person = $1::text
     order by created_at, identity_id`,
    [personKey(person)],
  )
  return rows.map(recordOf)
}

export async function removeIdentity(
  pool: pg.Pool,
  own: { readonly person: Person; readonly identityId: string },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    'delete from control.identity where person = $1::text and identity_id = $2::text',
    [personKey(own.person), own.identityId],
  )
  return rowCount === 1
}

export interface OidcRequest {
  /** To whom the subject is bound; `null`: whoever it is signs in. */
  readonly person: Person | null
  readonly nonce: string
  readonly codeVerifier: string
  readonly next: string | null
}

const KEEP = `
  insert into control.oidc_request
    (state_hash, browser_hash, person, nonce, code_verifier, next, expires_at)
  values ($1::bytea, $2::bytea, $3::text, $4::text, $5::text, $6::text, $7::timestamptz)`

interface Asked {
  readonly state: string
  /** What the cookie of the browser says. */
  readonly browser: string
}

export const keepOidcRequest = async (
  pool: pg.Pool,
  asked: Asked & OidcRequest & { readonly expiresAt: Instant },
): Promise<void> =>
  void (await pool.query(KEEP, [
    hashToken(asked.state),
    hashToken(asked.browser),
    asked.person && personKey(asked.person),
    asked.nonce,
    asked.codeVerifier,
    asked.next,
    formatInstant(asked.expiresAt),
  ]))

const TAKE = `
  delete from control.oidc_request
  where state_hash = $1::bytea and browser_hash = $2::bytea and expires_at > $3::timestamptz
  returning person, nonce, code_verifier, next`

interface RequestRow {
  readonly person: string | null
  readonly nonce: string
  readonly code_verifier: string
  readonly next: string | null
}

/** Once, and for the browser that has asked. `null`: nobody has asked that, or it is over. */
export async function takeOidcRequest(
  pool: pg.Pool,
  { state, browser, at }: Asked & { readonly at: Instant },
): Promise<OidcRequest | null> {
  const values = [hashToken(state), hashToken(browser), formatInstant(at)]
  const { rows } = await pool.query<RequestRow>(TAKE, values)
  const row = rows[0]
  if (!row) return null
  return {
    person: row.person === null ? null : personOfKey(row.person),
    nonce: row.nonce,
    codeVerifier: row.code_verifier,
    next: row.next,
  }
}

/** Those that nobody has answered in time. Returns how many. */
export async function removeExpiredOidcRequests(pool: pg.Pool, before: Instant): Promise<number> {
  const { rowCount } = await pool.query(
    'delete from control.oidc_request where expires_at < $1::timestamptz',
    [formatInstant(before)],
  )
  return rowCount ?? 0
}
