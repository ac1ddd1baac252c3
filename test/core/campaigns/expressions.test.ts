import { describe, expect, it, test } from 'vitest'
import {
  type CampaignDocument,
  emailRoot,
  evaluate,
  FINDING_CODES,
  findingsOf,
  forecastBurn,
  networkPrefix,
  parseExpression,
  type Review,
  type SignalSighting,
  signalRoot,
} from '../../../src/core/campaigns/index.ts'
import { readNanos } from '../../../src/core/money/index.ts'
import { DAY_MS, instant } from '../../../src/core/time/index.ts'
import * as samples from '../documents/samples.ts'
import { at, facts, parsed } from './facts.ts'

const NOW = at('2026-04-15T12:00:00Z')

/** An account of which everything that an expression can ask is known. */
const KNOWN = facts({
  ...{ region: 'DE', pastDue: true, seats: 3, incidents: ['inc_1'], grantedBy: ['older'] },
  organisation: { id: 'org', accounts: 2 },
  custom: { trial: false, tier: 'gold', score: 7 },
})

function truth(when: string, own = KNOWN): unknown {
  const campaign = parsed({
    ...samples.CAMPAIGN_BY_ACCOUNT,
    currency: 'USD',
    facts: { trial: 'boolean', tier: 'text', score: 'number' },
    eligible: [{ rule: 'expression', id: 'own', when }],
  } as CampaignDocument)
  return evaluate(campaign, own, NOW).rules.find(({ id }) => id === 'own')?.actual
}

