import type { Nanos } from '../money/index.ts'
import type { Instant, Interval } from '../time/index.ts'
import type { TokenKind } from '../usage/usage.ts'

/** Whose bill can be read. */
export const BILLING_PROVIDERS = ['anthropic', 'openai'] as const
export type BillingProvider = (typeof BILLING_PROVIDERS)[number]

/** A token kind, `fee:web_search` for a counted fee, `other:…` for what no gateway carries. */
export type BillKind = TokenKind | `fee:${string}` | `other:${string}`

/** How a bill tells apart what it bills; `null`: it does not. Tier, speed and region in canonical words. */
export interface Place {
  readonly tier: string | null
  readonly speed: string | null
  readonly region: string | null
}

/** One figure of a provider's report: how much was used, or what it costs. */
export interface BillRow extends Place {
  /** Reports of use have quantities, reports of cost amounts; some have both. */
  readonly report: 'usage' | 'cost'
  /** Half-open, within one UTC day. */
  readonly bucket: Interval
  /** In the provider's words; `null` for fees of no model. */
  readonly model: string | null
  readonly kind: BillKind
  /** The provider's id of the API key; `null`: not told apart, or no key was used. */
  readonly key: string | null
  /** Workspace or project. */
  readonly workspace: string | null
  readonly quantity: bigint | null
  readonly cost: Nanos | null
  /** What one step of the last digit of `cost` is worth: its rounding. */
  readonly step: Nanos
  /** ISO 4217 code; `null` where there is no amount. */
  readonly currency: string | null
}

/** What was used and not counted as billable by us, and why the provider may bill it all the same. */
export type OpenCause = 'client_aborted' | 'upstream_failed' | 'refused' | 'usage_missing'

/** One attempt as our own journal has it. */
export interface OwnCall {
  readonly at: Instant
  /** The served model. */
  readonly model: string
  readonly tier: string | null
  readonly speed: string | null
  readonly region: string | null
  /** As the provider reported it, also where the customer pays nothing. */
  readonly tokens: Readonly<Partial<Record<TokenKind, number>>>
  readonly fees: Readonly<Record<string, number>>
  /** At most so many more can be billed, by kind; `null`: what was reported is all. */
  readonly open: {
    readonly cause: OpenCause
    readonly most: Readonly<Partial<Record<TokenKind, number>>>
  } | null
}

/** Why the two sides differ. Never renamed. */
export const CAUSES = [
  'late_bucket',
  'foreign_key',
  'unknown_model',
  'cache_kinds_merged',
  'tier_differs',
  'client_aborted',
  'upstream_failed',
  'refused',
  'usage_missing',
  'priority_tier_not_in_cost_report',
  'price_row_changed',
  'band_differs',
  'discount',
  'rounding',
  'not_metered',
] as const
export type VarianceCause = (typeof CAUSES)[number]

export interface CauseShare {
  readonly cause: VarianceCause
  /** `null`: a matter of price. */
  readonly quantity: bigint | null
  readonly amount: Nanos
}

/** What both sides say of one day, model, kind and place. */
export interface Position extends Place {
  /** Start of the UTC day. */
  readonly day: Instant
  /** As the price book names it; `''` for fees. */
  readonly model: string
  readonly kind: BillKind
}

export interface Comparison {
  readonly position: Position
  readonly billed: { readonly quantity: bigint | null; readonly cost: Nanos | null }
  readonly own: { readonly quantity: bigint; readonly cost: Nanos }
  /** Billed less own. `total = quantity + price + unsplit`, exactly. */
  readonly variance: {
    readonly total: Nanos
    /** The difference in quantity, at our mean list price. */
    readonly quantity: Nanos
    /** The difference in price, at the billed quantity. */
    readonly price: Nanos
    /** The report has no quantity to split it by. */
    readonly unsplit: Nanos
  }
  readonly causes: readonly CauseShare[]
  /** `total` less what the causes explain. */
  readonly unexplained: Nanos
}

export interface ComparisonSettings {
  readonly provider: BillingProvider
  /** The provider's ids of our own keys; `null`: every key is ours. */
  readonly ownKeys: ReadonlySet<string> | null
  /** How far from midnight an event can still be put into the other day. */
  readonly lateMs: number
  /** Multipliers that are agreed with the provider, `{ numerator, denominator }`. */
  readonly discounts: readonly { readonly numerator: bigint; readonly denominator: bigint }[]
}

export const LATE_MS = 600_000
