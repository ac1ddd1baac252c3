import { describe, expect, test } from 'vitest'
import { accountView } from '../../src/core/decisions/index.ts'
import type { Cap } from '../../src/core/funding/index.ts'
import { normalise } from '../../src/core/usage/index.ts'
import { at, DAY, HOUR, plan, plus, SESSION, usd, WEEKLY } from '../support/core/fixtures.ts'
import { admitted, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { carried, postings, trace } from '../support/core/render.ts'

const NOTHING = plan({ windows: [] })
const cap = (own: Partial<Cap>): Cap => ({
  id: 'cap',
  scope: 'account',
  scopeId: null,
  period: 'cycle',
  counts: 'money',
  amount: usd('5'),
  ...own,
})

describe('credit is left alone while the plan has room', () => {
  test('the session at 5 %, the week at 50 %: a call draws the plan, and the cap on money does not move', () => {
    const ledger = new Ledger({
      plans: [plan({ windows: [SESSION, { ...WEEKLY, capacity: '19' }] })],
      paidUse: true,
      caps: [cap({})],
    })
    ledger.topUp('credits', '50')
    ledger.record('yesterday', usd('9'))
    ledger.wait(DAY)
    ledger.record('today', usd('0.5'))
    expect(carried(postedEntry(ledger.record('call', usd('1'))))).toEqual({ included: '1' })
    const view = accountView(ledger.state!, ledger.catalogue.plan('pro@1')!, ledger.now)
    expect(view.caps).toMatchObject([{ spent: '0', left: '5' }])
    expect(view.lots).toMatchObject([{ remaining: '50' }])
  })

  test('the weekly bars near 60 %: the draw names the session window that was full', () => {
    const ledger = new Ledger({
      plans: [
        plan({ windows: [SESSION, { ...WEEKLY, capacity: '17' }, { ...WEEKLY, id: 'all' }] }),
      ],
      paidUse: true,
    })
    ledger.topUp('credits', '50')
    ledger.record('work', usd('10'))
    const entry = postedEntry(ledger.record('call', usd('2')))
    expect(trace(entry)).toEqual(['included exhausted', 'credits 2'])
    expect(entry.funding![0]).toMatchObject({ window_id: 'session' })
    expect(entry.windows!.map(({ id, used, capacity }) => [id, used, capacity])).toEqual([
      ['session', '10', '10'],
      ['weekly', '10', '17'],
      ['all', '10', '50'],
    ])
  })

  test('a daily allowance and a bought pack are two sources: the day first, and each new day leaves the pack', () => {
    const daily = plan({
      windows: [{ id: 'day', shape: 'calendar', length: 'P1D', capacity: '1' }],
    })
    const ledger = new Ledger({ plans: [daily], paidUse: true, anchor: at('00:00') })
    ledger.topUp('pack', '10')
    const left: string[] = []
    for (let day = 0; day < 3; day += 1) {
      ledger.now = plus(at('09:00'), day * DAY)
      ledger.record(`day_${day}`, usd('1.50'))
      const view = accountView(ledger.state!, daily, ledger.now)
      left.push(`${view.windows[0]!.left} of the day, ${view.lots[0]!.remaining} of the pack`)
    }
    expect(left).toEqual([
      '0 of the day, 9.5 of the pack',
      '0 of the day, 9 of the pack',
      '0 of the day, 8.5 of the pack',
    ])
  })

  test('units of a year are of the year, though caps and cycles are of the month', () => {
    const yearly = plan({
      windows: [{ id: 'year', shape: 'calendar', length: 'P1Y', capacity: '10' }],
    })
    const ledger = new Ledger({ plans: [yearly], paidUse: true, caps: [cap({ counts: 'all' })] })
    ledger.record('in November', usd('5'))
    ledger.now = at('2026-12-15T09:00:00Z')
    ledger.record('in December', usd('5'))
    const view = accountView(ledger.state!, yearly, ledger.now)
    expect(view.windows).toMatchObject([{ used: '10', left: '0' }])
    expect(view.caps).toMatchObject([{ spent: '5', left: '0' }])
    ledger.now = at('2027-02-15T09:00:00Z')
    expect(refused(ledger.authorize('later', usd('1')))).toMatchObject({
      code: 'window_exhausted',
      limit: { id: 'year' },
    })
  })
})

describe('a hold', () => {
  test('of the longest answer a model can give does not shut out who can pay for a shorter one', () => {
    const ledger = new Ledger({ plans: [NOTHING], paidUse: true })
    ledger.topUp('credits', '1')
    const admission = admitted(ledger.authorize('turn', usd('3.20')))
    expect(admission).toMatchObject({ clamped: true, max_output_tokens: 100, money: '1' })
    expect(carried(postedEntry(ledger.settle('turn', usd('0.02'))))).toEqual({ money: '0.02' })
    expect(ledger.lot('credits')).toMatchObject({ remaining: usd('0.98'), held: 0n })
  })

  test('that was too small is settled with the true amount from the plan', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })] })
    const admission = admitted(ledger.authorize('call', usd('5'), { model: 'modest' }))
    expect(admission.included).toBe('0.1')
    expect(carried(postedEntry(ledger.settle('call', usd('5'))))).toEqual({ included: '5' })
  })

  test('is given to nobody who has neither a plan with windows nor credit', () => {
    const ledger = new Ledger({ plans: [NOTHING], paidUse: true })
    expect(refused(ledger.authorize('call', usd('0.01'))).code).toBe('funds_exhausted')
    expect(ledger.holds.size).toBe(0)
  })

  test('needs what the call may cost, not merely something above zero', () => {
    const ledger = new Ledger({ plans: [NOTHING], paidUse: true })
    ledger.topUp('crumb', '0.000000001')
    expect(refused(ledger.authorize('call', usd('3'))).code).toBe('funds_exhausted')
    expect(ledger.lot('crumb')).toMatchObject({ remaining: 1n, held: 0n })
  })

  test('is settled by the terms that it was made under, whatever is published meanwhile', () => {
    const before = plan({ windows: [] })
    const after = plan({
      windows: [],
      version: 2,
      outcomes: { refused_after_output: 'nothing' },
    })
    const ledger = new Ledger({ plans: [before, after], paidUse: true })
    ledger.topUp('credits', '5')
    ledger.authorize('call', usd('2'))
    postedEntry(ledger.changePlan('pro@2'))
    const entry = postedEntry(ledger.settle('call', usd('1'), 'refused_after_output'))
    expect(carried(entry)).toEqual({ money: '1' })
    expect(entry.outcome).toMatchObject({ policy: 'default/refused_after_output' })
    expect(ledger.holds.size).toBe(0)
  })
})

