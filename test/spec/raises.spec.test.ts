import { describe, expect, test } from 'vitest'
import { CAP_PERIODS, type Cap } from '../../src/core/funding/index.ts'
import { at, DAY, MINUTE, plan, plus, SESSION, usd } from '../support/core/fixtures.ts'
import { admitted, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { carried } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

const cap = (own: Partial<Cap> = {}): Cap => ({
  id: 'cap',
  scope: 'account',
  scopeId: null,
  period: 'lifetime',
  amount: usd('5'),
  counts: 'money',
  ...own,
})

const capped = (...caps: Cap[]) => {
  const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true, caps })
  ledger.topUp('credits', '1000')
  return ledger
}

const mine = { member: 'm1', key: 'k1', project: 'p1', session: 's1' }
const theirs = { member: 'm2', key: 'k2', project: 'p2', session: 's2' }

describe('a cap on each: one definition, a counter for every one of them', () => {
  const SCOPES = ['member', 'key', 'project'] as const
  test.each(SCOPES.flatMap((scope) => CAP_PERIODS.map((period) => [scope, period] as const)))(
    '%s, per %s',
    (scope, period) => {
      const ledger = capped(cap({ scope, scopeId: '*', period }))
      admitted(ledger.authorize('a', usd('5'), { ...mine, fit: 'refuse' }))
      const more = ledger.authorize('b', usd('1'), { ...mine, fit: 'refuse' })
      expect(more.status).toBe(period === 'call' ? 'admitted' : 'refused')
      if (period !== 'call')
        expect(refused(more)).toMatchObject({
          code: 'cap_reached',
          limit: { id: 'cap', held: '5' },
        })
      admitted(ledger.authorize('c', usd('5'), { ...theirs, fit: 'refuse' }))
      ledger.settle('a', usd('5'))
      expect(refused(ledger.authorize('d', usd('5.01'), { ...theirs, fit: 'refuse' })).code).toBe(
        'cap_reached',
      )
    },
  )

  test('does not limit calls of nobody', () => {
    const ledger = capped(cap({ scope: 'member', scopeId: '*', amount: usd('0') }))
    admitted(ledger.authorize('a', usd('100'), { fit: 'refuse' }))
    expect(refused(ledger.authorize('b', usd('0.01'), mine)).code).toBe('cap_reached')
  })

  test('is named on the receipt by whose counter it was', () => {
    const ledger = capped(cap({ scope: 'member', scopeId: '*' }))
    const entry = postedEntry(ledger.record('a', usd('2'), mine))
    expect(entry.caps).toMatchObject([{ id: 'cap', scope: 'member', scope_id: 'm1', drawn: '2' }])
  })
})

