import type { FaultWords } from '../../core/faults/index.ts'

const PUBLIC_ADDRESS = 'Use a public https address, or an e-mail address for e-mail.'
const SHORTER = 'Ask for a shorter interval.'
const EVIDENCE = 'Send ids, statuses and timings only.'
const RFC_3339 = 'Send RFC 3339 with a zone.'
const SCOPE_ID = 'Name the member, key, project or model; leave it out for the account.'

/**
 * What can be wrong with a part of a request, each with what to do about it. A place gives the code and its
 * values, never a text, so that whoever asks is told in their own language.
 */
export const REQUEST_FAULTS = {
  body_missing: ['is missing', 'Send a JSON object.'],
  body_unwanted: ['is not taken here', 'Send none.'],
  body_too_deep: ['is nested more than {max} levels deep', 'Send it flatter.'],
  body_too_wide: ['has a list or object of {count} members', 'Send at most {max} in one list.'],
  parameter_unknown: ['is not a known parameter', 'Leave it out: this address takes none.'],
  account_missing: ['is missing', 'Operator tokens speak for no account: name one.'],
  tool_account_missing: ['is missing', 'This token speaks for no account: name one.'],
  idempotency_key_form: [
    'is not of the right form',
    'Use 1 to 128 of the characters A-Z, a-z, 0-9 and . _ : @ + / = -',
  ],
  case_header_form: [
    'is not of the right form',
    'Send the id of the case that you work on, or leave it out.',
  ],
  time_zone_unknown: ['is not a time zone', 'Use an IANA name such as Asia/Tokyo.'],

  bound_to_key: ['is not what the account key is bound to', 'Leave it out: the key says it.'],
  tag_key_twice: [
    'has two values of one key',
    'Send each key once: a call counts under one value of it.',
  ],
  expected_above_max: [
    'is more than `prompt_tokens_max`',
    'Leave it out, or send at most `prompt_tokens_max`.',
  ],
  output_unknown: [
    'is missing, and the price book does not say how much the model can write',
    'Send the most that the call may write.',
  ],
  usage_absent: [
    'carries no usage in the dialect {dialect}',
    'Send the provider’s response with its usage; or `"usage": null` when the provider did not say.',
  ],
  usage_too_large: ['counts {count} of {name}', 'A call has at most {max} of each.'],
  evidence_too_deep: ['is nested more than {max} levels deep', EVIDENCE],
  evidence_too_long: ['has more than {max} characters', EVIDENCE],

  reason_missing: [
    'is missing',
    'Say why the operator turns paid use on or off for its owner; it goes into the journal.',
  ],
  cap_scope_missing: ['is missing', SCOPE_ID],
  cap_scope_unwanted: ['does not belong to a cap of the account', SCOPE_ID],
  signals_of_operator: [
    'is not taken with an account key',
    'Signals are what the operator has seen: send them with an operator token.',
  ],
  address_not_mail: ['is not an e-mail address', PUBLIC_ADDRESS],
  address_not_url: ['is not a URL', PUBLIC_ADDRESS],
  address_not_https: ['does not begin with https://', PUBLIC_ADDRESS],
  address_credentials: ['carries a user name or a password', PUBLIC_ADDRESS],
  address_is_link: ['is an address of the machine’s link', PUBLIC_ADDRESS],
  address_leads_to_link: ['leads to an address of the machine’s link', PUBLIC_ADDRESS],
  address_is_private: ['is an address that is not of the public internet', PUBLIC_ADDRESS],
  address_leads_to_private: [
    'leads to an address that is not of the public internet',
    PUBLIC_ADDRESS,
  ],
  address_not_found: ['has no address', PUBLIC_ADDRESS],
  address_not_looked_up: ['cannot be looked up', PUBLIC_ADDRESS],

  price_book_twice: [
    'is given together with `price_book`',
    'Send one of the two, or neither for the one in force.',
  ],
  corrects_other: [
    'is no other book of this currency that takes effect at the same instant',
    'Name the book that was wrong, and take over its `effective_from`.',
  ],
  draft_and_document: ['and `based_on` exclude each other', 'Send exactly one of them.'],
  book_named_once: [
    'is one of three ways to name a book',
    'Send exactly one of `document`, `draft_id` and `price_book_id`.',
  ],
  span_too_long: ['is not within 31 days after `from`', SHORTER],
  ends_before_opening: ['is before the account was opened', 'End after its `opened_at`.'],
  policy_rate: ['is not a decimal', 'Correct it in {ref}; nothing was published.'],
  policy_tax_point: [
    'is `use`, but tax that falls due when credit is used is not computed: credit would be sold without any tax',
    'Correct it in {ref}; nothing was published.',
  ],
  policy_validity: ['is not an ISO 8601 duration', 'Correct it in {ref}; nothing was published.'],
  bundle_no_other_plans: [
    'has no row for all other plans: `*`',
    'Correct it in {ref}; nothing was published.',
  ],
  bundle_price: [
    'is not an amount that a card can pay in {currency}',
    'Correct it in {ref}; nothing was published.',
  ],
  bundle_face: ['is less than the price', 'Correct it in {ref}; nothing was published.'],
  bundle_twice: ['is there twice', 'Correct it in {ref}; nothing was published.'],
  theme_contrast: [
    '{front} on {back} has a contrast of {ratio} to 1',
    'Choose another {by}: it has to be {least} to 1 or more.',
  ],

  moment_future: [
    'is in the future',
    'Name a moment that is past; the state of now is at {address}.',
  ],
  moment_before_opening: [
    'is before the account was opened',
    'Name a moment at or after `opened_at` of the account.',
  ],
  statement_and_interval: [
    'does not go with `from` or `until`',
    'Name a statement, or an interval, not both.',
  ],
  from_after_until: ['is after `until`', 'Name the earlier time as `from`.'],
  log_sizes_reversed: ['is after `to`', 'Give the smaller size first: a log only grows.'],
  base_date_open: ['is not over in Japan', 'Name a base date of the past.'],

  usage_too_many_rows: [
    'gives more than {max} rows',
    'Choose a shorter interval or a coarser group.',
  ],
  usage_from_late: ['is not before `to`', 'Send an earlier time.'],
  usage_cycle_and_interval: ['is sent with `from` or `to`', 'Send one or the other.'],
  usage_no_cycle: ['is not there: no cycle has been closed', 'Ask for `current`.'],
  usage_too_many_pieces: [
    'gives more than {max} pieces',
    'Choose a shorter period or longer pieces.',
  ],
  usage_tag_missing: ['is missing', 'Name the tag whose values are the groups.'],
  usage_not_split: [
    'cannot be split by {group}: its parts would not add up',
    'Choose `list_price`.',
  ],
  export_tag_missing: ['is missing', 'Name the tag to split by.'],
  filter_not_list: ['is not a list of values', 'Send values between commas.'],
  filter_no_value: ['is not a value of it', 'Send one of {values}.'],

  reason_not_in_policy: ['is not in the policy', 'Choose from: {reasons}.'],
  reason_no_policy: ['is not in the policy', 'Choose from: none: no support policy is published.'],
  line_unknown: ['{call} is no charged call of the account', 'Name a call that has a charge.'],
  line_not_in_case: [
    '{call} is not what the case is about',
    'Name calls of the case; refund this one on its own, or in a case about it.',
  ],
  payment_not_in_case: [
    'is not what the case is about',
    'Name the payment of the case; refund this one on its own.',
  ],
  line_nothing_left: ['{call} has nothing left to give back', 'Leave the call out.'],
  line_above_left: [
    '{call} is more than is left of the charge',
    'Leave the amount out to give all of it.',
  ],
  line_below_finding: [
    '{call} is less than the audit says is wrong',
    'Give at least that, or dismiss the finding first.',
  ],
  line_twice: ['{call} is named twice', 'Name each call once.'],
  line_zero: ['{call} is nothing', 'Name an amount above zero.'],
  dispute_ends_first: [
    'is not later than `from`',
    'Name the first instant that is not part of the period.',
  ],
  support_not_duration: ['“{text}” is not a duration', 'Write it as ISO 8601: PT4H, P2D.'],
  macro_fact: [
    '{fact} is no fact of macros, or is in one language only',
    'Use the same of these in both: {facts}.',
  ],
  rule_unknown: [
    'is no rule of the audit',
    'Name one of docs/concepts/detection.md; nothing was published.',
  ],
  books_differ_at: [
    'invariant {invariant}: {found}',
    'Find the cause with “everycent verify -a ACCOUNT”. The account stays parked; nothing was changed.',
  ],
  provider_missing: ['is missing', 'Say whose bill it is.'],
  order_not_time: ['is not a time', RFC_3339],
  order_ends_first: ['is not after `from`', 'Send the end of the time.'],
  order_too_long: ['is too far from `from`', 'Ask for {max} days at most.'],
} as const satisfies Readonly<Record<string, FaultWords>>
