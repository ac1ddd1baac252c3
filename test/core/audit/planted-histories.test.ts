import fc from 'fast-check'
import { expect, test } from 'vitest'
import { carriedBy } from '../../../bench/audit/bank.ts'
import { editLine, editWindow, scale } from '../../../bench/audit/edits.ts'
import { type AuditRule, auditAccount } from '../../../src/core/audit/index.ts'
import type { EntryBody } from '../../../src/core/ledger/index.ts'
import type { Nanos } from '../../../src/core/money/index.ts'
import { formatInstant, type Instant, parseInstant } from '../../../src/core/time/index.ts'
import { played, refsOf } from '../../support/audit/histories.ts'
import { history } from '../../support/core/history.ts'

const SEED = 31_415
const RUNS = 60

interface Mutation {
  readonly rule: AuditRule
  /** `null`: this entry cannot be wrong in that way. */
  readonly wrong: (body: EntryBody) => EntryBody | null
  readonly difference: (body: EntryBody) => bigint
}

const hour = (text: string): string => formatInstant((parseInstant(text)! + 3_600_000) as Instant)
const runs = (body: EntryBody): boolean => body.windows?.[0]?.start != null

const MUTATIONS: readonly Mutation[] = [
  {
    rule: 'rate_mispriced',
    wrong: (body) => scale(body, (own) => (own * 3n) as Nanos),
    difference: (body) => carriedBy(body) * 2n,
  },
  {
    rule: 'negative_amount',
    wrong: (body) => scale(body, (own) => -own as Nanos),
    difference: (body) => carriedBy(body) * -2n,
  },
  {
    rule: 'failed_call_charged',
    wrong: (body) => ({ ...body, evidence: { upstream_status: 502 } }),
    difference: carriedBy,
  },
  { rule: 'total_not_closed', wrong: editLine, difference: () => -1n },
  {
    rule: 'window_bounds_wrong',
    wrong: (body) => (runs(body) ? editWindow(body, ({ end }) => ({ end: hour(end!) })) : null),
    difference: () => 0n,
  },
]

/** What can happen to an account, all commands of the core, and one wrong entry at its end. */
test.each(MUTATIONS)('$rule at the end of random histories', { timeout: 300_000 }, (mutation) => {
  let planted = 0
  fc.assert(
    fc.property(history(60), (steps) => {
      const { ledger, books } = played(steps)
      const all = ledger.entries.map(({ body }) => body)
      const at = all.findLastIndex(
        (body) =>
          (body.kind === 'settle' || body.kind === 'record') &&
          carriedBy(body) > 0n &&
          body.totals?.absorbed === '0',
      )
      const right = all[at]
      const wrong = right && mutation.wrong(right)
      if (!right || !wrong) return
      planted += 1
      const entries = [...all.slice(0, at), wrong].map((body) => ({ seq: body.seq, body }))
      const { findings } = auditAccount(null, entries, refsOf(ledger, books))
      expect(findings.map(({ rule, difference, seqs }) => ({ rule, difference, seqs }))).toEqual([
        { rule: mutation.rule, difference: mutation.difference(right), seqs: [right.seq] },
      ])
    }),
    { seed: SEED, numRuns: RUNS },
  )
  expect(planted).toBeGreaterThan(RUNS / 4)
})
