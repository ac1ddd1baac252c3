import { createHash } from 'node:crypto'

/** Merkle trees as RFC 9162 (and RFC 6962) have them: section 2.1. Hashes are 32 bytes. */

const sha256 = (...parts: readonly Buffer[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

export const leafHash = (leaf: Buffer): Buffer => sha256(LEAF, leaf)
export const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(NODE, left, right)

export interface Inclusion {
  readonly index: bigint
  readonly size: bigint
  readonly leaf: Buffer
  readonly path: readonly Buffer[]
}

/** The root that an inclusion proof leads to; `null`: the proof has the wrong length. RFC 9162, 2.1.3.2. */
export function rootOfInclusion({ index, size, leaf, path }: Inclusion): Buffer | null {
  if (index < 0n || index >= size) return null
  let at = index
  let last = size - 1n
  let hash = leaf
  for (const sibling of path) {
    if (last === 0n) return null
    if ((at & 1n) === 1n || at === last) {
      hash = nodeHash(sibling, hash)
      while ((at & 1n) === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n]
    } else hash = nodeHash(hash, sibling)
    ;[at, last] = [at >> 1n, last >> 1n]
  }
  return last === 0n ? hash : null
}

export interface Tree {
  readonly size: bigint
  readonly root: Buffer
}

/** Whether the later tree holds all of the earlier one, unchanged and in its order. RFC 9162, 2.1.4.2. */
export function isConsistent(earlier: Tree, later: Tree, proof: readonly Buffer[]): boolean {
  if (earlier.size > later.size) return false
  if (earlier.size === later.size) return proof.length === 0 && earlier.root.equals(later.root)
  if (earlier.size === 0n) return proof.length === 0
  let [at, last] = [earlier.size - 1n, later.size - 1n]
  while ((at & 1n) === 1n) [at, last] = [at >> 1n, last >> 1n]
  const [first, ...rest] = at === 0n ? [earlier.root, ...proof] : proof
  const roots = first && climb({ at, last, first }, rest)
  return !!roots && roots.old.equals(earlier.root) && roots.now.equals(later.root)
}

interface Start {
  readonly at: bigint
  readonly last: bigint
  readonly first: Buffer
}

/** The roots of both trees from the largest part that they share; `null`: the proof has the wrong length. */
function climb(start: Start, path: readonly Buffer[]): { old: Buffer; now: Buffer } | null {
  let [at, last] = [start.at, start.last]
  let [old, now] = [start.first, start.first]
  for (const sibling of path) {
    if (last === 0n) return null
    if ((at & 1n) === 1n || at === last) {
      old = nodeHash(sibling, old)
      now = nodeHash(sibling, now)
      while ((at & 1n) === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n]
    } else now = nodeHash(now, sibling)
    ;[at, last] = [at >> 1n, last >> 1n]
  }
  return last === 0n ? { old, now } : null
}
