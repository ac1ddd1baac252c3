import type { AuditRule } from '../../core/audit/rules.ts'

/** Faults that a bill of another system can have; what has no words of its own is `otherwise`. */
export type ClaimedRule =
  | Extract<
      AuditRule,
      | 'failed_call_charged'
      | 'unbillable_charged'
      | 'zero_usage_charged'
      | 'cut_stream_overcharged'
      | 'stream_misread'
      | 'cache_double_counted'
      | 'cache_lifetime_mixed'
      | 'reasoning_miscounted'
      | 'modality_double_counted'
      | 'fee_without_call'
      | 'band_mispriced'
      | 'tier_mispriced'
      | 'model_mispriced'
      | 'price_version_wrong'
      | 'identity_broken'
      | 'duplicate_charge'
      | 'retry_charged'
      | 'charge_without_call'
    >
  | 'otherwise'

/** All words of a dispute letter in one language. `{}` are values. */
export interface LetterWords {
  readonly title: string
  readonly greeting: string
  /** `{calls}`, `{charges}`, `{from}`, `{to}` */
  readonly opening: string
  /** `{amount}` */
  readonly claim: string
  /** `{amount}`, `{count}` */
  readonly doubtful: string
  readonly nothing: string
  readonly faults: Readonly<Record<ClaimedRule, string>>
  /** `{count}`, `{amount}` */
  readonly faultSum: string
  readonly columns: readonly [
    call: string,
    time: string,
    charged: string,
    right: string,
    difference: string,
    source: string,
  ]
  readonly claimed: string
  readonly toCheck: string
  /** `{books}` */
  readonly method: string
  readonly asked: string
  readonly closing: string
}
