import type { Scope } from '../funding/types.ts'
import type { Currency, Nanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import type { Expression, FactType } from './expression.ts'

/** An instant, with the wall-clock words it was written in, if it was. */
export interface ZonedTime {
  readonly at: Instant
  readonly local: string | null
  /** IANA name. */
  readonly zone: string | null
}

/** `claim`: at the moment of the claim. */
export type When = ZonedTime | 'claim'

export const LANGUAGES = ['en', 'ja'] as const
/** Words of the operator, for people. */
export type Texts = Readonly<Partial<Record<(typeof LANGUAGES)[number], string>>>

export const RULE_CODES = [
  'plan_at',
  'plan_in',
  'plan_age',
  'subscribed_before',
  'paid_use_on',
  'member_since_before',
  'account_age',
  'region_in',
  'exposed_to_incident',
  'not_granted_by',
  'not_past_due',
  'organisation_linked',
  'expression',
] as const
export type RuleCode = (typeof RULE_CODES)[number]

interface RuleCommon {
  /** Its code unless told; unique in a campaign. */
  readonly id: string
  /** What the account holder can do about it. */
  readonly action: Texts | null
}

/** What an account must fulfil. Plans are named as `pro` (every version) or `pro@3`. */
export type Rule = RuleCommon &
  (
    | { readonly code: 'plan_at'; readonly plans: readonly string[]; readonly at: ZonedTime }
    | { readonly code: 'plan_in'; readonly plans: readonly string[] }
    /** On one of the plans without a gap, for at least so many days. */
    | { readonly code: 'plan_age'; readonly plans: readonly string[]; readonly days: number }
    | {
        readonly code: 'subscribed_before'
        readonly plans: readonly string[]
        readonly at: ZonedTime
      }
    | { readonly code: 'paid_use_on'; readonly at: When }
    | { readonly code: 'member_since_before'; readonly at: ZonedTime }
    | { readonly code: 'account_age'; readonly days: number }
    | { readonly code: 'region_in'; readonly regions: readonly string[] }
    | { readonly code: 'exposed_to_incident'; readonly incident: string }
    | { readonly code: 'not_granted_by'; readonly campaigns: readonly string[] }
    | { readonly code: 'not_past_due' }
    /** `exclusive`: no other account is linked to the same organisation. */
    | { readonly code: 'organisation_linked'; readonly exclusive: boolean }
    | {
        readonly code: 'expression'
        readonly source: string
        readonly when: Expression
        /** The facts that it looks at. */
        readonly facts: readonly string[]
      }
  )

/** What one plan gets: a fixed amount, or so much a seat up to a pooled ceiling. */
export type PlanAmount =
  | { readonly kind: 'fixed'; readonly amount: Nanos }
  | { readonly kind: 'seats'; readonly perSeat: Nanos; readonly ceiling: Nanos | null }

export type Amounts =
  | {
      readonly by: 'plan'
      /** Which plan counts: that at an instant, or that of the claim. */
      readonly at: When
      readonly table: readonly (readonly [plan: string, amount: PlanAmount])[]
    }
  /** Amounts of single accounts: compensation, for one. */
  | { readonly by: 'account'; readonly table: ReadonlyMap<string, Nanos> }

/** When the credit ends. */
export type Expiry =
  | { readonly kind: 'at'; readonly at: ZonedTime }
  | { readonly kind: 'days_after_claim'; readonly days: number }
  | { readonly kind: 'cycle_end' }

/** `null`: no ceiling. */
export interface Ceilings {
  readonly budget: Nanos | null
  readonly claims: number | null
}

/** `[from, until)`; `until: null`: no end. */
export interface ClaimWindow {
  readonly from: ZonedTime
  readonly until: ZonedTime | null
}

/** A cohort with its own claim window, rules and ceilings. */
export interface Wave extends Ceilings {
  readonly id: string
  readonly claim: ClaimWindow
  /** Besides those of the campaign. */
  readonly rules: readonly Rule[]
}

export const SIGNAL_KINDS = ['card', 'device', 'network', 'email'] as const
export type SignalKind = (typeof SIGNAL_KINDS)[number]

/** When a claim is held until a person has looked. */
export interface Review {
  /** How many accounts may share a signal before each further claim is held. */
  readonly accountsMax: Readonly<Record<SignalKind, number>>
  /** Signals without which a claim is held. */
  readonly required: readonly SignalKind[]
  /** Credit used up by one key or model within so many minutes is a drain. */
  readonly drainMinutes: number
}

export const CAMPAIGN_ORIGINS = ['promotion', 'compensation'] as const

/** A credit campaign. Immutable once published, but for pausing, closing, and raised ceilings. */
export interface Campaign extends Ceilings {
  readonly id: string
  readonly name: string
  readonly currency: Currency
  /** Where its terms can be read. */
  readonly source: string | null
  /** Remarks for operators. */
  readonly notes: string | null
  /** What the credit is to the account: an offer, or amends. */
  readonly origin: (typeof CAMPAIGN_ORIGINS)[number]
  /** `cycle`: once in each billing cycle of the account. */
  readonly repeat: 'once' | 'cycle'
  /** What the credit is for, in words for people. */
  readonly purpose: Texts | null
  readonly customFacts: Readonly<Record<string, FactType>>
  readonly rules: readonly Rule[]
  /** At least one; a campaign written without waves has one, called `all`. */
  readonly waves: readonly [Wave, ...Wave[]]
  readonly amounts: Amounts
  readonly expiry: Expiry
  readonly scope: Scope
  readonly position: 'before_windows' | 'after_windows'
  readonly priority: number
  readonly review: Review
}

/** The wave of a campaign that was written without waves. */
export const SINGLE_WAVE = 'all'
