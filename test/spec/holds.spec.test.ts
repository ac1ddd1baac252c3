import { describe, expect, test } from 'vitest'
import { at, HOUR, MINUTE, plan, plus, SESSION, usd } from '../support/core/fixtures.ts'
import { admitted, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { carried } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

const credits = (amount = '10') => {
  const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true })
  ledger.topUp('credits', amount)
  return ledger
}

describe('when the funds do not reach', () => {
  test('clamp answers with the largest output that can be paid, and holds exactly that', () => {
    const ledger = credits('7.29')
    expect(admitted(ledger.authorize('call', usd('20')))).toMatchObject({
      clamped: true,
      max_output_tokens: 729,
      worst: '7.29',
      money: '7.29',
    })
  })

  test('the prompt is paid first: what it leaves is for the output', () => {
    const ledger = credits('7.295')
    expect(admitted(ledger.authorize('call', usd('20.004')))).toMatchObject({
      max_output_tokens: 729,
      worst: '7.294',
    })
  })

  test('a clamp below the least useful output is refused', () => {
    const ledger = credits('1')
    expect(refused(ledger.authorize('call', usd('5'), { minOutput: 101 })).code).toBe(
      'funds_exhausted',
    )
    admitted(ledger.authorize('again', usd('5'), { minOutput: 100 }))
  })

  test('refuse says what is free, what is held and what is needed', () => {
    const ledger = credits('3')
    admitted(ledger.authorize('other', usd('2')))
    expect(refused(ledger.authorize('call', usd('5'), { fit: 'refuse' }))).toMatchObject({
      code: 'funds_exhausted',
      needed: '5',
      limit: { type: 'funds', amount: '1', held: '2' },
    })
  })

  test('paid use that is off is named when credit is there', () => {
    const ledger = credits('3')
    ledger.controls({ paidUse: false })
    expect(refused(ledger.authorize('call', usd('1'))).code).toBe('paid_use_off')
  })

  test('of calls side by side, each sees what the others hold: one credit pays one call', () => {
    const ledger = credits('1')
    const results = ['a', 'b', 'c'].map((id) => ledger.authorize(id, usd('1'), { fit: 'refuse' }))
    expect(results.map(({ status }) => status)).toEqual(['admitted', 'refused', 'refused'])
  })
})

describe('the end of a hold', () => {
  test('settle releases what was not used: settled + released = held', () => {
    const ledger = credits()
    admitted(ledger.authorize('call', usd('8')))
    const { hold } = postedEntry(ledger.settle('call', usd('3')))
    expect(hold).toMatchObject({ money: '8', included: '0', settled: '3', released: '5' })
    expect(ledger.lot('credits')).toMatchObject({ remaining: usd('7'), held: 0n })
  })

  test('settle never draws beyond the funds: the rest is the loss of the platform', () => {
    const ledger = credits('5')
    admitted(ledger.authorize('call', usd('5')))
    const entry = postedEntry(ledger.settle('call', usd('6')))
    expect(carried(entry)).toEqual({ money: '5', absorbed: '1' })
    expect(entry.absorbed_reason).toBe('funds_short')
  })

  test('an expired hold is released by an entry, for nothing, and a late settle comes too late', () => {
    const ledger = credits()
    admitted(ledger.authorize('call', usd('8'), { ttlMs: MINUTE }))
    ledger.wait(MINUTE - 1)
    expect(refused(ledger.expireHold('call')).code).toBe('hold_not_expired')
    ledger.wait(1)
    const entry = postedEntry(ledger.expireHold('call'))
    expect(entry).toMatchObject({
      kind: 'expire_hold',
      outcome: { code: 'gateway_crashed' },
      hold: { settled: '0', released: '8' },
    })
    expect(refused(ledger.settle('call', usd('3'))).code).toBe('hold_released')
    expect(refused(ledger.expireHold('call')).code).toBe('hold_unknown')
    expect(ledger.lot('credits')).toMatchObject({ remaining: usd('10'), held: 0n })
  })

  test('a settle after the time of the hold, before the sweep, still counts', () => {
    const ledger = credits()
    admitted(ledger.authorize('call', usd('8'), { ttlMs: MINUTE }))
    ledger.wait(HOUR)
    expect(carried(postedEntry(ledger.settle('call', usd('3'))))).toEqual({ money: '3' })
  })

  test('extend lengthens, never shortens', () => {
    const ledger = credits()
    admitted(ledger.authorize('call', usd('8'), { ttlMs: HOUR }))
    expect(ledger.extend('call', MINUTE)).toMatchObject({ expiresAt: at('10:00') })
    expect(ledger.extend('call', 2 * HOUR)).toMatchObject({ expiresAt: at('11:00') })
    ledger.now = plus(at('11:00'), -1)
    expect(refused(ledger.expireHold('call')).code).toBe('hold_not_expired')
    expect(refused(ledger.extend('other', HOUR)).code).toBe('hold_unknown')
  })

  test('without a hold there is nothing to settle', () => {
    expect(refused(credits().settle('never', usd('1'))).code).toBe('hold_unknown')
    expect(refused(credits().release('never')).code).toBe('hold_unknown')
  })
})

