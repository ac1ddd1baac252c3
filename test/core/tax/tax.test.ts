import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fromMinor,
  isWholeMinor,
  type Nanos,
  readNanos,
  toMinorExact,
} from '../../../src/core/money/index.ts'
import {
  creditEnds,
  invoiceDue,
  policyFault,
  policyFor,
  policyRef,
  taxBack,
  taxOn,
  withdrawalEnds,
} from '../../../src/core/tax/index.ts'
import { instant, parseInstant } from '../../../src/core/time/index.ts'
import { POLICIES } from '../../support/terms.ts'

describe('tax', () => {
  it.each([
    // lago PR#4642: 14.29 at 24 % is 17.7196, so 17.72, and the same figure on both sides
    ['14.29', '0.24', 'USD', '3.43'],
    ['20', '0.10', 'USD', '2'],
    ['0.05', '0.10', 'USD', '0.01'],
    ['1005', '0.10', 'JPY', '101'],
    ['1.005', '0.10', 'KWD', '0.101'],
    ['10', '0', 'EUR', '0'],
  ])('on %s at %s in %s is %s: half up, once', (net, rate, currency, tax) => {
    expect(taxOn(readNanos(net), rate, currency)).toBe(readNanos(tax))
  })

  it('of a refund is what a card can be paid back', () => {
    const nothing = { price: 0n as Nanos, tax: 0n as Nanos }
    const bought = { price: readNanos('10'), tax: readNanos('1.9'), refunded: nothing }
    expect(taxBack(bought, readNanos('3.33'), 'KWD')).toBe(readNanos('0.63'))
    expect(taxBack(bought, readNanos('3.33'), 'USD')).toBe(readNanos('0.63'))
    expect(taxBack(bought, readNanos('3'), 'MGA')).toBe(readNanos('1'))
  })

  it('of refunds in any parts sums to the tax that was charged, to the minor unit', () => {
    const parts = fc.array(fc.bigInt(1n, 5_000n), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(parts, fc.constantFrom('USD', 'JPY', 'KWD'), (minors, currency) => {
        const amounts = minors.map((minor) => fromMinor(minor, currency))
        const price = amounts.reduce((sum, part) => (sum + part) as Nanos, 0n as Nanos)
        const tax = taxOn(price, '0.19', currency)
        const refunded = { price: 0n as Nanos, tax: 0n as Nanos }
        for (const part of amounts) {
          const back = taxBack({ price, tax, refunded: { ...refunded } }, part, currency)
          expect(back >= 0n && isWholeMinor(back, currency)).toBe(true)
          refunded.price = (refunded.price + part) as Nanos
          refunded.tax = (refunded.tax + back) as Nanos
        }
        expect(refunded.tax).toBe(tax)
      }),
    )
  })
})

it('tax that goes back is rounded half up, as it was when it was charged', () => {
  const taxed = { price: readNanos('1'), tax: readNanos('0.19') }
  const back = (price: string, refunded = { price: '0', tax: '0' }) =>
    taxBack(
      {
        ...taxed,
        refunded: { price: readNanos(refunded.price), tax: readNanos(refunded.tax) },
      },
      readNanos(price),
      'USD',
    )
  expect(back('0.5')).toBe(readNanos('0.1'))
  expect(back('0.5', { price: '0.5', tax: '0.1' })).toBe(readNanos('0.09'))
})

describe('tax without a price', () => {
  it('is nothing to give back', () => {
    const nothing = { price: 0n, tax: 0n, refunded: { price: 0n, tax: 0n } } as never
    expect(taxBack(nothing, 0n as Nanos, 'USD')).toBe(0n)
  })

  it('of the smallest price is given back as of any other', () => {
    const one = { price: 1n, tax: 10_000_000n, refunded: { price: 0n, tax: 0n } } as never
    expect(taxBack(one, 1n as Nanos, 'USD')).toBe(10_000_000n)
  })

  it('cannot be asked at a rate that is no decimal', () => {
    expect(() => taxOn(readNanos('1'), '19%', 'USD')).toThrow('not a tax rate: "19%"')
  })
})

