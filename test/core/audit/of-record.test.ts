import { test } from 'vitest'
import { auditBank, openBank } from '../../../bench/audit/accounts.ts'
import { FAULTS } from '../../../bench/audit/faults.ts'
import { Dice, ordinaryCall } from '../../../bench/audit/traffic.ts'
import { OfRecord } from '../../support/core/of-record.ts'

/*
 * A finding is shown to the customer, to support and to an operator, and refunds are made of it: its evidence and
 * its remedy stay what they are.
 */

const record = new OfRecord(new URL('findings.json', import.meta.url))

test.each(FAULTS.map((kind) => [kind.rule, kind.name, kind] as const))(
  '%s: %s is told with the same evidence and remedy',
  (rule, name, kind) => {
    const dice = new Dice(11)
    const bank = openBank('acct_1', kind, dice)
    for (let count = 0; count < 3; count += 1) ordinaryCall(bank, dice)
    kind.plant(bank, dice)
    record.expectSame(`${rule}: ${name}`, auditBank(bank))
  },
)
