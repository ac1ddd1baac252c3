import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import type { Finding } from '../../../src/core/audit/index.ts'
import { parseNanos } from '../../../src/core/money/index.ts'
import { decideRemedy, type RemedyPolicy, unknownRules } from '../../../src/core/remedies/policy.ts'

const usd = (text: string) => parseNanos(text)!

const POLICY: RemedyPolicy = {
  version: 1,
  rules: {
    failed_call_charged: 'refund',
    unusual_burn: 'record',
    cap_exceeded: 'refund',
    hold_leaked: 'refund',
    retry_charged: 'refund',
    top_up_duplicated: 'refund',
  },
  confidence: { retry_charged: 'likely' },
  ceilings: { USD: { finding: '20', account_day: '100', rule_day: '500', day: '2000' } },
}

const finding = (change: Partial<Finding> = {}): Finding => ({
  rule: 'failed_call_charged',
  key: 'failed_call_charged:call_1',
  accountId: 'a',
  currency: 'USD',
  calls: ['call_1'],
  seqs: [7],
  at: 0 as Finding['at'],
  expected: usd('0'),
  posted: usd('2'),
  difference: usd('2'),
  confidence: 'certain',
  evidence: {},
  remedy: { type: 'refund', callId: 'call_1', amount: usd('2') },
  ...change,
})

const big = {
  difference: usd('20.000000001'),
  remedy: { type: 'refund', callId: 'call_1', amount: usd('20.000000001') },
} as const

describe('a finding under a policy', () => {
  it.each<[string, Partial<Finding>, RemedyPolicy | null, string]>([
    ['certain, small, by the policy', {}, POLICY, 'refund'],
    [
      'of exactly the ceiling',
      { remedy: { type: 'refund', callId: 'call_1', amount: usd('20') } },
      POLICY,
      'refund',
    ],
    ['of one nano more', big, POLICY, 'propose above_finding_ceiling'],
    ['without any policy', {}, null, 'propose no_policy'],
    ['of a rule that is not named', { rule: 'rate_mispriced' }, POLICY, 'propose by_policy'],
    ['of a rule that is only recorded', { rule: 'unusual_burn' }, POLICY, 'record by_policy'],
    ['that is only likely', { confidence: 'likely' }, POLICY, 'propose not_sure_enough'],
    [
      'that is likely, where the policy asks for no more',
      { rule: 'retry_charged', confidence: 'likely' },
      POLICY,
      'refund',
    ],
    [
      'that is less sure than the policy asks for',
      { rule: 'retry_charged', confidence: 'suspect' },
      POLICY,
      'propose not_sure_enough',
    ],
    [
      'of a hold that was never given back',
      {
        rule: 'hold_leaked',
        difference: usd('0'),
        remedy: { type: 'release_hold', callId: 'call_1' },
      },
      POLICY,
      'release',
    ],
    [
      'of an entry that should not be there',
      { rule: 'top_up_duplicated', remedy: { type: 'reverse', seq: 7 } },
      POLICY,
      'propose needs_a_person',
    ],
    [
      'of nothing',
      { remedy: { type: 'refund', callId: 'call_1', amount: usd('0') } },
      POLICY,
      'record nothing_to_give_back',
    ],
    ['in a currency without ceilings', { currency: 'CHF' }, POLICY, 'propose no_ceiling'],
    [
      'that a person has to look at',
      { rule: 'cap_exceeded', remedy: { type: 'review' } },
      POLICY,
      'propose needs_a_person',
    ],
    ['that has no remedy', { remedy: { type: 'none' } }, POLICY, 'record nothing_to_give_back'],
    ['of less than was due', { difference: usd('-1') }, POLICY, 'record nothing_to_give_back'],
    [
      'that is likely, where the policy says nothing of how sure it has to be',
      { confidence: 'likely' },
      { ...POLICY, confidence: undefined } as never,
      'propose not_sure_enough',
    ],
    [
      'in the customer’s favour',
      { difference: usd('-1'), remedy: { type: 'none' } },
      POLICY,
      'record nothing_to_give_back',
    ],
  ])('%s', (_name, change, policy, said) => {
    const { action, ...rest } = decideRemedy(finding(change), policy)
    const words = 'reason' in rest ? `${action} ${rest.reason}` : action
    expect(words).toBe(said)
  })
})

describe('what is refunded in a day without a person', () => {
  const limitsUnder = (ceilings: object) =>
    decideRemedy(finding(), { ...POLICY, ceilings: { USD: ceilings } } as never)

  it('is limited for the account, for the rule and for all accounts', () => {
    expect(limitsUnder(POLICY.ceilings.USD!)).toMatchObject({
      limits: { account: usd('100'), rule: usd('500'), all: usd('2000') },
    })
  })

  it('is limited for a rule as for all where the policy does not say', () => {
    expect(limitsUnder({ finding: '20', account_day: '100', day: '2000' })).toMatchObject({
      limits: { account: usd('100'), rule: usd('2000'), all: usd('2000') },
    })
  })
})

test('the policy that ships names only rules of the audit', () => {
  const policy = JSON.parse(readFileSync('data/remedies/default.json', 'utf8')) as RemedyPolicy
  expect(Object.keys(policy.rules).length).toBeGreaterThan(10)
  expect(unknownRules(policy)).toEqual([])
  const nonsense = { rules: { nonsense: 'refund' }, confidence: { odd: 'likely' } } as never
  expect(unknownRules(nonsense)).toEqual(['rules/nonsense', 'confidence/odd'])
})
