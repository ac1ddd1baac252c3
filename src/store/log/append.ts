import type pg from 'pg'
import {
  grow,
  type HashedNode,
  type Head,
  type LogSigner,
  leafHash,
  nodeHash,
} from '../../checkpoints/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { integerArray, textArray } from '../statements/arrays.ts'
import { inTransaction } from '../transaction.ts'
import { newestCheckpoint, type StoredCheckpoint } from './checkpoints.ts'
import { LogBroken, readNodes } from './nodes.ts'

const MOVE_SIZE = `
  update control.log_tree set size = $2::bigint where tree_id = 'heads' and size = $1::bigint`

const ADD_LEAVES = {
  name: 'log-add-leaves',
  text: `insert into control.log_leaf (leaf_index, account_id, seq, hash)
         select i.leaf_index, i.account_id, i.seq, decode(i.hash, 'hex')
         from unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[])
           as i(leaf_index, account_id, seq, hash)`,
}

const ADD_NODES = {
  name: 'log-add-nodes',
  text: `insert into control.log_node (level, node_index, hash)
         select i.level, i.node_index, decode(i.hash, 'hex')
         from unnest($1::smallint[], $2::bigint[], $3::text[]) as i(level, node_index, hash)`,
}

const ADD_CHECKPOINT = `
  insert into control.log_checkpoint (size, root, note, key_text, at)
  values ($1::bigint, decode($2::text, 'hex'), $3::text, $4::text, $5::timestamptz)`

const END_KEY = `
  update control.log_key set until_size = $1::bigint where until_size is null`

const BEGIN_KEY = `
  insert into control.log_key (key_text, from_size, until_size, announced, added_at)
  values ($1::text, $2::bigint, null, $3::boolean, $4::timestamptz)`

export interface Append {
  /** The newest checkpoint, read before the heads were: what is sealed in between must not be missed. */
  readonly after: StoredCheckpoint | null
  readonly heads: readonly Head[]
  readonly signer: LogSigner
  readonly at: Instant
}

/**
 * Appends heads to the log and signs what it is then, in one transaction. `false`: another node has
 * appended meanwhile, and nothing was written.
 * @throws FormerKeyMissing
 * @throws LogBroken
 */
export async function appendHeads(pool: pg.Pool, append: Append): Promise<boolean> {
  const { after: newest, heads, signer, at } = append
  const from = newest?.size ?? 0n
  const edge = (await readNodes(pool, [{ from: 0n, until: from }]))[0]!
  const { nodes, root } = grow(edge, { from, hashes: heads.map(leafHash) }, nodeHash)
  const size = from + BigInt(heads.length)
  const note = signer.checkpoint({ size, root }, newest?.key ?? null)
  const checkpoint: StoredCheckpoint = { size, root, note, key: signer.key, at }
  return inTransaction(pool, async (client) => {
    const moved = await client.query(MOVE_SIZE, [from.toString(), size.toString()])
    if (moved.rowCount !== 1) {
      await checkNotBehind(client, from)
      return false
    }
    await addLeaves(client, from, heads)
    await addNodes(client, nodes)
    await addCheckpoint(client, checkpoint)
    if (newest?.key !== signer.key) await beginKey(client, checkpoint, newest)
    return true
  })
}

/** A log that is ahead was another node's doing; one that is behind has lost leaves. */
async function checkNotBehind(client: pg.ClientBase, read: bigint): Promise<void> {
  const { rows } = await client.query<{ size: string }>(
    "select size from control.log_tree where tree_id = 'heads'",
  )
  if (!rows[0] || BigInt(rows[0].size) < read)
    throw new LogBroken(`the log's newest checkpoint has size ${read}, its tree has not`)
  const newest = await newestCheckpoint(client)
  if ((newest?.size ?? 0n) !== BigInt(rows[0].size))
    throw new LogBroken(`the log's tree has size ${rows[0].size}, its newest checkpoint has not`)
}

async function addLeaves(
  client: pg.ClientBase,
  from: bigint,
  heads: readonly Head[],
): Promise<void> {
  await client.query({
    ...ADD_LEAVES,
    values: [
      integerArray(heads.map((_, offset) => from + BigInt(offset))),
      textArray(heads.map(({ accountId }) => accountId)),
      integerArray(heads.map(({ seq }) => seq)),
      textArray(heads.map(({ hash }) => hash)),
    ],
  })
}

async function addNodes(client: pg.ClientBase, nodes: readonly HashedNode[]): Promise<void> {
  if (nodes.length === 0) return
  await client.query({
    ...ADD_NODES,
    values: [
      integerArray(nodes.map(({ level }) => level)),
      integerArray(nodes.map(({ index }) => index)),
      textArray(nodes.map(({ hash }) => hash)),
    ],
  })
}

async function addCheckpoint(client: pg.ClientBase, own: StoredCheckpoint): Promise<void> {
  const { size, root, note, key, at } = own
  await client.query(ADD_CHECKPOINT, [size.toString(), root, note, key, formatInstant(at)])
}

async function beginKey(
  client: pg.ClientBase,
  { size, note, key, at }: StoredCheckpoint,
  before: StoredCheckpoint | null,
): Promise<void> {
  const announced = note.split('\n— ').length > 2
  if (before) await client.query(END_KEY, [(announced ? size : before.size).toString()])
  await client.query(BEGIN_KEY, [key, size.toString(), announced, formatInstant(at)])
}
