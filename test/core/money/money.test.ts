import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  divideHalfUp,
  floorDivide,
  floorLines,
  formatNanos,
  fromMinor,
  isWholeMinor,
  minorExponent,
  type Nanos,
  nanos,
  parseNanos,
  ratio,
  readNanos,
  scaleDown,
  subtractToZero,
  toMinor,
} from '../../../src/core/money/index.ts'

const Exact = Decimal.clone({ precision: 80 })
const wide = fc.bigInt({ min: -(10n ** 26n), max: 10n ** 26n })
const divisor = fc.bigInt({ min: 1n, max: 10n ** 12n })

describe('an amount as text', () => {
  test.each([
    ['0', 0n],
    ['8', 8_000_000_000n],
    ['0.054399', 54_399_000n],
    ['-1.5', -1_500_000_000n],
    ['0.000000001', 1n],
    ['1.500000000', 1_500_000_000n],
  ])('%s is %s nanos', (text, expected) => {
    expect(parseNanos(text)).toBe(expected)
  })

  test.each([
    '',
    ' 1',
    '1 ',
    '+1',
    '01',
    '1.',
    '.5',
    '1e3',
    '0.0000000001',
    '1,5',
    '0x1',
    'NaN',
    'Infinity',
    '--1',
    '1234567890123456789',
    '１',
    '1\n',
  ])('%j is not an exact amount', (text) => {
    expect(parseNanos(text)).toBeUndefined()
  })

  test('survives being written and read, and is the shortest text', () => {
    fc.assert(
      fc.property(wide, (value) => {
        const text = formatNanos(nanos(value))
        expect(readNanos(text)).toBe(value)
        expect(parseNanos(text)).toBe(value)
        expect(text).not.toMatch(/\.\d*0$|^-?0\d/)
        expect(new Exact(text).times(1e9).toFixed(0)).toBe(`${value}`)
      }),
    )
  })
})

test.each(['1e3', 'NaN', '1,5', '--1', '0.0000000001'])(
  'a stored amount that reads %j is corruption, not a number',
  (text) => {
    expect(() => readNanos(text)).toThrow()
  },
)

describe('rounding', () => {
  test('floors towards minus infinity, never in favour of the platform', () => {
    fc.assert(
      fc.property(wide, divisor, (value, by) => {
        const exact = new Exact(`${value}`).dividedBy(`${by}`).floor()
        expect(`${floorDivide(value, by)}`).toBe(exact.toFixed(0))
      }),
    )
  })

  test('of tax and minor units is half up, away from zero', () => {
    fc.assert(
      fc.property(wide, divisor, (value, by) => {
        const exact = new Exact(`${value}`)
          .dividedBy(`${by}`)
          .toDecimalPlaces(0, Decimal.ROUND_HALF_UP)
        expect(`${divideHalfUp(value, by)}`).toBe(exact.toFixed(0))
      }),
    )
  })

  test('of a receipt happens once: the lines add up to the floor of the exact sum', () => {
    fc.assert(
      fc.property(fc.array(wide, { minLength: 1, maxLength: 12 }), divisor, (lines, by) => {
        const amounts = floorLines(lines, by)
        const total = amounts.reduce((a, b) => a + b, 0n)
        expect(total).toBe(
          floorDivide(
            lines.reduce((a, b) => a + b, 0n),
            by,
          ),
        )
        for (const [n, amount] of amounts.entries()) {
          const off = amount * by - lines[n]!
          expect(off > -by && off < by).toBe(true)
        }
      }),
    )
  })

  test('of a multiplied amount is never above the exact one', () => {
    expect(scaleDown(nanos(3n), ratio.parseRatio('0.5')!)).toBe(1n)
    expect(scaleDown(nanos(-3n), ratio.parseRatio('0.5')!)).toBe(-2n)
  })
})

describe('minor units', () => {
  test.each([
    ['USD', 2],
    ['EUR', 2],
    ['JPY', 0],
    ['KRW', 0],
    ['KWD', 3],
    ['BHD', 3],
    ['CLF', 4],
  ])('%s has %i decimals', (currency, decimals) => {
    expect(minorExponent(currency)).toBe(decimals)
    expect(fromMinor(1n, currency)).toBe(10n ** BigInt(9 - decimals))
  })

  test.each([
    ['17.7196', 'USD', 1772n],
    ['17.714999999', 'USD', 1771n],
    ['17.715', 'USD', 1772n],
    ['0.5', 'JPY', 1n],
    ['0.499999999', 'JPY', 0n],
    ['-17.715', 'USD', -1772n],
  ])('%s %s is %s minor units', (amount, currency, minor) => {
    expect(toMinor(readNanos(amount), currency)).toBe(minor)
  })

  test('what a card can be charged with goes there and back', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        fc.constantFrom('USD', 'JPY', 'KWD'),
        (minor, currency) => {
          const amount = fromMinor(minor, currency)
          expect(toMinor(amount, currency)).toBe(minor)
          expect(isWholeMinor(amount, currency)).toBe(true)
          expect(isWholeMinor((amount + 1n) as Nanos, currency)).toBe(false)
        },
      ),
    )
  })
})

describe('multipliers are exact fractions', () => {
  test.each(['', '-1', '1e2', '.5', '01', '1.0000000001', '1,5', ' 1'])('%j is not one', (text) => {
    expect(ratio.parseRatio(text)).toBeUndefined()
  })

  test('they multiply and compare as decimals do', () => {
    const text = fc.tuple(fc.nat({ max: 999 }), fc.nat({ max: 999 })).map(([a, b]) => `${a}.${b}`)
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [left, right] = [ratio.parseRatio(a)!, ratio.parseRatio(b)!]
        const product = ratio.multiply(left, right)
        const exact = new Exact(`${product.numerator}`).dividedBy(`${product.denominator}`)
        expect(exact.equals(new Exact(a).times(b))).toBe(true)
        expect(ratio.compare(left, right)).toBe(new Exact(a).comparedTo(b))
      }),
    )
  })
})

test('subtraction that stops at zero', () => {
  expect(subtractToZero(nanos(5n), nanos(3n))).toBe(2n)
  expect(subtractToZero(nanos(3n), nanos(5n))).toBe(0n)
})
