import { expect, test } from 'vitest'
import {
  everyNth,
  pixelValue,
  type Series,
  spread,
  stackOf,
  stackRange,
} from '../../../src/web/charts/model.ts'

const series: readonly Series[] = [
  { id: 'plan', label: 'Plan', tone: 'plan' },
  { id: 'paid', label: 'Paid', tone: 'prepaid' },
]
const at = '2026-11-26T00:00:00.000Z'

test.each([
  { values: { plan: '1', paid: '2.5' }, ends: [0, 1, 1, 3.5] },
  { values: { paid: '2.5' }, ends: [0, 2.5] },
  { values: { plan: '1', paid: '-0.5' }, ends: [0, 1, 0, -0.5] },
  { values: { plan: '0', paid: '0.000000001' }, ends: [0, 1e-9] },
  { values: {}, ends: [] },
])('a bar of $values has its parts from and to $ends', ({ values, ends }) => {
  expect(stackOf({ at, values }, series).flatMap(({ from, to }) => [from, to])).toEqual(ends)
})

test('the range of bars holds the ground line and every end', () => {
  const buckets = [
    { at, values: { plan: '1', paid: '2' } },
    { at, values: { plan: '1', paid: '-4' } },
  ]
  expect(stackRange(buckets, series)).toEqual([-4, 3])
  expect(stackRange([], series)).toEqual([0, 0])
})

test.each([
  { wanted: [10, 12, 90], placed: [10, 25, 90] },
  { wanted: [98, 99, 100], placed: [70, 85, 100] },
  { wanted: [50, 20], placed: [50, 20] },
  { wanted: [], placed: [] },
])('labels that want $wanted stand at $placed', ({ wanted, placed }) => {
  expect(spread(wanted, { gap: 15, from: 0, to: 100 })).toEqual(placed)
})

test('labels of the axis thin out with the room that there is', () => {
  expect([everyNth(10, 700, 64), everyNth(30, 700, 64), everyNth(30, 0, 64)]).toEqual([1, 3, 1920])
})

test('a figure that is no decimal text has no place on the screen', () => {
  expect(pixelValue('-12.500000000')).toBe(-12.5)
  expect(() => pixelValue('12,5')).toThrow()
})