describe('the order in which things arrive', () => {
  const SMALL = plan({ id: 'small', windows: [{ ...SESSION, capacity: '3' }] })
  const LARGE = plan({ id: 'large', windows: [SESSION] })
  type Step = (ledger: Ledger) => unknown
  const STEPS: readonly (readonly [string, Step])[] = [
    ['first', (ledger) => ledger.record('first', usd('2'), { eventAt: at('09:01') })],
    ['second', (ledger) => ledger.record('second', usd('4'), { eventAt: at('09:02') })],
    ['upgrade', (ledger) => ledger.changePlan('large@1')],
  ]
  const orders = <T>(items: readonly T[]): T[][] =>
    items.length === 0
      ? [[]]
      : items.flatMap((item) =>
          orders(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
        )

  test.each(orders(STEPS).map((steps) => [steps.map(([name]) => name).join(', '), steps] as const))(
    'of events and an upgrade is the same in the end: %s',
    (_name, steps) => {
      const ledger = new Ledger({ plans: [SMALL, LARGE], at: at('09:00'), paidUse: true })
      ledger.topUp('credits', '5')
      ledger.now = at('09:10')
      for (const [, step] of steps) step(ledger)
      expect(ledger.window('session')).toMatchObject({ used: usd('6'), capacity: usd('10') })
      expect(ledger.lot('credits').remaining).toBe(usd('5'))
    },
  )
})

describe('credit that came later', () => {
  test('pays for no use that was before it', () => {
    const ledger = new Ledger({ plans: [NOTHING], paidUse: true })
    ledger.wait(HOUR)
    ledger.topUp('later', '5')
    const entry = postedEntry(ledger.record('earlier', usd('1'), { eventAt: at('09:30') }))
    expect(trace(entry)).toEqual(['later not_yet_effective'])
    expect(carried(entry)).toEqual({ absorbed: '1' })
  })
})

describe('compensation', () => {
  test('can be spent where the loss was: before the windows, by an account that uses the plan only', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })] })
    ledger.grant('sorry', '2', { origin: 'compensation', before: true })
    const entry = postedEntry(ledger.record('call', usd('3')))
    expect(trace(entry)).toEqual(['sorry 2 exhausted', 'included 1'])
  })
})

