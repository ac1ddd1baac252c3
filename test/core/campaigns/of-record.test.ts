import { describe, expect, test } from 'vitest'
import {
  type AccountFacts,
  type Campaign,
  type CampaignDocument,
  evaluate,
  type Rule,
} from '../../../src/core/campaigns/index.ts'
import { OfRecord } from '../../support/core/of-record.ts'
import * as samples from '../documents/samples.ts'
import { at, example, facts, parsed, plans } from './facts.ts'

/*
 * Who may claim what, until when, and by which rule: of campaigns that were, and of one with every rule.
 */

const record = new OfRecord(new URL('evaluations.json', import.meta.url))

const CAMPAIGNS: Readonly<Record<string, Campaign>> = {
  launch: example('bundle_launch_2026_04'),
  cloud: example('cloud_sessions_2026_09'),
  once: example('fable_one_time'),
  monthly: example('monthly_api_credit'),
  everything: parsed(samples.CAMPAIGN as CampaignDocument),
  'by account': parsed({ ...samples.CAMPAIGN_BY_ACCOUNT, currency: 'USD' } as CampaignDocument),
  'of a cycle': parsed({ ...samples.CAMPAIGN_OF_A_CYCLE, currency: 'USD' } as CampaignDocument),
}

const ALL: Partial<AccountFacts> = {
  plans: plans(['2025-01-01', 'pro@1']),
  memberSince: at('2025-01-01T00:00:00Z'),
  region: 'DE',
  pastDue: false,
  seats: 3,
  incidents: ['inc_1'],
  organisation: { id: 'org', accounts: 1 },
  custom: { trial: false, seats: 3 },
}

const ACCOUNTS: Readonly<Record<string, Partial<AccountFacts>>> = {
  'an account of which all is known': ALL,
  'nothing stated': {},
  'another currency': { ...ALL, currency: 'EUR' },
  'one of the table': { ...ALL, accountId: 'acct_2' },
  'free until lately': { ...ALL, plans: plans(['2025-01-01', 'free@1'], ['2026-04-03', 'max@2']) },
  'a version without a row': { ...ALL, plans: plans(['2025-01-01', 'max@3']) },
  'on pro with a gap': {
    ...ALL,
    plans: plans(['2025-01-01', 'pro@1'], ['2026-03-20', 'free@1'], ['2026-04-01', 'pro@2']),
  },
  'paid use only between': {
    ...ALL,
    paidUse: [
      { from: at('2026-02-01T00:00:00Z'), on: true },
      { from: at('2026-04-20T00:00:00Z'), on: false },
    ],
  },
  'past due': { ...ALL, pastDue: true },
  'of another region': { ...ALL, region: 'US' },
  'not exposed': { ...ALL, incidents: ['inc_2'] },
  'with credit of before': { ...ALL, grantedBy: ['older'] },
  'of an organisation of two': { ...ALL, organisation: { id: 'org', accounts: 2 } },
  'on trial': { ...ALL, custom: { trial: true, seats: 3 } },
  'of two seats': { ...ALL, custom: { trial: false, seats: 2 } },
  'a new member': { ...ALL, memberSince: at('2026-04-03T16:00:00Z') },
}

const TIMES = [
  ...['2026-04-03T15:59:59.999Z', '2026-04-03T16:00:00.000Z', '2026-04-17T00:00:00Z'],
  ...['2026-05-01T00:00:00Z', '2026-07-10T00:00:00Z', '2026-09-25T00:00:00Z'],
]

const ruleOf = ({
  id,
  passed,
  expected,
  actual,
  at: when,
  values,
}: ReturnType<typeof evaluate>['rules'][number]) =>
  `${passed ? '' : 'not '}${id} ${JSON.stringify([expected, actual, when, values])}`

describe.each(Object.keys(CAMPAIGNS))('%s', (campaign) => {
  test.each(Object.keys(ACCOUNTS))('for %s is as on record', (account) => {
    const said = TIMES.map((time) => {
      const { rules, ...own } = evaluate(CAMPAIGNS[campaign]!, facts(ACCOUNTS[account]), at(time))
      expect(own.eligible).toBe(rules.every(({ passed }) => passed))
      return { time, ...own, rules: rules.map(ruleOf).join('; ') }
    })
    // what stays the same from one time to the next is told once
    const told = said.map((own, index) => {
      const before = said[index - 1]
      return Object.entries(own).filter(
        ([key, value]) => `${before?.[key as keyof typeof before]}` !== `${value}`,
      )
    })
    record.expectSame(
      `${campaign}, ${account}`,
      told.map((own) => own.map((one) => one.join(' ')).join('; ')),
    )
  })
})

test('every rule holds for somebody, and does not for somebody else', () => {
  const all = Object.values(ACCOUNTS).flatMap((own) =>
    TIMES.flatMap((time) => evaluate(CAMPAIGNS.everything!, facts(own), at(time)).rules),
  )
  const codes = CAMPAIGNS.everything!.rules.map(({ code }: Rule) => code)
  for (const code of codes) {
    const own = all.filter((rule) => rule.code === code).map(({ passed }) => passed)
    expect([code, own.includes(true), own.includes(false)]).toEqual([code, true, true])
  }
})
