import { describe, expect, it } from 'vitest'
import { burnOf } from '../../../src/core/audit/burn.ts'
import { type AuditState, newState } from '../../../src/core/audit/state.ts'
import type { EntryBody } from '../../../src/core/ledger/index.ts'
import { HOUR_MS } from '../../../src/core/time/index.ts'
import { usd } from '../../support/core/fixtures.ts'
import { charge, later, START } from './entries.ts'

/* What an account uses in an hour is held against its own hours before. */

describe('an hour unlike the others', () => {
  const BURN = { hourFactor: 10, hourMin: usd('5'), equalCalls: 3, cacheMisses: 3 }

  /** An account of so many hours before, each of the same cost. */
  function used(hours: number, cost: string): AuditState {
    const state = newState('acct')
    for (let hour = 0; hour < hours; hour += 1)
      burnOf(state, charge(cost, { at: later((hour - hours) * HOUR_MS) }), BURN)
    return state
  }
  const signs = (state: AuditState, ...bodies: readonly EntryBody[]) =>
    bodies.map((body) =>
      burnOf(state, body, BURN)
        .map(({ sign }) => sign)
        .join(),
    )

  it('costs more than ten times as much, and is told once', () => {
    const state = used(12, '1')
    const own = [
      charge('10'),
      charge('0.000000001'),
      charge('3'),
      charge('9', { at: later(HOUR_MS) }),
    ]
    expect(signs(state, ...own)).toEqual(['', 'rate', '', ''])
  })

  it('is told with what is usual', () => {
    const state = used(13, '0.6')
    expect(burnOf(state, charge('7'), BURN)).toEqual([
      {
        ...{ sign: 'rate', hour: START, cost: usd('7') },
        evidence: { usual: '0.6', hours: 13 },
      },
    ])
  })

  it('is nothing before twelve hours have been seen', () => {
    expect(signs(used(11, '1'), charge('99'))).toEqual([''])
    expect(signs(used(12, '1'), charge('99'))).toEqual(['rate'])
  })

  it('is nothing below the least amount', () => {
    expect(signs(used(20, '0.01'), charge('4.999999999'), charge('0.000000001'))).toEqual([
      ...['', 'rate'],
    ])
  })

  it('is held against a mean in which old hours count less', () => {
    const state = used(241, '1')
    expect(state.usual).toEqual({ cost: usd('240'), hours: 240 })
    burnOf(state, charge('25', { at: later(0) }), BURN)
    burnOf(state, charge('1', { at: later(HOUR_MS) }), BURN)
    // an average hour, of 1, has given way to the one of 25
    expect(state.usual).toEqual({ cost: usd('264'), hours: 240 })
  })

  it('has as many equal requests as a loop would make', () => {
    const equal = (fingerprint: string | null, ms = 0) =>
      charge('0.01', { at: later(ms), call: { fingerprint } })
    const state = newState('acct')
    const row = [equal('a'), equal('b'), equal('a'), equal(null), equal('a'), equal('a')]
    expect(signs(state, ...row)).toEqual(['', '', '', '', 'equal_calls', ''])
    expect(signs(state, ...[1, 2, 3].map(() => equal('a', HOUR_MS)))).toEqual([
      ...['', '', 'equal_calls'],
    ])
    const nameless = [1, 2, 3, 4].map(() => equal(null, 2 * HOUR_MS))
    expect(signs(state, ...nameless)).toEqual(['', '', '', ''])
  })

  it('tells the fingerprint and the count of a loop', () => {
    const state = newState('acct')
    const equal = () => burnOf(state, charge('0.01', { call: { fingerprint: 'a' } }), BURN)
    equal()
    equal()
    expect(equal()[0]?.evidence).toEqual({ fingerprint: 'a', calls: 3 })
  })

  it.each([
    ['cache_write', true],
    ['cache_write_5m', true],
    ['cache_write_1h', true],
    ['input', false],
  ])('writes %s anew, call after call', (kind, isMiss) => {
    const miss = (own: object = {}) => charge('0.01', { usage: { tokens: { [kind]: 1, ...own } } })
    const state = newState('acct')
    expect(
      signs(state, miss(), miss({ cache_read: 1 }), miss({ cache_read: 0 }), miss(), miss()),
    ).toEqual(['', '', '', isMiss ? 'cache_misses' : '', ''])
    expect(state.hour).toMatchObject({ calls: 5, misses: isMiss ? 4 : 0 })
  })

  it('is told on its third miss, and not again by a call that hits', () => {
    const miss = charge('0.01', { usage: { tokens: { cache_write: 9 } } })
    const state = newState('acct')
    expect(burnOf(state, miss, BURN)).toEqual([])
    burnOf(state, miss, BURN)
    expect(burnOf(state, miss, BURN)[0]).toMatchObject({
      ...{ sign: 'cache_misses', evidence: { calls: 3 } },
    })
    expect(burnOf(state, charge('0.01'), BURN)).toEqual([])
  })
})
