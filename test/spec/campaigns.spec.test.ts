import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { truthOf } from '../../src/core/campaigns/expression-value.ts'
import {
  campaignDocument,
  emailRoot,
  evaluate,
  forecastBurn,
  networkPrefix,
  parseCampaign,
  parseExpression,
} from '../../src/core/campaigns/index.ts'
import { resolveLocal } from '../../src/core/campaigns/zone.ts'
import { formatNanos, readNanos } from '../../src/core/money/index.ts'
import { formatInstant } from '../../src/core/time/index.ts'
import { at, example, facts, parsed, plans } from '../core/campaigns/facts.ts'

type Row = readonly [
  name: string,
  campaign: string,
  account: Parameters<typeof facts>[0],
  at: string,
  promise: string,
]

const PRO = '2026-01-15'
const noTrial = { custom: { trial: false } }
const linked = { organisation: { id: 'org', accounts: 1 } }

/** The real campaigns and their edges. The promise: standing, amount, rules that do not hold. */
const ROWS: readonly Row[] = [
  ['on Pro at the instant', 'bundle_launch_2026_04', {}, '2026-04-10T00:00:00Z', 'claimable 20'],
  ['first instant', 'bundle_launch_2026_04', {}, '2026-04-03T16:00:00.000Z', 'claimable 20'],
  ['just before', 'bundle_launch_2026_04', {}, '2026-04-03T15:59:59.999Z', 'not_yet_open 20'],
  ['last millisecond', 'bundle_launch_2026_04', {}, '2026-04-18T06:59:59.999Z', 'claimable 20'],
  ['a millisecond late', 'bundle_launch_2026_04', {}, '2026-04-18T07:00:00.000Z', 'over 20'],
  [
    'subscribed at the very instant',
    'bundle_launch_2026_04',
    { plans: plans(['2026-01-15', 'free@1'], ['2026-04-03T16:00:00Z', 'max_5x@1']) },
    '2026-04-10T00:00:00Z',
    'claimable 100',
  ],
  [
    'subscribed a millisecond after it',
    'bundle_launch_2026_04',
    { plans: plans(['2026-01-15', 'free@1'], ['2026-04-03T16:00:00.001Z', 'pro@1']) },
    '2026-04-10T00:00:00Z',
    'not_eligible - plan_at,amount',
  ],
  [
    'cancelled after the instant',
    'bundle_launch_2026_04',
    { plans: plans([PRO, 'pro@1'], ['2026-04-05', 'free@1']) },
    '2026-04-10T00:00:00Z',
    'claimable 20',
  ],
  [
    'upgraded between the instant and the claim',
    'bundle_launch_2026_04',
    { plans: plans([PRO, 'pro@1'], ['2026-04-05', 'max_20x@1']) },
    '2026-04-10T00:00:00Z',
    'claimable 20',
  ],
  [
    'paid use turned on after the instant',
    'bundle_launch_2026_04',
    { paidUse: [{ from: at('2026-04-04T00:00:00Z'), on: true }] },
    '2026-04-10T00:00:00Z',
    'not_eligible 20 paid_use_on',
  ],
  [
    'paid use turned off after it',
    'bundle_launch_2026_04',
    {
      paidUse: [
        { from: at('2026-02-01T00:00:00Z'), on: true },
        { from: at('2026-04-04T00:00:00Z'), on: false },
      ],
    },
    '2026-04-10T00:00:00Z',
    'claimable 20',
  ],
  [
    'Enterprise',
    'bundle_launch_2026_04',
    { plans: plans([PRO, 'enterprise@1']) },
    '2026-04-10T00:00:00Z',
    'not_eligible - plan_at,amount',
  ],
  ['not on trial', 'cloud_sessions_2026_09', noTrial, '2026-09-25T00:00:00Z', 'claimable 100'],
  [
    'on trial',
    'cloud_sessions_2026_09',
    { custom: { trial: true } },
    '2026-09-25T00:00:00Z',
    'not_eligible 100 not_on_trial',
  ],
  [
    'trial not known',
    'cloud_sessions_2026_09',
    {},
    '2026-09-25T00:00:00Z',
    'not_eligible 100 not_on_trial',
  ],
  [
    'past due',
    'cloud_sessions_2026_09',
    { ...noTrial, pastDue: true },
    '2026-09-25T00:00:00Z',
    'not_eligible 100 not_past_due',
  ],
  [
    'Team',
    'cloud_sessions_2026_09',
    { ...noTrial, plans: plans([PRO, 'team@1']) },
    '2026-09-25T00:00:00Z',
    'not_eligible - plan_at,amount',
  ],
  ['paid use off', 'fable_one_time', { paidUse: [] }, '2026-07-10T00:00:00Z', 'claimable 20'],
  [
    'upgraded before the claim',
    'fable_one_time',
    { plans: plans([PRO, 'pro@1'], ['2026-07-05', 'max_5x@2']) },
    '2026-07-10T00:00:00Z',
    'claimable 50',
  ],
  [
    'seven days to the instant',
    'monthly_api_credit',
    { ...linked, plans: plans(['2026-10-10', 'max_5x@1']) },
    '2026-10-17T00:00:00Z',
    'claimable 100',
  ],
  [
    'a millisecond less',
    'monthly_api_credit',
    { ...linked, plans: plans(['2026-10-10', 'max_5x@1']) },
    '2026-10-16T23:59:59.999Z',
    'not_eligible 100 plan_age',
  ],
  [
    'upgraded inside the set',
    'monthly_api_credit',
    { ...linked, plans: plans(['2026-10-01', 'max_5x@1'], ['2026-10-16', 'max_20x@1']) },
    '2026-10-17T00:00:00Z',
    'claimable 200',
  ],
  [
    'organisation of two accounts',
    'monthly_api_credit',
    { organisation: { id: 'org', accounts: 2 }, plans: plans(['2026-01-01', 'max_5x@1']) },
    '2026-10-17T00:00:00Z',
    'not_eligible 100 organisation_linked',
  ],
  [
    'three seats',
    'monthly_api_credit',
    { ...linked, seats: 3, plans: plans(['2026-01-01', 'team@1']) },
    '2026-10-17T00:00:00Z',
    'claimable 300',
  ],
  [
    'seats beyond the pooled ceiling',
    'monthly_api_credit',
    { ...linked, seats: 40, plans: plans(['2026-01-01', 'team@1']) },
    '2026-10-17T00:00:00Z',
    'claimable 500',
  ],
  [
    'seats not known',
    'monthly_api_credit',
    { ...linked, plans: plans(['2026-01-01', 'team@1']) },
    '2026-10-17T00:00:00Z',
    'not_eligible - amount',
  ],
  [
    'another currency',
    'fable_one_time',
    { currency: 'JPY' },
    '2026-07-10T00:00:00Z',
    'not_eligible 20 currency',
  ],
]

