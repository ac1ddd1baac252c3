import type pg from 'pg'
import {
  foldSubtrees,
  type HashedNode,
  type Leaves,
  leafHash,
  type NodeAt,
  nodeHash,
  subtreesOf,
} from '../../checkpoints/index.ts'
import { integerArray } from '../statements/arrays.ts'

export type Queryable = pg.Pool | pg.ClientBase

/** The log's rows contradict each other: somebody has changed them. */
export class LogBroken extends Error {
  constructor(message: string) {
    super(`${message}: run "everycent verify", and keep the database as it is for the search`)
    this.name = 'LogBroken'
  }
}

const nameOf = ({ level, index }: NodeAt): string => `${level}/${index}`

/** The hashes of the complete subtrees that each part is made of, for all parts together. */
export async function readNodes(
  db: Queryable,
  parts: readonly Leaves[],
): Promise<readonly HashedNode[][]> {
  const wanted = parts.map(subtreesOf)
  const found = new Map<string, string>()
  const all = wanted.flat()
  const rows = [
    ...(await leafHashes(
      db,
      all.filter(({ level }) => level === 0),
    )),
    ...(await nodeHashes(
      db,
      all.filter(({ level }) => level > 0),
    )),
  ]
  for (const row of rows) found.set(nameOf(row), row.hash)
  return wanted.map((nodes) =>
    nodes.map((at) => {
      const hash = found.get(nameOf(at))
      if (hash === undefined) throw new LogBroken(`the log has no node ${nameOf(at)}`)
      return { ...at, hash }
    }),
  )
}

/** One hash for each part. */
export async function readParts(db: Queryable, parts: readonly Leaves[]): Promise<string[]> {
  const nodes = await readNodes(db, parts)
  return nodes.map((own) =>
    foldSubtrees(
      own.map(({ hash }) => hash),
      nodeHash,
    ),
  )
}

async function leafHashes(db: Queryable, nodes: readonly NodeAt[]): Promise<HashedNode[]> {
  if (nodes.length === 0) return []
  const { rows } = await db.query<{
    leaf_index: string
    account_id: string
    seq: string
    hash: string
  }>({
    name: 'log-leaves',
    text: `select leaf_index, account_id, seq, encode(hash, 'hex') as hash from control.log_leaf
           where leaf_index = any($1::bigint[])`,
    values: [integerArray(nodes.map(({ index }) => index))],
  })
  return rows.map((row) => ({
    level: 0,
    index: BigInt(row.leaf_index),
    hash: leafHash({ accountId: row.account_id, seq: Number(row.seq), hash: row.hash }),
  }))
}

async function nodeHashes(db: Queryable, nodes: readonly NodeAt[]): Promise<HashedNode[]> {
  if (nodes.length === 0) return []
  const { rows } = await db.query<{ level: number; node_index: string; hash: string }>({
    name: 'log-nodes',
    text: `select n.level, n.node_index, encode(n.hash, 'hex') as hash
           from unnest($1::smallint[], $2::bigint[]) as i(level, node_index)
           join control.log_node n on n.level = i.level and n.node_index = i.node_index`,
    values: [
      integerArray(nodes.map(({ level }) => level)),
      integerArray(nodes.map(({ index }) => index)),
    ],
  })
  return rows.map((row) => ({
    level: row.level,
    index: BigInt(row.node_index),
    hash: row.hash,
  }))
}
