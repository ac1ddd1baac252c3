import type { CoverageFacts } from '../funding/types.ts'
import type { LedgerAccount } from './accounts.ts'
import type {
  ActorFacts,
  Amount,
  CallFactsBody,
  CapFacts,
  CapUseFacts,
  FundingFacts,
  LotFacts,
  OutcomeFacts,
  RaiseFacts,
  RatingFacts,
  Timestamp,
  UsageFacts,
  WindowFacts,
} from './entry-facts.ts'
import type {
  AttemptFacts,
  AutoReloadFacts,
  ConsentFacts,
  DisputeFacts,
  PaymentFacts,
  PurchaseRefundFacts,
  ReloadEndFacts,
} from './purchase-facts.ts'
import type { RefusalFacts } from './refusals.ts'

import type { ClosedCycleFacts, InvoiceFacts, OwedPaymentFacts } from './statement-facts.ts'
import type {
  FeeFacts,
  ResetFacts,
  SubscriptionFacts,
  TransitionFacts,
} from './subscription-facts.ts'

export type * from './entry-facts.ts'
export * from './purchase-facts.ts'
export * from './refusals.ts'
export type * from './statement-facts.ts'
export type * from './subscription-facts.ts'

export const ENTRY_KINDS = [
  'open_account',
  'change_plan',
  'set_controls',
  'request_raise',
  'decide_raise',
  'grant',
  'top_up',
  'void_lot',
  'authorize',
  'settle',
  'release',
  'record',
  'complete',
  'reattribute',
  'expire_lot',
  'expire_hold',
  'refund',
  'rerate',
  'reverse',
  'park',
  'unpark',
  'change_subscription',
  'cancel_subscription',
  'renew_subscription',
  'lapse_subscription',
  'fee_unpaid',
  'return_fee',
  'grant_reset',
  'redeem_reset',
  'set_auto_reload',
  'end_reload',
  'refund_purchase',
  'undo_refund_purchase',
  'freeze_lot',
  'unfreeze_lot',
  'charge_back',
  'close_statement',
  'issue_invoice',
  'pay_overage',
  'void_invoice',
] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

/** `[ledger account, asset, signed amount]`, and the lot it belongs to, if any. */
export type PostingTuple =
  | readonly [LedgerAccount, string, Amount]
  | readonly [LedgerAccount, string, Amount, string]

/** The answer of `authorize`, kept with the call's end so that a late repeat gets the same answer. */
export interface Admission {
  readonly call_id: string
  readonly request_id: string
  readonly at: Timestamp
  /** As first set; `extend` lengthens the hold, not this answer. */
  readonly expires_at: Timestamp
  /** The account's `seq` when the hold was placed. */
  readonly seq: number
  readonly plan: string
  /** `null`: the model had no price; nothing is held, the call is priced later. */
  readonly book: string | null
  readonly worst: Amount
  readonly expected: Amount
  readonly max_output_tokens: number
  readonly clamped: boolean
  /** Held on lots and overage. */
  readonly money: Amount
  /** Held on included windows. */
  readonly included: Amount
  /** Digest of what was asked, so that a late repeat with other content is noticed. */
  readonly content: string
}

/** What the hold was and what became of it: `settled + released = money + included`. */
export interface HoldFacts extends Admission {
  readonly settled: Amount
  readonly released: Amount
}

/**
 * The canonical body of a journal entry: facts and codes, no prose. It is hashed as written, so it
 * holds all that the receipt shows, postings included.
 */
export interface EntryBody {
  readonly account_id: string
  readonly seq: number
  readonly kind: EntryKind
  readonly at: Timestamp
  readonly event_at: Timestamp
  readonly request_id: string
  /** ISO 4217 code of the account. */
  readonly currency: string
  readonly actor: ActorFacts
  /** The command's content, for replays: same id with other content is a conflict. */
  readonly command: Readonly<Record<string, unknown>>
  readonly postings: readonly PostingTuple[]

