import { createHmac, randomBytes } from 'node:crypto'
import type pg from 'pg'
import { type SignalKind, signalRoot } from '../../core/campaigns/index.ts'
import type { SecretBox } from '../secret-box.ts'

const PURPOSE = 'claim_signals'
const PLACE = `signal_key:${PURPOSE}`

interface Kept {
  readonly secret: Buffer | null
  readonly sealed: string | null
}

/** What somebody with a copy of the database needs besides it; `null`: the operator has set no key. */
type Box = SecretBox | null

const sealedKey = (box: SecretBox, key: Buffer): string => box.seal(key.toString('base64'), PLACE)

/** The key of the hashes: made by whoever needs it first, the same for every server. */
async function signalKey(pool: pg.Pool, box: Box): Promise<Buffer> {
  const fresh = randomBytes(32)
  await pool.query(
    `insert into control.signal_key (purpose, secret, sealed) values ($1::text, $2::bytea, $3::text)
     on conflict do nothing`,
    [PURPOSE, box ? null : fresh, box && sealedKey(box, fresh)],
  )
  const { rows } = await pool.query<Kept>(
    `select secret, sealed from control.signal_key where purpose = $1::text`,
    [PURPOSE],
  )
  const { secret, sealed } = rows[0]!
  if (secret === null) {
    if (!box) throw new Error('the key of signals is sealed, and no secret key is set to open it')
    return Buffer.from(box.open(sealed!, PLACE), 'base64')
  }
  if (box) await sealOld(pool, secret, sealedKey(box, secret))
  return secret
}

/** A key of before there was one to seal it with: the same key, from now on sealed. */
const sealOld = (pool: pg.Pool, secret: Buffer, sealed: string) =>
  pool.query(
    `update control.signal_key set secret = null, sealed = $3::text
     where purpose = $1::text and secret = $2::bytea`,
    [PURPOSE, secret, sealed],
  )

/** The same key of signals, from now on sealed by the first key. `false`: it is already, or there is none. */
export async function resealSignalKey(pool: pg.Pool, box: SecretBox): Promise<boolean> {
  const { rows } = await pool.query<{ sealed: string }>(
    `select sealed from control.signal_key
     where purpose = $1::text and not starts_with(sealed, $2::text)`,
    [PURPOSE, box.mark],
  )
  const [former] = rows
  if (!former) return false
  const { rowCount } = await pool.query(
    `update control.signal_key set sealed = $3::text
     where purpose = $1::text and sealed = $2::text`,
    [PURPOSE, former.sealed, box.reseal(former.sealed, PLACE)],
  )
  return rowCount === 1
}

/**
 * Signals as keyed hashes of what they have in common (the network of an address, the mailbox behind an
 * alias): they can be compared, and not read back from a copy of the claims.
 */
export async function hashSignals(
  { pool, box }: { readonly pool: pg.Pool; readonly box: Box },
  signals: Readonly<Partial<Record<SignalKind, string>>>,
): Promise<readonly { readonly kind: SignalKind; readonly hash: Buffer }[]> {
  const given = Object.entries(signals) as [SignalKind, string][]
  if (given.length === 0) return []
  const key = await signalKey(pool, box)
  return given.map(([kind, text]) => ({
    kind,
    hash: createHmac('sha256', key)
      .update(`${kind}\n${signalRoot[kind](text)}`)
      .digest(),
  }))
}