describe('the real campaigns', () => {
  test.each(ROWS)('%s: %s', (_name, id, account, moment, promise) => {
    const own = evaluate(example(id), facts(account), at(moment))
    const failed = own.rules.filter(({ passed }) => !passed).map((rule) => rule.id)
    const amount = own.amount === null ? '-' : formatNanos(own.amount)
    expect([own.standing, amount, failed.join(',')].join(' ').trim()).toBe(promise)
  })

  it('end on their day: a fixed one, days after the claim, or with the cycle', () => {
    const ends = (id: string, moment: string): string =>
      formatInstant(evaluate(example(id), facts(), at(moment)).expiresAt)
    expect(ends('cloud_sessions_2026_09', '2026-09-25T00:00:00Z')).toBe('2026-11-05T08:00:00.000Z')
    expect(ends('bundle_launch_2026_04', '2026-04-10T00:00:00Z')).toBe('2026-07-09T00:00:00.000Z')
    expect(ends('monthly_api_credit', '2026-10-17T00:00:00Z')).toBe('2026-11-15T00:00:00.000Z')
  })

  it('of cycles are claimed once in each', () => {
    const period = (moment: string): string =>
      evaluate(example('monthly_api_credit'), facts(), at(moment)).period
    expect(period('2026-11-14T23:59:59.999Z')).toBe('2026-10-15T00:00:00.000Z')
    expect(period('2026-11-15T00:00:00Z')).toBe('2026-11-15T00:00:00.000Z')
  })

  it.each(['bundle_launch_2026_04', 'monthly_api_credit'])(
    '%s survives being written out',
    (id) => {
      const own = example(id)
      expect(parsed(campaignDocument(own))).toEqual(own)
    },
  )
})

