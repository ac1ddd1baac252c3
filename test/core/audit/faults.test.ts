import { describe, expect, it } from 'vitest'
import { auditBank, openBank } from '../../../bench/audit/accounts.ts'
import { FAULTS } from '../../../bench/audit/faults.ts'
import { Dice, ordinaryCall } from '../../../bench/audit/traffic.ts'
import { AUDIT_RULES, RULES } from '../../../src/core/audit/index.ts'

const SEED = 4_711

/** Rules that only records of other systems can show. */
const ELSEWHERE = ['charge_without_call']

const brief = (bank: Parameters<typeof auditBank>[0]) =>
  auditBank(bank).map(({ rule, difference }) => ({ rule, difference }))

describe('each rule', () => {
  it('has a fault that it finds, or is of other systems', () => {
    const planted = new Set([...FAULTS.map(({ rule }) => rule), ...ELSEWHERE])
    expect(AUDIT_RULES.filter((rule) => !planted.has(rule))).toEqual([])
  })

  it.each(FAULTS.map((kind) => [kind.rule, kind.name, kind] as const))(
    '%s: %s is found, alone and to the nano',
    (_rule, _name, kind) => {
      const dice = new Dice(SEED)
      const bank = openBank('acct_1', kind, dice)
      for (let count = 0; count < 15; count += 1) ordinaryCall(bank, dice)
      expect(brief(bank), 'before').toEqual([])
      const planted = kind.plant(bank, dice)
      if (!kind.last) for (let count = 0; count < 15; count += 1) ordinaryCall(bank, dice)
      expect(brief(bank)).toEqual([planted])
      const [finding] = auditBank(bank)
      expect(finding?.confidence).toBe(RULES[kind.rule].confidence)
    },
  )

  it.each(FAULTS.map((kind) => [kind.rule, kind.name, kind] as const))(
    '%s: the right twin of %s is not found',
    (_rule, _name, kind) => {
      const dice = new Dice(SEED)
      const bank = openBank('acct_1', kind, dice)
      for (let count = 0; count < 15; count += 1) ordinaryCall(bank, dice)
      kind.near(bank, dice)
      if (bank.holds.size === 0)
        for (let count = 0; count < 15; count += 1) ordinaryCall(bank, dice)
      expect(brief(bank)).toEqual([])
    },
  )
})
