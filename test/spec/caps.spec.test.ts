import { describe, expect, test } from 'vitest'
import type { Cap } from '../../src/core/funding/index.ts'
import { at, type CallSketch, DAY, plan, plus, SESSION, usd } from '../support/core/fixtures.ts'
import { admitted, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { carried, trace } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

const cap = (own: Partial<Cap> & { readonly amount: Cap['amount'] }): Cap => ({
  id: 'cap',
  scope: 'account',
  scopeId: null,
  period: 'lifetime',
  counts: 'money',
  ...own,
})

const capped = (...caps: Cap[]) => {
  const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true, caps })
  ledger.topUp('credits', '1000')
  return ledger
}

describe('every scope limits its own calls, and nobody else', () => {
  const mine: CallSketch = {
    member: 'm1',
    key: 'k1',
    project: 'p1',
    session: 's1',
    model: 'opus',
  }
  const ROWS: readonly (readonly [string, Partial<Cap>, CallSketch, boolean])[] = [
    ['account', {}, {}, true],
    ['member', { scope: 'member', scopeId: 'm1' }, { member: 'm1' }, true],
    ['another member', { scope: 'member', scopeId: 'm1' }, { member: 'm2' }, false],
    ['no member', { scope: 'member', scopeId: 'm1' }, {}, false],
    ['key', { scope: 'key', scopeId: 'k1' }, { key: 'k1' }, true],
    ['another key', { scope: 'key', scopeId: 'k1' }, { key: 'k2' }, false],
    ['project', { scope: 'project', scopeId: 'p1' }, { project: 'p1' }, true],
    ['another project', { scope: 'project', scopeId: 'p1' }, { project: 'p2' }, false],
    ['model', { scope: 'model', scopeId: 'opus' }, { model: 'opus' }, true],
    ['models by prefix', { scope: 'model', scopeId: 'op*' }, { model: 'opus' }, true],
    ['another model', { scope: 'model', scopeId: 'opus' }, { model: 'mini' }, false],
    ['session', { period: 'session' }, { session: 's1' }, true],
    ['another session', { period: 'session' }, { session: 's2' }, false],
    ['no session', { period: 'session' }, {}, false],
  ]
  test.each(ROWS)('%s', (_name, own, call, limited) => {
    const ledger = capped(cap({ amount: usd('5'), ...own }))
    admitted(ledger.authorize('mine', usd('5'), mine))
    ledger.settle('mine', usd('5'))
    const result = ledger.authorize('call', usd('1'), { fit: 'refuse', ...call })
    expect(result.status).toBe(limited ? 'refused' : 'admitted')
    if (limited)
      expect(refused(result)).toMatchObject({ code: 'cap_reached', limit: { id: 'cap' } })
  })
})

describe('every period begins anew at its own instant', () => {
  const anchor = at('2026-10-15T06:00:00Z')
  test.each<[Cap['period'], string, string | null]>([
    ['day', '2026-11-03T00:00:00.000Z', '2026-11-03T00:00:00.000Z'],
    ['week', '2026-11-09T00:00:00.000Z', '2026-11-09T00:00:00.000Z'],
    ['cycle', '2026-11-15T06:00:00.000Z', '2026-11-15T06:00:00.000Z'],
    ['lifetime', '2027-11-02T09:00:00.000Z', null],
  ])('a cap a %s is full until %s', (period, next, resets) => {
    const ledger = new Ledger({
      plans: [plan({ windows: [] })],
      paidUse: true,
      anchor,
      caps: [cap({ amount: usd('5'), period })],
    })
    ledger.topUp('credits', '1000')
    ledger.record('first', usd('5'))
    ledger.now = plus(at(next), -1)
    const block = refused(ledger.authorize('before', usd('1'), { fit: 'refuse' }))
    expect(block.limit).toMatchObject({ type: 'cap', amount: '5', used: '5', resets_at: resets })
    expect(block.retry_at).toBe(resets ?? undefined)
    ledger.now = at(next)
    const after = ledger.authorize('after', usd('1'), { fit: 'refuse' })
    expect(after.status).toBe(resets === null ? 'refused' : 'admitted')
  })

  test('a cap on a call limits each call alone', () => {
    const ledger = capped(cap({ amount: usd('5'), period: 'call' }))
    for (const id of ['a', 'b', 'c']) {
      admitted(ledger.authorize(id, usd('5'), { fit: 'refuse' }))
      ledger.settle(id, usd('5'))
    }
    expect(refused(ledger.authorize('d', usd('5.01'), { fit: 'refuse' })).code).toBe('cap_reached')
  })
})

