import type { Amount } from './entry-facts.ts'

/** What a person recognises a saved card by. */
export interface CardFacts {
  readonly brand: string
  readonly last4: string
}

/** A payment that was credited. */
export interface PaymentFacts {
  readonly payment_id: string
  /** Tax excluded. */
  readonly price: Amount
  readonly tax: Amount
  /** The rate at that time: refunds reverse the tax at it. */
  readonly tax_rate?: string
  /** The jurisdiction's policy row that set tax, expiry and withdrawal: `DE@1`. */
  readonly policy?: string
  /** The bundle that was bought, and the list that it was sold from: `USD@1`. */
  readonly bundle?: { readonly id: string; readonly list: string }
  /** The charge was made by auto-reload, under the consent of that entry. */
  readonly reload?: { readonly round: number; readonly consent_seq: number }
  /** The card that was charged. */
  readonly method?: CardFacts
}

/** What the account holder allowed. Exactly one of `amount` and `target` is set. */
export interface AutoReloadFacts {
  readonly trigger_below: Amount
  /** Bought each time, tax excluded. */
  readonly amount: Amount | null
  /** The balance to reload to. */
  readonly target: Amount | null
  /** The most that is charged in a UTC day, tax included. */
  readonly max_per_day: Amount
  /** The most that is charged in a calendar month (UTC), tax included. */
  readonly max_per_month: Amount
  readonly method_id: string
  readonly tax: { readonly policy: string; readonly rate: string }
}

/** The exact sentence that was shown when the order was given; who, from where and when are the entry's. */
export interface ConsentFacts {
  readonly text: string
  readonly locale: string
  /** Of the sentence's template. */
  readonly version: string
}

/** A reload that ended without credit. */
export interface ReloadEndFacts {
  readonly round: number
  readonly payment_id: string
  readonly outcome: ReloadOutcome
  /** Auto-reload does nothing more until its owner has set it anew. */
  readonly stops: boolean
  /** What was to be charged, and why it was not. */
  readonly attempt?: AttemptFacts
}

/** A charge that was not made. */
export interface AttemptFacts {
  /** Tax excluded. */
  readonly price: Amount
  /** `null`: it was not reckoned. */
  readonly tax: Amount | null
  /** The card that was to be charged; `null`: there was none. */
  readonly method: CardFacts | null
  /** The processor's word for why, or ours where it was not asked. */
  readonly code: string
}

export const RELOAD_OUTCOMES = [
  'declined',
  'authentication_required',
  'method_removed',
  'terms_changed',
  'not_charged',
  'no_longer_due',
] as const
export type ReloadOutcome = (typeof RELOAD_OUTCOMES)[number]

/** What a refund of a purchase takes back and gives back. */
export interface PurchaseRefundFacts {
  readonly refund_id: string
  readonly payment_id: string
  /** Credit taken back. */
  readonly face: Amount
  /** Its share of the price paid. */
  readonly price: Amount
  /** Tax given back, at the original rate. */
  readonly tax: Amount
  readonly basis: RefundBasis
}

export const REFUND_BASES = ['withdrawal', 'operator'] as const
export type RefundBasis = (typeof REFUND_BASES)[number]

export interface DisputeFacts {
  readonly dispute_id: string
  readonly payment_id: string
  /** Of a part of the payment: what the bank has taken, tax excluded. */
  readonly price?: Amount
  readonly tax?: Amount
  /** Only a part of the payment was disputed: what is left of the lot goes on. */
  readonly partial?: true
  /** Another dispute of the payment is open, so that the lot stays frozen. */
  readonly still_frozen?: true
}
