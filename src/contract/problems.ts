import type { RefusalCode } from '../core/ledger/entry.ts'
import { ACCOUNT_PROBLEMS } from './account-problems.ts'
import { CAMPAIGN_PROBLEMS } from './campaign-problems.ts'
import { CATALOGUE_PROBLEMS } from './catalogue-problems.ts'
import { INCIDENT_PROBLEMS } from './incident-problems.ts'
import { LOG_PROBLEMS } from './log-problems.ts'
import { MCP_PROBLEMS } from './mcp-problems.ts'
import { MONEY_REFUSALS } from './money-refusals.ts'
import { OPERATIONS_PROBLEMS } from './operations-problems.ts'
import { PAYMENT_PROBLEMS } from './payment-problems.ts'
import { PORTAL_PROBLEMS } from './portal-problems.ts'
import { type Row, row } from './problem-row.ts'
import { SIGN_IN_PROBLEMS } from './sign-in-problems.ts'
import { SUPPORT_PROBLEMS } from './support-problems.ts'
import { USAGE_PROBLEMS } from './usage-problems.ts'

/**
 * Every problem that the HTTP API can answer with (RFC 9457). Codes are never renamed; each has a page
 * in docs/errors and is served at its `docs` path.
 */
export interface ProblemRow {
  readonly code: ProblemCode
  /** The same for every occurrence. */
  readonly title: string
  readonly status: number
  /** Whether the same request can succeed later without anybody changing anything. */
  readonly retryable: boolean
  /** What it means and what to do about it, in words for the caller. */
  readonly detail: string
  /** Path of its page, and the `type` of the problem. */
  readonly docs: string
}