describe('posted + held never exceeds a cap', () => {
  test('what calls in flight hold counts', () => {
    const ledger = capped(cap({ amount: usd('5') }))
    admitted(ledger.authorize('a', usd('3')))
    expect(refused(ledger.authorize('b', usd('3'), { fit: 'refuse' })).limit).toMatchObject({
      used: '0',
      held: '3',
    })
    expect(admitted(ledger.authorize('c', usd('3')))).toMatchObject({ clamped: true, worst: '2' })
  })

  test('what a call did not use is free again', () => {
    const ledger = capped(cap({ amount: usd('5') }))
    admitted(ledger.authorize('a', usd('5')))
    ledger.settle('a', usd('1'))
    admitted(ledger.authorize('b', usd('4'), { fit: 'refuse' }))
  })

  test('a refund gives the cap its room back', () => {
    const ledger = capped(
      cap({ amount: usd('5') }),
      cap({ id: 'm', scope: 'member', scopeId: 'x', amount: usd('5') }),
    )
    ledger.record('a', usd('5'), { member: 'x' })
    ledger.refund('a', usd('2'))
    expect(carried(postedEntry(ledger.record('b', usd('5'), { member: 'x' })))).toEqual({
      money: '2',
      absorbed: '3',
    })
  })

  test('zero refuses all that costs money', () => {
    const ledger = capped(cap({ amount: usd('0') }))
    expect(refused(ledger.authorize('a', usd('0.01'))).code).toBe('cap_reached')
  })

  test('a cap lowered below what is spent blocks new holds only', () => {
    const ledger = capped(cap({ amount: usd('10') }))
    ledger.record('spent', usd('4'))
    postedEntry(ledger.controls({ caps: [cap({ amount: usd('2') })] }))
    expect(refused(ledger.authorize('new', usd('1'), { fit: 'refuse' })).code).toBe('cap_reached')
    expect(ledger.lot('credits').remaining).toBe(usd('996'))
  })

  test('a cap lowered while a call is in flight leaves the hold that was promised', () => {
    const ledger = capped(cap({ amount: usd('10') }))
    admitted(ledger.authorize('call', usd('8')))
    postedEntry(ledger.controls({ caps: [cap({ amount: usd('0') })] }))
    expect(carried(postedEntry(ledger.settle('call', usd('8'))))).toEqual({ money: '8' })
  })

  test.each<[string, Partial<Cap>]>([
    ['removed and set again', {}],
    ['given to a member', { scope: 'member', scopeId: 'm1' }],
    ['turned into one on sessions', { period: 'session' }],
  ])('a cap that is %s while a call is in flight never lets more through', (_name, change) => {
    const ledger = capped(cap({ amount: usd('10') }))
    const call = { member: 'm1', session: 's1' }
    admitted(ledger.authorize('flight', usd('8'), call))
    ledger.controls({ removeCaps: ['cap'] })
    ledger.controls({ caps: [cap({ amount: usd('10'), ...change })] })
    ledger.settle('flight', usd('8'))
    expect(carried(postedEntry(ledger.record('big', usd('30'), call))).money).not.toBe('18')
    expect(ledger.lot('credits').remaining).toBeGreaterThanOrEqual(usd('982'))
  })

  test('the tightest of several caps binds and is named', () => {
    const ledger = capped(
      cap({ id: 'wide', amount: usd('9') }),
      cap({ id: 'tight', amount: usd('2'), period: 'day' }),
    )
    const entry = postedEntry(ledger.record('call', usd('5')))
    expect(trace(entry)).toEqual(['credits 2 cap_reached tight'])
    expect(entry.caps).toMatchObject([
      { id: 'wide', spent: '0', drawn: '2' },
      { id: 'tight', spent: '0', drawn: '2' },
    ])
  })
})

describe('what a cap counts', () => {
  const story = (counts: Cap['counts']) => {
    const ledger = capped(cap({ amount: usd('5'), counts }))
    ledger.grant('promo', '10')
    return ledger
  }
  test('money: promotional credit too', () => {
    expect(trace(postedEntry(story('money').record('call', usd('8'))))).toEqual([
      'promo 5 cap_reached cap',
      'credits cap_reached cap',
    ])
  })

  test('paid: only what was paid for', () => {
    expect(trace(postedEntry(story('paid').record('call', usd('13'))))).toEqual([
      'promo 10 exhausted',
      'credits 3',
    ])
    expect(trace(postedEntry(story('paid').record('call', usd('20'))))).toEqual([
      'promo 10 exhausted',
      'credits 5 cap_reached cap',
    ])
  })

  test('never the included windows', () => {
    const ledger = new Ledger({
      plans: [plan({ windows: [SESSION] })],
      caps: [cap({ amount: usd('0') })],
    })
    expect(carried(postedEntry(ledger.record('call', usd('3'))))).toEqual({ included: '3' })
  })

  test('overage as money', () => {
    const ledger = new Ledger({
      plans: [plan({ windows: [] })],
      paidUse: true,
      overage: '100',
      caps: [cap({ amount: usd('5'), counts: 'paid' })],
    })
    expect(trace(postedEntry(ledger.record('call', usd('8'))))).toEqual([
      'overage 5 cap_reached cap',
    ])
  })
})

test.each<[string, Cap, string]>([
  ['below zero', cap({ amount: usd('-1') }), 'caps.cap'],
  ['of a member without the member', cap({ amount: usd('1'), scope: 'member' }), 'caps.cap'],
  ['of the account with a member', cap({ amount: usd('1'), scopeId: 'm1' }), 'caps.cap'],
])('a cap %s is refused', (_name, own, field) => {
  const ledger = capped()
  expect(refused(ledger.controls({ caps: [own] }))).toEqual({ code: 'amount_invalid', field })
})

test('removing a cap that is not there is refused by name', () => {
  expect(refused(capped().controls({ removeCaps: ['nope'] }))).toEqual({
    code: 'cap_unknown',
    field: 'nope',
  })
})

test('old counters are dropped, but never one that is in use', () => {
  const ledger = capped(cap({ amount: usd('5'), period: 'day' }))
  admitted(ledger.authorize('long', usd('5'), { ttlMs: 30 * DAY }))
  for (let day = 1; day <= 9; day += 1) {
    ledger.wait(DAY)
    ledger.record(`day_${day}`, usd('5'))
  }
  expect(ledger.state!.caps[0]!.counters.length).toBeLessThanOrEqual(4)
  expect(carried(postedEntry(ledger.settle('long', usd('5'))))).toEqual({ money: '5' })
  expect(carried(postedEntry(ledger.record('full', usd('1'))))).toEqual({ absorbed: '1' })
})
