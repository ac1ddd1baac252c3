import { describe, expect, test } from 'vitest'
import { accountView } from '../../src/core/decisions/index.ts'
import { instanceAt } from '../../src/core/funding/index.ts'
import { formatInstant } from '../../src/core/time/index.ts'
import {
  at,
  DAY,
  HOUR,
  MINUTE,
  OPUS_WEEKLY,
  plan,
  plus,
  SESSION,
  usd,
  WEEKLY,
} from '../support/core/fixtures.ts'
import { admitted, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { carried, trace, windowsOf } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

const ONE_SESSION = plan({ windows: [SESSION] })

describe('a covered call draws the same from every window in whose scope it falls', () => {
  test.each([
    ['unit', ['session 2', 'weekly 2']],
    ['opus', ['session 2', 'weekly 2', 'weekly-opus 2']],
  ])('%s draws from %j', (model, drawn) => {
    const ledger = new Ledger({ plans: [plan({ windows: [SESSION, WEEKLY, OPUS_WEEKLY] })] })
    expect(windowsOf(postedEntry(ledger.record('call', usd('2'), { model })))).toEqual(drawn)
  })

  test('what is left is the least of them: an empty weekly window blocks a fresh session', () => {
    const ledger = new Ledger({
      plans: [plan({ windows: [SESSION, { ...WEEKLY, capacity: '10' }] })],
    })
    ledger.record('early', usd('10'))
    ledger.wait(6 * HOUR)
    const block = refused(ledger.authorize('late', usd('1')))
    expect(block).toMatchObject({
      code: 'window_exhausted',
      limit: { id: 'weekly', resets_at: '2026-11-09T09:00:00.000Z' },
      retry_at: '2026-11-09T09:00:00.000Z',
    })
  })

  test('the trace names the window that bound', () => {
    const ledger = new Ledger({
      plans: [plan({ windows: [SESSION, { ...WEEKLY, capacity: '3' }] })],
      paidUse: true,
    })
    ledger.topUp('credits', '9')
    const entry = postedEntry(ledger.record('call', usd('5')))
    expect(trace(entry)).toEqual(['included 3 exhausted', 'credits 2'])
    expect(entry.funding![0]).toMatchObject({ window_id: 'weekly' })
  })
})

describe('an anchored window opens with the first admitted call and its end never moves', () => {
  test.each([
    ['09:00', '09:00', '14:00'],
    ['13:59:59.999', '09:00', '14:00'],
    ['14:00', '14:00', '19:00'],
    ['16:30', '16:30', '21:30'],
  ])('a call at %s falls into the window from %s to %s', (time, start, end) => {
    const ledger = new Ledger({ plans: [ONE_SESSION], at: at('08:00') })
    ledger.now = at('09:00')
    ledger.record('first', usd('1'))
    ledger.now = at(time)
    const [own] = postedEntry(ledger.record('call', usd('1'))).windows!
    expect([own!.start, own!.end]).toEqual([formatInstant(at(start)), formatInstant(at(end))])
  })

  test('a refused call opens nothing', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [SESSION], crossing: 'clamp' })] })
    refused(ledger.authorize('too-big', usd('11'), { fit: 'refuse' }))
    expect(ledger.state!.windows).toEqual([])
    const [view] = accountView(ledger.state!, ONE_SESSION, ledger.now).windows
    expect(view).toMatchObject({ state: 'not_started', resets_at: null, left: '10' })
  })

  test('a call that the plan does not cover opens nothing', () => {
    const covered = {
      when: { clients: ['other'] },
      effect: 'credits_only' as const,
      reason: 'client',
    }
    const ledger = new Ledger({ plans: [plan({ windows: [SESSION], coverage: [covered] })] })
    ledger.grant('gift', '5')
    postedEntry(ledger.record('call', usd('1'), { client: 'other' }))
    expect(ledger.state!.windows).toEqual([])
  })

  test('an admitted call that fails has opened the window, and draws nothing from it', () => {
    const ledger = new Ledger({ plans: [ONE_SESSION] })
    admitted(ledger.authorize('call', usd('1')))
    ledger.wait(MINUTE)
    ledger.release('call')
    expect(ledger.window('session')).toMatchObject({ start: at('09:00'), used: 0n, held: 0n })
  })

  test('what is shown is what is enforced', () => {
    const ledger = new Ledger({ plans: [ONE_SESSION] })
    ledger.record('call', usd('9.5'))
    const [view] = accountView(ledger.state!, ONE_SESSION, at('13:59')).windows
    expect(view).toMatchObject({ left: '0.5', resets_at: '2026-11-02T14:00:00.000Z' })
    const [next] = accountView(ledger.state!, ONE_SESSION, at('14:00')).windows
    expect(next).toMatchObject({ left: '10', state: 'not_started' })
    ledger.now = at('14:00')
    expect(carried(postedEntry(ledger.record('next', usd('10'))))).toEqual({ included: '10' })
  })
})

