import fc from 'fast-check'
import { expect, test } from 'vitest'
import { verifyStatement } from '../../src/verifier/index.ts'
import { played } from '../support/audit/histories.ts'
import { history } from '../support/core/history.ts'
import type { Ledger } from '../support/core/ledger.ts'
import {
  cutsOf,
  fileOf,
  issue,
  type Journal,
  SIGNER,
  statementsOf,
} from '../support/verifier/issue.ts'

const SEED = 20_261_126
const RUNS = 300

const journalOf = (ledger: Ledger, books: Journal['books']): Journal => ({
  entries: ledger.entries.map(({ body, hash }) => ({
    seq: body.seq,
    hash,
    body: JSON.stringify(body),
    evidence: null,
  })),
  books,
})

/** Whatever the core decides is true by the verifier's own reckoning, wherever the journal is cut. */
test(`every statement of ${RUNS} random histories is found to be true`, {
  timeout: 300_000,
}, () => {
  const counted = { files: 0, entries: 0, lines: 0, after: 0 }
  fc.assert(
    fc.property(
      history(80),
      fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
      fc.nat({ max: 3 }),
      (steps, wanted, tail) => {
        const { ledger, books } = played(steps)
        const journal = journalOf(ledger, books)
        const made = statementsOf(journal, cutsOf(journal, wanted))
        let previous: Buffer | undefined
        for (const { number } of made) {
          const file = fileOf(issue(journal, made, { number, tail }))
          if (file.includes('"former_plans"')) counted.after += 1
          const verdict = verifyStatement(file, { key: SIGNER.key, ...(previous && { previous }) })
          expect(verdict).toMatchObject({ ok: true })
          if (verdict.ok) {
            counted.files += 1
            counted.entries += verdict.entries
            counted.lines += verdict.lines
          }
          previous = file
        }
      },
    ),
    { seed: SEED, numRuns: RUNS },
  )
  // dull histories would prove nothing
  expect(counted.files).toBeGreaterThan(RUNS * 2)
  expect(counted.lines).toBeGreaterThan(RUNS * 3)
  expect(counted.after).toBeGreaterThan(0)
})
