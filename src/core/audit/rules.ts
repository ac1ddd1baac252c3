/**
 * The faults that the audit knows, and nothing else: a closed list, never renamed. Each is a class of
 * wrong billing that people have reported in public.
 */

export type Confidence = 'certain' | 'likely' | 'suspect'

export interface RuleRow {
  /** What was done wrong, in a few words of English, for lists and for whoever reads the code. */
  readonly about: string
  /** Who loses when it happens. */
  readonly harms: 'customer' | 'platform' | 'both'
  /** How sure a finding of it is, where nothing in the evidence makes it less so. */
  readonly confidence: Confidence
}

const row = (
  about: string,
  harms: RuleRow['harms'] = 'customer',
  confidence: Confidence = 'certain',
): RuleRow => ({ about, harms, confidence })

/** In order of precedence: of several readings of one fault, the first one is the finding. */
export const RULES = {
  // of one call
  failed_call_charged: row('a call that failed or was refused was charged'),
  unbillable_charged: row('an operation that costs nothing was charged'),
  zero_usage_charged: row('usage that was reported as zero, or not at all, was charged by a guess'),
  cut_stream_overcharged: row(
    'a stream that its caller left was charged beyond what was delivered',
  ),
  stream_misread: row('usage of a stream was added up, or its reports were merged wrongly'),
  cache_double_counted: row('cached tokens were counted twice, or not counted as cached'),
  cache_lifetime_mixed: row('cache writes of five minutes and of an hour were mixed up', 'both'),
  reasoning_miscounted: row('reasoning was counted twice, or left out', 'both'),
  modality_double_counted: row(
    'image or audio tokens were counted beside the text they are part of',
  ),
  fee_without_call: row('a fee was charged for a tool that was not called'),
  band_mispriced: row('the band of the prompt’s length was applied wrongly', 'both'),
  tier_mispriced: row('another tier, speed or batch price than the served one was used', 'both'),
  model_mispriced: row('the served model was priced as another, or at a default', 'both'),
  price_version_wrong: row(
    'prices that were not in force when the call was made were used',
    'both',
  ),
  negative_amount: row('a price or a charge below zero was posted', 'platform'),
  rate_mispriced: row(
    'an amount is not quantity times price, and no known fault explains it',
    'both',
  ),
  total_not_closed: row('lines, total and what carried it do not add up', 'both'),
  identity_broken: row(
    'the provider’s parts do not add up to its total, and the higher reading was charged',
    'customer',
    'likely',
  ),
  // of several calls
  duplicate_charge: row('one call was charged twice'),
  retry_charged: row('a retry was charged beside its first attempt', 'customer', 'likely'),
  charge_without_call: row('a charge names a call that was never made', 'customer', 'likely'),
  event_misdated: row('a late event was put into another period or left out', 'both'),
  // of the sources
  paid_before_included: row('paid credit was drawn while included capacity was left'),
  paid_before_promotional: row('paid credit was drawn while promotional credit was left'),
  expired_lot_used: row('credit was drawn outside the time for which it was valid'),
  lot_out_of_scope: row('credit was drawn for a call that it is not for'),
  source_overdrawn: row('more was drawn from a source than there was in it', 'both'),
  cap_exceeded: row('a cap did not hold'),
  refused_with_funds: row(
    'a call was refused although a source could pay it',
    'customer',
    'likely',
  ),
  window_bounds_wrong: row(
    'a window began, ended or was reset at another instant than its rule says',
  ),
  counter_stale: row('a counter was not what the entries before it add up to', 'both'),
  hold_leaked: row('what a call had reserved was never given back'),
  reversal_not_mirrored: row('a correction gave back more than it corrects', 'platform'),
  // of money that came in
  reload_without_consent: row('a card was charged without a consent that covers it'),
  reload_beyond_limits: row('auto-reload charged more often or more than was agreed to'),
  top_up_duplicated: row('one payment was credited twice', 'platform'),
  tax_not_closed: row('tax was rounded in one way here and in another there', 'both'),
  // for a person to look at
  unusual_burn: row('use rises far above what is usual for the account', 'customer', 'suspect'),
} as const satisfies Readonly<Record<string, RuleRow>>

export type AuditRule = keyof typeof RULES

export const AUDIT_RULES = Object.keys(RULES) as readonly AuditRule[]

/** Raised when a rule comes to find something else than before: what was audited is audited again. */
export const RULES_VERSION = 1
