/**
 * The tree over the log's leaves, as RFC 9162 (2.1) has it, in the terms of what is stored: the hashes of
 * its complete subtrees, by level and index. Everything here is arithmetic over positions; hashes are hex.
 */

/** Hex hash of a node over those of its children. */
export type NodeHash = (left: string, right: string) => string

/** A complete subtree: of the leaves from `index * 2^level` on, `2^level` of them. */
export interface NodeAt {
  readonly level: number
  readonly index: bigint
}

export interface HashedNode extends NodeAt {
  readonly hash: string
}

/** Leaves from the first up to, and without, the second. */
export interface Leaves {
  readonly from: bigint
  readonly until: bigint
}

/** The largest power of two below `count`, which is at least two. */
export function splitOf(count: bigint): bigint {
  let half = 1n
  while (half * 2n < count) half *= 2n
  return half
}

/** The complete subtrees that a part of the tree is made of, from left to right: at most one a level. */
export function subtreesOf({ from, until }: Leaves): NodeAt[] {
  const found: NodeAt[] = []
  let at = from
  while (at < until) {
    let level = 0
    while (isAligned(at, level + 1) && at + (1n << BigInt(level + 1)) <= until) level += 1
    found.push({ level, index: at >> BigInt(level) })
    at += 1n << BigInt(level)
  }
  return found
}

const isAligned = (at: bigint, level: number): boolean => at % (1n << BigInt(level)) === 0n

/** The hash of a part of the tree from those of its subtrees, of which there is at least one. */
export function foldSubtrees(hashes: readonly string[], node: NodeHash): string {
  const last = hashes.at(-1)
  if (last === undefined) throw new Error('a part of the tree has at least one leaf')
  return hashes.slice(0, -1).reduceRight((right, left) => node(left, right), last)
}

export interface Growth {
  /** The subtrees that became complete, those of single leaves left out. */
  readonly nodes: readonly HashedNode[]
  /** The subtrees at the right edge, as the next leaves need them. */
  readonly edge: readonly HashedNode[]
  readonly root: string
}

/**
 * Appends leaves to a tree of which only the subtrees at its right edge are known (`subtreesOf` all its
 * leaves): one node for each that becomes complete, so that a leaf costs one node on average.
 */
export function grow(
  edge: readonly HashedNode[],
  leaves: { readonly from: bigint; readonly hashes: readonly string[] },
  node: NodeHash,
): Growth {
  const stack = [...edge]
  const nodes: HashedNode[] = []
  for (const [offset, hash] of leaves.hashes.entries()) {
    stack.push({ level: 0, index: leaves.from + BigInt(offset), hash })
    for (let made = merged(stack, node); made; made = merged(stack, node)) nodes.push(made)
  }
  const root = foldSubtrees(
    stack.map((own) => own.hash),
    node,
  )
  return { nodes, edge: stack, root }
}

/** Puts the parent of the last two in their place; `null`: they are of different sizes. */
function merged(stack: HashedNode[], node: NodeHash): HashedNode | null {
  const [left, right] = stack.slice(-2)
  if (!left || !right || left.level !== right.level) return null
  const parent = {
    level: left.level + 1,
    index: left.index / 2n,
    hash: node(left.hash, right.hash),
  }
  stack.splice(-2, 2, parent)
  return parent
}
