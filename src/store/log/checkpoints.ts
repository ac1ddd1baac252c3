import { type Instant, instant } from '../../core/time/index.ts'
import type { Queryable } from './nodes.ts'

export interface StoredCheckpoint {
  readonly size: bigint
  /** Hex. */
  readonly root: string
  /** The signed note, byte for byte. */
  readonly note: string
  /** Text of the public key that signed it first. */
  readonly key: string
  readonly at: Instant
}

interface Row {
  readonly size: string
  readonly root: string
  readonly note: string
  readonly key_text: string
  readonly at: Date
}

const stored = (row: Row): StoredCheckpoint => ({
  size: BigInt(row.size),
  root: row.root,
  note: row.note,
  key: row.key_text,
  at: instant(row.at.getTime()),
})

const COLUMNS = "size, encode(root, 'hex') as root, note, key_text, at"

/** `null`: nothing has been sealed yet. */
export async function newestCheckpoint(db: Queryable): Promise<StoredCheckpoint | null> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from control.log_checkpoint order by size desc limit 1`,
  )
  return rows[0] ? stored(rows[0]) : null
}

/** `null`: no checkpoint has this size. */
export async function checkpointOf(db: Queryable, size: bigint): Promise<StoredCheckpoint | null> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from control.log_checkpoint where size = $1::bigint`,
    [size.toString()],
  )
  return rows[0] ? stored(rows[0]) : null
}

/** In their order, after a size. */
export async function checkpointsAfter(
  db: Queryable,
  { size, limit }: { readonly size: bigint; readonly limit: number },
): Promise<readonly StoredCheckpoint[]> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from control.log_checkpoint where size > $1::bigint
     order by size limit $2::integer`,
    [size.toString(), limit],
  )
  return rows.map(stored)
}

export interface UsedKey {
  /** Text of the public key. */
  readonly key: string
  /** The first checkpoint that it signed. */
  readonly fromSize: bigint
  /** The last one; `null`: it signs still. */
  readonly untilSize: bigint | null
  /** Whether the key before it signed its first checkpoint, too. */
  readonly announced: boolean
  readonly addedAt: Instant
}

/** Every key that has signed, in the order of their use. */
export async function usedKeys(db: Queryable): Promise<readonly UsedKey[]> {
  const { rows } = await db.query<{
    key_text: string
    from_size: string
    until_size: string | null
    announced: boolean
    added_at: Date
  }>(
    `select key_text, from_size, until_size, announced, added_at from control.log_key
     order by from_size`,
  )
  return rows.map((row) => ({
    key: row.key_text,
    fromSize: BigInt(row.from_size),
    untilSize: row.until_size === null ? null : BigInt(row.until_size),
    announced: row.announced,
    addedAt: instant(row.added_at.getTime()),
  }))
}
