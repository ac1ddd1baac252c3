import { describe, expect, test } from 'vitest'
import { EVENT_GRACE_MS } from '../../src/core/ledger/index.ts'
import {
  at,
  costing,
  type PlanSketch,
  plan,
  plus,
  SESSION,
  TestCatalogue,
  usd,
} from '../support/core/fixtures.ts'
import { Ledger, postedEntry } from '../support/core/ledger.ts'
import { carried, windowsOf } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

const PRO = plan()
const FREE = plan({ id: 'free', windows: [] })
const changed = at('12:00')

/** On `pro` until noon, on the other plan since, with credit that it would be unfair to draw. */
function changedTo(sketch: PlanSketch = { id: 'free', windows: [] }, from = PRO) {
  const to = plan({ id: 'free', ...sketch })
  const ledger = new Ledger({ plans: [from, to], at: at('11:00'), paidUse: true })
  ledger.topUp('credit', '100')
  const change = () => {
    ledger.now = changed
    ledger.changePlan('free@1')
  }
  return { ledger, change }
}

function changeAt(ledger: Ledger, time: string, ref: string): void {
  ledger.now = at(time)
  ledger.changePlan(ref)
}

const reported = (ledger: Ledger, id: string, amount: string, event: number, now: number) => {
  ledger.now = plus(changed, now)
  return postedEntry(ledger.record(id, usd(amount), { eventAt: plus(changed, event) }))
}

describe('a call that is reported after its plan has ended goes by the plan of its time', () => {
  test.each([
    ['a second before the end', -1_000, 1_000, 'pro@1', { included: '1' }],
    [
      'its last millisecond, as late as the grace',
      -1,
      EVENT_GRACE_MS - 1,
      'pro@1',
      { included: '1' },
    ],
    ['at the change itself', 0, 1_000, 'free@1', { money: '1' }],
    ['later than the grace', -1, EVENT_GRACE_MS, 'free@1', { money: '1' }],
  ])('%s', (_name, event, now, ref, funding) => {
    const { ledger, change } = changedTo()
    change()
    const entry = reported(ledger, 'late', '1', event, now)
    expect(entry.plan).toBe(ref)
    expect(carried(entry)).toEqual(funding)
  })

  test('what was used of the windows before the change is used', () => {
    const { ledger, change } = changedTo()
    ledger.record('before', usd('8'))
    change()
    expect(carried(reported(ledger, 'late', '5', -1_000, 1_000))).toEqual({
      included: '2',
      money: '3',
    })
  })

  test('it covers no more than it did', () => {
    const { ledger, change } = changedTo(
      {},
      plan({ coverage: [{ when: { models: ['unit'] }, effect: 'credits_only', reason: 'extra' }] }),
    )
    change()
    expect(carried(reported(ledger, 'late', '1', -1_000, 1_000))).toEqual({ money: '1' })
  })

  test('each of several changes within the hour has its calls', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) =>
      plan({ id, windows: [{ ...SESSION, id, capacity: '10' }] }),
    )
    const ledger = new Ledger({ plans: [a!, b!, c!], at: at('11:00') })
    changeAt(ledger, '11:10', 'b@1')
    changeAt(ledger, '11:20', 'c@1')
    ledger.now = at('11:30')
    const planOf = (id: string, time: string) =>
      postedEntry(ledger.record(id, usd('1'), { eventAt: at(time) })).plan
    expect(['11:05', '11:15', '11:25'].map((time) => planOf(time, time))).toEqual([
      'a@1',
      'b@1',
      'c@1',
    ])
    expect(ledger.state!.formerPlans.map((own) => own.plan)).toEqual(['a@1', 'b@1'])
    changeAt(ledger, '12:15', 'a@1')
    expect(ledger.state!.formerPlans.map((own) => own.plan)).toEqual(['b@1', 'c@1'])
  })
})

describe('a window that both plans have', () => {
  const smaller = { windows: [{ ...SESSION, capacity: '3' }] }
  const larger = { windows: [{ ...SESSION, capacity: '30' }] }
  const SESSION_ONLY = plan({ windows: [SESSION] })

  test('has its former room for what was called before it became smaller', () => {
    const { ledger, change } = changedTo(smaller, SESSION_ONLY)
    ledger.record('before', usd('4'))
    change()
    const entry = reported(ledger, 'late', '5', -1_000, 1_000)
    expect(carried(entry)).toEqual({ included: '5' })
    expect(entry.windows).toMatchObject([{ capacity: '4', drawn: '0', overshoot: '5' }])
    expect(ledger.window('session')).toMatchObject({ capacity: usd('4'), used: usd('4') })
    expect(carried(reported(ledger, 'after', '1', 1_500, 2_000))).toEqual({ money: '1' })
  })

  test('opens no larger for the new plan with a call of the former one', () => {
    const { ledger, change } = changedTo(smaller, SESSION_ONLY)
    change()
    expect(carried(reported(ledger, 'late', '2', -1_000, 1_000))).toEqual({ included: '2' })
    expect(ledger.window('session').capacity).toBe(usd('3'))
    expect(carried(reported(ledger, 'after', '2', 1_500, 2_000))).toEqual({
      included: '1',
      money: '1',
    })
  })

  test('keeps the room that a larger plan gave it', () => {
    const { ledger, change } = changedTo(larger, SESSION_ONLY)
    ledger.record('before', usd('9'))
    change()
    expect(carried(reported(ledger, 'late', '5', -1_000, 1_000))).toEqual({ included: '5' })
    expect(windowsOf(ledger.entry('late'))).toEqual(['session 5'])
  })
})

test('a call whose usage comes after the change is completed by the plan of its record', () => {
  const { ledger, change } = changedTo(
    { windows: [{ ...SESSION, capacity: '1' }] },
    plan({ windows: [SESSION] }),
  )
  change()
  ledger.now = plus(changed, 1_000)
  ledger.record('late', null, { eventAt: plus(changed, -1_000) })
  ledger.now = plus(changed, 2_000)
  expect(carried(postedEntry(ledger.complete('late', costing(usd('6')))))).toEqual({
    included: '6',
  })
})

test('a plan that is not in the catalogue yet is asked for', () => {
  const catalogue = new TestCatalogue([PRO, FREE])
  const ledger = new Ledger({ catalogue, at: at('11:00') })
  changeAt(ledger, '12:00', 'free@1')
  catalogue.plans.delete('pro@1')
  expect(() => reported(ledger, 'late', '1', -1_000, 1_000)).toThrow('plan pro@1')
})
