import type { Template } from '../explain/words.ts'

/** Words about cases. A new sentence does not compile until both languages have it. */
export interface CaseWords {
  readonly letter: Readonly<Record<LetterSentence, Template>>
  /** Why something was given back or refused, where the code is one that comes with the program. */
  readonly reasons: Readonly<Record<KnownReason, Template>>
  readonly access: Readonly<Record<'looked' | 'lookedAt' | 'forCase' | 'unmasked', Template>>
  readonly roles: Readonly<Record<'operator' | 'support_lead' | 'support', Template>>
}

type LetterSentence =
  | 'number'
  | 'aboutCalls'
  | 'aboutPeriod'
  | 'aboutPurchase'
  | 'foundNothing'
  | 'found'
  | 'refund'
  | 'rejected'
  | 'reason'
  | 'line'
  | 'lineFinding'
  | 'purchase'
  | 'posted'
  | 'skipped'
  | 'provisionalUsed'
  | 'said'
  | 'automatic'
  | 'byPerson'
  | 'appeal'
  | 'noAppeal'

/** Reasons that data/support/policy.json has; others are shown as they are. */
export const KNOWN_REASONS = [
  'finding',
  'nothing_charged',
  'wrong_charge',
  'failed_call',
  'duplicate',
  'misleading_information',
  'goodwill',
  'charge_is_right',
  'outside_policy',
] as const
export type KnownReason = (typeof KNOWN_REASONS)[number]

/** What a macro can name of a case. */
export const MACRO_FACTS = [
  'case',
  'account',
  'amount',
  'offer',
  'refunded',
  'due',
  'state',
  'receipts',
] as const