describe('a cap on everything counts included value too', () => {
  const pooled = (own: Partial<Cap> = {}, crossing: 'finish' | 'clamp' = 'finish') =>
    new Ledger({
      plans: [plan({ windows: [SESSION], crossing })],
      paidUse: true,
      caps: [cap({ scope: 'member', scopeId: '*', counts: 'all', ...own })],
    })

  test('so that each member has a share of the windows', () => {
    const ledger = pooled()
    expect(carried(postedEntry(ledger.record('a', usd('4'), mine)))).toEqual({ included: '4' })
    const block = refused(ledger.authorize('b', usd('2'), { ...mine, fit: 'refuse' }))
    expect(block).toMatchObject({ code: 'cap_reached', limit: { used: '4', amount: '5' } })
    admitted(ledger.authorize('c', usd('5'), { ...theirs, fit: 'refuse' }))
  })

  test('holds the worst case, and gives back what was not used', () => {
    const ledger = pooled()
    admitted(ledger.authorize('a', usd('5'), { ...mine, model: 'modest', fit: 'refuse' }))
    expect(refused(ledger.authorize('b', usd('0.01'), { ...mine, fit: 'refuse' })).code).toBe(
      'cap_reached',
    )
    ledger.settle('a', usd('1'))
    admitted(ledger.authorize('c', usd('4'), { ...mine, fit: 'refuse' }))
  })

  test('is not passed by a call that its windows let finish', () => {
    const ledger = pooled({ amount: usd('12') })
    ledger.record('other', usd('9'), theirs)
    const admission = admitted(ledger.authorize('a', usd('20'), mine))
    expect(admission).toMatchObject({ clamped: true, worst: '12' })
    expect(carried(postedEntry(ledger.settle('a', usd('20'))))).toEqual({
      included: '12',
      absorbed: '8',
    })
  })

  test('blocks by name where only the cap stops a call that could finish', () => {
    const ledger = pooled({ amount: usd('3') })
    ledger.record('other', usd('5'), theirs)
    ledger.record('more', usd('3'), { member: 'm3' })
    const block = refused(ledger.authorize('a', usd('4'), { ...mine, fit: 'refuse' }))
    expect(block).toMatchObject({ code: 'cap_reached', limit: { type: 'cap', id: 'cap' } })
  })

  test('zero refuses all, covered or not', () => {
    const ledger = pooled({ amount: usd('0') })
    expect(refused(ledger.authorize('a', usd('0.01'), mine)).code).toBe('cap_reached')
    admitted(ledger.authorize('b', usd('1'), {}))
  })

  test('a refund gives the share back; money that moves to the windows stays in it', () => {
    const ledger = pooled({ amount: usd('10') })
    ledger.record('a', usd('6'), mine)
    ledger.refund('a', usd('2'))
    expect(carried(postedEntry(ledger.record('b', usd('9'), mine)))).toEqual({
      included: '6',
      absorbed: '3',
    })
  })
})

describe('a raise ends by itself, exactly at its instant', () => {
  const until = at('12:00')
  const raise = (ledger: Ledger, amount = '9', end: typeof until | null = until) => {
    postedEntry(ledger.requestRaise('r1', 'cap', usd(amount), { until: end }))
    return ledger.decideRaise('r1', 'approved')
  }

  test.each<[string, number, 'admitted' | 'refused']>([
    ['a millisecond before', -1, 'admitted'],
    ['at its end', 0, 'refused'],
    ['a millisecond after', 1, 'refused'],
  ])('%s', (_name, offset, status) => {
    const ledger = capped(cap())
    postedEntry(raise(ledger))
    ledger.now = plus(until, offset)
    expect(ledger.authorize('a', usd('9'), { fit: 'refuse' }).status).toBe(status)
  })

  test('a call in flight keeps what was promised to it; nothing more is held', () => {
    const ledger = capped(cap())
    raise(ledger)
    ledger.now = plus(until, -1)
    admitted(ledger.authorize('a', usd('8'), { fit: 'refuse' }))
    ledger.now = until
    const block = refused(ledger.authorize('b', usd('0.01'), { fit: 'refuse' }))
    expect(block.limit).toMatchObject({ amount: '5', held: '8' })
    expect(carried(postedEntry(ledger.settle('a', usd('9'))))).toEqual({
      money: '8',
      absorbed: '1',
    })
  })

  test('usage reported after the end is charged up to the limit that is in force then', () => {
    const ledger = capped(cap())
    raise(ledger)
    ledger.now = plus(until, MINUTE)
    const entry = postedEntry(ledger.record('a', usd('9'), { eventAt: plus(until, -MINUTE) }))
    expect(carried(entry)).toEqual({ money: '5', absorbed: '4' })
  })

  test('without an end it is the new amount', () => {
    const ledger = capped(cap())
    postedEntry(raise(ledger, '9', null))
    expect(ledger.state!.caps[0]!.cap).toEqual(cap({ amount: usd('9') }))
  })

  test('of a cap on each it is of one, and of no other', () => {
    const ledger = capped(cap({ scope: 'member', scopeId: '*' }))
    postedEntry(ledger.requestRaise('r1', 'cap', usd('9'), { until, for: 'm1', member: 'm1' }))
    postedEntry(ledger.decideRaise('r1', 'approved'))
    admitted(ledger.authorize('a', usd('9'), { ...mine, fit: 'refuse' }))
    expect(ledger.authorize('b', usd('6'), { ...theirs, fit: 'refuse' }).status).toBe('refused')
  })

  test('setting the cap anew keeps it, unless it is ended in so many words', () => {
    const ledger = capped(cap())
    raise(ledger)
    ledger.controls({ caps: [cap({ amount: usd('6') })] })
    admitted(ledger.authorize('a', usd('9'), { fit: 'refuse' }))
    ledger.controls({ caps: [cap({ amount: usd('6'), raises: [] })] })
    expect(refused(ledger.authorize('b', usd('1'), { fit: 'refuse' })).limit!.amount).toBe('6')
  })

  test('waiting is advised only where the fresh period lets the call through without the raise', () => {
    const ledger = capped(cap({ period: 'day' }))
    raise(ledger, '7')
    const block = refused(ledger.authorize('a', usd('8'), { fit: 'refuse' }))
    expect(block.retry_at).toBeUndefined()
    expect(
      refused(capped(cap({ period: 'day' })).authorize('b', usd('6'), { fit: 'refuse' })),
    ).not.toHaveProperty('retry_at')
  })
})

