import type { CapCounts, PassedOver, SourceClass } from '../funding/types.ts'

/** An exact decimal string of major units (see `formatNanos`). */
export type Amount = string
/** RFC 3339, UTC, milliseconds. */
export type Timestamp = string

export interface ActorFacts {
  readonly type: 'key' | 'operator' | 'support' | 'member' | 'system'
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
  readonly counts: CapCounts
  /** Higher amounts for a while; absent = none. */
  readonly raises?: readonly CapRaiseFacts[]
}

export interface CapRaiseFacts {
  readonly for: string | null
  readonly to: Amount
  readonly until: Timestamp | null
}

/** A request to raise a cap, and in the entry of its decision what became of it. */
export interface RaiseFacts {
  readonly id: string
  readonly cap_id: string
  /** Whose limit of a cap on each; `null` for a cap on one scope. */
  readonly for: string | null
  /** As wanted; in an approval, as granted. */
  readonly amount: Amount
  readonly until: Timestamp | null
  /** Who wants it; `null`: the operator, for the account. */
  readonly member_id: string | null
  /** After this nobody can approve it any more. */
  readonly expires_at: Timestamp
  readonly decision?: 'approved' | 'denied' | 'withdrawn'
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
  /** What the plan of the call's time gave it, where a change of plan has made it smaller since. */
  readonly capacity_then?: Amount
  readonly used: Amount
  /** Held by other calls at that moment. */
  readonly held: Amount
  /** Signed: a refund or reversal gives back. */
  readonly drawn: Amount
  readonly overshoot: Amount
  /** The dated promotion that the run began in, and what its capacity would be without it. */
  readonly promotion?: {
    readonly id: string
    readonly name: string
    readonly multiplier: string
    readonly base_capacity: Amount
  }
}

/** A cap that was checked, with its numbers before the decision. */
export interface CapUseFacts {
  readonly id: string
  readonly scope: string
  /** Of a cap on each: the member, key or project whose counter it was. */
  readonly scope_id: string | null
  readonly period: string
  readonly bucket: string
  /** The limit at that moment, a raise in force included. */
  readonly amount: Amount
  readonly spent: Amount
  readonly held: Amount
  readonly counts: CapCounts
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
  /** The call that it was made for. Absent: none was named, as in bodies of earlier versions. */
  readonly parent_call_id?: string
  /** Sorted. Absent: none. */
  readonly tags?: readonly string[]
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
