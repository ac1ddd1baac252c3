import { expect, test } from 'vitest'
import { closes, percentOf } from '../../../src/web/app/shares.ts'

test.each([
  { used: '0', held: '0', total: '5', shown: [0, 100, 0, 0] },
  { used: '0.000000001', held: '0', total: '5', shown: [1, 99, 1, 0] },
  { used: '4.999999999', held: '0', total: '5', shown: [99, 1, 99, 0] },
  { used: '5', held: '0', total: '5', shown: [100, 0, 100, 0] },
  { used: '1', held: '2', total: '10', shown: [30, 70, 10, 20] },
  { used: '7', held: '0', total: '5', shown: [100, 0, 100, 0] },
  { used: '0', held: '0', total: '0', shown: [100, 0, 0, 0] },
])('of $total, $used used and $held held shows as $shown', ({ used, held, total, shown }) => {
  const share = percentOf(used, held, total)
  expect([share.used, share.left, share.usedOnly, share.held]).toEqual(shown)
})

test('a sum closes exactly or not at all', () => {
  expect(closes(['0.1', '0.2'], '0.3')).toBe(true)
  expect(closes(['0.1', '0.2'], '0.300000001')).toBe(false)
  expect(closes([], '0')).toBe(true)
})
