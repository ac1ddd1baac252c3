import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { inTransaction, isSerialisationFailure } from '../transaction.ts'
import { personKey, personOfKey } from './passwords.ts'
import type { Person } from './sessions.ts'

export interface PasskeyRecord {
  readonly passkeyId: string
  /** As the browser names it, base64url. */
  readonly credentialId: string
  readonly person: Person
  readonly name: string
  readonly publicKey: Uint8Array<ArrayBuffer>
  /** Of uses, where the device counts them. */
  readonly counter: number
  readonly transports: readonly string[]
  readonly isSynced: boolean
  /** The address that its person had proven when it was added. */
  readonly provenEmail: string | null
  readonly createdAt: Instant
  readonly usedAt: Instant | null
}

interface Row {
  readonly passkey_id: string
  readonly credential_id: string
  readonly person: string
  readonly name: string
  readonly public_key: Buffer
  readonly counter: string
  readonly transports: string[]
  readonly is_synced: boolean
  readonly proven_email: string | null
  readonly created_at: Date
  readonly used_at: Date | null
}

const COLUMNS = `passkey_id, credential_id, person, name, public_key, counter::text, transports,
  is_synced, proven_email, created_at, used_at`

const recordOf = (row: Row): PasskeyRecord => ({
  passkeyId: row.passkey_id,
  credentialId: row.credential_id,
  person: personOfKey(row.person),
  name: row.name,
  publicKey: new Uint8Array(row.public_key),
  counter: Number.parseInt(row.counter, 10),
  transports: row.transports,
  isSynced: row.is_synced,
  provenEmail: row.proven_email,
  createdAt: instant(row.created_at.getTime()),
  usedAt: row.used_at && instant(row.used_at.getTime()),
})

const ADD = `
  insert into control.passkey (credential_id, passkey_id, person, name, public_key, counter,
    transports, is_synced, proven_email, created_at)
  select $1::text, $2::text, $3::text, $4::text, $5::bytea, $6::bigint, $7::text[], $8::boolean,
    $9::text, $10::timestamptz
  on conflict do nothing`

/** `false`: somebody has it already. */
export async function addPasskey(
  pool: pg.Pool,
  passkey: Omit<PasskeyRecord, 'usedAt'>,
): Promise<boolean> {
  const { rowCount } = await pool.query(ADD, [
    passkey.credentialId,
    passkey.passkeyId,
    personKey(passkey.person),
    passkey.name,
    Buffer.from(passkey.publicKey),
    String(passkey.counter),
    passkey.transports,
    passkey.isSynced,
    passkey.provenEmail,
    formatInstant(passkey.createdAt),
  ])
  return rowCount === 1
}

/** The first one first. */
export async function listPasskeys(
  pool: pg.Pool,
  person: Person,
): Promise<readonly PasskeyRecord[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.passkey where person = $1::text order by created_at, passkey_id`,
    [personKey(person)],
  )
  return rows.map(recordOf)
}

export async function readPasskey(
  pool: pg.Pool,
  credentialId: string,
): Promise<PasskeyRecord | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.passkey where credential_id = $1::text`,
    [credentialId],
  )
  return rows[0] ? recordOf(rows[0]) : null
}

const USED = `
  update control.passkey set counter = $2::bigint, used_at = $3::timestamptz
  where credential_id = $1::text and (counter < $2::bigint or (counter = 0 and $2::bigint = 0))`

/** `false`: the device has counted no further, or is gone: of two at the same moment, one is a copy. */
export async function passkeyUsed(
  pool: pg.Pool,
  used: { readonly credentialId: string; readonly counter: number; readonly at: Instant },
): Promise<boolean> {
  const values = [used.credentialId, String(used.counter), formatInstant(used.at)]
  const { rowCount } = await pool.query(USED, values)
  return rowCount === 1
}

interface Own {
  readonly person: Person
  readonly passkeyId: string
}

export async function renamePasskey(
  pool: pg.Pool,
  { person, passkeyId, name }: Own & { readonly name: string },
): Promise<PasskeyRecord | null> {
  const { rows } = await pool.query<Row>(
    `update control.passkey set name = $3::text
     where person = $1::text and passkey_id = $2::text returning ${COLUMNS}`,
    [personKey(person), passkeyId, name],
  )
  return rows[0] ? recordOf(rows[0]) : null
}

const REMOVE = `
  delete from control.passkey p
  where p.person = $1::text and p.passkey_id = $2::text
    and ($3::boolean or exists (
      select from control.passkey o where o.person = $1::text and o.passkey_id <> $2::text))`

/**
 * Removes it, but not the last one unless `mayBeLast`. Of two at the same moment that would remove the
 * last two, PostgreSQL lets one through, and the other looks again.
 */
export async function removePasskey(
  pool: pg.Pool,
  { person, passkeyId, mayBeLast }: Own & { readonly mayBeLast: boolean },
): Promise<boolean> {
  const values = [personKey(person), passkeyId, mayBeLast]
  for (let tries = 1; ; tries += 1) {
    try {
      return await inTransaction(
        pool,
        async (client) => (await client.query(REMOVE, values)).rowCount === 1,
        'begin isolation level serializable',
      )
    } catch (error) {
      if (tries === TRIES_MAX || !isSerialisationFailure(error)) throw error
    }
  }
}

const TRIES_MAX = 5
