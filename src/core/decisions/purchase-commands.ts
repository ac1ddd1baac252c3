import type { ActorFacts } from '../ledger/entry.ts'
import type {
  AttemptFacts,
  AutoReloadFacts,
  ConsentFacts,
  RefundBasis,
  ReloadOutcome,
} from '../ledger/purchase-facts.ts'
import type { Nanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'

interface Common {
  readonly accountId: string
  readonly requestId: string
  readonly actor: ActorFacts
}

/** Sets or ends auto-reload. Charges nothing. */
export interface SetAutoReload extends Common {
  readonly kind: 'set_auto_reload'
  /** `null`: off. */
  readonly terms: AutoReloadFacts | null
  /** The sentence that was shown; `null` where it is turned off. */
  readonly consent: ConsentFacts | null
  /** The consent that whoever orders has seen in force (0: none): where it is another one, nothing is set. */
  readonly ifConsentSeq?: number
}

/** Lets auto-reload rest, or go on, under the terms that were agreed to. Charges nothing. */
export interface PauseAutoReload extends Common {
  readonly kind: 'pause_auto_reload'
  readonly paused: boolean
}

/** A reload that ended without credit. `requestId` is the payment's id. */
export interface EndReload extends Common {
  readonly kind: 'end_reload'
  readonly round: number
  readonly outcome: ReloadOutcome
  /** What was to be charged, so that the account can be told. */
  readonly attempt?: AttemptFacts
}

/**
 * Takes back what is unused of a purchase, so that it can be paid back. `requestId` is the refund's id:
 * the processor is asked only after this is durable.
 */
export interface RefundPurchase extends Common {
  readonly kind: 'refund_purchase'
  readonly lotId: string
  readonly paymentId: string
  readonly basis: RefundBasis
  /** Until when the law lets the buyer withdraw (not part of it); `null`: it does not. */
  readonly withdrawalUntil: Instant | null
  readonly taxPaid: Nanos
  /** What earlier refunds of the purchase gave back. */
  readonly refunded: { readonly price: Nanos; readonly tax: Nanos }
  readonly reason: string
}

/** Puts back what a refund took, since the processor has refused to pay it. Same `requestId`. */
export interface UndoRefundPurchase extends Common {
  readonly kind: 'undo_refund_purchase'
  readonly reason: string
}

interface OfDispute extends Common {
  /** `null`: the payment made no credit. */
  readonly lotId: string | null
  readonly disputeId: string
  readonly paymentId: string
}

/** The buyer's bank has taken the payment back for the time being: what is left of the lot waits. */
export interface FreezeLot extends OfDispute {
  readonly kind: 'freeze_lot'
}

/** The dispute was won, or came to nothing: the lot goes on, and gets the time back for which it was frozen. */
export interface UnfreezeLot extends OfDispute {
  readonly kind: 'unfreeze_lot'
}

/** The dispute was lost: what is left of the lot goes, and what was used of it is the house's loss. */
export interface ChargeBack extends OfDispute {
  readonly kind: 'charge_back'
  /** What of the payment has not gone back by refunds, tax excluded: the bank takes at most that. */
  readonly price: Nanos
  readonly tax: Nanos
  /** What the bank took; absent: all of it. */
  readonly amount?: Nanos
  /** Of a payment that made no credit: what other disputes have taken. */
  readonly before?: Nanos
}

export type PurchaseCommand =
  | SetAutoReload
  | PauseAutoReload
  | EndReload
  | RefundPurchase
  | UndoRefundPurchase
  | FreezeLot
  | UnfreezeLot
  | ChargeBack
