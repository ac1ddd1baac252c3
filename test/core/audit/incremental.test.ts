import fc from 'fast-check'
import { expect, test } from 'vitest'
import { auditBank, openBank } from '../../../bench/audit/accounts.ts'
import { FAULTS } from '../../../bench/audit/faults.ts'
import { Dice, ordinaryCall } from '../../../bench/audit/traffic.ts'
import {
  type AuditState,
  auditAccount,
  auditJournal,
  decodeAudit,
  encodeAudit,
  type Finding,
} from '../../../src/core/audit/index.ts'
import { planRef } from '../../../src/core/funding/index.ts'

const SEED = 90_210

/** A job that looks again and again finds what one look at the whole journal finds, and nothing twice. */
test('an audit goes on from where it stopped', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: FAULTS.length - 1 }),
      fc.integer({ min: 1, max: 9 }),
      (which, step) => {
        const kind = FAULTS[which]!
        const dice = new Dice(SEED + which)
        const bank = openBank('acct_1', kind, dice)
        for (let count = 0; count < 12; count += 1) ordinaryCall(bank, dice)
        kind.plant(bank, dice)
        const refs = {
          plans: new Map([[planRef(bank.plan), bank.plan]]),
          books: bank.books.map(({ document }) => ({ document, publishedAt: null })),
        }
        let state: AuditState | null = null
        const found: Finding[] = []
        for (let from = 0; from < bank.entries.length; from += step) {
          const before: string | null = state && encodeAudit(state)
          const own = auditAccount(state, bank.entries.slice(from, from + step), refs)
          expect(state && encodeAudit(state), 'what it was given is left alone').toBe(before)
          state = decodeAudit(encodeAudit(own.state))
          found.push(...own.findings)
        }
        const rest = { ...refs, openHolds: bank.openHolds(), at: bank.now, state }
        found.push(...auditJournal({ ...rest, entries: bank.entries }).findings)
        const keys = found.map(({ key }) => key)
        const whole = auditBank(bank).map(({ key }) => key)
        expect([...new Set(keys)]).toEqual(whole)
      },
    ),
    { seed: SEED, numRuns: 60 },
  )
})
