import type { Nanos } from '../money/index.ts'
import type { LotCategory } from './types.ts'

/** What the funding decision needs to know of a call. */
export interface CallFacts {
  /** The requested model when authorizing; the receipt shows the served one beside it. */
  readonly model: string
  readonly features: readonly string[]
  readonly client: string | null
  readonly keyId: string | null
  readonly memberId: string | null
  readonly projectId: string | null
  readonly sessionId: string | null
}

/** Why a source was passed over, or gave only a part. One code a source; never renamed. */
export const PASSED_OVER = [
  'out_of_scope',
  'not_yet_effective',
  'expired',
  'voided',
  'frozen',
  'exhausted',
  'held',
  'switched_off',
  'cap_reached',
  'credits_only',
  'blocked',
  'not_needed',
] as const
export type PassedOver = (typeof PASSED_OVER)[number]

export type SourceClass = 'before_windows' | 'included' | 'promotional' | 'paid' | 'overage'

/** One source in the order tried, with what it gave and why it gave no more. */
export interface SourceTrace {
  readonly class: SourceClass
  /** `null` for included capacity. */
  readonly category: LotCategory | null
  /** `included`, `overage` or the lot's id. */
  readonly source: string
  /** What could have been drawn at that moment (holds of other calls and caps respected). */
  readonly free: Nanos
  readonly drawn: Nanos
  /** `null` when it covered all that was still needed. */
  readonly reason: PassedOver | null
  /** The cap that bound, for `cap_reached`. */
  readonly capId?: string
  /** The window that bound, for `included`. */
  readonly windowId?: string
}

/** The answer of the funding order. `drawn + short = amount`. */
export interface FundingPlan {
  readonly trace: readonly SourceTrace[]
  readonly included: Nanos
  /** Everything but `included`. */
  readonly money: Nanos
  /** What no source could give. */
  readonly short: Nanos
}
