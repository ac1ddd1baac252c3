import type { AttemptFacts, ConsentFacts, PaymentFacts } from '../ledger/purchase-facts.ts'
import type { Nanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import type { Common } from './commands.ts'

/** Money that was received for a fee. What exceeds the fee becomes credit for the next ones. */
export interface FeePayment {
  readonly paymentId: string
  /** Tax excluded; absent = what is due. */
  readonly amount?: Nanos
  readonly tax: Nanos
  /** By the payment room for this very request: a repeat does not have to name it. */
  readonly collected: boolean
  /** By what policy it was taxed, and with which card it was paid. */
  readonly facts?: Pick<PaymentFacts, 'tax_rate' | 'policy' | 'method'>
}

interface SubscriptionOrder extends Common {
  /** Prorated as of this moment, as a preview was; absent = now. */
  readonly pricedAt?: Instant
  /** Digest of the previewed terms: others are refused. */
  readonly terms?: string
  /** `assumed`: for previews, as if the fee were paid. */
  readonly payment: FeePayment | 'assumed' | null
  /** The sentence that was shown: fees up to that of a whole period may be charged to a card. */
  readonly consent?: ConsentFacts
}

/** Starts a subscription or changes its plan or seats; takes back what was scheduled otherwise. */
export interface ChangeSubscription extends SubscriptionOrder {
  readonly kind: 'change_subscription'
  /** Plan reference (`pro@3`); absent = the present one. */
  readonly plan?: string
  /** Absent = as many as now, where the plan allows it. */
  readonly seats?: number
  /** Absent = at once, unless it costs less: then when the period ends. */
  readonly when?: 'now' | 'period_end'
  /** Reference of the free plan that it falls to when it ends. */
  readonly fallback?: string
}

export interface CancelSubscription extends SubscriptionOrder {
  readonly kind: 'cancel_subscription'
  readonly when: 'now' | 'period_end'
  readonly reason?: string
}

/** Begins the next period. `requestId` is `renew:<end of the period>`: once a period. */
export interface RenewSubscription extends SubscriptionOrder {
  readonly kind: 'renew_subscription'
}

/** Ends a subscription that was cancelled or stayed unpaid. `requestId` is `lapse:<end of the period>`. */
export interface LapseSubscription extends Common {
  readonly kind: 'lapse_subscription'
}

/** Notes that the fee of the next period was not paid. */
export interface FeeUnpaid extends Common {
  readonly kind: 'fee_unpaid'
  /** The processor's word, `awaiting_payment` or `outcome_unknown`. */
  readonly code: string
  /** The payment was refused; otherwise it is not known, or nobody was asked. */
  readonly declined: boolean
  /** When to ask again, in milliseconds; `null` = not before the grace ends. */
  readonly retryMs: number | null
  /** What was to be charged, so that the account can be told. */
  readonly attempt?: AttemptFacts
}

/**
 * Notes that a payment whose order was refused goes back. From then on no order of that request is paid
 * with it. `requestId` is `<request of the order>#<payment id>`.
 */
export interface ReturnFee extends Common {
  readonly kind: 'return_fee'
  readonly paymentId: string
  readonly price: Nanos
  readonly tax: Nanos
  /** Why the order was refused. */
  readonly code: string
}

/** Gives the account holder a reset of a window, to be used when it suits. */
export interface GrantReset extends Common {
  readonly kind: 'grant_reset'
  readonly resetId: string
  readonly name: string
  /** `null` = the holder chooses. */
  readonly windowId: string | null
  readonly expiresAt: Instant
}

/** `requestId` is `<resetId>#redeem`: a reset is used once. */
export interface RedeemReset extends Common {
  readonly kind: 'redeem_reset'
  readonly resetId: string
  readonly windowId: string
}

export type SubscriptionCommand =
  | ChangeSubscription
  | CancelSubscription
  | RenewSubscription
  | LapseSubscription
  | FeeUnpaid
  | ReturnFee
  | GrantReset
  | RedeemReset
