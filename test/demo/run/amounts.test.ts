import { expect, test } from 'vitest'
import {
  leastOf,
  readAmount,
  roundDown,
  roundUp,
  share,
  writeAmount,
} from '../../../src/demo/run/amounts.ts'

test('an amount is read and written to the last nano', () => {
  for (const text of ['0', '1', '0.000000001', '12.5', '-3.25', '999999999.999999999'])
    expect(writeAmount(readAmount(text))).toBe(text)
})

test('what is no amount is no zero', () => {
  for (const text of ['', '1e3', '1.2.3', '$1', '0.0000000001'])
    expect(() => readAmount(text)).toThrow(TypeError)
  expect(readAmount(null)).toBe(0n)
})

test('round figures are 1, 2 or 5 of a power of ten, at or above', () => {
  const rounded = ['0.001', '0.01', '0.011', '0.3', '4.99', '5', '5.01', '180']
  expect(rounded.map((text) => writeAmount(roundUp(readAmount(text))))).toEqual([
    '0.01',
    '0.01',
    '0.02',
    '0.5',
    '5',
    '5',
    '10',
    '200',
  ])
})

test('prices are rounded down to whole cents, and are never nothing', () => {
  const rounded = ['0.001', '0.019', '0.29', '1.99', '2.6', '14.4']
  expect(rounded.map((text) => writeAmount(roundDown(readAmount(text))))).toEqual([
    '0.01',
    '0.01',
    '0.25',
    '1.5',
    '2.5',
    '10',
  ])
})

test('shares are cut down, and nothing has no least', () => {
  expect(share(1_000n, 33)).toBe(330n)
  expect(leastOf([3n, -1n, 2n])).toBe(-1n)
  expect(leastOf([])).toBe(0n)
})
