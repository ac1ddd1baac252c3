import { describe, expect, test } from 'vitest'
import { at, HOUR, plan, SESSION, usd, WEEKLY } from '../support/core/fixtures.ts'
import { ACCOUNT, admitted, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { carried, trace, windowsOf } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

describe('a plan without windows', () => {
  test('is not a plan with empty windows: nothing of it is on the trace', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true })
    ledger.topUp('credits', '5')
    const entry = postedEntry(ledger.record('call', usd('1')))
    expect(trace(entry)).toEqual(['credits 1'])
    expect(entry.windows).toEqual([])
    expect(entry.draw_key).toBeUndefined()
  })

  test('blocks for the funds, never for a window', () => {
    const block = refused(
      new Ledger({ plans: [plan({ windows: [] })] }).authorize('call', usd('1')),
    )
    expect(block.code).toBe('funds_exhausted')
    expect(block.retry_at).toBeUndefined()
  })
})

describe('a change of plan', () => {
  const plans = [
    plan({ windows: [SESSION, WEEKLY] }),
    plan({
      id: 'max',
      windows: [
        { ...SESSION, capacity: '50' },
        { ...WEEKLY, capacity: '250' },
      ],
    }),
    plan({ id: 'mini', windows: [{ ...SESSION, capacity: '2' }] }),
    plan({ id: 'credits', windows: [] }),
  ]

  test('upward: a window that both name keeps its run and its use, and gets the larger capacity', () => {
    const ledger = new Ledger({ plans })
    ledger.record('one', usd('6'))
    ledger.wait(HOUR)
    ledger.changePlan('max@1')
    expect(ledger.window('session')).toMatchObject({
      start: at('09:00'),
      end: at('14:00'),
      used: usd('6'),
      capacity: usd('50'),
    })
  })

  test('downward: nothing that was used or promised is taken back', () => {
    const ledger = new Ledger({ plans })
    ledger.record('one', usd('6'))
    admitted(ledger.authorize('flight', usd('3')))
    ledger.changePlan('mini@1')
    expect(ledger.window('session')).toMatchObject({
      used: usd('6'),
      held: usd('3'),
      capacity: usd('9'),
    })
    expect(refused(ledger.authorize('new', usd('1'))).code).toBe('window_exhausted')
    expect(windowsOf(postedEntry(ledger.settle('flight', usd('3'))))).toEqual([
      'session 3',
      'weekly 3',
    ])
  })

  test('to no windows at all: calls in flight still settle on theirs', () => {
    const ledger = new Ledger({ plans })
    admitted(ledger.authorize('flight', usd('3')))
    ledger.changePlan('credits@1')
    const entry = postedEntry(ledger.settle('flight', usd('3')))
    expect(entry.plan).toBe('pro@1')
    expect(carried(entry)).toEqual({ included: '3' })
    expect(refused(ledger.authorize('new', usd('1'))).code).toBe('funds_exhausted')
  })

  test('there and back within the window does not refill it', () => {
    const ledger = new Ledger({ plans })
    ledger.record('one', usd('10'))
    for (const ref of ['max@1', 'pro@1']) ledger.changePlan(ref)
    expect(refused(ledger.authorize('new', usd('1'))).code).toBe('window_exhausted')
  })

  test('to a plan that does not exist, or of another currency, is refused', () => {
    const yen = { ...plan({ id: 'yen' }), currency: 'JPY' }
    const ledger = new Ledger({ plans: [...plans, yen] })
    expect(refused(ledger.changePlan('nope@1')).code).toBe('plan_unknown')
    expect(refused(ledger.changePlan('yen@1')).code).toBe('currency_mismatch')
    expect(ledger.state!.plan).toBe('pro@1')
  })
})

describe('a parked account', () => {
  const story = () => {
    const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })], paidUse: true })
    ledger.topUp('credits', '5')
    ledger.park('park')
    return ledger
  }

  test('is served and not billed: what it used is carried by the platform', () => {
    const ledger = story()
    expect(admitted(ledger.authorize('call', usd('99')))).toMatchObject({
      money: '0',
      included: '0',
      clamped: false,
    })
    const entry = postedEntry(ledger.settle('call', usd('3')))
    expect(carried(entry)).toEqual({ absorbed: '3' })
    expect(entry.absorbed_reason).toBe('account_parked')
    expect(carried(postedEntry(ledger.record('other', usd('1'))))).toEqual({ absorbed: '1' })
  })

  test('still gives money back', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true })
    ledger.topUp('credits', '5')
    ledger.record('call', usd('2'))
    ledger.park('park')
    postedEntry(ledger.refund('call'))
    expect(ledger.lot('credits').remaining).toBe(usd('5'))
  })

  test('is billed again once a person has looked', () => {
    const ledger = story()
    ledger.park('unpark')
    expect(carried(postedEntry(ledger.record('call', usd('3'))))).toEqual({ included: '3' })
  })
})

describe('opening an account', () => {
  const open = (planRef: string, currency: string) => {
    const ledger = new Ledger({ plans: [plan()] })
    ledger.state = null
    return ledger.run({
      kind: 'open_account',
      accountId: ACCOUNT,
      requestId: 'new',
      actor: { type: 'operator', id: 'o' },
      name: 'N',
      currency,
      plan: planRef,
    })
  }
  test.each([
    ['nope@1', 'USD', 'plan_unknown'],
    ['pro@1', 'JPY', 'currency_mismatch'],
    ['pro@1', 'usd', 'currency_mismatch'],
  ])('on %s in %s: %s', (ref, currency, code) => {
    expect(refused(open(ref, currency)).code).toBe(code)
  })

  test('paid use is off until somebody turns it on, and turning it on charges nothing', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [] })] })
    expect(ledger.state!.paidUse).toBe(false)
    expect(postedEntry(ledger.controls({ paidUse: true })).postings).toEqual([])
  })

  test('a command for an account that was never opened is refused and leaves nothing', () => {
    const ledger = new Ledger({ plans: [plan()] })
    ledger.state = null
    expect(ledger.grant('lot', '5')).toEqual({
      status: 'refused',
      refused: { code: 'account_unknown' },
      entry: null,
    })
  })
})
