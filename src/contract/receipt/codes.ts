/** The codes that a receipt adds to those of the journal. snake_case nouns, never renamed. */

/** How the call stands now, corrections included. */
export const RECEIPT_STATUSES = [
  'settled',
  'refused',
  'not_billed',
  'unpriced',
  'usage_missing',
  'refunded',
  'partly_refunded',
  'reversed',
] as const
export type ReceiptStatus = (typeof RECEIPT_STATUSES)[number]

/** The badge: one glance, who carried the call. */
export const VERDICTS = [
  /** Money was drawn: lots or overage. */
  'charged',
  /** The plan's windows carried all of it. */
  'covered_by_plan',
  /** Priced, and the price is zero. */
  'nothing_due',
  /** Only what was delivered before the end is due. */
  'partial',
  /** Some or all of it could not be charged; the platform carries that part. */
  'absorbed',
  'not_billed',
  'refused',
  'unpriced',
  'usage_missing',
  'refunded',
  'partly_refunded',
  'reversed',
] as const
export type Verdict = (typeof VERDICTS)[number]

/** The word beside each figure: figures of different bases are never added in silence. */
export const BASES = [
  'billed',
  'covered_by_plan',
  'credit',
  'held',
  'estimate',
  'list_price',
  'refunded',
  'not_billed',
  'unpriced',
] as const
export type Basis = (typeof BASES)[number]

export const SOURCE_STATES = ['used', 'used_in_part', 'passed_over'] as const
export type SourceState = (typeof SOURCE_STATES)[number]

export const SOURCE_CLASSES = [
  'before_windows',
  'included',
  'promotional',
  'paid',
  'overage',
] as const

/** What became of one attempt of the call. */
export const ATTEMPT_STATES = ['settled', 'failed', 'refused', 'expired'] as const
export type AttemptState = (typeof ATTEMPT_STATES)[number]

export const CORRECTION_KINDS = ['complete', 'reattribute', 'refund', 'rerate', 'reverse'] as const

export const TIMELINE_EVENTS = [
  'received',
  'refused',
  'hold_placed',
  'first_byte',
  'last_byte',
  'attempt_failed',
  'hold_expired',
  'settled',
  'recorded',
  'completed',
  'reattributed',
  'refunded',
  'rerated',
  'reversed',
  'request_refused',
] as const
export type TimelineEvent = (typeof TIMELINE_EVENTS)[number]

/** What somebody can do about a block, the most useful first. */
export const BLOCK_ACTIONS = [
  'wait_for_reset',
  'wait_for_calls_in_flight',
  'retry_now',
  'shorten_request',
  'use_other_model',
  'raise_cap',
  'ask_owner_to_raise_cap',
  'turn_on_paid_use',
  'ask_owner_for_paid_use',
  'buy_credit',
  'change_plan',
  'ask_operator',
  'correct_request',
  'read_receipt',
  'contact_support',
] as const
export type BlockAction = (typeof BLOCK_ACTIONS)[number]

export const CHANGEABLE_BY = ['owner', 'operator', 'nobody'] as const
export const LIMIT_TYPES = ['window', 'cap', 'funds', 'plan', 'account'] as const
