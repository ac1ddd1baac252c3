import {
  type Currency,
  cardUnit,
  divideHalfUp,
  fromMinor,
  min,
  type Nanos,
  ratio,
  subtract,
} from '../money/index.ts'

/** Tax on a net amount: rounded half up to minor units, once. The rate is a decimal string: `0.19`. */
export function taxOn(net: Nanos, rate: string, currency: Currency): Nanos {
  const exact = ratio.parseRatio(rate)
  if (!exact) throw new Error(`not a tax rate: ${JSON.stringify(rate)}`)
  const oneMinor = fromMinor(1n, currency)
  return fromMinor(divideHalfUp(net * exact.numerator, exact.denominator * oneMinor), currency)
}

export interface TaxedPurchase {
  readonly price: Nanos
  readonly tax: Nanos
  /** What earlier refunds of it gave back. */
  readonly refunded: { readonly price: Nanos; readonly tax: Nanos }
}

/**
 * The tax that a refund of `priceBack` reverses, at the rate that was charged. Rounded half up, to what a card
 * can be paid back, on the sum of all refunds: those of the whole price reverse the whole tax.
 */
export function taxBack(purchase: TaxedPurchase, priceBack: Nanos, currency: Currency): Nanos {
  const { price, tax, refunded } = purchase
  if (price === 0n) return 0n as Nanos
  const unit = cardUnit(currency)
  const sum = refunded.price + priceBack
  const due = sum === price ? tax : ((divideHalfUp(sum * tax, price * unit) * unit) as Nanos)
  return subtract(min(due, tax), min(refunded.tax, due))
}