  /** The entry that this one corrects, refunds, completes or moves. */
  readonly ref_seq?: number
  /** `refund`: the finding of the audit that it makes good. */
  readonly finding?: string
  /** The call whose settlement freed the capacity (`reattribute`). */
  readonly cause_call_id?: string
  readonly refused?: RefusalFacts

  readonly call?: CallFactsBody
  readonly served?: {
    readonly model: string | null
    readonly tier: string | null
    readonly speed: string | null
    readonly region: string | null
  }
  readonly outcome?: OutcomeFacts
  readonly usage?: UsageFacts | null
  readonly rating?: RatingFacts
  /** `rerate`: what the charge is by the book that is right. */
  readonly rerating?: RatingFacts
  readonly plan?: string
  readonly coverage?: CoverageFacts
  readonly funding?: readonly FundingFacts[]
  readonly windows?: readonly WindowFacts[]
  readonly caps?: readonly CapUseFacts[]
  readonly hold?: HoldFacts
  /** The call's true total, and who carried it: `total = money + included + absorbed`. */
  readonly totals?: {
    readonly total: Amount
    readonly money: Amount
    readonly included: Amount
    readonly absorbed: Amount
  }
  readonly absorbed_reason?: string
  /** Paid draws of a covered call that move back to the windows when room appears. */
  readonly draw_key?: string
  /**
   * What was seen of the call. It is stored beside the body, which names it by `evidence_sha256`, so that
   * it can be removed without a break in the chain. Bodies of earlier versions hold it inside.
   */
  readonly evidence?: Readonly<Record<string, unknown>> | undefined
  /** Hex sha256 of the evidence as it is stored (UTF-8). */
  readonly evidence_sha256?: string | undefined

  /** The lot that this entry created. */
  readonly lot?: LotFacts
  /** The lot that this entry ended (`void_lot`, `expire_lot`). */
  readonly lot_id?: string
  /** Lots that got something back, as they stand now (a lot that had expired lives on). */
  readonly restored_lots?: readonly LotFacts[]
  /** `reattribute`: how far the calls of this draw key are done. */
  readonly moved?: { readonly draw_key: string; readonly after_seq: number; readonly done: number }
  readonly account?: {
    readonly currency: string
    readonly anchor: Timestamp
    readonly name: string
    readonly plan: string
  }
  /** `settle`, `record`: to be completed later. */
  readonly pending?: 'unpriced' | 'usage_missing'
  readonly controls?: {
    readonly paid_use?: boolean
    readonly overage_limit?: Amount | null
    readonly caps?: readonly CapFacts[]
    readonly removed_caps?: readonly string[]
    /** How many caps of members, keys, projects and sessions there are now. */
    readonly scoped_caps?: number
  }
  /** `request_raise`, `decide_raise` */
  readonly raise?: RaiseFacts
  readonly reason?: string
  /** The subscription after the entry. */
  readonly subscription?: SubscriptionFacts
  /** `fee_unpaid`: the fee that was not paid, and until when it can be. */
  readonly unpaid_fee?: AttemptFacts & { readonly ends_at: Timestamp }
  readonly transition?: TransitionFacts
  readonly fee?: FeeFacts
  /** The banked reset that this entry gave. */
  readonly reset?: ResetFacts
  /** The banked reset that this entry used up. */
  readonly reset_id?: string
  readonly payment?: PaymentFacts
  /** `set_auto_reload`: the terms from here on; `null` turns it off. */
  readonly auto_reload?: AutoReloadFacts | null
  /** `set_auto_reload`: it rests, or goes on; terms and consent stay as they are. */
  readonly reload_paused?: boolean
  readonly consent?: ConsentFacts
  readonly reload_end?: ReloadEndFacts
  readonly purchase_refund?: PurchaseRefundFacts
  readonly dispute?: DisputeFacts
  /** `close_statement` */
  readonly cycle?: ClosedCycleFacts
  /** A subscription that begins ends the open cycle there; absent: it goes on as it is. */
  readonly cycle_end?: Timestamp
  readonly invoice?: InvoiceFacts
  readonly owed_payment?: OwedPaymentFacts
}
