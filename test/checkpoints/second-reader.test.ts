import { beforeAll, describe, expect, it } from 'vitest'
import { LogSigner } from '../../src/checkpoints/index.ts'
import { checkpointsAfter, consistencyProof, sealedHead } from '../../src/store/log/index.ts'
import { isConsistent, leafHash, rootOfInclusion } from '../../src/verifier/merkle.ts'
import { openCheckpoint, readKey } from '../../src/verifier/note.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { LOG_NAME, moveTo, SIGNER, seal, seed } from './support.ts'

/* What the log writes, read by the offline verifier, which shares no line with it. */

const LATER = LogSigner.of(LOG_NAME, [seed(2), seed(1)])
const ROUNDS = 20

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
  for (let round = 1; round <= ROUNDS; round += 1) {
    await moveTo(database, { a: round, [`b${round % 7}`]: round, [`日本${round}`]: 1 })
    await seal(database, round <= ROUNDS / 2 ? SIGNER : LATER)
  }
})

const bytes = (hashes: readonly string[]): Buffer[] =>
  hashes.map((hash) => Buffer.from(hash, 'hex'))

describe('the second reader', () => {
  it('opens every checkpoint with the key of its time, and the announcement with both', async () => {
    const all = await checkpointsAfter(database.pool, { size: 0n, limit: 100 })
    expect(all).toHaveLength(ROUNDS)
    const [older, newer] = [SIGNER, LATER].map(({ key }) => readKey(key)!)
    const opened = (key: typeof older) =>
      all.map(({ note }, at) => (openCheckpoint(note, key!) ? at + 1 : 0)).filter((at) => at > 0)
    const [half, whole] = [ROUNDS / 2, ROUNDS]
    const upTo = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, at) => from + at)
    expect(opened(older)).toEqual(upTo(1, half + 1))
    expect(opened(newer)).toEqual(upTo(half + 1, whole))
  })

  it('finds each of two checkpoints in the other', async () => {
    const all = await checkpointsAfter(database.pool, { size: 0n, limit: 100 })
    const tree = ({ size, root }: (typeof all)[number]) => ({
      size,
      root: Buffer.from(root, 'hex'),
    })
    for (const [at, later] of all.entries())
      for (const earlier of all.slice(0, at + 1)) {
        const proof = await consistencyProof(database.pool, { from: earlier.size, to: later.size })
        expect(isConsistent(tree(earlier), tree(later), bytes(proof))).toBe(true)
      }
  })

  it('is led by every proof to the signed root', async () => {
    for (const accountId of ['a', 'b3', '日本12', '日本20'])
      for (let atLeast = 1; atLeast <= ROUNDS; atLeast += 1) {
        const own = await sealedHead(database.pool, accountId, atLeast)
        if (!own) continue
        const { seq, hash, index, path } = own
        const { size, root } = openCheckpoint(own.checkpoint, readKey(own.key)!)!
        const leaf = leafHash(Buffer.from(JSON.stringify({ account_id: accountId, seq, hash })))
        const led = rootOfInclusion({ index, size, leaf, path: bytes(path) })
        expect(led?.equals(root)).toBe(true)
      }
  })
})