/** Exhaustive: a new refusal code does not compile without a row. */
const REFUSALS: Readonly<Record<RefusalCode, Row>> = {
  account_unknown: row(
    404,
    'Account not found',
    'There is no such account, or these credentials may not see it.',
  ),
  account_exists: row(409, 'Account exists', 'An account with this id has been opened before.'),
  account_parked: row(
    423,
    'Account is parked',
    'A self-check of this account failed, so nothing is charged to it until support has looked. Contact support.',
  ),
  account_not_parked: row(
    409,
    'Account is not parked',
    'The account is billed as usual: there is nothing to take up again.',
  ),
  request_conflict: row(
    409,
    'Request id was used for something else',
    'This idempotency key or id was used before with other content; `field` names what differs. Use a new id for a new request.',
  ),
  call_already_settled: row(
    409,
    'Call is settled',
    'The call has ended and has been charged; read its receipt. Use a new call id for a new call.',
  ),
  call_in_flight: row(
    409,
    'Call is in flight',
    'The call has an open hold. Wait until it is settled or released.',
    true,
  ),
  blocked_by_plan: row(
    403,
    'Plan does not allow this call',
    'The plan blocks this model, feature or client. Choose another or change the plan.',
  ),
  model_unpriced: row(
    422,
    'Model has no price',
    'No price book in force has a price for this call, and the plan refuses calls without a price.',
  ),
  window_exhausted: row(
    429,
    'Included window is used up',
    'The included usage of the plan does not reach for this call. It goes through at `retry_at`, where that is given. Nothing was charged.',
    true,
  ),
  cap_reached: row(
    402,
    'Spend cap reached',
    'A spend cap does not leave room for this call; `limit` says which and where it stands. Nothing was charged.',
  ),
  paid_use_off: row(
    402,
    'Paid use is off',
    'The call would need paid credit, and paid use is switched off for this account. Nothing was charged.',
  ),
  funds_exhausted: row(
    402,
    'Not enough funds',
    'No funding source of the account can pay for this call. Nothing was charged.',
  ),
  hold_unknown: row(
    404,
    'Hold not found',
    'The call was never authorized. Authorize it first, or report its usage with record.',
  ),
  hold_released: row(
    409,
    'Hold was released',
    'The hold of this call has ended without a charge (released or expired). Authorize the call again as a new attempt.',
  ),
  event_too_old: row(
    422,
    'Event is too old',
    'The usage happened longer ago than is accepted. Contact the operator to have it posted.',
  ),
  event_in_future: row(
    422,
    'Event is in the future',
    'The event time is later than now. Check the clock and the time zone of the sender.',
  ),
  plan_unknown: row(404, 'Plan not found', 'There is no published plan with this id and version.'),
  currency_mismatch: row(
    422,
    'Currency does not match',
    'The currency of the plan or the price is not the currency of the account.',
  ),
  lot_unknown: row(404, 'Lot not found', 'The account has no lot with this id.'),
  lot_already_used: row(409, 'Lot is used up', 'Nothing is left of this lot.'),
  lot_not_expired: row(409, 'Lot has not expired', 'The lot is still in force.'),
  charge_unknown: row(
    404,
    'Charge not found',
    'The account has no charge for this call, or no journal entry with this number.',
  ),
  charge_not_settled: row(
    409,
    'Charge is not settled',
    'The call has not been charged yet, so there is nothing to give back.',
    true,
  ),
  refund_exceeds_charge: row(
    422,
    'Refund exceeds the charge',
    'The refund is larger than what is left of the charge.',
  ),
  already_refunded: row(
    409,
    'Already refunded',
    'The charge was refunded before, and nothing is left to refund.',
  ),
  already_reversed: row(409, 'Already reversed', 'The journal entry was reversed before.'),
  not_reversible: row(
    409,
    'Entry cannot be reversed',
    'The journal entry moved nothing, or what it moved can no longer be taken back.',
  ),
  not_pending: row(409, 'Nothing to complete', 'The call is not waiting for a price or for usage.'),
  still_unpriced: row(
    409,
    'Still without a price',
    'No price book in force prices this call yet. Publish one that does.',
    true,
  ),
  cap_unknown: row(404, 'Cap not found', 'The account has no cap with this id.'),
  controls_changed: row(
    409,
    'Changed meanwhile',
    'It is not as the request expects it to be: somebody has changed it, and `changed` says who and when. Nothing was changed. Read it again, then decide.',
  ),
  cap_request_unknown: row(
    404,
    'Cap request not found',
    'There is no such request to raise a cap, or these credentials may not see it.',
  ),
  cap_request_decided: row(
    409,
    'Cap request is decided',
    'The request was approved, denied or withdrawn before; read it to see which. A request is decided once.',
  ),
  cap_request_expired: row(
    409,
    'Cap request has expired',
    'Nobody decided the request in time. Make a new one.',
  ),
  amount_invalid: row(
    422,
    'Amount is not valid',
    'The amount is negative, zero where something is needed, or larger than is accepted.',
  ),
  hold_not_expired: row(409, 'Hold has not expired', 'The hold is still in force.'),
  lot_expired: row(409, 'Lot has expired', 'The lot expired before.'),
  lot_voided: row(409, 'Lot is void', 'The lot was voided before.'),
  subscription_unknown: row(404, 'No subscription', 'The account has no subscription in force.'),
  subscription_active: row(
    409,
    'Subscription is in force',
    'The account pays for its plan: change the subscription instead, so that what is paid for is reckoned.',
  ),
  payment_required: row(
    402,
    'Payment is required',
    'The change costs a fee that is not paid yet; `needed` says how much, tax excluded. Nothing was charged.',
  ),
  payment_used: row(
    409,
    'Payment was used before',
    'This payment is recorded already: it has paid a fee, credit or what is owed, here or for another account. A payment pays for one thing; name another.',
  ),
  preview_outdated: row(
    409,
    'Preview is out of date',
    'The account or the time has moved so that the preview does not hold any more. Nothing was charged; ask for a new one.',
  ),
  renewal_due: row(
    409,
    'Renewal is due',
    'The period that was paid for has ended; it is renewed or lapses first.',
    true,
  ),
  renewal_not_due: row(
    409,
    'Renewal is not due',
    'The period that is paid for has not ended, or the subscription ends with it.',
  ),
  seats_invalid: row(
    422,
    'Number of seats is not valid',
    'The plan does not allow this number of seats.',
  ),
  fallback_invalid: row(
    422,
    'Fallback is not valid',
    'A plan with a fee needs a free plan that the account falls to when it ends; none was named, or it has a fee.',
  ),
  nothing_to_change: row(409, 'Nothing to change', 'The subscription is already as asked for.'),
  reset_unknown: row(
    404,
    'Reset not found',
    'The account has no banked reset with this id that is still to be used.',
  ),
  reset_expired: row(409, 'Reset has expired', 'The banked reset was not used in time.'),
  window_unknown: row(
    404,
    'Window not found',
    'The plan has no such window, or the reset is for another one.',
  ),
  window_unused: row(
    409,
    'Window is not used',
    'Nothing of the window is used, so the reset was kept for later.',
  ),
  ...MONEY_REFUSALS,
}

