/** Of price books. What to do about it is in the message: a price is corrected where it stands. */
export const BOOK_FAULTS = {
  book_not_object: 'must be an object',
  book_unknown_field: 'unknown field "{name}"; known are {known}',
  book_list_missing: 'is missing: it must be a list',
  book_not_list: 'must be a list',
  book_list_too_long: 'has {count} items, and {max} are allowed',
  book_missing: 'is missing',
  book_not_string: 'must be a string',
  book_empty: 'must not be empty',
  book_too_long: 'must be at most {max} characters',
  book_control: 'must not contain control characters',
  book_not_count: 'must be a whole number of tokens, 0 or more',
  book_price_number:
    'is the number {value}: write it as a decimal string, such as "0.25", since a float is not exact',
  book_price_not_text: 'must be a decimal string, such as "0.25"',
  book_price_not_decimal: '"{value}" is not a decimal number, such as "0.25"',
  book_price_negative: 'is negative: a price below zero never loads',
  book_price_too_fine:
    'has {decimals} decimals, and 9 are the most: money is counted in billionths',
  book_price_not_plain:
    '"{value}" is not written plainly: no leading zeros, and at most 18 digits before the point',
  book_not_currency: 'must be an ISO 4217 code, such as "USD"',
  book_twice: '{id} is there twice',
  book_multiplier_not_decimal:
    'must be a decimal string above 0, such as "1.5", with at most 9 decimals',
  book_multiplier_zero: 'must be above 0',
  book_multiplier_too_large: 'must be at most 1000',
  book_weights_rule: 'must be "highest" or "product"',
  book_not_instant: 'must be a date-time with a zone, such as "2026-10-07T00:00:00Z"',
  book_ends_first: 'must be after from',
  book_not_scope: 'must be a list of ids; leave it out for all',
  book_two_bands: 'has both prompt_tokens_above and prompt_tokens_from: state one',
  book_row_twice: 'has the same model, kind and condition as {first}',
  book_unknown_kind: 'unknown kind {kind}; known are {known}',
  book_feature: 'a price cannot depend on a feature: use a weight',
  book_fee_name: 'must be a name of small letters, digits and _',
  book_fee_twice: 'has the same model and fee as {first}',
  book_not_regex: 'is not a regular expression',
  book_back_reference: 'must not use back-references',
  book_look_around: 'must not use look-around or named groups',
  book_nested_repeat: 'must not repeat a group that itself varies',
  book_too_many_repeats:
    'must not have more than {unbounded} open repetitions, or {variable} with "?"',
} as const

export type BookFaultCode = keyof typeof BOOK_FAULTS
