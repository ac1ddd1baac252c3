import type { FaultWords } from './told.ts'

const WHAT_IS_TRUE = 'Write, for example, "not past_due and seats >= 5".'
const MATCH_EVERYTHING = 'Leave it out to match everything.'

/** Of plans, promotions of windows, campaigns and incidents: they are read by one kind of reader. */
export const DOCUMENT_FAULTS = {
  doc_not_object: ['is not an object', 'Write an object in braces.'],
  doc_unknown_field: ['is not a known field', 'Known: {known}.'],
  doc_not_text: ['is not a text', 'Write 1 to {max} printable characters.'],
  doc_not_id: [
    'is not an id',
    'Use 1 to 64 of a-z, 0-9, _ and -, beginning with a letter or digit.',
  ],
  doc_not_allowed: ['is not one of the allowed words', 'Use {allowed}.'],
  doc_not_list: ['is not a list', 'Write a list in brackets.'],
  doc_list_too_long: ['has {count} items', 'Use at most {max}.'],
  doc_not_positive: [
    'is not a positive amount',
    'Write a decimal string with at most 9 decimals, such as "5.00".',
  ],
  doc_not_currency: ['is not a currency', 'Use an ISO 4217 code such as "USD".'],
  doc_empty_scope: ['is empty and would match nothing', MATCH_EVERYTHING],

  plan_not_version: ['is not a version', 'Use a whole number from 1 to {max}.'],
  plan_needs_seats: ['needs seats', 'State `seats`.'],
  plan_window_twice: ['is used twice', 'Give each window an id of its own.'],
  plan_window_length: [
    'is not a length of time',
    'Use an ISO 8601 duration of months or of days and hours, from a minute to ten years: "PT5H", "P7D", "P1M".',
  ],
  plan_capacity_twice: ['is stated twice', 'Use this or `capacity_per_seat`.'],
  plan_not_model: [
    'is not a model pattern',
    'Write a model id, with * at its end to match all that begin so.',
  ],
  plan_not_outcomes: ['is not a list of outcomes', 'Write {"client_aborted": "nothing"}.'],
  plan_not_minor: ['is not a whole number of minor units', 'No card can pay it in {currency}.'],
  plan_not_seats: ['is not a number of seats', 'Use 1 to {max}.'],
  plan_seats_reversed: ['is below `min`', 'Let it be at least as many.'],
  plan_grace_length: ['is not a length of time', 'Use days or hours, at most 90 days: "P7D".'],
  plan_not_translations: [
    'is not a list of translations',
    'Write {"ja": "…"}, for 1 to {max} languages; or leave it out.',
  ],
  plan_not_language: ['is not a language tag', 'Write "ja", or "pt-BR".'],

  promotion_ends_first: ['is not after `from`', 'Let it end after it begins.'],
  promotion_not_time: ['is not a time', 'Write RFC 3339 with a zone: "2026-12-01T00:00:00Z".'],
  promotion_not_multiplier: [
    'is not a multiplier',
    'Write a decimal string of at least 1, such as "2": a promotion gives, never takes.',
  ],

  campaign_not_instant: [
    'is not an instant',
    'Write RFC 3339 with a zone: "2026-04-03T16:00:00Z".',
  ],
  campaign_local_skipped: ['does not exist: clocks are put forward over it', 'Use another time.'],
  campaign_local_twice: [
    'comes twice: clocks are put back over it',
    'Write an instant with its offset instead, such as "2026-11-01T01:30:00-07:00".',
  ],
  campaign_not_local: ['is not a local time', 'Write "2026-04-17T23:59".'],
  campaign_not_zone: ['is not a time zone', 'Use an IANA name such as "America/Los_Angeles".'],
  campaign_other_instant: [
    'is another instant than the local time',
    'Leave it out, or write "{instant}".',
  ],
  campaign_not_plan: ['is not a plan', 'Write "pro", or "pro@3".'],
  campaign_names_none: ['is empty', 'Name at least one.'],
  campaign_not_whole: ['is not such a number', 'Use a whole number from {min} to {max}.'],
  campaign_too_large: ['is too large', 'Stay below one billion.'],
  campaign_not_facts: ['is not a list of facts', 'Write {"trial": "boolean"}.'],
  campaign_expires_ways: [
    'does not say when in one way',
    'Write {"at": …}, {"days_after_claim": 90} or {"cycle_end": true}.',
  ],
  campaign_not_true: ['is not true', 'Write {"cycle_end": true}.'],
  campaign_no_cycle: ['has no cycle to end with', 'Use it with "repeat": "cycle".'],
  campaign_expires_first: [
    'is before the end of the claim window',
    'Let the credit outlive the last moment at which it can be claimed.',
  ],
  campaign_rule_twice: ['has two rules called "{id}"', 'Give each an "id" of its own.'],
  campaign_not_amounts: ['is not a table of amounts', 'Write 1 to {max} amounts.'],
  campaign_not_account: ['names what is no account', 'Write account ids.'],
  campaign_claim_length: ['is not after the beginning', 'Let the window have a length.'],
  campaign_claim_ways: ['and "waves" are one too many or missing', 'Write one of the two.'],
  campaign_wave_twice: ['have the same id', 'Give each wave an id of its own.'],
  campaign_no_wave: ['is empty', 'Write at least one wave.'],
  campaign_not_rule: ['is not a rule', 'Use one of {rules}.'],
  campaign_not_flag: ['is not true or false', 'Write true or false.'],

  expression_unreadable: ['cannot be read here (column {column})', WHAT_IS_TRUE],
  expression_rest: ['does not expect "{text}" (column {column})', WHAT_IS_TRUE],
  expression_expects: ['expects "{text}" (column {column})', WHAT_IS_TRUE],
  expression_too_deep: ['is nested too deeply (column {column})', WHAT_IS_TRUE],
  expression_no_truth: ['expects a comparison, or what is true (column {column})', WHAT_IS_TRUE],
  expression_types: ['compares values of different types (column {column})', WHAT_IS_TRUE],
  expression_list: ['expects a list of values of one type (column {column})', WHAT_IS_TRUE],
  expression_ends: ['ends too soon (column {column})', WHAT_IS_TRUE],
  expression_no_value: ['expects a value (column {column})', WHAT_IS_TRUE],
  expression_no_fact: ['knows no fact "{name}" (column {column})', WHAT_IS_TRUE],
  expression_no_order: [
    'has no order: {type} is only compared with == and != (column {column})',
    WHAT_IS_TRUE,
  ],

  incident_ends_first: ['is not after `from`', 'Name the first instant after the incident.'],
  incident_no_error: ['names no error', 'Write {"statuses": [429]}, or leave it out.'],
  incident_gives_nothing: ['gives nothing', 'Name "refund", "rerate" or "goodwill".'],
  incident_no_rules: [
    'goes by findings, and the scope names no rule',
    'Name the rules in "scope", or refund the charge.',
  ],
  incident_claim_first: ['is before the incident', 'Leave people time to claim.'],
  incident_not_id: ['is not an incident id', 'Use 1 to 48 of a-z, 0-9 and _.'],
  incident_text_missing: ['is missing', 'Write it in English and in Japanese.'],
  incident_names_none: ['is empty', 'Name at least one, or leave it out.'],
  incident_remedy_twice: ['refunds and rates anew', 'Choose one of "refund" and "rerate".'],
  incident_credit_ways: [
    'does not say how much in one way',
    'Write "percent" and "max", or "tiers".',
  ],
  incident_no_tier: ['is empty', 'Write at least one step.'],
  incident_tier_falls: ['is not above the step before', 'Order the steps by loss, ascending.'],
} as const satisfies Readonly<Record<string, FaultWords>>

export type DocumentFaultCode = keyof typeof DOCUMENT_FAULTS
