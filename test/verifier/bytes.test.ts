import { expect, test } from 'vitest'
import { verifyStatement } from '../../src/verifier/index.ts'
import { fileOf, issue, SIGNER, statementsOf } from '../support/verifier/issue.ts'
import { story } from '../support/verifier/story.ts'

const { journal, cut } = story()
const made = statementsOf(journal, [cut])
const first = issue(journal, made, { number: 1, tail: 2 })
const second = issue(journal, made, { number: 2 })

test('both statements of the story are true, and the second begins where the first one ends', () => {
  const files = [first, second].map((own) => fileOf(own))
  expect(verifyStatement(files[0]!)).toMatchObject({
    ...{ ok: true, statement: 'S-1', entries: cut, tail: 2 },
    ...{ key_from: 'file', opening_from: 'nothing', key: SIGNER.key },
  })
  expect(verifyStatement(files[1]!, { key: SIGNER.key, previous: files[0]! })).toMatchObject({
    ...{ ok: true, key_from: 'given', opening_from: 'previous', tail: 0 },
  })
  expect(verifyStatement(files[1]!)).toMatchObject({ ok: true, opening_from: 'file' })
})