describe('local times', () => {
  test.each([
    ['2026-04-17T23:59', 'America/Los_Angeles', '2026-04-18T06:59:00.000Z'],
    ['2026-11-04T23:59', 'America/Los_Angeles', '2026-11-05T07:59:00.000Z'],
    ['2026-03-08T01:59', 'America/Los_Angeles', '2026-03-08T09:59:00.000Z'],
    ['2026-03-08T02:30', 'America/Los_Angeles', 'skipped'],
    ['2026-03-08T03:00', 'America/Los_Angeles', '2026-03-08T10:00:00.000Z'],
    ['2026-11-01T01:30', 'America/Los_Angeles', 'twice'],
    ['2026-11-01T02:00', 'America/Los_Angeles', '2026-11-01T10:00:00.000Z'],
    ['2026-06-01T00:00', 'Asia/Tokyo', '2026-05-31T15:00:00.000Z'],
    ['2026-06-01T00:00', 'Mars/Olympus', 'unreadable'],
    ['2026-02-30T00:00', 'UTC', 'unreadable'],
  ])('%s in %s is %s', (local, zone, promise) => {
    const found = resolveLocal(local, zone)
    expect(found.status === 'one' ? formatInstant(found.at) : found.status).toBe(promise)
  })
})

describe('expressions', () => {
  const values = { seats: 7, region: 'EU', past_due: false, incidents: ['inc_1'] } as const
  const lookup = (name: string) => values[name as keyof typeof values] ?? null
  test.each([
    ['seats >= 5 and not past_due', true],
    ['seats < 5 or region == "EU"', true],
    ['region in ["JP", "US"]', false],
    ['"inc_1" in incidents', true],
    ['paid_use', null],
    ['paid_use and past_due', false],
    ['paid_use or seats == 7', true],
    ['not (paid_use and seats == 7)', null],
  ])('%s is %s', (source, promise) => {
    const read = parseExpression(source)
    expect(read.ok && truthOf(read.expression, lookup)).toBe(promise)
  })

  test.each([
    ['seats >=', 9],
    ['seats == "five"', 1],
    ['region < "EU"', 1],
    ['secret == 1', 1],
    ['seats', 1],
    ['process.exit()', 1],
    ['(seats == 1', 12],
    ['seats == 1.5', 10],
  ])('%s is refused at column %i', (source, column) => {
    expect(parseExpression(source)).toMatchObject({ ok: false, column })
  })
})

describe('any document and any account', () => {
  it('are read or refused, and judged, without an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (document) => {
        expect(typeof parseCampaign(document).ok).toBe('boolean')
      }),
    )
    const moment = fc.integer({ min: 0, max: 4_000_000_000_000 })
    const account = fc.record({
      plans: fc.array(fc.record({ from: moment, plan: fc.constantFrom('pro@1', 'team@2', 'x@1') })),
      seats: fc.option(fc.integer({ min: -1, max: 1_000_000 })),
      anchor: moment,
    })
    const ids = ['bundle_launch_2026_04', 'monthly_api_credit', 'cloud_sessions_2026_09']
    fc.assert(
      fc.property(account, moment, fc.constantFrom(...ids), (own, now, id) => {
        const given = facts(own as never)
        const first = evaluate(example(id), given, now as never)
        expect(evaluate(example(id), given, now as never)).toEqual(first)
        if (first.standing === 'claimable') {
          expect(first.rules.every(({ passed }) => passed)).toBe(true)
          expect(first.amount! > 0n && first.expiresAt > now).toBe(true)
        }
      }),
    )
  })
})

describe('signals and forecasts', () => {
  it('compare the mailbox behind an alias and the network of an address', () => {
    expect(emailRoot('A.b+promo@Googlemail.com')).toBe('ab@gmail.com')
    expect(emailRoot('a.b+x@example.org')).toBe('a.b@example.org')
    expect(networkPrefix('203.0.113.9')).toBe('203.0.113.0/24')
    expect(networkPrefix('2001:db8:1:2::5')).toBe('2001:db8:1::/48')
  })

  it('go straight on, never above the budget', () => {
    const burn = { granted: readNanos('60'), recent: readNanos('10'), paceMs: 1_000 }
    const now = at('2026-01-01T00:00:00Z')
    const until = at('2026-01-01T00:00:10Z')
    const told = forecastBurn({ ...burn, budget: readNanos('100'), until }, now)
    expect(told).toEqual({ atEnd: readNanos('100'), exhaustedAt: now + 4_000 })
    expect(forecastBurn({ ...burn, budget: null, until: null }, now)).toEqual({
      atEnd: null,
      exhaustedAt: null,
    })
  })
})
