import type { CallFacts, Cap, LotOrigin, Plan, Scope } from '../funding/types.ts'
import type { ActorFacts, PaymentFacts } from '../ledger/entry.ts'
import type { Currency, Nanos } from '../money/index.ts'
import type { UsageBound } from '../pricing/types.ts'
import type { Instant } from '../time/index.ts'
import type { Dialect, NormalisedCall } from '../usage/usage.ts'
import type { Refund, Rerate, Reverse } from './correction-commands.ts'
import type { ExpireHold, ExpireLot, Park, Reattribute, Unpark } from './housekeeping-commands.ts'
import type { PurchaseCommand } from './purchase-commands.ts'
import type { DecideRaise, RequestRaise } from './raise-commands.ts'
import type { StatementCommand } from './statement-commands.ts'
import type { SubscriptionCommand } from './subscription-commands.ts'

export type * from './correction-commands.ts'
export type * from './housekeeping-commands.ts'
export type * from './purchase-commands.ts'
export type * from './statement-commands.ts'
export type * from './subscription-commands.ts'

/** What happened to a call: who is at fault and what was delivered. One billing rule each. */
export const OUTCOMES = [
  'succeeded',
  'error_before_output',
  'refused_before_output',
  'refused_after_output',
  'upstream_failed_mid_stream',
  'client_aborted',
  'client_aborted_before_output',
  'usage_zero_with_output',
  'gateway_crashed',
  'served_from_cache',
] as const
export type OutcomeCode = (typeof OUTCOMES)[number]

export interface Common {
  readonly accountId: string
  /** Idempotency key, unique per account and kind for ever. */
  readonly requestId: string
  readonly actor: ActorFacts
}

export interface OpenAccount extends Common {
  readonly kind: 'open_account'
  readonly name: string
  readonly currency: Currency
  /** Plan reference (`pro@3`). */
  readonly plan: string
  /** From when cycles and calendar windows are counted; absent = now. */
  readonly anchor?: Instant
}

export interface ChangePlan extends Common {
  readonly kind: 'change_plan'
  readonly plan: string
}

export interface ExpectedControls {
  readonly paidUse?: boolean
  /** The amount of each cap, without raises; `null`: there is no such cap. */
  readonly caps?: readonly { readonly id: string; readonly amount: Nanos | null }[]
}

export interface SetControls extends Common {
  readonly kind: 'set_controls'
  readonly paidUse?: boolean
  /** The most that may be owed; `null` = no overage. */
  readonly overageLimit?: Nanos | null
  /** Caps to add or replace (by id). */
  readonly caps?: readonly Cap[]
  readonly removeCaps?: readonly string[]
  /** What whoever orders has seen: where it is otherwise by now, nothing is changed. */
  readonly expected?: ExpectedControls
  /** Why, where somebody acts for the owner. */
  readonly reason?: string
}

export interface GrantLot extends Common {
  readonly kind: 'grant'
  readonly lotId: string
  readonly name: string
  readonly origin: Exclude<LotOrigin, 'purchase' | 'bundle'>
  readonly amount: Nanos
  readonly effectiveAt?: Instant
  readonly expiresAt: Instant | null
  readonly scope: Scope
  readonly position: 'before_windows' | 'after_windows'
  readonly priority: number
  readonly reason?: string
}

/** Money in. `requestId` is the payment id: a payment is credited once whatever is sent twice. */
export interface TopUp extends Common {
  readonly kind: 'top_up'
  readonly lotId: string
  readonly name: string
  readonly origin: 'purchase' | 'bundle'
  readonly face: Nanos
  /** Tax excluded. */
  readonly price: Nanos
  readonly tax: Nanos
  /** By what policy it was taxed, and which reload it is of. Absent: credited by hand. */
  readonly facts?: Pick<PaymentFacts, 'tax_rate' | 'policy' | 'bundle' | 'reload' | 'method'>
  readonly expiresAt: Instant | null
  readonly scope: Scope
  readonly priority: number
}

