import { createHash } from 'node:crypto'

/* A second implementation of RFC 9162's trees, over the whole list of leaf hashes and as its section 2.1
   writes it: slow, and plain to see. Hashes are hex. */

const sha256 = (...parts: Buffer[]): string =>
  createHash('sha256').update(Buffer.concat(parts)).digest('hex')

export const naiveLeaf = (bytes: string | Buffer): string =>
  sha256(Buffer.of(0), typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
const parentOf = (left: string, right: string): string =>
  sha256(Buffer.of(1), Buffer.from(left, 'hex'), Buffer.from(right, 'hex'))

const halfOf = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1)

/** MTH(D[n]) */
export function naiveRoot(leaves: readonly string[]): string {
  if (leaves.length === 0) return sha256(Buffer.alloc(0))
  if (leaves.length === 1) return leaves[0]!
  const k = halfOf(leaves.length)
  return parentOf(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)))
}

/** PATH(m, D[n]) */
export function naivePath(m: number, leaves: readonly string[]): string[] {
  if (leaves.length === 1) return []
  const k = halfOf(leaves.length)
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return m < k
    ? [...naivePath(m, left), naiveRoot(right)]
    : [...naivePath(m - k, right), naiveRoot(left)]
}

/** PROOF(m, D[n]) */
export function naiveProof(m: number, leaves: readonly string[], whole = true): string[] {
  if (m === leaves.length) return whole ? [] : [naiveRoot(leaves)]
  const k = halfOf(leaves.length)
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return m <= k
    ? [...naiveProof(m, left, whole), naiveRoot(right)]
    : [...naiveProof(m - k, right, false), naiveRoot(left)]
}