describe('one call, several attempts, one charge', () => {
  test('a failed attempt is released for nothing, the next one is charged', () => {
    const ledger = credits()
    admitted(ledger.authorize('call', usd('2')))
    expect(carried(postedEntry(ledger.release('call')))).toEqual({})
    admitted(ledger.authorize('call', usd('2'), { attempt: 2 }))
    expect(carried(postedEntry(ledger.settle('call', usd('2'), 'succeeded', 'call#2')))).toEqual({
      money: '2',
    })
    expect(refused(ledger.authorize('call', usd('2'), { attempt: 3 })).code).toBe(
      'call_already_settled',
    )
    expect(ledger.lot('credits').remaining).toBe(usd('8'))
  })

  test('two attempts are never in flight at once', () => {
    const ledger = credits()
    admitted(ledger.authorize('call', usd('2')))
    expect(refused(ledger.authorize('call', usd('2'), { attempt: 2 })).code).toBe('call_in_flight')
    expect(refused(ledger.record('call', usd('2'))).code).toBe('call_in_flight')
  })

  test('a repeat of the first attempt still gets its first answer while the second runs', () => {
    const ledger = credits()
    const first = admitted(ledger.authorize('call', usd('2')))
    ledger.release('call')
    admitted(ledger.authorize('call', usd('2'), { attempt: 2 }))
    expect(admitted(ledger.authorize('call', usd('2')))).toEqual(first)
  })

  test('a settle of an attempt that has ended never settles the attempt that runs', () => {
    const ledger = credits()
    admitted(ledger.authorize('call', usd('2')))
    ledger.release('call')
    admitted(ledger.authorize('call', usd('2'), { attempt: 2 }))
    expect(ledger.settle('call', usd('1')).status).toBe('refused')
    expect(carried(postedEntry(ledger.settle('call', usd('2'), 'succeeded', 'call#2')))).toEqual({
      money: '2',
    })
  })

  test('a call that was recorded is not charged again, by whichever way', () => {
    const ledger = credits()
    postedEntry(ledger.record('call', usd('2')))
    expect(refused(ledger.record('call', usd('2'), { attempt: 2, requestId: 'call#2' })).code).toBe(
      'call_already_settled',
    )
    expect(refused(ledger.authorize('call', usd('2'))).code).toBe('call_already_settled')
    expect(ledger.lot('credits').remaining).toBe(usd('8'))
  })

  test('a call that was settled is not recorded again', () => {
    const ledger = credits()
    admitted(ledger.authorize('call', usd('2')))
    ledger.settle('call', usd('2'))
    expect(refused(ledger.record('call', usd('2'))).code).toBe('call_already_settled')
  })
})

describe('what changes while a call is in flight', () => {
  test('paid use that is switched off leaves the hold that was promised', () => {
    const ledger = credits()
    admitted(ledger.authorize('call', usd('8')))
    ledger.controls({ paidUse: false })
    expect(carried(postedEntry(ledger.settle('call', usd('8'))))).toEqual({ money: '8' })
  })

  test.each(['release', 'expire'] as const)(
    'a larger plan stays larger when a hold of the old one ends by %s',
    (way) => {
      const larger = plan({ id: 'max', windows: [{ ...SESSION, capacity: '100' }] })
      const ledger = new Ledger({ plans: [plan({ windows: [SESSION] }), larger] })
      admitted(ledger.authorize('call', usd('2'), { ttlMs: MINUTE }))
      ledger.changePlan('max@1')
      ledger.record('other', usd('50'))
      ledger.wait(MINUTE)
      postedEntry(way === 'release' ? ledger.release('call') : ledger.expireHold('call'))
      expect(ledger.window('session')).toMatchObject({
        capacity: usd('100'),
        used: usd('50'),
        held: 0n,
      })
    },
  )

  test('credit that was bought after the call began does not pay for it', () => {
    const ledger = credits('1')
    admitted(ledger.authorize('call', usd('1')))
    ledger.wait(1)
    ledger.topUp('more', '10')
    expect(carried(postedEntry(ledger.settle('call', usd('3'))))).toEqual({
      money: '1',
      absorbed: '2',
    })
  })
})
