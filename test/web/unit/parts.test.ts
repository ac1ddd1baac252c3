import { expect, test } from 'vitest'
import { isAmount, isZero } from '../../../src/web/parts/amounts.ts'
import { capLimit, capName } from '../../../src/web/parts/cap-name.ts'

test.each([
  ['20', true],
  ['0', true],
  ['12.50', true],
  ['0.000000001', true],
  ['', false],
  ['.5', false],
  ['5.', false],
  ['-1', false],
  ['1e3', false],
  ['1,000', false],
  ['01', false],
  ['0.0000000001', false],
])('what is typed as %j is an amount: %s', (text, expected) => {
  expect(isAmount(text)).toBe(expected)
})

test.each([
  ['0', true],
  ['0.00', true],
  ['0.01', false],
  ['10', false],
])('%j refuses everything: %s', (text, expected) => {
  expect(isZero(text)).toBe(expected)
})

test('a cap is named by whom it bounds, one on each by all of them', () => {
  expect(capName({ scope: 'account', scope_id: null }, 'en')).toBe('The cap of the account')
  expect(capName({ scope: 'key', scope_id: 'ci' }, 'en')).toBe('The cap of key “ci”')
  expect(capName({ scope: 'member', scope_id: '*' }, 'en')).toBe('Each member')
  expect(capName({ scope: 'member', scope_id: '*' }, 'ja')).toBe('各メンバー')
})

test('the limit of a cap is said with its period', () => {
  expect(capLimit({ amount: '20', period: 'day' }, 'USD', 'en')).toBe('$20.00 per day')
})
