import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatNanos } from '../../../src/core/money/index.ts'
import { type PriceBookDocument, rate } from '../../../src/core/pricing/index.ts'
import { TOKEN_KINDS, type TokenKind } from '../../../src/core/usage/index.ts'
import { bookOf, contextOf, MODEL, priced, row, usageOf } from './fixtures.ts'

const Exact = Decimal.clone({ precision: 200, toExpNeg: -100, toExpPos: 100 })

/** A decimal of at most nine decimals, as a string. */
const decimal = (units: number) =>
  fc
    .tuple(fc.nat({ max: units }), fc.nat({ max: 999_999_999 }), fc.integer({ min: 0, max: 9 }))
    .map(([whole, fraction, digits]) => {
      const decimals = fraction.toString().padStart(9, '0').slice(0, digits)
      return digits === 0 ? `${whole}` : `${whole}.${decimals}`
    })
const multiplier = decimal(4).filter((text) => !new Exact(text).isZero())

const prices = fc.record(
  Object.fromEntries(TOKEN_KINDS.map((kind) => [kind, decimal(100)])) as Record<
    TokenKind,
    fc.Arbitrary<string>
  >,
)
const tokens = fc.dictionary(
  fc.constantFrom(...TOKEN_KINDS),
  fc.nat({ max: 2_000_000 }),
) as fc.Arbitrary<Partial<Record<TokenKind, number>>>
const WINDOW = { from: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z' }

interface Case {
  readonly prices: Record<TokenKind, string>
  readonly tokens: Partial<Record<TokenKind, number>>
  readonly fee: { readonly each: string; readonly count: number }
  readonly weights: readonly string[]
  readonly promotions: readonly string[]
  readonly rule: 'highest' | 'product'
}

const cases: fc.Arbitrary<Case> = fc.record({
  prices,
  tokens,
  fee: fc.record({ each: decimal(2), count: fc.nat({ max: 50 }) }),
  weights: fc.array(multiplier, { maxLength: 3 }),
  promotions: fc.array(multiplier, { maxLength: 2 }),
  rule: fc.constantFrom('highest', 'product'),
})

const documentOf = (own: Case): Partial<PriceBookDocument> => ({
  rows: TOKEN_KINDS.map((kind) => row(kind, own.prices[kind])),
  fees: [{ model: '*', fee: 'web_search', each: own.fee.each }],
  weights: own.weights.map((text, index) => ({ id: `w${index}`, multiplier: text, when: {} })),
  weights_rule: own.rule,
  promotions: own.promotions.map((text, index) => ({
    id: `p${index}`,
    multiplier: text,
    ...WINDOW,
  })),
})

/** The same rules in decimals: exact, floored once to nanos. */
function oracle(own: Case): Decimal {
  let sum = new Exact(0)
  for (const kind of TOKEN_KINDS)
    sum = sum.plus(new Exact(own.tokens[kind] ?? 0).times(own.prices[kind]).div(1_000_000))
  const weights = own.weights.map((text) => new Exact(text))
  const weight =
    weights.length === 0
      ? new Exact(1)
      : own.rule === 'highest'
        ? Exact.max(...weights)
        : weights.reduce((a, b) => a.times(b))
  let total = sum.times(weight).plus(new Exact(own.fee.each).times(own.fee.count))
  for (const text of own.promotions) total = total.times(text)
  return total.toDecimalPlaces(9, Decimal.ROUND_FLOOR)
}

describe('rating', () => {
  it('agrees with decimal arithmetic to the nano, and its lines add up', () => {
    fc.assert(
      fc.property(cases, (own) => {
        const usage = usageOf(own.tokens, { web_search: own.fee.count })
        const { lines, total } = priced(rate(bookOf(documentOf(own)), contextOf(), usage))
        expect(formatNanos(total)).toBe(oracle(own).toString())
        expect(lines.reduce((sum, line) => sum + line.amount, 0n)).toBe(total)
        expect(total >= 0n).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  it('more tokens at flat prices never cost less', () => {
    const kind = fc.constantFrom(...TOKEN_KINDS)
    fc.assert(
      fc.property(cases, kind, fc.nat({ max: 1_000 }), (own, more, extra) => {
        const book = bookOf(documentOf(own))
        const grown = { ...own.tokens, [more]: (own.tokens[more] ?? 0) + extra }
        const before = priced(rate(book, contextOf(), usageOf(own.tokens))).total
        expect(priced(rate(book, contextOf(), usageOf(grown))).total >= before).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('changes nothing that it is given, and answers alike again', () => {
    fc.assert(
      fc.property(cases, (own) => {
        const book = bookOf(documentOf(own))
        const usage = Object.freeze(usageOf(Object.freeze({ ...own.tokens })))
        const context = Object.freeze(contextOf({ model: MODEL }))
        expect(rate(book, context, usage)).toEqual(rate(book, context, usage))
      }),
      { numRuns: 50 },
    )
  })
})
