import type { PassedOver, SourceClass } from '../funding/types.ts'
import type { LedgerAccount } from './accounts.ts'

/** An exact decimal string of major units (see `formatNanos`). */
export type Amount = string
/** RFC 3339, UTC, milliseconds. */
export type Timestamp = string

export const ENTRY_KINDS = [
  'open_account',
  'change_plan',
  'set_controls',
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
  'reverse',
  'park',
  'unpark',
] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

/** `[ledger account, asset, signed amount]`, and the lot it belongs to, if any. */
export type PostingTuple =
  | readonly [LedgerAccount, string, Amount]
  | readonly [LedgerAccount, string, Amount, string]

export interface ActorFacts {
  readonly type: 'key' | 'operator' | 'member' | 'system'
  readonly id: string
  /** Where the order came from (route, job), never an address of a person. */
  readonly from?: string
}

export interface LotFacts {
  readonly id: string
  readonly name: string
  readonly origin: string
  readonly category: 'paid' | 'promotional'
  readonly face: Amount
  readonly price_paid: Amount
  readonly effective_at: Timestamp
  readonly expires_at: Timestamp | null
  readonly scope: {
    readonly models?: readonly string[]
    readonly features?: readonly string[]
    readonly clients?: readonly string[]
  }
  readonly position: 'before_windows' | 'after_windows'
  readonly priority: number
  readonly created_at: Timestamp
}

export interface CapFacts {
  readonly id: string
  readonly scope: string
  readonly scope_id: string | null
  readonly period: string
  readonly amount: Amount
  readonly counts: 'money' | 'paid'
}

/** One source of the funding trace: in order, with what it gave and why no more. */
export interface FundingFacts {
  readonly class: SourceClass
  readonly source: string
  /** For lots before the windows, whose class does not say it. */
  readonly category?: 'paid' | 'promotional'
  readonly free: Amount
  readonly drawn: Amount
  readonly reason: PassedOver | null
  readonly cap_id?: string
  readonly window_id?: string
}

/** A window at the moment of the decision, and what the call changed in it. */
export interface WindowFacts {
  readonly id: string
  /** `null`: not begun (shown on the receipt of a call that the plan does not cover). */
  readonly start: Timestamp | null
  readonly end: Timestamp | null
  readonly capacity: Amount
  readonly used: Amount
  /** Held by other calls at that moment. */
  readonly held: Amount
  /** Signed: a refund or reversal gives back. */
  readonly drawn: Amount
  readonly overshoot: Amount
}

/** A cap that was checked, with its numbers before the decision. */
export interface CapUseFacts {
  readonly id: string
  readonly scope: string
  readonly scope_id: string | null
  readonly period: string
  readonly bucket: string
  readonly amount: Amount
  readonly spent: Amount
  readonly held: Amount
  readonly counts: 'money' | 'paid'
  /** Its counters are rows beside the account's state. */
  readonly beside?: true
  /**
   * What the call's own hold had reserved of the cap, where the cap was lowered while it was in
   * flight: it may be drawn beyond the new amount.
   */
  readonly promised?: Amount
  /** Signed change of `spent`. */
  readonly drawn: Amount
}

export interface LineFacts {
  readonly type: 'usage' | 'fee' | 'weight' | 'promotion'
  readonly kind?: string
  readonly model?: string
  readonly fee?: string
  readonly id?: string
  readonly quantity?: number
  readonly per_mtok?: Amount
  readonly each?: Amount
  readonly multiplier?: string
  readonly amount: Amount
}

export type RatingFacts =
  | {
      readonly status: 'priced'
      readonly book: string
      readonly model: string
      readonly model_rule: string
      readonly band: string | null
      readonly lines: readonly LineFacts[]
      readonly total: Amount
      readonly flags: readonly string[]
    }
  | { readonly status: 'unpriced'; readonly reason: string; readonly missing: readonly string[] }
  /** The outcome is not billed, so nothing was priced. */
  | { readonly status: 'not_billed' }
  /** The provider did not say what was used: charged 0 until reconciled. */
  | { readonly status: 'usage_missing' }

export interface UsageFacts {
  readonly tokens: Readonly<Record<string, number>>
  readonly fees: Readonly<Record<string, number>>
  readonly estimated: readonly string[]
  readonly flags: readonly string[]
  /** Parts that other models served (fallback, advisor), priced at their own rows. */
  readonly parts?: readonly (Omit<UsageFacts, 'parts'> & { readonly model: string | null })[]
}

export interface CallFactsBody {
  readonly call_id: string
  /** 1 for the first; an attempt that failed leaves a `release` entry of the same call. */
  readonly attempt: number
  /** As requested. */
  readonly model: string
  readonly features: readonly string[]
  readonly client: string | null
  readonly key_id: string | null
  readonly member_id: string | null
  readonly project_id: string | null
  readonly session_id: string | null
  readonly tier: string | null
  readonly speed: string | null
  readonly region: string | null
  readonly dialect: string | null
  readonly route: string | null
  /** Hash of the request's content, for retries without a key. */
  readonly fingerprint: string | null
}

export interface OutcomeFacts {
  readonly code: string
  /** The policy row that decided who pays. */
  readonly policy: string
  readonly customer_pays: 'delivered' | 'nothing' | 'after_reconciliation'
}

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
  readonly plan?: string
  readonly coverage?: { readonly effect: string; readonly reason: string | null }
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
  readonly evidence?: Readonly<Record<string, unknown>>

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
  readonly reason?: string
  readonly payment?: { readonly payment_id: string; readonly price: Amount; readonly tax: Amount }
}

/** Why a command was refused; the block card is rendered from it. */
export interface RefusalFacts {
  readonly code: RefusalCode
  /** What blocked: a window id, a cap id, the plan, the funds. */
  readonly limit?: {
    readonly type: 'window' | 'cap' | 'funds' | 'plan' | 'account'
    readonly id: string
    readonly amount?: Amount
    readonly used?: Amount
    readonly held?: Amount
    readonly resets_at?: Timestamp | null
  }
  readonly needed?: Amount
  readonly changeable_by?: 'owner' | 'operator' | 'nobody'
  /** Absent when waiting does not help. */
  readonly retry_at?: Timestamp
  /** For a conflict: the field that differs. */
  readonly field?: string
  readonly message?: string
}

export const REFUSAL_CODES = [
  'account_unknown',
  'account_exists',
  'account_parked',
  'request_conflict',
  'call_already_settled',
  'call_in_flight',
  'blocked_by_plan',
  'model_unpriced',
  'window_exhausted',
  'cap_reached',
  'paid_use_off',
  'funds_exhausted',
  'hold_unknown',
  'hold_released',
  'event_too_old',
  'event_in_future',
  'plan_unknown',
  'currency_mismatch',
  'lot_unknown',
  'lot_already_used',
  'lot_not_expired',
  'charge_unknown',
  'charge_not_settled',
  'refund_exceeds_charge',
  'already_refunded',
  'already_reversed',
  'not_reversible',
  'not_pending',
  'still_unpriced',
  'cap_unknown',
  'amount_invalid',
  'hold_not_expired',
  'lot_expired',
  'lot_voided',
] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]