describe('an expression', () => {
  it.each([
    ['plan == "pro"', true],
    ['plan != "pro"', false],
    ['plan in ["free", "pro"]', true],
    ['plan in ["free"]', false],
    ['paid_use', true],
    ['not paid_use', false],
    ['region == "DE"', true],
    ['past_due', true],
    ['organisation == "org"', true],
    ['seats < 3', false],
    ['seats <= 3', true],
    ['seats <= 2', false],
    ['seats > 2', true],
    ['seats > 3', false],
    ['seats >= 3', true],
    ['seats >= 4', false],
    ['account_age_days == 90', true],
    ['account_age_days < 90', false],
    ['member_since < "2026-01-15T00:00:00.001Z"', true],
    ['member_since < "2026-01-15T00:00:00Z"', false],
    ['member_since >= "2026-01-15T00:00:00Z"', true],
    ['"inc_1" in incidents', true],
    ['"inc_2" in incidents', false],
    ['"older" in granted_by', true],
    ['custom.trial', false],
    ['custom.tier == "gold"', true],
    ['custom.score > 6 and custom.tier == "gold"', true],
    ['custom.trial or seats == 3', true],
    ['not (custom.trial or seats == 3)', false],
    ['custom.trial and seats == 3 or paid_use', true],
    ['custom.trial and (seats == 3 or paid_use)', false],
  ])('%s: %s', (when, promise) => {
    expect(truth(when)).toBe(promise)
  })

  it.each([
    ['region == "DE"', null],
    ['seats > 2', null],
    ['not (seats > 2)', null],
    ['organisation == "org"', null],
    ['custom.trial', null],
    ['custom.tier in ["gold"]', null],
    ['past_due', false],
    ['seats > 2 or paid_use', true],
    ['paid_use or seats > 2', true],
    ['seats > 2 and paid_use', null],
    ['seats > 2 and not paid_use', false],
    ['not paid_use and seats > 2', false],
    ['seats > 2 or not paid_use', null],
  ])('of an account of which nothing is stated, %s: %s', (when, promise) => {
    expect(truth(when, facts())).toBe(promise)
  })

  it('does not take a fact of another type than was said', () => {
    const own = facts({ custom: { trial: 'no', tier: 3, score: true } })
    expect(
      ['custom.trial', 'custom.tier == "3"', 'custom.score == 1'].map((one) => truth(one, own)),
    ).toEqual([null, null, null])
  })

  it.each([
    ['', 1],
    ['seats', 1],
    ['seats >', 8],
    ['seats > "3"', 9],
    ['plan > "a"', 6],
    ['plan == 3', 9],
    ['paid_use and', 13],
    ['(paid_use', 10],
    ['paid_use)', 9],
    ['nothing', 1],
    ['custom.nothing', 1],
    ['plan in "pro"', 9],
    ['plan in []', 10],
    ['plan in ["pro", 3]', 17],
    ['3 in ["pro"]', 3],
    ['seats # 3', 7],
  ])('%s is not understood, and it is said where', (source) => {
    const read = parseExpression(source)
    expect(read.ok).toBe(false)
    if (read.ok) return
    expect(read.told.code).toMatch(/^expression_/)
    expect(read.column).toBeGreaterThanOrEqual(1)
    expect(read.column).toBeLessThanOrEqual(source.length + 1)
  })

  it('may be nested so deep and no deeper, side by side as often as one likes', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}paid_use${')'.repeat(depth)}`
    expect(parseExpression(nested(20)).ok).toBe(true)
    expect(parseExpression(nested(40)).ok).toBe(false)
    expect(parseExpression(Array(60).fill('(not paid_use)').join(' or ')).ok).toBe(true)
  })
})

describe('signals', () => {
  const review: Review = {
    ...parsed(samples.CAMPAIGN as CampaignDocument).review,
    accountsMax: { card: 1, device: 2, network: 10, email: 1 },
    required: ['card', 'device'],
  }
  const seen = (own: Partial<SignalSighting>): SignalSighting => ({
    ...{ signal: 'card', accounts: 1, drained: null, ...own },
  })

  it('hold a claim that shares one with more accounts than may, or with a drained one, or lacks one', () => {
    const device = seen({ signal: 'device', accounts: 2 })
    expect(findingsOf(review, [seen({}), device])).toEqual([])
    expect(findingsOf(review, [])).toEqual([
      { code: 'signal_missing', signal: 'card' },
      { code: 'signal_missing', signal: 'device' },
    ])
    expect(findingsOf(review, [seen({ accounts: 2, drained: 'acct_x' }), device])).toEqual([
      { code: 'signal_shared', signal: 'card', accounts: 2, accounts_max: 1 },
      { code: 'linked_to_drain', signal: 'card', account_id: 'acct_x' },
    ])
    expect(FINDING_CODES).toEqual(['signal_shared', 'signal_missing', 'linked_to_drain', 'drained'])
  })

  test.each([
    [' A.b+tag@GMail.com ', 'ab@gmail.com'],
    ['a.b+c+d@example.test', 'a.b@example.test'],
    ['a@b@example.test', 'a@b@example.test'],
    ['@example.test', '@example.test'],
    ['a@example.test', 'a@example.test'],
    ['nobody', 'nobody'],
  ])('the mailbox of %s is %s', (address, root) => {
    expect(emailRoot(address)).toBe(root)
    expect(signalRoot.email(address)).toBe(root)
  })

  test.each([
    ['203.0.113.9', '203.0.113.0/24'],
    ['::ffff:203.0.113.9', '203.0.113.0/24'],
    ['2001:0db8:0000:2::5', '2001:db8:0::/48'],
    ['2001:db8::', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['1:2:3:4:5:6:7:8', '1:2:3::/48'],
    ['1:2:3:4:5:6::8', '1:2:3::/48'],
    ['host.example', 'host.example'],
    ['beef', 'beef'],
  ])('the network of %s is %s', (address, prefix) => {
    expect(networkPrefix(address)).toBe(prefix)
    expect(signalRoot.network(` ${address}`)).toBe(prefix)
  })

  test('a card and a device stand for themselves', () => {
    expect([signalRoot.card(' Fp_1 '), signalRoot.device('D ')]).toEqual(['Fp_1', 'D'])
  })
})

describe('the forecast of a budget', () => {
  const until = instant(NOW + 10 * DAY_MS)
  const burn = {
    ...{ granted: readNanos('40'), budget: readNanos('100'), recent: readNanos('10') },
    ...{ paceMs: DAY_MS, until },
  }

  it('goes straight on, to the budget at most', () => {
    expect(forecastBurn(burn, NOW)).toEqual({
      atEnd: readNanos('100'),
      exhaustedAt: instant(NOW + 6 * DAY_MS),
    })
    expect(forecastBurn({ ...burn, recent: readNanos('2') }, NOW)).toEqual({
      atEnd: readNanos('60'),
      exhaustedAt: null,
    })
  })

  it('rounds up to the millisecond in which the last of it goes', () => {
    const own = {
      ...burn,
      budget: readNanos('40.000000003'),
      recent: readNanos('0.000000002'),
      paceMs: 1,
    }
    expect(forecastBurn(own, NOW).exhaustedAt).toBe(NOW + 2)
  })

  it('is not exhausted at the very end, nor without a pace, nor without a budget', () => {
    expect(forecastBurn({ ...burn, until: instant(NOW + 6 * DAY_MS) }, NOW).exhaustedAt).toBeNull()
    expect(forecastBurn({ ...burn, recent: readNanos('0') }, NOW).exhaustedAt).toBeNull()
    expect(forecastBurn({ ...burn, budget: null }, NOW)).toEqual({
      atEnd: readNanos('140'),
      exhaustedAt: null,
    })
  })

  it('has no end where there is none, is over after it, and is gone where nothing is left', () => {
    expect(forecastBurn({ ...burn, until: null }, NOW)).toEqual({
      atEnd: null,
      exhaustedAt: instant(NOW + 6 * DAY_MS),
    })
    expect(forecastBurn({ ...burn, until: instant(NOW - DAY_MS) }, NOW).atEnd).toBe(readNanos('40'))
    expect(forecastBurn({ ...burn, granted: readNanos('101') }, NOW).exhaustedAt).toBe(NOW)
    const never = {
      ...burn,
      until: null,
      recent: readNanos('0.000000001'),
      budget: readNanos('900000000'),
    }
    expect(forecastBurn({ ...never, paceMs: 30 * DAY_MS }, NOW).exhaustedAt).toBeNull()
  })
})
