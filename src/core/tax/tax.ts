import {
  type Currency,
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
 * The tax that a refund of `priceBack` reverses, at the rate that was charged. Rounded half up on the sum
 * of all refunds, so that refunds of the whole price reverse the whole tax, to the minor unit.
 */
export function taxBack(purchase: TaxedPurchase, priceBack: Nanos, currency: Currency): Nanos {
  const { price, tax, refunded } = purchase
  if (price === 0n) return 0n as Nanos
  const oneMinor = fromMinor(1n, currency)
  const back = (refunded.price + priceBack) * tax
  const due = fromMinor(divideHalfUp(back, price * oneMinor), currency)
  return subtract(min(due, tax), min(refunded.tax, due))
}
