import { createHash } from 'node:crypto'
import type { TestCard } from '../provider.ts'

/** How a card of the simulated processor behaves, chosen by its token as test cards are. */
export interface CardBehaviour {
  readonly brand: string
  readonly last4: string
  readonly country: string
  /** The code with which each charge is declined. */
  readonly decline?: string
  /** Each charge needs the buyer's authentication (3-D Secure). */
  readonly authenticate?: true
  /** The charge succeeds and the connection breaks before the answer. */
  readonly breaksAfterSuccess?: true
  /** The connection breaks before anything is done, so many times. */
  readonly breaksBefore?: number
  readonly disputed?: true
}

function behaviourOf(own: Pick<CardBehaviour, 'decline' | 'authenticate' | 'disputed'>) {
  if (own.decline === 'insufficient_funds') return 'insufficient_funds'
  if (own.decline !== undefined) return 'declines'
  if (own.authenticate) return 'authenticates'
  return own.disputed ? 'disputed' : 'works'
}

const visa = { brand: 'visa', last4: '4242', country: 'US' } as const

/** The tokens of Stripe's test mode where it has one, and our own for faults of the network. */
const CARDS: Readonly<Record<string, CardBehaviour>> = {
  pm_card_visa: visa,
  pm_card_mastercard: { brand: 'mastercard', last4: '4444', country: 'US' },
  pm_card_jp: { ...visa, last4: '0003', country: 'JP' },
  pm_card_de: { ...visa, last4: '0016', country: 'DE' },
  pm_card_gb: { ...visa, last4: '0000', country: 'GB' },
  pm_card_chargeCustomerFail: { ...visa, last4: '0341', decline: 'generic_decline' },
  pm_card_visa_chargeDeclinedInsufficientFunds: {
    ...visa,
    last4: '9995',
    decline: 'insufficient_funds',
  },
  pm_card_authenticationRequired: { ...visa, last4: '3184', authenticate: true },
  pm_card_createDispute: { ...visa, last4: '0259', disputed: true },
  pm_card_breaksAfterSuccess: { ...visa, last4: '9001', breaksAfterSuccess: true },
  pm_card_breaksBefore: { ...visa, last4: '9002', breaksBefore: 2 },
}

/** Those that a person can choose: what breaks the network is for tests alone. */
export const TEST_CARDS: readonly TestCard[] = Object.entries(CARDS).flatMap(
  ([methodRef, { brand, last4, country, ...own }]) =>
    own.breaksAfterSuccess || own.breaksBefore !== undefined
      ? []
      : [{ methodRef, brand, last4, country, behaviour: behaviourOf(own) }],
)

/** The card of a test token; a token is a name and nothing that every object has. */
export const cardOf = (token: string): CardBehaviour | undefined =>
  Object.hasOwn(CARDS, token) ? CARDS[token] : undefined

export interface Method {
  id: string
  object: 'payment_method'
  type: 'card'
  customer: string | null
  card: Record<string, unknown>
}

export const methodOf = (id: string, customer: string | null, card: CardBehaviour): Method => ({
  id,
  object: 'payment_method',
  type: 'card',
  customer,
  card: {
    brand: card.brand,
    last4: card.last4,
    country: card.country,
    exp_month: 12,
    exp_year: 2030,
    fingerprint: createHash('sha256').update(card.last4).digest('hex').slice(0, 16),
  },
})
