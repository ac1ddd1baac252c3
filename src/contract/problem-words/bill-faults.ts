/** Of reports of providers. What to do about it is in the message, or it is to ask for the report again. */
export const BILL_FAULTS = {
  bill_no_bucket: 'it has no time bucket: there is nothing in it to compare',
  bill_currencies: 'it has amounts in several currencies ({currencies})',
  bill_unknown:
    'it is no report that is known: expected pages of Anthropic (usage_report/messages, cost_report, analytics) or of OpenAI (usage/completions, costs), or the table exported from the latter',
  bill_data_missing: 'is missing',
  bill_other_report: 'is of another report than the pages before it',
  bill_has_more: 'the last page says has_more: true, so rows are missing',
  bill_not_json: 'is not JSON: {reason}',
  bill_open_quote: 'has a quote that is never closed',
  bill_empty: 'it is empty',
  bill_cells: 'has {count} cells, and the first line has {names}',
  bill_bucket_reversed: 'the bucket ends before it begins',
  bill_bucket_too_long: 'the bucket is of more than one UTC day: ask for buckets of a day or less',
  bill_not_count: 'is not a whole number from 0 on',
  bill_not_amount: 'is not a decimal amount',
  bill_row_twice:
    'comes twice with other figures: the file mixes reports of different filters or dates',
  bill_not_seconds: 'start_time and end_time have to be whole seconds since 1970',
  bill_not_instants: 'starting_at and ending_at have to be RFC 3339 times',
  bill_no_model: 'is missing: ask for the report with {parameter}',
  bill_parts: 'its parts are more than the whole they belong to',
  bill_no_line_item: 'is missing: ask for the report with group_by=line_item',
  bill_not_currency: 'is not an ISO 4217 code',
  bill_not_told_apart:
    'does not say which model and token type it is for: ask for the report with group_by[]=description (cost_report), or with group_by of model, cost_type and token_type (analytics)',
} as const

export type BillFaultCode = keyof typeof BILL_FAULTS
