import type { Nanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import type { AuditRule, Confidence } from './rules.ts'

/** What would make the fault good. */
export type Remedy =
  /** Back to the sources that the call was paid from, money before included capacity. */
  | { readonly type: 'refund'; readonly callId: string; readonly amount: Nanos }
  /** The entry should not be there at all. */
  | { readonly type: 'reverse'; readonly seq: number }
  | { readonly type: 'release_hold'; readonly callId: string }
  /** A person has to look. */
  | { readonly type: 'review' }
  /** Nothing is to be given back. */
  | { readonly type: 'none' }

/** One detected fault of a charge or of the books. */
export interface Finding {
  readonly rule: AuditRule
  /** The same fault found again has the same key: the rule and what it is about. */
  readonly key: string
  /** `null`: records of another system, which knows no accounts of ours. */
  readonly accountId: string | null
  /** ISO 4217 code. */
  readonly currency: string
  /** The calls concerned, the one at fault first. */
  readonly calls: readonly string[]
  /** The journal entries concerned. */
  readonly seqs: readonly number[]
  /** Of the faulty charge. */
  readonly at: Instant
  /** What should have been charged (money and included value); `null`: not a matter of amount. */
  readonly expected: Nanos | null
  readonly posted: Nanos | null
  /** `posted - expected`: above zero, the customer was charged too much. */
  readonly difference: Nanos
  readonly confidence: Confidence
  /** Facts and codes, JSON, no prose. */
  readonly evidence: Readonly<Record<string, unknown>>
  readonly remedy: Remedy
}