describe('promotional credit', () => {
  test('pays for calls while paid use is off', () => {
    const ledger = new Ledger({ plans: [NOTHING] })
    ledger.grant('gift', '50')
    ledger.topUp('credits', '50')
    const entry = postedEntry(ledger.record('call', usd('51')))
    expect(trace(entry)).toEqual(['gift 50 exhausted', 'credits switched_off'])
    expect(carried(entry)).toEqual({ money: '50', absorbed: '1' })
  })
})

describe('a correction of one call', () => {
  test('gives back what that call drew, and touches no draw of another', () => {
    const ledger = new Ledger({ plans: [NOTHING], paidUse: true })
    ledger.grant('gift', '1')
    ledger.topUp('credits', '5')
    ledger.record('one', usd('2'))
    const other = postedEntry(ledger.record('other', usd('2')))
    const entry = postedEntry(ledger.refund('one'))
    expect(postings(entry)).toEqual(
      expect.arrayContaining(['customer:promotional 1 gift', 'customer:prepaid 1 credits']),
    )
    expect([ledger.lot('gift').remaining, ledger.lot('credits').remaining]).toEqual([
      usd('1'),
      usd('3'),
    ])
    expect(ledger.entry('other')).toEqual(other)
  })

  test('a refund of a call takes no grant away that was claimed before', () => {
    const ledger = new Ledger({ plans: [NOTHING], paidUse: true })
    ledger.grant('claimed', '200', { scope: { models: ['opus'] } })
    ledger.topUp('credits', '5')
    ledger.record('call', usd('2'))
    const before = ledger.lot('claimed')
    ledger.refund('call')
    expect(ledger.lot('claimed')).toEqual(before)
  })
})

describe('a cap that is set in the middle of its period', () => {
  test('counts from when it was set, and is never far beyond 100 % at once', () => {
    const ledger = new Ledger({ plans: [NOTHING], paidUse: true })
    ledger.topUp('credits', '500')
    ledger.record('before', usd('142.80'))
    ledger.controls({ caps: [cap({})] })
    const view = accountView(ledger.state!, NOTHING, ledger.now)
    expect(view.caps).toMatchObject([{ amount: '5', spent: '0', left: '5' }])
    ledger.record('after', usd('5'))
    expect(refused(ledger.authorize('more', usd('1')))).toMatchObject({
      code: 'cap_reached',
      limit: { amount: '5', used: '5' },
    })
  })
})

describe('usage below zero', () => {
  test.each([
    ['anthropic', { model: 'unit', usage: { input_tokens: 0, output_tokens: -31_348 } }],
    [
      'openai_chat',
      { model: 'unit', usage: { prompt_tokens: 0, completion_tokens: -31_348, total_tokens: 0 } },
    ],
    ['openai_responses', { model: 'unit', usage: { input_tokens: 0, output_tokens: -31_348 } }],
  ] as const)('of %s gives nobody credit', (dialect, raw) => {
    const ledger = new Ledger({ plans: [NOTHING], paidUse: true })
    ledger.topUp('credits', '5')
    ledger.authorize('call', usd('2'))
    ledger.settle('call', normalise(dialect, raw))
    expect(ledger.lot('credits')).toMatchObject({ remaining: usd('5'), held: 0n })
  })
})
