import { createHmac, randomBytes } from 'node:crypto'
import type pg from 'pg'
import { type SignalKind, signalRoot } from '../../core/campaigns/index.ts'

const PURPOSE = 'claim_signals'

/** The key of the hashes: made by whoever needs it first, the same for every server. */
async function signalKey(pool: pg.Pool): Promise<Buffer> {
  await pool.query(
    `insert into control.signal_key (purpose, secret) values ($1::text, $2::bytea)
     on conflict do nothing`,
    [PURPOSE, randomBytes(32)],
  )
  const { rows } = await pool.query<{ secret: Buffer }>(
    `select secret from control.signal_key where purpose = $1::text`,
    [PURPOSE],
  )
  return rows[0]!.secret
}

/**
 * Signals as keyed hashes of what they have in common (the network of an address, the mailbox behind an
 * alias): they can be compared, and not read back from a copy of the claims.
 */
export async function hashSignals(
  pool: pg.Pool,
  signals: Readonly<Partial<Record<SignalKind, string>>>,
): Promise<readonly { readonly kind: SignalKind; readonly hash: Buffer }[]> {
  const given = Object.entries(signals) as [SignalKind, string][]
  if (given.length === 0) return []
  const key = await signalKey(pool)
  return given.map(([kind, text]) => ({
    kind,
    hash: createHmac('sha256', key)
      .update(`${kind}\n${signalRoot[kind](text)}`)
      .digest(),
  }))
}
