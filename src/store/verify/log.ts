import type pg from 'pg'
import {
  grow,
  type HashedNode,
  type Head,
  leafHash,
  nodeHash,
  openNote,
  type PublicLogKey,
  readKeyText,
} from '../../checkpoints/index.ts'
import { checkpointsAfter, type StoredCheckpoint, type UsedKey, usedKeys } from '../log/index.ts'
import { integerArray } from '../statements/arrays.ts'
import type { Findings } from './report.ts'

/** Stands for the log itself where a difference is of no single account. */
export const THE_LOG = ''

const INVARIANT = 21
const CHECKPOINTS_A_PAGE = 200
const LEAVES_A_PAGE = 5_000

/**
 * Grows the log anew from its leaves: every leaf is a true head, every node and root is what they give,
 * every checkpoint is signed by the key of its time. Roots that come from the same leaves are consistent.
 */
export async function verifyLog(client: pg.ClientBase, findings: Findings): Promise<void> {
  const used = await usedKeys(client)
  const walk = new LogWalk(client, findings, keysOf(used))
  let newest: StoredCheckpoint | null = null
  for (;;) {
    const after: bigint = newest?.size ?? 0n
    const page = await checkpointsAfter(client, { size: after, limit: CHECKPOINTS_A_PAGE })
    for (const checkpoint of page) {
      await walk.to(checkpoint, newest, used)
      newest = checkpoint
    }
    if (page.length < CHECKPOINTS_A_PAGE) break
  }
  await walk.end(newest?.size ?? 0n)
}

const keysOf = (used: readonly UsedKey[]): PublicLogKey[] =>
  used.flatMap(({ key }) => readKeyText(key) ?? [])

interface LeafRow {
  readonly leaf_index: string
  readonly account_id: string
  readonly seq: string
  readonly hash: string
  /** Of the journal's entry; `null`: there is none. */
  readonly entry_hash: string | null
  /** The leaf of the account's next lower `seq`. */
  readonly earlier_index: string | null
}

class LogWalk {
  readonly #client: pg.ClientBase
  readonly #findings: Findings
  readonly #keys: readonly PublicLogKey[]
  #edge: readonly HashedNode[] = []
  #size = 0n
  #nodes = 0

  constructor(client: pg.ClientBase, findings: Findings, keys: readonly PublicLogKey[]) {
    this.#client = client
    this.#findings = findings
    this.#keys = keys
  }

  /** Grows up to a checkpoint, and looks at it. */
  async to(
    checkpoint: StoredCheckpoint,
    before: StoredCheckpoint | null,
    used: readonly UsedKey[],
  ): Promise<void> {
    let root: string | null = null
    while (this.#size < checkpoint.size) {
      const grown = await this.#page(checkpoint.size)
      if (grown === null) break
      root = grown
    }
    const isWhole = this.#size === checkpoint.size
    this.#check(checkpoint.size, isWhole ? null : 'leaves of the checkpoint are missing')
    if (isWhole && root !== null)
      this.#check(checkpoint.size, root === checkpoint.root ? null : 'the root is not its leaves’')
    this.#check(checkpoint.size, this.#noteFault(checkpoint))
    this.#check(checkpoint.size, keyFault(checkpoint, before, used))
  }

