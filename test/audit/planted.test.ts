import { expect, test } from 'vitest'
import { runAudit } from '../../bench/audit/run.ts'
import { AUDIT_RULES } from '../../src/core/audit/index.ts'

const SEED = 20_261_126
const CALLS = 20_000

/** The short form of `npm run bench:audit`: every planted fault is found, to the nano, and nothing else. */
test('faults among twenty thousand ordinary calls', { timeout: 300_000 }, () => {
  const { ofRule, entries } = runAudit({ calls: CALLS, each: 1, seed: SEED })
  expect(entries).toBeGreaterThan(CALLS)
  const rows = [...ofRule].map(([rule, tally]) => ({ rule, ...tally }))
  expect(rows.map(({ rule }) => rule)).toEqual(AUDIT_RULES)
  for (const { rule, planted, found, exact, extra } of rows) {
    expect(planted, rule).toBeGreaterThan(0)
    expect({ rule, found, exact, extra }).toEqual({
      rule,
      found: planted,
      exact: planted,
      extra: 0,
    })
  }
})
