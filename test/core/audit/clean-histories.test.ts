import fc from 'fast-check'
import { expect, test } from 'vitest'
import { auditJournal } from '../../../src/core/audit/index.ts'
import { played, refsOf } from '../../support/audit/histories.ts'
import { history } from '../../support/core/history.ts'

const SEED = 20_261_126
const RUNS = 150

/**
 * Whatever the core decides is right by the audit's own rules: a second implementation of metering,
 * prices, windows, lots and caps finds nothing in any history of all commands.
 */
test('random histories of the real core give no finding', { timeout: 300_000 }, () => {
  let entries = 0
  fc.assert(
    fc.property(history(60), (steps) => {
      const { ledger, books } = played(steps)
      entries += ledger.entries.length
      const { findings, state } = auditJournal({
        ...refsOf(ledger, books),
        entries: ledger.entries.map(({ body }) => ({ seq: body.seq, body })),
        openHolds: [...ledger.holds.values()],
        at: ledger.now,
      })
      expect(findings).toEqual([])
      for (const lot of ledger.state!.lots)
        expect(state.lots.get(lot.id)?.remaining ?? 0n, lot.id).toBe(lot.remaining)
    }),
    { seed: SEED, numRuns: RUNS },
  )
  expect(entries).toBeGreaterThan(RUNS * 10)
})