/** What goes wrong at the edge, before or beside a decision. */
const EDGE = {
  invalid_request: row(
    400,
    'Request is not valid',
    'The request does not follow the schema; `errors` says where and how to correct it.',
  ),
  malformed_json: row(
    400,
    'Body is not valid JSON',
    'The body could not be read as UTF-8 JSON. It may be cut off.',
  ),
  idempotency_key_missing: row(
    400,
    'Idempotency-Key is missing',
    'Send an Idempotency-Key header, so that a repeat of this request changes nothing twice.',
  ),
  cursor_invalid: row(
    400,
    'Cursor is not valid',
    'The cursor was not made by this list. Begin again without it.',
  ),
  unauthenticated: row(
    401,
    'Credentials are missing or wrong',
    'Send `Authorization: Bearer` with an operator token or an account key that has not been revoked.',
  ),
  permission_denied: row(
    403,
    'Not allowed with these credentials',
    'These credentials may not do this in their own account. It belongs to the operator, or to a member with another role.',
  ),
  not_found: row(404, 'Not found', 'There is nothing at this address.'),
  receipt_unknown: row(
    404,
    'Receipt not found',
    'There is no receipt with this id, or these credentials may not see it.',
  ),
  entry_unknown: row(
    404,
    'Journal entry not found',
    'The journal of this account has no entry with this number, or these credentials may not see it.',
  ),
  receipt_pending: row(
    409,
    'Receipt is still open',
    'The call is in flight. Its receipt appears when it is settled or released.',
    true,
  ),
  key_unknown: row(404, 'Key not found', 'The account has no key with this id.'),
  ...CATALOGUE_PROBLEMS,
  ...ACCOUNT_PROBLEMS,
  ...SUPPORT_PROBLEMS,
  ...SIGN_IN_PROBLEMS,
  ...PORTAL_PROBLEMS,
  ...INCIDENT_PROBLEMS,
  ...MCP_PROBLEMS,
  ...LOG_PROBLEMS,
  ...OPERATIONS_PROBLEMS,
  ...CAMPAIGN_PROBLEMS,
  ...PAYMENT_PROBLEMS,
  ...USAGE_PROBLEMS,
  usage_invalid: row(
    422,
    'Usage could not be read',
    'The response does not follow the dialect, or carries no usage.',
  ),
  method_not_allowed: row(
    405,
    'Method not allowed',
    'This address exists, but not for this method; the Allow header names those it has.',
  ),
  body_too_large: row(413, 'Body is too large', 'A request body may have at most 10 MB.'),
  uri_too_long: row(414, 'Address is too long', 'The address is longer than is accepted.'),
  unsupported_media_type: row(
    415,
    'Media type is not supported',
    'Send the body as `application/json`.',
  ),
  request_timeout: row(
    408,
    'Request took too long to arrive',
    'The request was not sent to its end in time. Nothing of it was looked at and nothing was charged; send it again, faster.',
    true,
  ),
  headers_too_large: row(431, 'Headers are too large', 'The request headers are too large.'),
  too_many_listeners: row(
    503,
    'Too many listeners',
    'As many event feeds are open as this server serves. Close one, or try again later.',
    true,
  ),
  overloaded: row(
    503,
    'Overloaded',
    'More is asked than can be decided at the moment. Nothing was charged; try again after `Retry-After` with the same id.',
    true,
  ),
  unavailable: row(
    503,
    'Temporarily unavailable',
    'The database does not answer. Ask again with the same id: what was decided is then answered, and nothing happens twice.',
    true,
  ),
  server_closing: row(
    503,
    'Server is stopping',
    'This server is being stopped. Nothing was decided and nothing was charged; ask again after `Retry-After`, with the same id.',
    true,
  ),
  internal_error: row(
    500,
    'Internal error',
    'Something is wrong on our side. Ask again with the same id, or contact support with the `x-request-id` of this answer.',
    true,
  ),
} as const satisfies Record<string, Row>

export type EdgeCode = keyof typeof EDGE
export type ProblemCode = RefusalCode | EdgeCode

const ROWS: Readonly<Record<ProblemCode, Row>> = { ...REFUSALS, ...EDGE }

const problemDocs = (code: ProblemCode): string => `/errors/${code}`

/** The catalogue, in the order in which the documentation lists it. */
export const PROBLEMS: readonly ProblemRow[] = Object.entries(ROWS).map(([code, own]) => ({
  code: code as ProblemCode,
  ...own,
  docs: problemDocs(code as ProblemCode),
}))

const BY_CODE: ReadonlyMap<string, ProblemRow> = new Map(PROBLEMS.map((own) => [own.code, own]))

export const isProblemCode = (code: string): code is ProblemCode => BY_CODE.has(code)

export function problemOf(code: ProblemCode): ProblemRow {
  const found = BY_CODE.get(code)
  if (!found) throw new Error(`no problem ${code}`)
  return found
}
