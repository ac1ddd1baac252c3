import { describe, expect, test } from 'vitest'
import { dueDraws } from '../../src/core/decisions/index.ts'
import {
  at,
  DAY,
  HOUR,
  OPUS_WEEKLY,
  plan,
  plus,
  SESSION,
  usd,
  WEEKLY,
} from '../support/core/fixtures.ts'
import { admitted, Ledger, postedEntry } from '../support/core/ledger.ts'
import { postings, trace, windowsOf } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

/** A call in flight holds 8 of the session; another one had to pay 3 of its 5. */
function starved(): Ledger {
  const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })], paidUse: true })
  ledger.topUp('credits', '43')
  admitted(ledger.authorize('flight', usd('8')))
  expect(trace(postedEntry(ledger.record('payer', usd('5'))))).toEqual([
    'included 2 held',
    'credits 3',
  ])
  return ledger
}

const moves = (ledger: Ledger) => ledger.entries.filter(({ body }) => body.kind === 'reattribute')

describe('paid credit that was drawn only because calls in flight held the window', () => {
  test('goes back to its lot when the hold releases, and the draw moves to the window', () => {
    const ledger = starved()
    ledger.settle('flight', usd('1'))
    const [move] = moves(ledger)
    expect(move!.body).toMatchObject({
      ref_seq: ledger.entry('payer', 'record').seq,
      cause_call_id: 'flight',
      call: { call_id: 'payer' },
      totals: { total: '0', money: '-3', included: '3' },
    })
    expect(postings(move!.body)).toEqual([
      'customer:prepaid 3 credits',
      'house:revenue -3',
      'included:allowance -3',
      'included:consumed 3',
    ])
    expect(ledger.lot('credits').remaining).toBe(usd('43'))
    expect(ledger.window('session').used).toBe(usd('6'))
  })

  test.each([
    ['fails', (l: Ledger) => l.release('flight')],
    ['expires', (l: Ledger) => l.wait(HOUR).expireHold('flight')],
    ['is not billed', (l: Ledger) => l.settle('flight', null, 'refused_before_output')],
  ])('also when the call in flight %s', (_name, end) => {
    const ledger = starved()
    end(ledger)
    expect(ledger.lot('credits').remaining).toBe(usd('43'))
  })

  test('moves as far as the room goes, and on when more room appears', () => {
    const ledger = starved()
    ledger.settle('flight', usd('7'))
    expect(ledger.lot('credits').remaining).toBe(usd('41'))
    ledger.refund('flight', usd('0.5'))
    expect(ledger.lot('credits').remaining).toBe(usd('41.5'))
    ledger.refund('flight', undefined, 'rest')
    expect(ledger.lot('credits').remaining).toBe(usd('43'))
    expect(moves(ledger).map(({ body }) => body.totals!.included)).toEqual(['1', '0.5', '1.5'])
  })

  test('stays where it is when the call in flight used what it held', () => {
    const ledger = starved()
    ledger.settle('flight', usd('8'))
    expect(moves(ledger)).toEqual([])
    expect(ledger.lot('credits').remaining).toBe(usd('40'))
  })
})

describe('the oldest call is served first', () => {
  test('one after the other, each with an entry of its own', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })], paidUse: true })
    ledger.topUp('credits', '43')
    admitted(ledger.authorize('flight', usd('10')))
    for (const id of ['one', 'two', 'three']) ledger.record(id, usd('3'))
    ledger.settle('flight', usd('3'))
    expect(moves(ledger).map(({ body }) => [body.call!.call_id, body.totals!.included])).toEqual([
      ['one', '3'],
      ['two', '3'],
      ['three', '1'],
    ])
    expect(ledger.lot('credits').remaining).toBe(usd('41'))
    ledger.refund('flight')
    expect(ledger.lot('credits').remaining).toBe(usd('43'))
    expect(dueDraws(ledger.state!)).toBeNull()
  })

  test('money goes back before promotional credit: the last drawn first', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })], paidUse: true })
    ledger.topUp('credits', '43')
    ledger.grant('promo', '2')
    admitted(ledger.authorize('flight', usd('10')))
    ledger.record('payer', usd('5'))
    ledger.settle('flight', usd('6'))
    expect(trace(moves(ledger)[0]!.body)).toEqual(['included 4', 'credits -3', 'promo -1'])
  })
})

