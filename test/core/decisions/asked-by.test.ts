import { expect, test } from 'vitest'
import { plan, SESSION, usd } from '../../support/core/fixtures.ts'
import { admitted, Ledger, refused } from '../../support/core/ledger.ts'

/* Who makes a call: the same request from another is no repeat of it while it is under way. */

const story = () => {
  const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })], paidUse: true })
  ledger.topUp('credits', '10')
  return ledger
}

test('an open hold admits whoever asked for it again, and nobody else', () => {
  const ledger = story()
  const first = admitted(ledger.authorize('c', usd('1'), { askedBy: 'one' }))
  expect(admitted(ledger.authorize('c', usd('1'), { askedBy: 'one' }))).toEqual(first)
  expect(refused(ledger.authorize('c', usd('1'), { askedBy: 'two' })).code).toBe('call_in_flight')
  expect(refused(ledger.authorize('c', usd('2'), { askedBy: 'two' })).code).toBe('request_conflict')
  // of who has asked nothing is known: an earlier version, or somebody who says nothing of it
  expect(admitted(ledger.authorize('c', usd('1')))).toEqual(first)
  ledger.authorize('d', usd('1'))
  admitted(ledger.authorize('d', usd('1'), { askedBy: 'two' }))
})

test('an open hold passes from one who is gone to one other', () => {
  const ledger = story()
  const first = admitted(ledger.authorize('c', usd('1'), { askedBy: 'one' }))
  const before = ledger.entries.length
  const to = (askedBy: string) => ledger.authorize('c', usd('1'), { askedBy, inPlaceOf: 'one' })
  expect(admitted(to('two'))).toEqual(first)
  expect(refused(to('three')).code).toBe('call_in_flight')
  expect(admitted(to('two'))).toEqual(first)
  expect(ledger.entries).toHaveLength(before)
  ledger.settle('c', usd('1'))
})
