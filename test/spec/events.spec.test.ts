import { describe, expect, test } from 'vitest'
import { EVENT_AGE_MAX_MS, EVENT_SKEW_MAX_MS } from '../../src/core/decisions/index.ts'
import { EVENT_GRACE_MS } from '../../src/core/ledger/index.ts'
import {
  at,
  book,
  plan,
  plus,
  SESSION,
  TestCatalogue,
  UNIT_BOOK,
  usd,
} from '../support/core/fixtures.ts'
import { Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { carried, windowsOf } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

const DAILY = plan({ windows: [{ id: 'day', shape: 'calendar', length: 'P1D', capacity: '10' }] })
const midnight = at('2026-07-01T00:00:00Z')

const story = (now: number) =>
  new Ledger({ plans: [DAILY], at: plus(midnight, now), anchor: at('2026-06-01T00:00:00Z') })

describe('an event counts in the period in which it happened, as long as it is not an hour late', () => {
  test.each([
    ['in time', 10, 0, '2026-07-01'],
    ['ten minutes late, over midnight', 600_000, -30_000, '2026-06-30'],
    ['exactly at the grace', EVENT_GRACE_MS - 1, -1, '2026-06-30'],
    ['a millisecond beyond the grace', EVENT_GRACE_MS, -1, '2026-07-01'],
    ['in the future within the skew', -80_000, 0, '2026-07-01'],
  ])('%s', (_name, now, event, day) => {
    const entry = postedEntry(story(now).record('e1', usd('1'), { eventAt: plus(midnight, event) }))
    expect(entry.windows![0]!.start).toBe(`${day}T00:00:00.000Z`)
  })
})

describe('how old and how early an event may be', () => {
  test.each([
    [-EVENT_AGE_MAX_MS, 'posted'],
    [-EVENT_AGE_MAX_MS - 1, 'event_too_old'],
    [EVENT_SKEW_MAX_MS, 'posted'],
    [EVENT_SKEW_MAX_MS + 1, 'event_in_future'],
  ])('an event at %i ms from now: %s', (offset, expected) => {
    const result = story(0).record('e1', usd('1'), { eventAt: plus(midnight, offset) })
    expect(result.status === 'posted' ? 'posted' : refused(result).code).toBe(expected)
  })

  test('the skew of an early event is on its entry', () => {
    const ledger = story(-80_000)
    const entry = postedEntry(ledger.record('e2', usd('1'), { eventAt: midnight }))
    expect(ledger.evidence.get(entry.seq)).toMatchObject({ event_skew_ms: 80_000 })
  })

  test('a repeat is answered however old the event is by then', () => {
    const ledger = story(0)
    const first = ledger.record('e1', usd('1'), { eventAt: midnight })
    ledger.wait(2 * EVENT_AGE_MAX_MS)
    expect(ledger.record('e1', usd('1'), { eventAt: midnight })).toEqual(first)
  })
})

describe('prices and lots are those of the time of the event', () => {
  const cheaper = book({
    ...UNIT_BOOK,
    id: 'cheaper',
    effective_from: '2026-07-01T00:00:00Z',
    rows: [{ model: 'unit', kind: 'output', per_mtok: '5000' }],
  })
  test.each([
    [-1, 'unit', '1'],
    [0, 'cheaper', '0.5'],
  ])('an event %i ms from the change of price', (offset, id, total) => {
    const ledger = new Ledger({
      catalogue: new TestCatalogue([plan({ windows: [SESSION] })], [book(UNIT_BOOK), cheaper]),
      at: plus(midnight, 60_000),
    })
    const entry = postedEntry(ledger.record('e', usd('1'), { eventAt: plus(midnight, offset) }))
    expect(entry.rating).toMatchObject({ book: id, total })
  })

  test('a late event may draw from the lot that was alive then', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [] })], at: plus(midnight, -60_000) })
    ledger.grant('june', '5', { expiresAt: midnight })
    ledger.now = plus(midnight, 60_000)
    expect(
      carried(postedEntry(ledger.record('june', usd('1'), { eventAt: plus(midnight, -1) }))),
    ).toEqual({ money: '1' })
    expect(carried(postedEntry(ledger.record('july', usd('1'), { eventAt: midnight })))).toEqual({
      absorbed: '1',
    })
  })
})

test('an event from before the open window counts in it when none was open then', () => {
  const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })], at: at('09:30') })
  ledger.record('now', usd('1'))
  ledger.record('before', usd('1'), { eventAt: at('09:10') })
  expect(windowsOf(ledger.entry('before'))).toEqual(['session 1'])
  expect(ledger.state!.windows).toHaveLength(1)
})

test('time never runs backwards in an account: an earlier clock is taken as the last time', () => {
  const ledger = new Ledger({ plans: [plan()], at: at('09:00') })
  ledger.now = at('10:00')
  ledger.record('one', usd('1'))
  ledger.now = at('09:30')
  expect(postedEntry(ledger.record('two', usd('1'))).at).toBe('2026-11-02T10:00:00.000Z')
})
