import { describe, expect, it, test } from 'vitest'
import { type CampaignDocument, evaluate, parseCampaign } from '../../src/core/campaigns/index.ts'
import { formatInstant } from '../../src/core/time/index.ts'
import { at, facts, parsed, plans } from '../core/campaigns/facts.ts'

/*
 * When a claim window begins and ends, where clocks are put forward and back, and which wave counts.
 * Windows are half-open: `from` is the first instant that is in time, `until` the first that is too late.
 */

const LA = 'America/Los_Angeles'
type Time = string | { readonly local: string; readonly zone: string }

const local = (text: string, zone = LA) => ({ local: text, zone })

const document = (more: object): CampaignDocument => ({
  id: 'windows',
  name: 'Windows',
  currency: 'USD',
  eligible: [],
  amounts: { by: 'plan', table: { pro: '5', max: '9' } },
  expires: { days_after_claim: 90 },
  ...(more as { claim: { from: string } }),
})

const standingAt = (campaign: CampaignDocument, moment: string, account = facts()) => {
  const { standing, wave } = evaluate(parsed(campaign), account, at(moment))
  return wave === 'all' ? standing : `${standing} ${wave}`
}

describe('a claim window', () => {
  const rows: readonly [string, Time, Time, string, string][] = [
    // what; from; until; the last instant in time; the first that is too late
    [
      'until midnight, for terms that say "until 23:59"',
      local('2026-04-03T09:00'),
      local('2026-04-18T00:00'),
      '2026-04-18T06:59:59.999Z',
      '2026-04-18T07:00:00.000Z',
    ],
    [
      'until 23:59:59, which leaves the last second out',
      local('2026-04-03T09:00'),
      local('2026-04-17T23:59:59'),
      '2026-04-18T06:59:58.999Z',
      '2026-04-18T06:59:59.000Z',
    ],
    [
      'until an instant of 23:59:59.999, which is too late itself',
      '2026-04-03T16:00:00Z',
      '2026-04-18T06:59:59.999Z',
      '2026-04-18T06:59:59.998Z',
      '2026-04-18T06:59:59.999Z',
    ],
    [
      'a day of 23 hours',
      local('2026-03-08T00:00'),
      local('2026-03-09T00:00'),
      '2026-03-09T06:59:59.999Z',
      '2026-03-09T07:00:00.000Z',
    ],
    [
      'a day of 25 hours',
      local('2026-11-01T00:00'),
      local('2026-11-02T00:00'),
      '2026-11-02T07:59:59.999Z',
      '2026-11-02T08:00:00.000Z',
    ],
    [
      'until the very instant at which clocks are put forward, as it is called afterwards',
      local('2026-03-01T00:00'),
      local('2026-03-08T03:00'),
      '2026-03-08T09:59:59.999Z',
      '2026-03-08T10:00:00.000Z',
    ],
    [
      'until the second of two half past ones, said as an instant',
      local('2026-10-30T00:00'),
      '2026-11-01T01:30:00-08:00',
      '2026-11-01T09:29:59.999Z',
      '2026-11-01T09:30:00.000Z',
    ],
    [
      'until clocks have been put back, which is called 02:00 once',
      local('2026-10-30T00:00'),
      local('2026-11-01T02:00'),
      '2026-11-01T09:59:59.999Z',
      '2026-11-01T10:00:00.000Z',
    ],
    [
      'where clocks move by half an hour',
      local('2026-04-04T00:00', 'Australia/Lord_Howe'),
      local('2026-04-06T00:00', 'Australia/Lord_Howe'),
      '2026-04-05T13:29:59.999Z',
      '2026-04-05T13:30:00.000Z',
    ],
    [
      'where clocks are three quarters of an hour off',
      local('2026-04-01T00:00', 'Asia/Kathmandu'),
      local('2026-04-02T00:00', 'Asia/Kathmandu'),
      '2026-04-01T18:14:59.999Z',
      '2026-04-01T18:15:00.000Z',
    ],
    [
      'over the end of a leap day',
      local('2028-02-29T00:00', 'Asia/Tokyo'),
      local('2028-03-01T00:00', 'Asia/Tokyo'),
      '2028-02-29T14:59:59.999Z',
      '2028-02-29T15:00:00.000Z',
    ],
  ]
  test.each(rows)('%s', (_name, from, until, last, late) => {
    const campaign = document({ claim: { from, until } })
    expect(standingAt(campaign, last)).toBe('claimable')
    expect(standingAt(campaign, late)).toBe('over')
    const read = parsed(campaign).waves[0].claim
    expect(formatInstant(read.until!.at)).toBe(late)
    const before = formatInstant((read.from.at - 1) as never)
    expect(standingAt(campaign, before)).toBe('not_yet_open')
    expect(standingAt(campaign, formatInstant(read.from.at))).toBe('claimable')
  })

  test.each([
    ['a time that clocks skip', local('2026-03-08T02:30'), '/local'],
    ['a midnight that clocks skip', local('2026-09-06T00:00', 'America/Santiago'), '/local'],
    ['a time that clocks show twice', local('2026-11-01T01:30'), '/local'],
    ['a local time with milliseconds', local('2026-04-17T23:59:59.999'), '/local'],
    ['24 o’clock', local('2026-04-17T24:00'), '/local'],
    ['a leap second', local('2026-06-30T23:59:60', 'UTC'), '/local'],
    ['an offset for a zone', local('2026-04-17T23:59', '+02:00'), '/zone'],
  ])('is refused with %s, and says where', (_name, until, place) => {
    const read = parseCampaign(document({ claim: { from: '2026-01-01T00:00:00Z', until } }))
    expect(read).toMatchObject({ ok: false, problems: [{ location: `/claim/until${place}` }] })
  })

  it('that has no length, or ends before it begins, is refused', () => {
    for (const until of ['2026-01-01T00:00:00Z', '2025-12-31T23:59:59.999Z'])
      expect(parseCampaign(document({ claim: { from: '2026-01-01T00:00:00Z', until } })).ok).toBe(
        false,
      )
  })

  it('of cycles ends with the cycle, also where the month is shorter than the day of the anchor', () => {
    const own = facts({ anchor: at('2026-01-31T00:00:00Z') })
    const campaign = document({ repeat: 'cycle', claim: { from: '2026-01-01T00:00:00Z' } })
    const judged = (moment: string) => {
      const { period, claimUntil } = evaluate(parsed(campaign), own, at(moment))
      return [period, claimUntil && formatInstant(claimUntil)]
    }
    const february = ['2026-02-28T00:00:00.000Z', '2026-03-31T00:00:00.000Z']
    expect(judged('2026-02-27T23:59:59.999Z')).toEqual([
      '2026-01-31T00:00:00.000Z',
      '2026-02-28T00:00:00.000Z',
    ])
    expect(judged('2026-02-28T00:00:00.000Z')).toEqual(february)
    expect(judged('2026-03-30T23:59:59.999Z')).toEqual(february)
  })
})

