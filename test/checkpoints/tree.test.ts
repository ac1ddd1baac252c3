import { describe, expect, it } from 'vitest'
import {
  consistencyParts,
  foldSubtrees,
  grow,
  type HashedNode,
  inclusionParts,
  isConsistent,
  type Leaves,
  leafHash,
  leafText,
  nodeHash,
  rootOfInclusion,
  subtreesOf,
} from '../../src/checkpoints/index.ts'
import { naiveLeaf, naivePath, naiveProof, naiveRoot } from './naive.ts'

/* Every tree of up to so many leaves, each with every leaf and every earlier tree. */
const SIZE_MAX = 70

const LEAVES = Array.from({ length: SIZE_MAX }, (_, at) => naiveLeaf(`leaf ${at}`))

/** The complete subtrees of a tree that grew in steps, as the database would keep them. */
class Kept {
  readonly #nodes = new Map<string, string>()
  root = ''
  size = 0

  append(hashes: readonly string[]): void {
    const edge = this.nodes({ from: 0n, until: BigInt(this.size) })
    const { nodes, root } = grow(edge, { from: BigInt(this.size), hashes }, nodeHash)
    for (const [offset, hash] of hashes.entries()) this.#nodes.set(`0/${this.size + offset}`, hash)
    for (const { level, index, hash } of nodes) {
      expect(this.#nodes.has(`${level}/${index}`)).toBe(false)
      this.#nodes.set(`${level}/${index}`, hash)
    }
    this.size += hashes.length
    this.root = root
  }

  nodes(part: Leaves): HashedNode[] {
    return subtreesOf(part).map((at) => ({
      ...at,
      hash: this.#nodes.get(`${at.level}/${at.index}`)!,
    }))
  }

  parts(parts: readonly Leaves[]): string[] {
    return parts.map((part) =>
      foldSubtrees(
        this.nodes(part).map(({ hash }) => hash),
        nodeHash,
      ),
    )
  }

  get count(): number {
    return this.#nodes.size
  }
}

const grown = (size: number, step: number): Kept => {
  const kept = new Kept()
  for (let from = 0; from < size; from += step)
    kept.append(LEAVES.slice(from, Math.min(from + step, size)))
  return kept
}

describe('a tree that grows in steps', () => {
  it.each([1, 2, 3, 5, 7, 16, 70])('of %i leaves has the root that the RFC gives it', (step) => {
    for (let size = 1; size <= SIZE_MAX; size += 1)
      expect(grown(size, step).root).toBe(naiveRoot(LEAVES.slice(0, size)))
  })

  it('keeps fewer than two hashes a leaf', () => {
    for (let size = 1; size <= SIZE_MAX; size += 1)
      expect(grown(size, 4).count).toBeLessThan(2 * size)
  })
})

describe('proofs of every tree', () => {
  it('of every leaf are those of the RFC, lead to its root, and to no other', () => {
    for (let size = 1; size <= SIZE_MAX; size += 1) {
      const kept = grown(size, 3)
      const leaves = LEAVES.slice(0, size)
      for (let at = 0; at < size; at += 1) {
        const path = kept.parts(inclusionParts(BigInt(at), BigInt(size)))
        expect(path).toEqual(naivePath(at, leaves))
        const place = { index: BigInt(at), size: BigInt(size), leaf: LEAVES[at]! }
        expect(rootOfInclusion(place, path, nodeHash)).toBe(kept.root)
        const other = { ...place, leaf: naiveLeaf('another') }
        expect(rootOfInclusion(other, path, nodeHash)).not.toBe(kept.root)
        expect(rootOfInclusion(place, [...path, kept.root], nodeHash)).toBeNull()
      }
    }
  })

  it('of every earlier tree are those of the RFC, and prove no other', () => {
    for (let later = 1; later <= SIZE_MAX; later += 1) {
      const kept = grown(later, 3)
      const now = { size: BigInt(later), root: kept.root }
      for (let earlier = 1; earlier <= later; earlier += 1) {
        const proof = kept.parts(consistencyParts(BigInt(earlier), BigInt(later)))
        expect(proof).toEqual(naiveProof(earlier, LEAVES.slice(0, later)))
        const old = { size: BigInt(earlier), root: naiveRoot(LEAVES.slice(0, earlier)) }
        expect(isConsistent(old, now, { proof, node: nodeHash })).toBe(true)
        const forked = [...LEAVES.slice(0, earlier - 1), naiveLeaf('forked')]
        const fork = { ...old, root: naiveRoot(forked) }
        expect(isConsistent(fork, now, { proof, node: nodeHash })).toBe(false)
        const longer = [...proof, kept.root]
        expect(isConsistent(old, now, { proof: longer, node: nodeHash })).toBe(false)
        if (proof.length === 0) continue
        const shorter = proof.slice(1)
        expect(isConsistent(old, now, { proof: shorter, node: nodeHash })).toBe(false)
      }
    }
  })

  it('a later tree is not the beginning of an earlier one, and the empty one is of each', () => {
    const [five, six] = [5, 6].map((size) => ({ size: BigInt(size), root: grown(size, 1).root }))
    expect(isConsistent(six!, five!, { proof: [], node: nodeHash })).toBe(false)
    const empty = { size: 0n, root: naiveRoot([]) }
    expect(isConsistent(empty, six!, { proof: [], node: nodeHash })).toBe(true)
    expect(isConsistent(empty, six!, { proof: [six!.root], node: nodeHash })).toBe(false)
  })
})

describe('a leaf', () => {
  it('is the account, the seq and the hash, in this order and no other', () => {
    const hash = 'ab'.repeat(32)
    const text = `{"account_id":"acct_ü","seq":7,"hash":"${hash}"}`
    expect(leafText({ accountId: 'acct_ü', seq: 7, hash })).toBe(text)
    expect(leafHash({ accountId: 'acct_ü', seq: 7, hash })).toBe(naiveLeaf(text))
  })
})

/* The tree of eight leaves that implementations of Certificate Transparency test RFC 6962 with. */
const PUBLISHED_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => naiveLeaf(Buffer.from(hex, 'hex')))

describe('the published vectors', () => {
  it.each([
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [4, 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
    [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('give the tree of %i leaves its root', (size, root) => {
    const hashes = PUBLISHED_LEAVES.slice(0, size)
    expect(grow([], { from: 0n, hashes }, nodeHash).root).toBe(root)
  })
})
