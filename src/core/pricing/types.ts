import type { Currency, Nanos, Ratio } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import type { TokenKind } from '../usage/usage.ts'
import type { CompiledBook } from './compile.ts'

/**
 * The condition of a price row or weight. Every stated member must hold.
 * `tier`, `speed` and `region` are the *served* ones.
 */
export interface PriceCondition {
  /** The prompt (input + cache reads + cache writes) is strictly longer than this. */
  readonly prompt_tokens_above?: number
  /** The prompt is at least this long: for providers whose band starts inclusively. */
  readonly prompt_tokens_from?: number
  readonly tier?: string
  readonly speed?: string
  readonly region?: string
  /** A feature of the request (`reasoning`, `tools`, …): for weights only. */
  readonly feature?: string
}

export interface PriceRowDocument {
  readonly model: string
  readonly kind: TokenKind
  /** Major units per million tokens, decimal string with at most 9 decimals. */
  readonly per_mtok: string
  readonly when?: PriceCondition
  readonly source?: string
  readonly as_of?: string
}

export interface FeeDocument {
  /** A model id or `*`. */
  readonly model: string
  readonly fee: string
  /** Major units per counted unit. */
  readonly each: string
  readonly source?: string
  readonly as_of?: string
}

export interface AliasDocument {
  /** A regular expression; what it matches is cut off (or replaced) to give the priced model's id. */
  readonly pattern: string
  readonly replace?: string
  /** Words for the receipt. */
  readonly rule: string
}

export interface WeightDocument {
  readonly id: string
  readonly multiplier: string
  readonly when: PriceCondition
}

export interface PromotionDocument {
  readonly id: string
  readonly multiplier: string
  readonly from: string
  readonly until: string
  /** Plans to which it applies; absent = all. */
  readonly plans?: readonly string[]
  readonly models?: readonly string[]
}

export interface ModelDocument {
  readonly model: string
  /** What a call is expected to write, for the hold on included windows. Default 1,024. */
  readonly expected_output_tokens?: number
  /** The most it can write, used when a request states no maximum. */
  readonly max_output_tokens?: number
}

/** The file form of a price book, and the API's. */
export interface PriceBookDocument {
  readonly id: string
  readonly currency: Currency
  readonly effective_from: string
  /** The id of a book that was wrong: from here on this one is in force in its place. */
  readonly corrects?: string
  readonly rows: readonly PriceRowDocument[]
  readonly fees?: readonly FeeDocument[]
  readonly aliases?: readonly AliasDocument[]
  readonly models?: readonly ModelDocument[]
  readonly weights?: readonly WeightDocument[]
  /** `highest` (default): only the largest weight applies; `product`: all that apply multiply. */
  readonly weights_rule?: 'highest' | 'product'
  readonly promotions?: readonly PromotionDocument[]
}

export interface PriceRow {
  readonly model: string
  readonly kind: TokenKind
  /** Nanos per million tokens. */
  readonly perMtok: Nanos
  readonly when: PriceCondition
}

/** A loaded, validated and indexed price book. Immutable. */
export interface PriceBook {
  readonly id: string
  readonly currency: Currency
  readonly effectiveFrom: Instant
  /** Rows by model, then kind. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<TokenKind, readonly PriceRow[]>>
  /** What a call of each model is expected to write, and the most it can, where the book says. */
  readonly models: ReadonlyMap<string, ModelDocument>
  readonly document: PriceBookDocument
  /** What rating looks up, indexed when the book was loaded. */
  readonly compiled: CompiledBook
}

/** What is known of a call when it is priced. */
export interface RatingContext {
  /** The served model. */
  readonly model: string
  /** As served; in a bound as asked for, where `auto` leaves it to the provider. */
  readonly tier: string | null
  readonly speed: string | null
  readonly region: string | null
  /** What the request asked for, where it differs from what was served: noted on the receipt. */
  readonly requestedTier?: string | null
  readonly features: readonly string[]
  /** Plan id, for promotions. */
  readonly plan: string | null
  readonly eventAt: Instant
}

export type RatedLine =
  | {
      readonly type: 'usage'
      readonly kind: TokenKind
      readonly model: string
      readonly quantity: number
      readonly perMtok: Nanos
      readonly amount: Nanos
    }
  | {
      readonly type: 'fee'
      readonly fee: string
      readonly quantity: number
      readonly each: Nanos
      readonly amount: Nanos
    }
  | {
      readonly type: 'weight' | 'promotion'
      readonly id: string
      readonly multiplier: Ratio
      readonly amount: Nanos
    }

export type RatingFlag =
  | 'tier_differs_from_request'
  | 'region_without_price'
  | 'cache_write_read_as_5m'
  | 'reasoning_priced_as_output'
  | 'image_priced_as_text'
  | 'model_alias'

/** Usage with prices: the lines add up to the total exactly. */
export interface RatedUsage {
  readonly bookId: string
  readonly currency: Currency
  /** The model whose rows were used. */
  readonly model: string
  /** How the served id was resolved: `exact`, or the alias rule's words. */
  readonly modelRule: string
  /** The band that applied to the whole request (e.g. `prompt_tokens_above:200000`), or `null`. */
  readonly band: string | null
  readonly lines: readonly RatedLine[]
  readonly total: Nanos
  readonly flags: readonly RatingFlag[]
}

export type UnpricedReason =
  | 'unknown_model'
  | 'unknown_kind'
  | 'unknown_fee'
  | 'unknown_tier'
  | 'unknown_speed'
  | 'no_price_book'

/** No price: never zero, never a default. */
export interface Unpriced {
  readonly status: 'unpriced'
  readonly reason: UnpricedReason
  /** What has no price, e.g. `["groq/llama-3.3-70b-versatile"]` or `["cache_write_1h"]`. */
  readonly missing: readonly string[]
}

export type Rating = { readonly status: 'priced'; readonly rated: RatedUsage } | Unpriced

/** What can be known of a call before it is made. */
export interface UsageBound {
  /** At most this many prompt tokens. */
  readonly promptTokensMax: number
  readonly promptTokensExpected: number
  /** Prompt kinds that can occur; the dearest is assumed. */
  readonly promptKinds: readonly TokenKind[]
  readonly maxOutputTokens: number
  readonly outputKinds: readonly TokenKind[]
  /** Fee units that can occur at most. */
  readonly fees: Readonly<Record<string, number>>
}

export type BoundRating =
  | {
      readonly status: 'priced'
      readonly bookId: string
      /** The dearest that the call can cost: every band, tier and kind that can apply. */
      readonly worst: Nanos
      /** What it is expected to cost: expected prompt + min(max, the model's expected output). */
      readonly expected: Nanos
      /** The largest output in `[0, maxOutputTokens]` whose worst case is within the budget; -1 if none. */
      readonly maxOutputWithin: (budget: Nanos) => number
      /** The expected cost when at most this many tokens are written. */
      readonly expectedFor: (maxOutputTokens: number) => Nanos
      readonly worstFor: (maxOutputTokens: number) => Nanos
    }
  | Unpriced