describe('it never touches', () => {
  test('a grant that stands before the windows', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })] })
    admitted(ledger.authorize('flight', usd('10')))
    ledger.grant('welcome', '5', { before: true })
    const entry = postedEntry(ledger.record('call', usd('3')))
    expect(entry.draw_key).toBeUndefined()
    ledger.release('flight')
    expect(ledger.lot('welcome').remaining).toBe(usd('2'))
  })

  test('the part of a call that such a grant paid, when the rest moves', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })], paidUse: true })
    ledger.topUp('credits', '43')
    admitted(ledger.authorize('flight', usd('10')))
    ledger.grant('welcome', '1', { before: true })
    ledger.record('payer', usd('3'))
    ledger.release('flight')
    expect(ledger.lot('welcome').remaining).toBe(0n)
    expect(ledger.lot('credits').remaining).toBe(usd('43'))
    expect(ledger.window('session').used).toBe(usd('2'))
  })

  test('a call whose other window is still full', () => {
    const windows = [SESSION, WEEKLY, { ...OPUS_WEEKLY, capacity: '2' }]
    const ledger = new Ledger({ plans: [plan({ windows })], paidUse: true })
    ledger.topUp('credits', '43')
    ledger.record('full', usd('2'), { model: 'opus' })
    ledger.record('payer', usd('3'), { model: 'opus' })
    ledger.record('other', usd('1'))
    ledger.refund('other')
    expect(moves(ledger)).toEqual([])
  })

  test('a charge that was reversed', () => {
    const ledger = starved()
    ledger.reverse(ledger.entry('payer', 'record').seq)
    ledger.settle('flight', usd('1'))
    expect(ledger.lot('credits').remaining).toBe(usd('43'))
    expect(ledger.window('session').used).toBe(usd('1'))
    expect(dueDraws(ledger.state!)).toBeNull()
  })

  test('money that was refunded already', () => {
    const ledger = starved()
    ledger.refund('payer', usd('2'))
    ledger.settle('flight', usd('1'))
    expect(moves(ledger).map(({ body }) => body.totals!.included)).toEqual(['1'])
    expect(ledger.lot('credits').remaining).toBe(usd('43'))
  })
})

test('room that appears in the weekly window pays back a call of an earlier session', () => {
  const ledger = new Ledger({
    plans: [plan({ windows: [SESSION, { ...WEEKLY, capacity: '12' }] })],
    paidUse: true,
  })
  ledger.topUp('credits', '43')
  ledger.record('first', usd('8'))
  ledger.wait(6 * HOUR)
  ledger.record('payer', usd('6'))
  expect(ledger.lot('credits').remaining).toBe(usd('41'))
  ledger.wait(12 * HOUR)
  admitted(ledger.authorize('next', usd('1')))
  ledger.release('next')
  ledger.refund('first', usd('2'))
  expect(ledger.lot('credits').remaining).toBe(usd('43'))
})

test('works again and again in one window', () => {
  const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })], paidUse: true })
  ledger.topUp('credits', '43')
  for (const round of [1, 2, 3]) {
    admitted(ledger.authorize(`flight_${round}`, usd('10')))
    ledger.record(`payer_${round}`, usd('2'))
    expect(ledger.lot('credits').remaining).toBeLessThan(usd('43'))
    ledger.release(`flight_${round}`)
    expect(ledger.lot('credits').remaining).toBe(usd('43'))
  }
  expect(ledger.window('session').used).toBe(usd('6'))
})

test('a call in flight beyond the end of its window still gives the room back there', () => {
  const ledger = starved()
  ledger.wait(9 * HOUR)
  ledger.record('next-window', usd('1'))
  ledger.settle('flight', usd('1'))
  expect(windowsOf(moves(ledger)[0]!.body)).toEqual(['session 3'])
  expect(ledger.window('session').used).toBe(usd('1'))
})

test('caps count again what went back', () => {
  const ledger = new Ledger({
    plans: [plan({ windows: [SESSION] })],
    paidUse: true,
    caps: [
      {
        id: 'cap',
        scope: 'account',
        scopeId: null,
        period: 'lifetime',
        counts: 'money',
        amount: usd('3'),
      },
    ],
  })
  ledger.topUp('credits', '43')
  admitted(ledger.authorize('flight', usd('8')))
  ledger.record('payer', usd('5'))
  expect(ledger.state!.caps[0]!.counters[0]!.spent).toBe(usd('3'))
  ledger.settle('flight', usd('1'))
  expect(ledger.state!.caps[0]!.counters[0]!.spent).toBe(0n)
})

test('a lot that has expired since gets its credit back with the extension', () => {
  const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })] })
  ledger.grant('promo', '3', { expiresAt: at('12:00') })
  admitted(ledger.authorize('flight', usd('10'), { ttlMs: DAY }))
  ledger.record('payer', usd('3'))
  ledger.now = at('13:00')
  ledger.release('flight')
  expect(ledger.lot('promo')).toMatchObject({
    remaining: usd('3'),
    expiresAt: plus(at('13:00'), 30 * DAY),
  })
})

test('a larger plan pays back what the smaller one could not cover', () => {
  const larger = plan({ id: 'max', windows: [{ ...SESSION, capacity: '100' }] })
  const ledger = new Ledger({ plans: [plan({ windows: [SESSION] }), larger], paidUse: true })
  ledger.topUp('credits', '43')
  ledger.record('payer', usd('14'))
  expect(ledger.lot('credits').remaining).toBe(usd('39'))
  ledger.changePlan('max@1')
  expect(ledger.lot('credits').remaining).toBe(usd('43'))
})
