import { type Leaves, type NodeHash, splitOf } from './tree.ts'

/** A part of the tree beside the way from a leaf to the root. */
interface Beside extends Leaves {
  readonly side: 'left' | 'right'
}

/** The parts whose hashes prove a leaf, from the leaf to the root. RFC 9162, 2.1.3.1. */
export function inclusionParts(index: bigint, size: bigint): readonly Beside[] {
  const parts: Beside[] = []
  let [from, until] = [0n, size]
  while (until - from > 1n) {
    const middle = from + splitOf(until - from)
    if (index < middle) {
      parts.push({ from: middle, until, side: 'right' })
      until = middle
    } else {
      parts.push({ from, until: middle, side: 'left' })
      from = middle
    }
  }
  return parts.reverse()
}

/** The root that an inclusion proof leads to; `null`: it is none for this place. */
export function rootOfInclusion(
  { index, size, leaf }: { readonly index: bigint; readonly size: bigint; readonly leaf: string },
  path: readonly string[],
  node: NodeHash,
): string | null {
  if (index < 0n || index >= size) return null
  const parts = inclusionParts(index, size)
  if (parts.length !== path.length) return null
  return path.reduce(
    (hash, own, step) => (parts[step]!.side === 'left' ? node(own, hash) : node(hash, own)),
    leaf,
  )
}

/** The parts whose hashes prove that a tree is the beginning of a larger one. RFC 9162, 2.1.4.1. */
export function consistencyParts(earlier: bigint, later: bigint): readonly Leaves[] {
  const parts: Leaves[] = []
  let [from, until] = [0n, later]
  while (earlier < until) {
    const middle = from + splitOf(until - from)
    if (earlier <= middle) {
      parts.push({ from: middle, until })
      until = middle
    } else {
      parts.push({ from, until: middle })
      from = middle
    }
  }
  // What is left is the end of the earlier tree; all of it is known to whoever has its root.
  if (from > 0n) parts.push({ from, until })
  return parts.reverse()
}

export interface TreeHead {
  readonly size: bigint
  /** Hex. */
  readonly root: string
}

/** Whether the later tree begins with all of the earlier one, by its proof. */
export function isConsistent(
  earlier: TreeHead,
  later: TreeHead,
  { proof, node }: { readonly proof: readonly string[]; readonly node: NodeHash },
): boolean {
  if (earlier.size > later.size) return false
  if (earlier.size === later.size) return proof.length === 0 && earlier.root === later.root
  if (earlier.size === 0n) return proof.length === 0
  const rest = [...proof]
  const roots = rebuilt({ from: 0n, until: later.size }, earlier, { rest, node })
  return rest.length === 0 && roots?.earlier === earlier.root && roots.later === later.root
}

/** Both trees' hashes of one part of the later; takes what it needs from the front of the proof. */
function rebuilt(
  { from, until }: Leaves,
  earlier: TreeHead,
  taking: { readonly rest: string[]; readonly node: NodeHash },
): { readonly earlier: string; readonly later: string } | null {
  const { rest, node } = taking
  if (earlier.size === until) {
    const hash = from === 0n ? earlier.root : rest.shift()
    return hash === undefined ? null : { earlier: hash, later: hash }
  }
  const middle = from + splitOf(until - from)
  const goesLeft = earlier.size <= middle
  const inner = rebuilt(
    goesLeft ? { from, until: middle } : { from: middle, until },
    earlier,
    taking,
  )
  const beside = rest.shift()
  if (!inner || beside === undefined) return null
  return goesLeft
    ? { earlier: inner.earlier, later: node(inner.later, beside) }
    : { earlier: node(beside, inner.earlier), later: node(beside, inner.later) }
}