describe('minor units', () => {
  it.each([
    ['USD', '12.34', 1234n],
    ['JPY', '1234', 1234n],
    ['KWD', '1.234', 1234n],
    ['USD', '0.001', undefined],
    ['JPY', '0.5', undefined],
  ])('%s %s: exact or not at all', (currency, amount, minor) => {
    expect(toMinorExact(readNanos(amount), currency)).toBe(minor)
  })
})

describe('policy rows', () => {
  const at = (text: string) => parseInstant(text)!
  const base = POLICIES.find(({ jurisdiction }) => jurisdiction === '*')

  it('that come with the program can all be read, and one is for all others', () => {
    for (const row of POLICIES) expect(policyFault(row), policyRef(row)).toBeNull()
    const found = policyFor(POLICIES, 'BR', at('2026-11-26T00:00:00Z'))
    // where nobody has looked at the law: no tax, no end, and the longest right to withdraw that we know
    expect(found).toMatchObject({
      jurisdiction: '*',
      tax: { rate: '0' },
      paid_credit_validity: null,
      withdrawal_days: 14,
    })
  })

  it('are in force from their time on; a later version does not change what was bought', () => {
    const next = { ...base!, version: 2, effective_from: '2027-01-01T00:00:00Z' }
    const rows = [base!, next]
    expect(policyFor(rows, '*', at('2026-12-31T23:59:59.999Z'))?.version).toBe(1)
    expect(policyFor(rows, '*', at('2027-01-01T00:00:00Z'))?.version).toBe(2)
    expect(policyFor(rows, '*', at('2025-01-01T00:00:00Z'))).toBeNull()
  })

  it('say when credit ends and until when a purchase can be withdrawn from', () => {
    const bought = at('2026-10-31T12:00:00Z')
    const japan = policyFor(POLICIES, 'JP', bought)!
    expect(creditEnds(japan, bought)).toBe(at('2027-03-31T12:00:00Z'))
    expect(withdrawalEnds(japan, bought)).toBeNull()
    const germany = policyFor(POLICIES, 'DE', bought)!
    expect(withdrawalEnds(germany, bought)).toBe(instant(at('2026-11-14T12:00:00Z')))
  })

  it('without an end of credit sell it for ever, and one that cannot be read sells nothing', () => {
    const bought = at('2026-10-31T12:00:00Z')
    expect(creditEnds({ ...base!, paid_credit_validity: null }, bought)).toBeNull()
    const bad = { ...base!, jurisdiction: 'XX', version: 3, paid_credit_validity: '1 year' }
    expect(() => creditEnds(bad, bought)).toThrow('policy XX@3: validity cannot be read')
  })

  it('say when an invoice is due: 30 days on, unless they name other days', () => {
    const issued = at('2026-02-01T08:00:00Z')
    const { invoice_net_days: _days, ...silent } = base!
    expect(invoiceDue(silent, issued)).toBe(at('2026-03-03T08:00:00Z'))
    expect(invoiceDue({ ...silent, invoice_net_days: 14 }, issued)).toBe(at('2026-02-15T08:00:00Z'))
    expect(invoiceDue({ ...silent, invoice_net_days: 0 }, issued)).toBe(issued)
  })

  it('faults are named', () => {
    const bad = { ...base!, paid_credit_validity: '1 year' }
    expect(policyFault(bad)).toMatchObject({ field: 'paid_credit_validity' })
    const rate = { ...base!, tax: { ...base!.tax, rate: '19%' } }
    expect(policyFault(rate)).toMatchObject({ field: 'tax/rate' })
    const atUse = { ...base!, tax: { ...base!.tax, point: 'use' as const } }
    expect(policyFault(atUse)).toMatchObject({ field: 'tax/point' })
  })
})