describe('a calendar window repeats from the anchor', () => {
  const monthly = plan({
    windows: [{ id: 'month', shape: 'calendar', length: 'P1M', capacity: '10' }],
  })
  test.each([
    [
      '2026-01-31T15:13:09Z',
      '2026-02-27T00:00:00Z',
      '2026-01-31T15:13:09.000Z',
      '2026-02-28T15:13:09.000Z',
    ],
    [
      '2026-01-31T15:13:09Z',
      '2026-02-28T15:13:09Z',
      '2026-02-28T15:13:09.000Z',
      '2026-03-31T15:13:09.000Z',
    ],
    [
      '2026-01-31T15:13:09Z',
      '2026-03-31T15:13:08.999Z',
      '2026-02-28T15:13:09.000Z',
      '2026-03-31T15:13:09.000Z',
    ],
    [
      '2026-01-31T15:13:09Z',
      '2026-04-30T15:13:09Z',
      '2026-04-30T15:13:09.000Z',
      '2026-05-31T15:13:09.000Z',
    ],
    [
      '2027-12-31T00:00:00Z',
      '2028-02-29T00:00:00Z',
      '2028-02-29T00:00:00.000Z',
      '2028-03-31T00:00:00.000Z',
    ],
  ])('anchored at %s, a call at %s falls into %s to %s', (anchor, time, start, end) => {
    const own = instanceAt(monthly.windows[0]!, [], at(anchor), at(time))
    expect([formatInstant(own.start), formatInstant(own.end)]).toEqual([start, end])
  })

  test('months without a call are not missed: the period is counted, not followed', () => {
    const ledger = new Ledger({ plans: [monthly], at: at('2026-01-31T00:00:00Z') })
    ledger.record('one', usd('10'))
    ledger.now = at('2026-07-30T23:59:59Z')
    const [own] = postedEntry(ledger.record('two', usd('1'))).windows!
    expect(own!.start).toBe('2026-06-30T00:00:00.000Z')
  })
})

