export interface CardLike {
  readonly brand: string
  readonly last4: string
}

/** As the networks write their names; processors give them in small letters. */
const BRANDS: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  jcb: 'JCB',
  diners: 'Diners Club',
  discover: 'Discover',
  unionpay: 'UnionPay',
}

/** `Visa ****4242`: the same wherever a card is named. A network that is not known keeps its own word. */
export const cardName = ({ brand, last4 }: CardLike): string =>
  `${BRANDS[brand] ?? brand} ****${last4}`
