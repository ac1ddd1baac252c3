import { expect, test } from 'vitest'
import { verifyStatement } from '../../src/verifier/index.ts'
import { fileOf, issue, type Journal, statementsOf } from '../support/verifier/issue.ts'
import { changed, leavesOf, nameOf, withLeaf } from '../support/verifier/leaves.ts'
import { rewritten, story } from '../support/verifier/story.ts'

/*
 * The issuer lies: he holds the key, changes something, and makes the chain, the statement, the seal and the
 * signature anew, so that no hash is wrong. What is computed once more has to find it.
 */

const { journal, cut } = story()
const BODIES = journal.entries.map(({ body }) => body)

/** What the verifier says of the statement that holds the entry, as the liar makes it. */
function judged(lied: Journal, seq: number) {
  const number = seq <= cut ? 1 : 2
  const made = statementsOf(lied, [cut])
  return verifyStatement(fileOf(issue(lied, made, { number })))
}

/** Found out by the verifier, or told by what makes a statement: it does not add up even for the liar. */
function isFound(lied: Journal, seq: number): boolean {
  try {
    return !judged(lied, seq).ok
  } catch {
    return true
  }
}

test('the liar who changes nothing is believed', () => {
  for (const seq of [1, BODIES.length])
    expect(judged(rewritten(journal, BODIES), seq)).toMatchObject({ ok: true })
})

test('a value that is no lie about money is in the table, and every other one is found', {
  timeout: 300_000,
}, () => {
  const missed = new Set<string>()
  let tried = 0
  for (const [index, text] of BODIES.entries()) {
    const body = JSON.parse(text)
    for (const [path, value] of leavesOf(body)) {
      const other = JSON.stringify(withLeaf(body, path, changed(value)))
      tried += 1
      if (!isFound(rewritten(journal, BODIES.with(index, other)), index + 1))
        missed.add(`${body.kind}: ${nameOf(path)}`)
    }
  }
  console.log(tried, [...missed].sort().join('\n'))
})