describe('a call that crosses the end of its window', () => {
  test('draws from the instance that was open when it was authorized', () => {
    const ledger = new Ledger({ plans: [ONE_SESSION] })
    ledger.record('earlier', usd('1'))
    ledger.now = at('13:59')
    admitted(ledger.authorize('call', usd('2')))
    ledger.now = at('14:10')
    const [own] = postedEntry(ledger.settle('call', usd('2'))).windows!
    expect(own).toMatchObject({ start: '2026-11-02T09:00:00.000Z', used: '1', drawn: '2' })
    expect(postedEntry(ledger.record('next', usd('1'))).windows![0]!.start).toBe(
      '2026-11-02T14:10:00.000Z',
    )
  })

  test('finishes on the window where no money may follow: the overshoot is shown', () => {
    const ledger = new Ledger({ plans: [ONE_SESSION] })
    ledger.record('earlier', usd('9'))
    admitted(ledger.authorize('call', usd('3')))
    const entry = postedEntry(ledger.settle('call', usd('3')))
    expect(windowsOf(entry)).toEqual(['session 1 +2'])
    expect(carried(entry)).toEqual({ included: '3' })
    expect(ledger.window('session')).toMatchObject({ used: usd('10'), overshoot: usd('2') })
  })

  test('is split to the nano where money may follow', () => {
    const ledger = new Ledger({ plans: [ONE_SESSION], paidUse: true })
    ledger.topUp('credits', '5')
    ledger.record('earlier', usd('9.123456789'))
    admitted(ledger.authorize('call', usd('3')))
    const entry = postedEntry(ledger.settle('call', usd('3')))
    expect(carried(entry)).toEqual({ included: '0.876543211', money: '2.123456789' })
  })

  test('meets money that does not reach: the money first, the rest finishes on the window', () => {
    const ledger = new Ledger({ plans: [ONE_SESSION], paidUse: true })
    ledger.topUp('credits', '1')
    ledger.record('earlier', usd('9'))
    admitted(ledger.authorize('call', usd('4')))
    const entry = postedEntry(ledger.settle('call', usd('4')))
    expect(windowsOf(entry)).toEqual(['session 1 +2'])
    expect(carried(entry)).toEqual({ included: '3', money: '1' })
  })

  test('is clamped where the plan says so: the largest output that is covered', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [SESSION], crossing: 'clamp' })] })
    ledger.record('earlier', usd('9'))
    expect(admitted(ledger.authorize('call', usd('3')))).toMatchObject({
      clamped: true,
      max_output_tokens: 100,
      worst: '1',
      included: '1',
    })
    expect(carried(postedEntry(ledger.settle('call', usd('1'))))).toEqual({ included: '1' })
  })

  test('several calls in flight may finish beyond the window; nothing goes below zero', () => {
    const ledger = new Ledger({ plans: [ONE_SESSION] })
    for (const id of ['a', 'b', 'c']) admitted(ledger.authorize(id, usd('3'), { model: 'modest' }))
    for (const id of ['a', 'b', 'c']) ledger.settle(id, usd('4'))
    expect(ledger.window('session')).toMatchObject({
      used: usd('10'),
      overshoot: usd('2'),
      held: 0n,
    })
  })
})

test('windows are held at the expected cost, so that calls in flight do not starve one another', () => {
  const ledger = new Ledger({ plans: [ONE_SESSION] })
  const admission = admitted(ledger.authorize('call', usd('3'), { model: 'modest' }))
  expect(admission).toMatchObject({ worst: '3', expected: '0.1', included: '0.1', money: '0' })
})

test('a window that was used up stays used up for a call that ends long after it', () => {
  const ledger = new Ledger({ plans: [ONE_SESSION], paidUse: true })
  ledger.topUp('credits', '43')
  ledger.record('earlier', usd('10'))
  admitted(ledger.authorize('long', usd('2'), { ttlMs: 10 * HOUR }))
  ledger.wait(7 * HOUR)
  ledger.record('other', usd('0.01'))
  expect(carried(postedEntry(ledger.settle('long', usd('2'))))).toEqual({ money: '2' })
})

test('a finished window stays readable for an hour, for late events, and is dropped then', () => {
  const ledger = new Ledger({ plans: [ONE_SESSION] })
  ledger.record('early', usd('1'))
  ledger.now = plus(at('14:00'), HOUR - 1)
  ledger.record('late', usd('2'), { eventAt: at('13:59:59.999') })
  expect(windowsOf(ledger.entry('late'))).toEqual(['session 2'])
  ledger.now = plus(at('14:00'), DAY)
  ledger.record('next-day', usd('1'))
  expect(ledger.state!.windows).toHaveLength(1)
})