describe('waves', () => {
  const wave = (id: string, from: Time, until: Time | null, plan?: string) => ({
    id,
    claim: { from, ...(until !== null && { until }) },
    ...(plan !== undefined && { eligible: [{ rule: 'plan_in', plans: [plan] }] }),
  })
  const max = facts({ plans: plans(['2026-01-15', 'max@1']) })

  it('that follow one another have no instant in common and none between them', () => {
    const change = local('2026-11-01T02:00')
    const campaign = document({
      waves: [wave('first', local('2026-10-25T00:00'), change), wave('second', change, null)],
    })
    expect(standingAt(campaign, '2026-11-01T09:59:59.999Z')).toBe('claimable first')
    expect(standingAt(campaign, '2026-11-01T10:00:00.000Z')).toBe('claimable second')
  })

  it('with a gap: who comes between them is told of the next', () => {
    const campaign = document({
      waves: [
        wave('first', '2026-05-01T00:00:00Z', '2026-05-02T00:00:00Z'),
        wave('second', '2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z'),
      ],
    })
    expect(standingAt(campaign, '2026-05-01T23:59:59.999Z')).toBe('claimable first')
    expect(standingAt(campaign, '2026-05-02T00:00:00.000Z')).toBe('not_yet_open second')
    expect(standingAt(campaign, '2026-06-01T23:59:59.999Z')).toBe('claimable second')
    expect(standingAt(campaign, '2026-06-02T00:00:00.000Z')).toMatch(/^over/)
  })

  it('that overlap: the first of the document that is open and takes the account', () => {
    const open = ['2026-05-01T00:00:00Z', '2026-05-31T00:00:00Z'] as const
    const campaign = document({
      waves: [wave('max', ...open, 'max'), wave('everybody', ...open)],
    })
    expect(standingAt(campaign, '2026-05-10T00:00:00Z', max)).toBe('claimable max')
    expect(standingAt(campaign, '2026-05-10T00:00:00Z')).toBe('claimable everybody')
  })

  it('of its own, still to come: an account is not told that it is not eligible for that of others', () => {
    const campaign = document({
      waves: [
        wave('pro', '2026-05-01T00:00:00Z', '2026-05-08T00:00:00Z', 'pro'),
        wave('max', '2026-05-08T00:00:00Z', '2026-05-15T00:00:00Z', 'max'),
      ],
    })
    expect(standingAt(campaign, '2026-05-02T00:00:00Z', max)).toBe('not_yet_open max')
    expect(standingAt(campaign, '2026-05-08T00:00:00Z', max)).toBe('claimable max')
    expect(standingAt(campaign, '2026-05-08T00:00:00Z')).toBe('over pro')
  })
})
