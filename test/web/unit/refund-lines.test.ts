import { describe, expect, test } from 'vitest'
import type { Compared } from '../../../src/web/support/case/comparison.tsx'
import {
  amountOf,
  firstChoice,
  isAbove,
  leftOf,
  totalOf,
} from '../../../src/web/support/case/refund-lines.ts'

/** A call that drew `drawn` from each source, and of which so much was given back and is due. */
const call = (drawn: readonly string[], given_back: string, due: string) =>
  ({ funding: drawn.map((actual) => ({ actual })), given_back, due }) as unknown as Compared

describe('what is offered to be given back is never more than is left of the charge', () => {
  test.each([
    [['0.25'], '0', '0.25'],
    [['0.1', '0.2'], '0.05', '0.25'],
    [['0.3'], '0.3', '0'],
    // Given back in another way too: nothing is left, and not less than nothing.
    [['0.3'], '0.4', '0'],
    [[], '0', '0'],
  ])('of %j drawn and %s given back, %s is left', (drawn, back, left) => {
    expect(leftOf(call(drawn, back, '0'))).toBe(left)
  })
})

test.each([
  ['what is due, where something is', call(['1'], '0', '0.4'), 'due'],
  ['all that is left, where the audit finds nothing', call(['1'], '0', '0'), 'all'],
  ['nothing, where nothing is left', call(['1'], '1', '0'), 'none'],
])('first chosen is %s', (_, own, choice) => {
  expect(firstChoice(own).choice).toBe(choice)
})

test.each([
  ['1.25', '1.25'],
  [' 0.000000001 ', '0.000000001'],
  ['0', undefined],
  ['', undefined],
  ['-1', undefined],
  ['1,25', undefined],
  ['1e3', undefined],
  ['0.0000000001', undefined],
])('typed as another amount, %j is read as %s', (typed, amount) => {
  expect(amountOf(call(['5'], '0', '0'), { choice: 'other', typed })).toBe(amount)
})

test.each([
  ['0.3', '0.3', false],
  ['0.300000001', '0.3', true],
  ['1000000', null, false],
])('%s with %s to give alone takes a second person: %s', (total, alone, above) => {
  expect(isAbove(total, alone)).toBe(above)
})

test('the sum is exact', () => {
  expect(totalOf(['0.1', '0.2', '0.000000001'])).toBe('0.300000001')
})
