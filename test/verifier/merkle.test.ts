import { describe, expect, test } from 'vitest'
import { isConsistent, leafHash, nodeHash, rootOfInclusion } from '../../src/verifier/merkle.ts'

/** Trees, paths and proofs written down as RFC 6962 defines them (section 2.1): slow and obvious. */
const split = (size: number): number => 2 ** Math.floor(Math.log2(size - 1))

function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leafHash(leaves[0] as Buffer)
  const left = split(leaves.length)
  return nodeHash(rootOf(leaves.slice(0, left)), rootOf(leaves.slice(left)))
}

function pathOf(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return []
  const left = split(leaves.length)
  const [near, far] = [leaves.slice(0, left), leaves.slice(left)]
  return index < left
    ? [...pathOf(index, near), rootOf(far)]
    : [...pathOf(index - left, far), rootOf(near)]
}

function proofOf(size: number, leaves: readonly Buffer[], whole = true): Buffer[] {
  if (size === leaves.length) return whole ? [] : [rootOf(leaves)]
  const left = split(leaves.length)
  const [near, far] = [leaves.slice(0, left), leaves.slice(left)]
  return size <= left
    ? [...proofOf(size, near, whole), rootOf(far)]
    : [...proofOf(size - left, far, false), rootOf(near)]
}

const PUBLISHED_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'))

/** The roots that the tests of Certificate Transparency publish for these leaves. */
const PUBLISHED_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

const LEAVES = Array.from({ length: 20 }, (_, index) => Buffer.from(`leaf ${index}`))
const upTo = (size: number): Buffer[] => LEAVES.slice(0, size)
const SIZES = LEAVES.map((_, index) => index + 1)
const flipped = (hash: Buffer): Buffer =>
  Buffer.from(hash.map((byte, at) => (at === 0 ? byte ^ 1 : byte)))
const damaged = (path: readonly Buffer[]): Buffer[][] => [
  ...path.map((_, at) => path.map((own, index) => (index === at ? flipped(own) : own))),
  ...path.map((_, at) => path.filter((_own, index) => index !== at)),
  [...path, leafHash(Buffer.from('more'))],
]

test.each(PUBLISHED_ROOTS.map((root, index) => [index + 1, root] as const))(
  'a tree of %i published leaves has its published root',
  (size, root) => {
    expect(rootOf(PUBLISHED_LEAVES.slice(0, size)).toString('hex')).toBe(root)
  },
)

describe.each(SIZES)('in a tree of %i', (size) => {
  const leaves = upTo(size)
  const later = { size: BigInt(size), root: rootOf(leaves) }

  test('every leaf is found at its place, at no other, and with its own path only', () => {
    leaves.forEach((own, index) => {
      const leaf = leafHash(own)
      const path = pathOf(index, leaves)
      const at = { index: BigInt(index), size: later.size, leaf, path }
      expect(rootOfInclusion(at)).toEqual(later.root)
      for (const wrong of damaged(path))
        expect(rootOfInclusion({ ...at, path: wrong })).not.toEqual(later.root)
      for (const other of [-1, ...SIZES].filter((place) => place !== index))
        expect(rootOfInclusion({ ...at, index: BigInt(other) })).not.toEqual(later.root)
      expect(rootOfInclusion({ ...at, leaf: flipped(leaf) })).not.toEqual(later.root)
    })
  })

  test('every earlier tree is its beginning; another past is not', () => {
    for (const before of upTo(size).keys()) {
      const earlier = { size: BigInt(before + 1), root: rootOf(upTo(before + 1)) }
      const proof = proofOf(before + 1, leaves)
      expect(isConsistent(earlier, later, proof)).toBe(true)
      for (const wrong of damaged(proof)) expect(isConsistent(earlier, later, wrong)).toBe(false)
      const forked = { ...earlier, root: flipped(earlier.root) }
      expect(isConsistent(forked, later, proof)).toBe(false)
      expect(isConsistent(earlier, { ...later, root: flipped(later.root) }, proof)).toBe(false)
      if (before + 1 < size) expect(isConsistent(later, earlier, proof)).toBe(false)
    }
  })
})
