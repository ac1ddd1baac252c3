import { describe, expect, test } from 'vitest'
import {
  bucketFor,
  chipsOf,
  exploredIn,
  filterOfRow,
  periodQuery,
  without,
  withValue,
} from '../../../src/web/account/usage/query.ts'

const NOW = Date.parse('2026-11-27T10:15:30.500Z')

describe('the address of the explorer', () => {
  test('without anything is the running cycle by model, by what was charged', () => {
    expect(exploredIn({})).toMatchObject({
      ...{ filters: {}, period: 'cycle', group: 'model', measure: 'charged' },
      ...{ compares: false, view: 'groups' },
    })
  })

  test('says what the API is asked', () => {
    const own = exploredIn({ model: 'a,!b', group_by: 'tag', tag_key: 'team', compare: 'previous' })
    expect(own).toMatchObject({ filters: { model: 'a,!b' }, group: 'tag', tagKey: 'team' })
    expect(own.compares).toBe(true)
  })

  test('that is not understood counts as the usual', () => {
    const own = exploredIn({ group_by: 'weather', measure: 'luck', period: 'aeon', group: 'x' })
    expect(own).toMatchObject({ group: 'model', measure: 'charged', period: 'cycle' })
    expect(exploredIn({ group_by: 'tag' }).group).toBe('model')
  })

  test('never asks a group for what it cannot split', () => {
    expect(exploredIn({ group_by: 'token_kind', measure: 'charged' }).measure).toBe('list_price')
    expect(exploredIn({ group_by: 'source', measure: 'calls' }).measure).toBe('list_price')
    expect(exploredIn({ group_by: 'source', measure: 'charged' }).measure).toBe('charged')
  })
})

describe('periods', () => {
  test.each([
    ['cycle', { cycle: 'current' }],
    ['previous', { cycle: 'previous' }],
    ['day', { from: '2026-11-26T10:15:00.000Z' }],
    ['month', { from: '2026-10-28T10:15:00.000Z' }],
  ] as const)('%s', (period, query) => {
    expect(periodQuery({ period, from: undefined, to: undefined }, NOW)).toEqual(query)
  })

  test('of one’s own has the ends that are given', () => {
    const own = { period: 'custom', from: '2026-11-01T00:00:00Z', to: undefined } as const
    expect(periodQuery(own, NOW)).toEqual({ from: '2026-11-01T00:00:00Z' })
  })

  test('are cut into pieces that can be drawn', () => {
    expect(bucketFor(NOW - 3_600_000, NOW)).toBe('minute')
    expect(bucketFor(NOW - 86_400_000, NOW)).toBe('hour')
    expect(bucketFor(NOW - 30 * 86_400_000, NOW)).toBe('day')
  })
})

describe('filters', () => {
  test('become chips and are taken away one by one', () => {
    const filters = { model: 'a,b,!c', session_id: '~' }
    const chips = chipsOf(filters)
    expect(chips).toEqual([
      { name: 'model', value: 'a', isUnwanted: false },
      { name: 'model', value: 'b', isUnwanted: false },
      { name: 'model', value: 'c', isUnwanted: true },
      { name: 'session_id', value: null, isUnwanted: false },
    ])
    expect(without(filters, chips[0]!)).toBe('b,!c')
    expect(without(filters, chips[2]!)).toBe('a,b')
    expect(without(filters, chips[3]!)).toBeUndefined()
  })

  test('take a value once, whatever is in it', () => {
    const chip = { name: 'client', value: 'a,b!', isUnwanted: false } as const
    const once = withValue({}, chip)
    expect(withValue({ client: once }, chip)).toBe(once)
    expect(chipsOf({ client: once })).toEqual([chip])
  })

  test('of a row are of what it is a row of', () => {
    expect(filterOfRow({ group: 'key', tagKey: undefined }, 'key_1')).toEqual({
      name: 'key_id',
      value: 'key_1',
    })
    expect(filterOfRow({ group: 'tag', tagKey: 'team' }, 'search')?.value).toBe('team:search')
    expect(filterOfRow({ group: 'tag', tagKey: 'team' }, null)).toBeNull()
    expect(filterOfRow({ group: 'token_kind', tagKey: undefined }, 'input')).toBeNull()
    expect(withValue({}, { name: 'session_id', value: null, isUnwanted: false })).toBe('~')
  })
})
