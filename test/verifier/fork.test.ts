import { expect, test } from 'vitest'
import { verifyStatement } from '../../src/verifier/index.ts'
import { fileOf, issue, SIGNER, statementsOf } from '../support/verifier/issue.ts'
import { story } from '../support/verifier/story.ts'
import { TestLog } from '../support/verifier/tree.ts'

/* A log that shows one past to one reader and another to another is found out by a checkpoint that was kept. */

const { journal, cut } = story()
const made = statementsOf(journal, [cut])
const LEAVES = ['one', 'two', 'three', 'four', 'five']

function sealedIn(leaves: readonly string[]) {
  const log = new TestLog(SIGNER, leaves)
  return { log, file: fileOf(issue(journal, made, { number: 1, log })) }
}

const kept = (leaves: readonly string[]) => new TestLog(SIGNER, leaves).checkpoint()

test.each([1, 2, 3, 4, 5])('the log goes on from a kept checkpoint of size %i', (size) => {
  const { log, file } = sealedIn(LEAVES)
  const earlier = { note: kept(LEAVES.slice(0, size)), proof: log.consistencyFrom(size) }
  expect(verifyStatement(file, { key: SIGNER.key, earlier })).toMatchObject({
    ...{ ok: true, earlier_checkpoint: true },
  })
})

test.each([
  ['another leaf', LEAVES.with(1, 'zwei')],
  ['two leaves changed places', LEAVES.with(0, 'two').with(1, 'one')],
  ['a leaf was left out', LEAVES.toSpliced(2, 1)],
])('a fork is found: %s', (_, other) => {
  const { log, file } = sealedIn(other)
  const size = other.length - 1
  const earlier = { note: kept(LEAVES.slice(0, size)), proof: log.consistencyFrom(size) }
  expect(verifyStatement(file, { key: SIGNER.key, earlier })).toMatchObject({
    ...{ ok: false, field: 'history of the log', seq: null },
  })
})

test('two logs of one size with another root are a fork', () => {
  const { log, file } = sealedIn(LEAVES)
  const note = new TestLog(SIGNER, log.leaves.with(0, 'eins')).checkpoint()
  expect(verifyStatement(file, { earlier: { note, proof: [] } })).toMatchObject({ ok: false })
  const same = { note: log.checkpoint(), proof: [] }
  expect(verifyStatement(file, { earlier: same })).toMatchObject({ ok: true })
})

test.each([
  ['is of another key', { note: kept(LEAVES).replace('log.example', 'other.example'), proof: [] }],
  ['is later than that of the file', { note: kept([...LEAVES, ...LEAVES]), proof: [] }],
  ['has a proof that is none', { note: kept(LEAVES.slice(0, 2)), proof: ['ab'.repeat(32)] }],
  ['has a proof of something else', { note: kept(LEAVES.slice(0, 2)), proof: ['zz'] }],
])('nothing is proven by a checkpoint that %s', (_, earlier) => {
  expect(verifyStatement(sealedIn(LEAVES).file, { earlier })).toMatchObject({ ok: false })
})