export interface VoidLot extends Common {
  readonly kind: 'void_lot'
  readonly lotId: string
  readonly reason: string
}

/** A call as the caller describes it. */
export interface CallDescription extends CallFacts {
  readonly callId: string
  /** 1 for the first attempt. `requestId` is `callId`, or `callId#n` for attempt n > 1. */
  readonly attempt: number
  /** The call that it was made for, where one is named. */
  readonly parentCallId?: string
  /** Short labels, `key:value`, sorted; absent: none. */
  readonly tags?: readonly string[]
  readonly tier: string | null
  readonly speed: string | null
  readonly region: string | null
  readonly dialect: Dialect | null
  readonly route: string | null
  readonly fingerprint: string | null
}

export interface Authorize extends Common {
  readonly kind: 'authorize'
  readonly call: CallDescription
  readonly bound: UsageBound
  /** The least output that makes sense for the call; a clamp never goes below. Default 1. */
  readonly minOutputTokens: number
  readonly fit: 'clamp' | 'refuse'
  /** How long the hold lives, in milliseconds. */
  readonly ttlMs: number
  /** The caller has made the call id just now, so that it cannot have been used before. */
  readonly freshCallId?: boolean
  /** Who would make the call. While its hold is open nobody else is admitted: they would make it twice. */
  readonly askedBy?: string
  /** Who had asked, and is gone: the call passes from it to `askedBy`. */
  readonly inPlaceOf?: string
}

/** Whoever may act on calls of one member only: a call of another looks unknown. */
interface OfMember {
  readonly memberId?: string
}

export interface Extend extends Common, OfMember {
  readonly kind: 'extend'
  readonly callId: string
  readonly ttlMs: number
}

/** What the caller saw of the call's end. */
export interface CallEnd {
  readonly outcome: OutcomeCode
  /** What is to be billed if the outcome is: delivered usage. `null` = the provider did not say. */
  readonly usage: NormalisedCall | null
  /** Raw provider usage, statuses, ids, timings. Never prompts. Kept verbatim. */
  readonly evidence: Readonly<Record<string, unknown>>
}

/** Ends a call that was authorized. `requestId` is that of the attempt: `callId`, or `callId#n`. */
export interface Settle extends Common, OfMember, CallEnd {
  readonly kind: 'settle'
  readonly callId: string
}

/** Ends an attempt that delivered nothing: hold back, charge 0. The call may be tried again. */
export interface Release extends Common, OfMember {
  readonly kind: 'release'
  readonly callId: string
  readonly outcome: OutcomeCode
  readonly evidence: Readonly<Record<string, unknown>>
}

/** Usage reported afterwards: rated, funded and posted in one decision. */
export interface RecordUsage extends Common, CallEnd {
  readonly kind: 'record'
  readonly call: CallDescription
  readonly eventAt: Instant
}

/** Prices a call that was left unpriced or without usage. `requestId` is the call id. */
export interface Complete extends Common {
  readonly kind: 'complete'
  readonly callId: string
  /** The provider's figure, for a call whose usage was missing. */
  readonly usage?: NormalisedCall
}

export type Command =
  | OpenAccount
  | ChangePlan
  | SetControls
  | RequestRaise
  | DecideRaise
  | GrantLot
  | TopUp
  | VoidLot
  | Authorize
  | Extend
  | Settle
  | Release
  | RecordUsage
  | Complete
  | ExpireLot
  | ExpireHold
  | Refund
  | Rerate
  | Reverse
  | Reattribute
  | Park
  | Unpark
  | SubscriptionCommand
  | PurchaseCommand
  | StatementCommand

export type CommandKind = Command['kind']

/** What the decisions may look up besides the account's own state. Immutable. */
export interface Catalogue {
  plan(ref: string): Plan | undefined
  /** All loaded price books, in the order of their publication. */
  readonly books: readonly import('../pricing/types.ts').PriceBook[]
}
