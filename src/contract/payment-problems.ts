import { row } from './problem-row.ts'

/** What goes wrong beside a decision where money comes in or goes back. */
export const PAYMENT_PROBLEMS = {
  preview_unknown: row(
    404,
    'Preview not found',
    'There is no such preview, or these credentials may not see it.',
  ),
  preview_expired: row(
    410,
    'Preview has expired',
    'The preview is too old to be confirmed: price, tax or terms may have changed. Make a new one.',
  ),
  payment_method_unknown: row(
    404,
    'Payment method not found',
    'The account has no such payment method.',
  ),
  payment_method_refused: row(
    422,
    'Payment method was refused',
    'The payment processor does not accept this payment method.',
  ),
  bundle_unknown: row(
    404,
    'Bundle not found',
    'No bundle with this id is sold in the currency of the account.',
  ),
  bundle_limit_reached: row(
    409,
    'Monthly limit of bundles is reached',
    'The account has bought as much discounted credit this month as its plan allows.',
  ),
  policy_missing: row(
    409,
    'No policy row applies',
    'No row of law is published for the country of the card, nor one for all others.',
  ),
  policy_invalid: row(
    422,
    'Policy row is not valid',
    'The row follows the schema but cannot be applied; `errors` says where.',
  ),
  policy_exists: row(
    409,
    'Policy version exists',
    'This version of the jurisdiction’s row is published with other content; what is published never changes.',
  ),
  bundle_list_invalid: row(
    422,
    'List of bundles is not valid',
    'The list follows the schema but cannot be sold; `errors` says where.',
  ),
  bundle_list_exists: row(
    409,
    'Version of the bundles exists',
    'This version of the currency’s bundles is published with other content; what is published never changes.',
  ),
  tax_unknown: row(
    422,
    'Tax is not known',
    'The address of the card does not say which tax is due, so nothing is sold.',
  ),
  purchase_unknown: row(
    404,
    'Purchase not found',
    'There is no such purchase, or these credentials may not see it.',
  ),
  purchase_not_credited: row(
    409,
    'Purchase is not credited',
    'The purchase has not been credited, so there is nothing to refund.',
  ),
  refund_in_progress: row(
    409,
    'Refund is under way',
    'Another refund of this purchase is under way.',
    true,
  ),
  statement_unknown: row(
    404,
    'Statement not found',
    'The account has no closed statement with this number, or these credentials may not see it.',
  ),
  signature_invalid: row(
    400,
    'Signature is not valid',
    'The webhook was not signed by the payment processor, or too long ago.',
  ),
  processor_unavailable: row(
    503,
    'Payment processor does not answer',
    'The payment processor does not answer. Ask again with the same id: nothing is charged twice.',
    true,
  ),
} as const