  /** What belongs to no checkpoint. */
  async end(size: bigint): Promise<void> {
    const { rows } = await this.#client.query<{ tree: string; leaves: string; nodes: string }>(
      `select t.size as tree, (select count(*) from control.log_leaf) as leaves,
              (select count(*) from control.log_node) as nodes
       from control.log_tree t where t.tree_id = 'heads'`,
    )
    const { tree, leaves, nodes } = rows[0] ?? { tree: 'gone', leaves: '', nodes: '' }
    this.#check(size, tree === `${size}` ? null : `the tree is said to have size ${tree}`)
    this.#check(size, leaves === `${size}` ? null : `the log has ${leaves} leaves`)
    const expected = `${this.#nodes}`
    this.#check(size, nodes === expected ? null : `the log has ${nodes} nodes, not ${expected}`)
  }

  /** The root after the next leaves; `null`: one is missing, or is not to be read. */
  async #page(until: bigint): Promise<string | null> {
    const rows = await this.#leaves(until)
    const from = this.#size
    const gap = rows.findIndex((row, offset) => BigInt(row.leaf_index) !== from + BigInt(offset))
    const whole = gap === -1 ? rows : rows.slice(0, gap)
    if (whole.length === 0) return null
    for (const row of whole)
      this.#findings.check(INVARIANT, row.account_id, Number(row.seq), leafFault(row))
    const grown = grow(
      this.#edge,
      { from, hashes: whole.map((row) => leafHash(headOf(row))) },
      nodeHash,
    )
    this.#edge = grown.edge
    this.#size = from + BigInt(whole.length)
    await this.#compareNodes(grown.nodes)
    return grown.root
  }

  async #leaves(until: bigint): Promise<readonly LeafRow[]> {
    const { rows } = await this.#client.query<LeafRow>(
      `select l.leaf_index, l.account_id, l.seq, encode(l.hash, 'hex') as hash,
              encode(e.hash, 'hex') as entry_hash, b.leaf_index as earlier_index
       from control.log_leaf l
       left join accounts.entry e on e.account_id = l.account_id and e.seq = l.seq
       left join lateral (
         select leaf_index from control.log_leaf
         where account_id = l.account_id and seq < l.seq order by seq desc limit 1) as b on true
       where l.leaf_index >= $1::bigint and l.leaf_index < $2::bigint
       order by l.leaf_index limit $3::integer`,
      [this.#size.toString(), until.toString(), LEAVES_A_PAGE],
    )
    return rows
  }

  async #compareNodes(nodes: readonly HashedNode[]): Promise<void> {
    this.#nodes += nodes.length
    const { rows } = await this.#client.query<{ hash: string | null }>(
      `select encode(n.hash, 'hex') as hash
       from unnest($1::smallint[], $2::bigint[]) with ordinality as i(level, node_index, place)
       left join control.log_node n on n.level = i.level and n.node_index = i.node_index
       order by i.place`,
      [
        integerArray(nodes.map(({ level }) => level)),
        integerArray(nodes.map(({ index }) => index)),
      ],
    )
    const wrong = nodes.find(({ hash }, at) => rows[at]?.hash !== hash)
    this.#check(
      this.#size,
      wrong ? `node ${wrong.level}/${wrong.index} is not what its leaves give` : null,
    )
  }

  #noteFault({ note, size, root, key }: StoredCheckpoint): string | null {
    const opened = openNote(note, this.#keys)
    if (!opened) return 'the checkpoint’s note is none, or its signature is wrong'
    if (opened.size !== size || opened.root !== root) return 'the note says another size or root'
    const own = readKeyText(key)
    if (!own || opened.name !== own.name) return 'the note is in another name'
    return opened.signedBy[0]?.id === own.id ? null : 'the note is not signed by its key'
  }

  #check(size: bigint, message: string | null): void {
    this.#findings.check(INVARIANT, THE_LOG, Number(size), message)
  }
}

const headOf = (row: LeafRow): Head => ({
  accountId: row.account_id,
  seq: Number(row.seq),
  hash: row.hash,
})

function leafFault(row: LeafRow): string | null {
  if (row.entry_hash === null) return 'the log has a head of an entry that is not in the journal'
  if (row.entry_hash !== row.hash) return 'the head in the log is not that of the journal'
  const isLater = row.earlier_index === null || BigInt(row.earlier_index) < BigInt(row.leaf_index)
  return isLater ? null : 'the log has an earlier head of the account after a later one'
}

/** A key signs from where it is listed, and where it was announced the one before it has signed, too. */
function keyFault(
  { size, key, note }: StoredCheckpoint,
  before: StoredCheckpoint | null,
  used: readonly UsedKey[],
): string | null {
  const listed = used.find(
    (own) => own.fromSize <= size && (own.untilSize ?? size) >= size && own.key === key,
  )
  if (!listed) return 'the key is not listed for this size'
  if (!before || before.key === key) return null
  if (listed.fromSize !== size) return 'the key is listed from another size'
  const former = readKeyText(before.key)
  const signedByFormer = former !== null && openNote(note, [former])?.signedBy.length === 1
  if (listed.announced !== signedByFormer) return 'the key is not announced as it is listed'
  const isRenamed = former?.name !== readKeyText(key)?.name
  return signedByFormer || isRenamed ? null : 'the key before it has not announced it'
}
