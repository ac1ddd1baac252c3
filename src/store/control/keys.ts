import type pg from 'pg'
import type { Role } from '../../contract/permissions.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { hashSecret, isWellFormedSecret, newSecret, shownPrefix } from './key-format.ts'

/** Whom a key speaks for. */
export interface KeyHolder {
  readonly accountId: string
  readonly keyId: string
  readonly memberId: string | null
  readonly projectId: string | null
  /** The client that this key is for; plans may cover clients differently. */
  readonly client: string | null
  /** Of its member; absent where the key has none, or one that nobody has registered. */
  readonly role?: Role
}

export interface NewKey {
  readonly keyId: string
  readonly accountId: string
  readonly name: string
  readonly memberId: string | null
  readonly projectId: string | null
  readonly client: string | null
  readonly at: Instant
}

/** A key as it is listed: never its secret. */
export interface KeyRecord extends KeyHolder {
  readonly name: string
  /** The first characters of the secret. */
  readonly prefix: string
  readonly createdAt: Instant
  readonly revokedAt: Instant | null
}

/** Makes a key. The secret is in this answer only: what is stored is its sha256. */
export async function createKey(
  pool: pg.Pool,
  key: NewKey,
): Promise<{ readonly record: KeyRecord; readonly secret: string }> {
  const secret = newSecret()
  const { at, ...holder } = key
  const record: KeyRecord = {
    ...holder,
    prefix: shownPrefix(secret),
    createdAt: at,
    revokedAt: null,
  }
  await pool.query(
    `insert into control.api_key
       (key_id, account_id, secret_hash, prefix, name, member_id, project_id, client, created_at)
     values ($1::text, $2::text, $3::bytea, $4::text, $5::text, $6::text, $7::text, $8::text,
       $9::timestamptz)`,
    [
      key.keyId,
      key.accountId,
      hashSecret(secret),
      record.prefix,
      key.name,
      key.memberId,
      key.projectId,
      key.client,
      formatInstant(at),
    ],
  )
  return { record, secret }
}

/** Ends a key. A key that was revoked before stays revoked since then; `null`: the account has none such. */
export async function revokeKey(
  pool: pg.Pool,
  key: { readonly accountId: string; readonly keyId: string; readonly at: Instant },
): Promise<KeyRecord | null> {
  const { rows } = await pool.query<KeyRow>(
    `update control.api_key set revoked_at = coalesce(revoked_at, $3::timestamptz)
     where account_id = $1::text and key_id = $2::text
     returning ${COLUMNS}`,
    [key.accountId, key.keyId, formatInstant(key.at)],
  )
  return rows[0] ? recordOf(rows[0]) : null
}

/** @param memberId only the keys of this member; `null`: all. */
export async function listKeys(
  pool: pg.Pool,
  accountId: string,
  memberId: string | null = null,
): Promise<readonly KeyRecord[]> {
  const { rows } = await pool.query<KeyRow>(
    `select ${COLUMNS} from control.api_key
     where account_id = $1::text and ($3::text is null or member_id = $3::text)
     order by created_at, key_id limit $2::integer`,
    [accountId, KEYS_LISTED_MAX, memberId],
  )
  return rows.map(recordOf)
}

const KEYS_LISTED_MAX = 1_000

/** Whom a secret speaks for; `null` when it is not a key in force. */
export async function authenticateKey(pool: pg.Pool, secret: string): Promise<KeyHolder | null> {
  if (!isWellFormedSecret(secret)) return null
  const { rows } = await pool.query<KeyRow & { readonly role: Role | null }>({
    name: 'authenticate_key',
    text: `select k.*, m.role
           from (select ${COLUMNS} from control.api_key
                 where secret_hash = $1::bytea and revoked_at is null) k
           left join control.member m
             on m.account_id = k.account_id and m.member_id = k.member_id
           where m.status is distinct from 'removed'`,
    values: [hashSecret(secret)],
  })
  const row = rows[0]
  return row ? { ...holderOf(row), ...(row.role && { role: row.role }) } : null
}

/** A key of the account, also one that was revoked. */
export async function readKey(
  pool: pg.Pool,
  key: { readonly accountId: string; readonly keyId: string },
): Promise<KeyRecord | null> {
  const { rows } = await pool.query<KeyRow>(
    `select ${COLUMNS} from control.api_key where account_id = $1::text and key_id = $2::text`,
    [key.accountId, key.keyId],
  )
  return rows[0] ? recordOf(rows[0]) : null
}

const COLUMNS =
  'key_id, account_id, prefix, name, member_id, project_id, client, created_at, revoked_at'

interface KeyRow {
  readonly key_id: string
  readonly account_id: string
  readonly prefix: string
  readonly name: string
  readonly member_id: string | null
  readonly project_id: string | null
  readonly client: string | null
  readonly created_at: Date
  readonly revoked_at: Date | null
}

const holderOf = (row: KeyRow): KeyHolder => ({
  accountId: row.account_id,
  keyId: row.key_id,
  memberId: row.member_id,
  projectId: row.project_id,
  client: row.client,
})

const recordOf = (row: KeyRow): KeyRecord => ({
  ...holderOf(row),
  name: row.name,
  prefix: row.prefix,
  createdAt: instant(row.created_at.getTime()),
  revokedAt: row.revoked_at && instant(row.revoked_at.getTime()),
})