describe('a request is decided once', () => {
  const asked = () => {
    const ledger = capped(cap())
    postedEntry(ledger.requestRaise('r1', 'cap', usd('9'), { until: at('12:00'), member: 'm1' }))
    return ledger
  }

  test('changes nothing by itself', () => {
    const ledger = asked()
    expect(ledger.authorize('a', usd('6'), { fit: 'refuse' }).status).toBe('refused')
  })

  test.each(['approved', 'denied', 'withdrawn'] as const)('%s, then anything else', (first) => {
    const ledger = asked()
    const decided = ledger.decideRaise('r1', first)
    expect(ledger.decideRaise('r1', first)).toEqual(decided)
    for (const other of ['approved', 'denied', 'withdrawn'] as const)
      if (other !== first)
        expect(refused(ledger.decideRaise('r1', other)).code).toBe('cap_request_decided')
    const raised = ledger.authorize('a', usd('6'), { fit: 'refuse' }).status === 'admitted'
    expect(raised).toBe(first === 'approved')
  })

  test('for less and for a shorter time than was asked for', () => {
    const ledger = asked()
    const entry = postedEntry(
      ledger.decideRaise('r1', 'approved', { amount: usd('7'), until: at('10:00') }),
    )
    expect(entry.raise).toMatchObject({ amount: '7', until: '2026-11-02T10:00:00.000Z' })
    expect(ledger.authorize('a', usd('8'), { fit: 'refuse' }).status).toBe('refused')
    ledger.now = at('10:00')
    expect(ledger.authorize('b', usd('6'), { fit: 'refuse' }).status).toBe('refused')
  })

  test('not at the instant at which it expires', () => {
    const ledger = asked()
    ledger.now = plus(ledger.now, 14 * DAY)
    expect(refused(ledger.decideRaise('r1', 'denied')).code).toBe('cap_request_expired')
  })

  test.each<[string, (ledger: Ledger) => unknown, string]>([
    ['an unknown request', (own) => own.decideRaise('r9', 'approved'), 'cap_request_unknown'],
    [
      'another member’s request',
      (own) => own.decideRaise('r1', 'withdrawn', { memberId: 'm2' }),
      'cap_request_unknown',
    ],
    [
      'less than the cap has',
      (own) => own.decideRaise('r1', 'approved', { amount: usd('5') }),
      'amount_invalid',
    ],
    [
      'an end that has passed',
      (own) => own.decideRaise('r1', 'approved', { until: at('09:00') }),
      'amount_invalid',
    ],
    ['no more than there is', (own) => own.requestRaise('r2', 'cap', usd('5')), 'amount_invalid'],
    ['an unknown cap', (own) => own.requestRaise('r2', 'nope', usd('9')), 'cap_unknown'],
    [
      'a cap that was removed since',
      (own) => {
        own.controls({ removeCaps: ['cap'] })
        return own.decideRaise('r1', 'approved')
      },
      'cap_unknown',
    ],
  ])('%s is refused', (_name, act, code) => {
    const ledger = asked()
    expect(refused(act(ledger) as ReturnType<Ledger['decideRaise']>).code).toBe(code)
  })
})
