import { describe, expect, test } from 'vitest'
import { auditBank, openBank } from '../../../bench/audit/accounts.ts'
import { FAULTS } from '../../../bench/audit/faults.ts'
import { Dice, ordinaryCall } from '../../../bench/audit/traffic.ts'
import {
  type ChargeSide,
  compareCharge,
  type Fault,
  pairFunding,
  pairLines,
} from '../../../src/core/cases/index.ts'
import { readNanos, sum, ZERO } from '../../../src/core/money/index.ts'
import { OfRecord } from '../../support/core/of-record.ts'

const record = new OfRecord(new URL('comparisons.json', import.meta.url))
const PRICED = FAULTS.filter(({ rule }) => !rule.startsWith('window') && rule !== 'hold_leaked')

/** The sums that every side has to close. */
function expectClosed(side: ChargeSide | null): void {
  if (!side) return
  const lines = sum(side.lines.map(({ amount }) => readNanos(amount)))
  const drawn = sum(side.funding.map(({ amount }) => amount))
  expect(lines).toBe(side.total)
  expect(drawn + side.absorbed).toBe(side.total)
}

describe.each(PRICED.map((kind) => [`${kind.rule}: ${kind.name}`, kind] as const))(
  '%s',
  (name, kind) => {
    const dice = new Dice(5)
    const bank = openBank('acct_1', kind, dice)
    for (let count = 0; count < 2; count += 1) ordinaryCall(bank, dice)
    kind.plant(bank, dice)
    const findings = auditBank(bank)
    const callId = findings[0]?.calls[0] ?? ''
    const bodies = bank.entries
      .map(({ body }) => body)
      .filter((one) => one.call?.call_id === callId)
    const faults = findings.map(
      ({ key, expected, rule }): Fault => ({
        key,
        expected: expected ?? ZERO,
        isOfPrice: !rule.startsWith('paid_before'),
        reason: rule,
      }),
    )
    const compared = (own: readonly Fault[], book = bank.books.at(-1) ?? null) =>
      compareCharge({ callId, bodies, faults: own, book })

    test('stands beside what it should have been, and both sides close', () => {
      const own = compared(faults)
      expectClosed(own.correct)
      const { actual, correct } = own
      const pairs = actual &&
        correct && {
          lines: pairLines(actual.lines, correct.lines).map((pair) =>
            [pair.actual, pair.correct].map(
              (line) => line && `${line.type} ${line.kind} ${line.amount}`,
            ),
          ),
          funding: pairFunding(actual.funding, correct.funding),
        }
      record.expectSame(name, { ...own, pairs })
    })

    test('is as it was charged without a finding, and not known without a book', () => {
      const [without, unknown] = [compared([]), compared(faults, null)]
      record.expectSame(`${name}, otherwise`, {
        without: [without.code, without.givenBack, without.due, without.findings],
        unknown: [unknown.code, unknown.reason, unknown.due],
        twice: compared([...faults, ...faults.map((one) => ({ ...one, expected: readNanos('7') }))])
          .code,
        funding: compared(faults.map((one) => ({ ...one, isOfPrice: false }))).code,
      })
    })
  },
)
