import { row } from './problem-row.ts'

/** Why money that comes in, goes back or is owed was refused. */
export const MONEY_REFUSALS = {
  dispute_open: row(
    409,
    'Payment is disputed',
    'The payment of this credit is disputed at the bank. Nothing can be refunded, voided or expired until that is decided.',
    true,
  ),
  not_refundable: row(
    409,
    'Nothing to pay back',
    'Nothing was paid for this credit, or all that was paid has been paid back.',
  ),
  withdrawal_over: row(
    409,
    'Withdrawal period is over',
    'The time in which this purchase can be withdrawn from is over, or the law of its jurisdiction gives none.',
  ),
  refund_unknown: row(404, 'Refund not found', 'The account has no refund with this id.'),
  auto_reload_off: row(
    409,
    'Auto-reload is not set up',
    'Auto-reload has never been set up for this account.',
  ),
  reload_ended: row(409, 'Reload has ended', 'This round of auto-reload has ended before.'),
  statement_not_due: row(
    409,
    'Statement is not due',
    'The cycle has not ended, has been closed before, or its statement was made into an invoice before.',
  ),
  invoice_unknown: row(
    404,
    'Invoice not found',
    'The account has no invoice with this id that is still to be paid, or these credentials may not see it.',
  ),
  invoice_closed: row(
    409,
    'Invoice is closed',
    'The invoice has been paid, in part or in full, or was taken back before.',
  ),
  payment_exceeds_owed: row(
    422,
    'Payment is more than is owed',
    'A payment is recorded up to what is owed, and never beyond; `limit` says how much that is.',
  ),
} as const
