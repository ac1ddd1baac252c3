import type { Nanos } from '../core/money/index.ts'

/**
 * A payment processor in our words. Amounts are whole minor units of ISO 4217, whatever the processor itself
 * counts in.
 */
export interface PaymentProvider {
  /** The same key gives the same customer. */
  createCustomer(order: { readonly accountId: string; readonly key: string }): Promise<string>
  /** Begins to save a method; the buyer's own browser gives the card to the processor, never to us. */
  beginSetup(order: { readonly customerRef: string; readonly key: string }): Promise<MethodSetup>
  /** Begins to save a method on the processor's own page, which leads back to `returnUrl`. */
  beginHostedSetup(order: HostedSetupOrder): Promise<HostedSetup>
  /** What became of such a page. @throws ProviderRefused: there is none */
  readHostedSetup(setupRef: string): Promise<HostedSetupState>
  /** Cards to try things out with; absent: money moves. */
  readonly testCards?: readonly TestCard[]
  /** Answers yes for the buyer's bank; absent: there is a real bank. `cancelCharge` is its no. */
  readonly authenticate?: (chargeRef: string) => Promise<void>
  /** Ties a method that the processor has to the customer. @throws ProviderRefused */
  saveMethod(customerRef: string, methodRef: string): Promise<SavedMethod>
  removeMethod(methodRef: string): Promise<void>
  /**
   * Charges a saved method. A decline is an answer. The same key is charged once, whatever is repeated.
   * @throws ProviderUnavailable: it is not known what has happened. ProviderRefused: nothing has.
   */
  charge(order: ChargeOrder): Promise<Charge>
  readCharge(chargeRef: string): Promise<Charge>
  /** Looks a charge up by our own id, not sooner than `sinceMs`: `null` when it was never made. */
  findCharge(order: {
    readonly customerRef: string
    readonly paymentId: string
    readonly sinceMs: number
  }): Promise<Charge | null>
  /** Ends a charge that waits for authentication. */
  cancelCharge(chargeRef: string): Promise<Charge>
  /** @throws ProviderUnavailable, ProviderRefused */
  refund(order: RefundOrder): Promise<ProviderRefund>
  findRefund(chargeRef: string, refundId: string): Promise<ProviderRefund | null>
  readDispute(disputeRef: string): Promise<ProviderDispute>
  /** What moved the processor's balance in a time, `until` not part of it. @throws ProviderUnavailable */
  movements(time: { readonly fromMs: number; readonly untilMs: number }): AsyncIterable<Movement>
  /** Checks the signature over the raw body. @throws SignatureInvalid */
  readEvent(rawBody: string, signature: string, nowMs: number): ProviderEvent
}

export interface MethodSetup {
  readonly setupRef: string
  /** For the processor's own form in the browser. */
  readonly clientSecret: string
}

export interface HostedSetupOrder {
  readonly customerRef: string
  readonly key: string
  /** `SETUP_REF` in it stands for the page's id. */
  readonly returnUrl: string
  /** Where a person goes who has given nothing. */
  readonly cancelUrl: string
}

export const SETUP_REF = '{SETUP_REF}'

export interface HostedSetup {
  readonly setupRef: string
  readonly url: string
}

export interface HostedSetupState {
  readonly customerRef: string | null
  /** `null`: nothing was given yet. */
  readonly methodRef: string | null
}

/** A card of the simulated processor: its token, and what becomes of charges to it. */
export interface TestCard {
  readonly methodRef: string
  readonly brand: string
  readonly last4: string
  readonly country: string
  readonly behaviour: 'works' | 'declines' | 'insufficient_funds' | 'authenticates' | 'disputed'
}

/** What we may know of a card: never its number. */
export interface SavedMethod {
  readonly methodRef: string
  readonly brand: string
  readonly last4: string
  readonly expMonth: number
  readonly expYear: number
  /** The same for the same card, also of another customer. */
  readonly fingerprint: string | null
  readonly country: string | null
}

export interface ChargeOrder {
  /** Ours: stored before the call, and sent with each repeat. */
  readonly key: string
  readonly paymentId: string
  readonly accountId: string
  readonly customerRef: string
  readonly methodRef: string
  readonly amountMinor: bigint
  readonly currency: string
  /** The buyer is not there to answer. */
  readonly offSession: boolean
  /** Where the buyer goes after authentication. */
  readonly returnUrl: string
}

export type ChargeStatus = 'succeeded' | 'action_required' | 'processing' | 'failed'

export interface Charge {
  readonly chargeRef: string
  readonly paymentId: string | null
  readonly status: ChargeStatus
  readonly amountMinor: bigint
  readonly currency: string
  /** The processor's code of a decline. */
  readonly declineCode: string | null
  readonly actionUrl: string | null
}

export interface RefundOrder {
  readonly key: string
  readonly refundId: string
  readonly chargeRef: string
  readonly amountMinor: bigint
  readonly currency: string
}

export interface ProviderRefund {
  readonly refundRef: string
  readonly status: 'succeeded' | 'pending' | 'failed'
}

export interface ProviderDispute {
  readonly disputeRef: string
  readonly chargeRef: string
  /** `dropped`: it ended before the bank took anything, as an inquiry does that is closed. */
  readonly status: 'open' | 'won' | 'lost' | 'dropped'
  /** What is disputed, which can be a part of the charge. */
  readonly amount: Nanos
  readonly currency: string
}

/** A movement of the processor's balance: what came in is above zero. */
export interface Movement {
  readonly ref: string
  readonly type:
    | 'charge'
    | 'refund'
    | 'refund_failed'
    | 'dispute'
    | 'dispute_won'
    | 'fee'
    | 'payout'
    | 'other'
  readonly paymentId: string | null
  readonly chargeRef: string | null
  /** Our id of the refund, the processor's of the dispute. */
  readonly subject: string | null
  /** As the buyer was charged, before it is turned into the currency of the balance. */
  readonly amount: Nanos
  readonly currency: string
  readonly fee: Nanos
  readonly feeCurrency: string
  readonly atMs: number
}

/** What a webhook is about. What has happened is read from the processor, never from the webhook. */
export interface ProviderEvent {
  readonly eventId: string
  readonly subject: 'charge' | 'refund' | 'dispute' | 'other'
  readonly ref: string
  /** The payment that the processor says it belongs to. */
  readonly paymentId: string | null
}

/** The processor did not answer, or not in a way that says what it did: look, or ask with the same key. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable'
}

/** The processor has refused the order and done nothing. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export class SignatureInvalid extends Error {
  override readonly name = 'SignatureInvalid'
}
