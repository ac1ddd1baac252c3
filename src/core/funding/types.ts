import type { Currency, Nanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'

export * from './trace.ts'

/**
 * What a window, a lot or a coverage rule applies to. Every stated member must match; within a member
 * one hit is enough. A model may end in `*` (prefix match). An empty scope matches every call.
 */
export interface Scope {
  readonly models?: readonly string[]
  readonly features?: readonly string[]
  readonly clients?: readonly string[]
}

export interface WindowSpec {
  readonly id: string
  /** `anchored` opens with the first admitted call; `calendar` repeats from the account's anchor. */
  readonly shape: 'anchored' | 'calendar'
  /** ISO 8601 duration: `PT5H`, `P7D`, `P1M`. */
  readonly length: string
  readonly scope: Scope
  /** List-price nanos of the asset `<currency>.included`; of one seat where `perSeat` is set. */
  readonly capacity: Nanos
  /** The capacity is that of one seat: the window of an account has it as often as it has seats. */
  readonly perSeat?: true
  /** Dated multipliers of the capacity, as the catalogue has them for this plan. */
  readonly promotions?: readonly WindowPromotion[]
}

/**
 * A dated multiplier of window capacity ("double windows in December"). A run has the capacity of the
 * moment at which it begins, and keeps it until it ends.
 */
export interface WindowPromotion {
  readonly id: string
  readonly name: string
  /** A decimal of at least 1, such as `"2"`: a promotion gives and never takes. */
  readonly multiplier: string
  readonly from: Instant
  /** Not part of it. */
  readonly until: Instant
  /** Plan ids; absent = all. */
  readonly plans?: readonly string[]
  /** Window ids; absent = all. */
  readonly windows?: readonly string[]
}

/** The promotion that a run began in, and what its capacity would be without it. */
export interface RunPromotion {
  readonly id: string
  readonly name: string
  readonly multiplier: string
  readonly baseCapacity: Nanos
}

/** How often a plan is paid for. */
export const PLAN_PERIODS = ['P1M', 'P1Y'] as const
export type PlanPeriod = (typeof PLAN_PERIODS)[number]

/** Seats that an account of the plan may have, and what each costs a period. */
export interface PlanSeats {
  readonly min: number
  readonly max: number
  readonly priceEach: Nanos
}

export type Coverage = 'covered' | 'credits_only' | 'blocked'

/** The same text of the operator's in other languages, by their tags: `ja`, `pt-BR`. */
export type Translations = Readonly<Record<string, string>>

export interface CoverageRule {
  readonly when: Scope
  readonly effect: Coverage
  /** Words for the receipt: "fast mode is not part of the plan". */
  readonly reason: string
  /** Said instead to who reads one of these languages. */
  readonly reasons?: Translations
}

/** What a plan says of a call, as an entry keeps it. */
export interface CoverageFacts {
  readonly effect: string
  readonly reason: string | null
  /** Absent: it was said in one language only. */
  readonly reasons?: Translations
}

/** One immutable version of an offer: a list of windows (also none), coverage and controls. */
export interface Plan {
  readonly id: string
  readonly version: number
  readonly name: string
  readonly currency: Currency
  readonly windows: readonly WindowSpec[]
  /** The first rule that matches decides; a call that none matches is covered. */
  readonly coverage: readonly CoverageRule[]
  /** What happens to a covered call that exceeds its windows where no money can follow. */
  readonly crossing: 'finish' | 'clamp'
  /** Whether a call without a price is delivered (and held until priced) or refused. */
  readonly unpriced: 'deliver' | 'refuse'
  /** Rows that differ from the default of who pays when a call goes wrong, by outcome. */
  readonly outcomes?: Readonly<Record<string, 'delivered' | 'nothing'>>
  /** The fee of a period, tax excluded; absent = none. */
  readonly price?: Nanos
  /** Absent = a month. */
  readonly period?: PlanPeriod
  readonly seats?: PlanSeats
  /** `prepaid` (absent): a fee is paid before its period; `invoiced`: it is owed and invoiced. */
  readonly billing?: 'prepaid' | 'invoiced'
  /** Plan id of the free plan that an account falls to when this one ends. */
  readonly fallback?: string
  /** How long a fee may stay unpaid before the plan lapses, ISO 8601; absent = `P7D`. */
  readonly grace?: string
}

/** `pro@3` */
export const planRef = (plan: Pick<Plan, 'id' | 'version'>): string => `${plan.id}@${plan.version}`

/** One run of a window: `[start, end)`. */
export interface WindowInstance {
  readonly windowId: string
  readonly start: Instant
  readonly end: Instant
  readonly capacity: Nanos
  /** Drawn by settled calls; never above `capacity`. */
  readonly used: Nanos
  /** Drawn beyond capacity by calls that were let finish (`crossing: "finish"`). */
  readonly overshoot: Nanos
  readonly held: Nanos
  /** Absent where no promotion was in force when the run began. */
  readonly promotion?: RunPromotion
}

export const LOT_ORIGINS = [
  'purchase',
  'bundle',
  'promotion',
  'compensation',
  'plan',
  'gift',
] as const
export type LotOrigin = (typeof LOT_ORIGINS)[number]
export type LotCategory = 'paid' | 'promotional'

/** What is left of one grant or purchase. Lives independently of the plan. */
export interface Lot {
  readonly id: string
  readonly name: string
  readonly origin: LotOrigin
  readonly category: LotCategory
  /** What it was worth when new. */
  readonly face: Nanos
  /** What was paid for it, tax excluded. Zero for promotional lots. */
  readonly pricePaid: Nanos
  readonly effectiveAt: Instant
  /** Not part of its life; `null` = never. */
  readonly expiresAt: Instant | null
  readonly scope: Scope
  readonly position: 'before_windows' | 'after_windows'
  /** Smaller is drawn first. */
  readonly priority: number
  readonly createdAt: Instant
  readonly voidedAt: Instant | null
  /** Its payment is disputed since then: nothing new is drawn, and its expiry waits. Absent: it is not. */
  readonly frozenAt?: Instant
  /** Disputes that have come while it was frozen: it thaws with the last. Absent: none. */
  readonly alsoDisputed?: readonly string[]
  /** What banks have taken of its payment, where that was a part. Absent: nothing. */
  readonly lost?: { readonly price: Nanos; readonly tax: Nanos }
  readonly remaining: Nanos
  /** Part of `remaining` that calls in flight may still draw. */
  readonly held: Nanos
}

export const CAP_SCOPES = ['account', 'member', 'key', 'project', 'model'] as const
export type CapScope = (typeof CAP_SCOPES)[number]
export const CAP_PERIODS = ['call', 'session', 'day', 'week', 'cycle', 'lifetime'] as const
export type CapPeriod = (typeof CAP_PERIODS)[number]

export const CAP_COUNTS = ['money', 'paid', 'all'] as const
export type CapCounts = (typeof CAP_COUNTS)[number]

/** As the scope id of a cap of members, keys or projects: each of them has this limit for itself. */
export const EACH = '*'

/** A higher amount for a while: in force at every instant before `until`, and not at `until`. */
export interface CapRaise {
  /** Whom of a cap on each member, key or project; `null` for a cap on one scope. */
  readonly for: string | null
  readonly to: Nanos
  /** `null`: without end. */
  readonly until: Instant | null
}

/**
 * A hard limit: posted + held ≤ amount, at every instant. Days and weeks are UTC (weeks from Monday);
 * a cycle is a month from the account's anchor.
 */
export interface Cap {
  readonly id: string
  readonly scope: CapScope
  /** Member, key, project or model id; `null` for the account; `*`: each for itself. */
  readonly scopeId: string | null
  readonly period: CapPeriod
  readonly amount: Nanos
  /**
   * `money`: every lot and overage; `paid`: paid lots and overage only; `all`: included value too, so
   * that it is a share of the windows that an account pools.
   */
  readonly counts: CapCounts
  /** Absent = none. */
  readonly raises?: readonly CapRaise[]
}

/** A cap with its counter in the bucket (period instance) of one call. */
export interface CapUse {
  readonly cap: Cap
  /** Its counters are rows beside the account's state. */
  readonly beside: boolean
  readonly bucket: string
  /** The limit at the moment of the decision, a raise in force included. */
  readonly amount: Nanos
  readonly spent: Nanos
  readonly held: Nanos
}
