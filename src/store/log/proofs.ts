import { consistencyParts, inclusionParts } from '../../checkpoints/index.ts'
import { newestCheckpoint } from './checkpoints.ts'
import { LogBroken, type Queryable, readParts } from './nodes.ts'

export interface SealedHead {
  readonly seq: number
  /** Hex chain hash of the entry with this `seq`. */
  readonly hash: string
  /** Of its leaf. */
  readonly index: bigint
  /** Hex hashes from the leaf to the root. */
  readonly path: string[]
  /** The newest checkpoint, in which the path ends. */
  readonly checkpoint: string
  /** Text of the public key that signed it first. */
  readonly key: string
}

/**
 * The earliest sealed head of an account that covers an entry, proven in the newest checkpoint. `null`:
 * none covers it yet.
 */
export async function sealedHead(
  db: Queryable,
  accountId: string,
  atLeastSeq: number,
): Promise<SealedHead | null> {
  const { rows } = await db.query<{ leaf_index: string; seq: string; hash: string }>(
    `select leaf_index, seq, encode(hash, 'hex') as hash from control.log_leaf
     where account_id = $1::text and seq >= $2::bigint order by seq limit 1`,
    [accountId, atLeastSeq],
  )
  if (!rows[0]) return null
  // A leaf is visible with the checkpoint of its round, or with a later one.
  const newest = await newestCheckpoint(db)
  const index = BigInt(rows[0].leaf_index)
  if (!newest || newest.size <= index) throw new LogBroken(`no checkpoint covers leaf ${index}`)
  const path = await readParts(db, inclusionParts(index, newest.size))
  const { seq, hash } = rows[0]
  return { seq: Number(seq), hash, index, path, checkpoint: newest.note, key: newest.key }
}

/** Hex hashes that prove the first tree to be the beginning of the second; both have been checkpoints. */
export const consistencyProof = (
  db: Queryable,
  { from, to }: { readonly from: bigint; readonly to: bigint },
): Promise<string[]> =>
  from === 0n ? Promise.resolve([]) : readParts(db, consistencyParts(from, to))
