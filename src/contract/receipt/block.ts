import type { EntryBody, RefusalCode, RefusalFacts } from '../../core/ledger/entry.ts'
import { formatNanos, type Nanos, readNanos, subtractToZero, ZERO } from '../../core/money/index.ts'
import { parseInstant, SECOND_MS } from '../../core/time/index.ts'
import type { BlockCard } from './block-schema.ts'
import type { BlockAction } from './codes.ts'
import { currencyOf } from './parts.ts'
import { receiptId } from './receipt-id.ts'

/** What can be done about each refusal, the most useful first. */
const ACTIONS_OF: Readonly<Record<RefusalCode, readonly BlockAction[]>> = {
  account_unknown: ['correct_request', 'ask_operator'],
  account_exists: ['correct_request'],
  account_parked: ['contact_support', 'ask_operator'],
  request_conflict: ['correct_request'],
  call_already_settled: ['read_receipt'],
  call_in_flight: ['wait_for_calls_in_flight'],
  blocked_by_plan: ['use_other_model', 'change_plan'],
  model_unpriced: ['use_other_model', 'ask_operator'],
  window_exhausted: [
    'wait_for_reset',
    'turn_on_paid_use',
    'buy_credit',
    'shorten_request',
    'change_plan',
  ],
  cap_reached: ['raise_cap', 'wait_for_reset', 'shorten_request'],
  paid_use_off: ['turn_on_paid_use', 'wait_for_reset'],
  funds_exhausted: ['buy_credit', 'shorten_request', 'wait_for_reset'],
  hold_unknown: ['retry_now'],
  hold_released: ['retry_now'],
  event_too_old: ['contact_support', 'ask_operator'],
  event_in_future: ['correct_request'],
  plan_unknown: ['correct_request', 'ask_operator'],
  currency_mismatch: ['correct_request'],
  lot_unknown: ['correct_request'],
  lot_already_used: ['contact_support'],
  lot_not_expired: ['correct_request'],
  charge_unknown: ['correct_request'],
  charge_not_settled: ['wait_for_calls_in_flight'],
  refund_exceeds_charge: ['read_receipt', 'correct_request'],
  already_refunded: ['read_receipt'],
  already_reversed: ['read_receipt'],
  not_reversible: ['contact_support'],
  not_pending: ['read_receipt'],
  still_unpriced: ['ask_operator'],
  cap_unknown: ['correct_request'],
  controls_changed: ['retry_now'],
  cap_request_unknown: ['correct_request'],
  account_not_parked: ['correct_request'],
  cap_request_decided: ['correct_request'],
  cap_request_expired: ['correct_request'],
  amount_invalid: ['correct_request'],
  hold_not_expired: ['wait_for_calls_in_flight'],
  lot_expired: ['correct_request', 'contact_support'],
  lot_voided: ['correct_request', 'contact_support'],
  subscription_unknown: ['correct_request', 'change_plan'],
  subscription_active: ['change_plan'],
  payment_required: ['buy_credit', 'ask_operator'],
  payment_used: ['correct_request'],
  preview_outdated: ['retry_now'],
  renewal_due: ['retry_now', 'ask_operator'],
  renewal_not_due: ['correct_request'],
  seats_invalid: ['correct_request'],
  fallback_invalid: ['correct_request', 'ask_operator'],
  nothing_to_change: ['correct_request'],
  reset_unknown: ['correct_request'],
  reset_expired: ['contact_support'],
  window_unknown: ['correct_request'],
  window_unused: ['correct_request'],
  dispute_open: ['contact_support'],
  not_refundable: ['contact_support'],
  withdrawal_over: ['contact_support'],
  refund_unknown: ['correct_request'],
  auto_reload_off: ['correct_request'],
  reload_ended: ['read_receipt'],
  statement_not_due: ['correct_request'],
  invoice_unknown: ['correct_request'],
  invoice_closed: ['correct_request'],
  payment_exceeds_owed: ['correct_request'],
}

/** Refusals that pass by themselves, although nobody can say when. */
const PASSING: readonly RefusalCode[] = [
  'call_in_flight',
  'charge_not_settled',
  'hold_not_expired',
  'renewal_due',
]

const isPaidUseOff = (refused: RefusalFacts, entry: EntryBody | null): boolean =>
  refused.code === 'paid_use_off' ||
  (entry?.funding ?? []).some(({ reason }) => reason === 'switched_off')

/** A window with no room at all: a shorter call would not fit into it either. */
const isUsedUp = ({ code, limit }: RefusalFacts): boolean =>
  code === 'window_exhausted' && limit?.amount !== undefined && leftOf(limit) === ZERO

/** An action is offered only where it can help: waiting needs a reset, a member cannot raise a cap. */
function actionsFor(refused: RefusalFacts, entry: EntryBody | null): BlockAction[] {
  const waits = refused.retry_at !== undefined
  const owner = refused.changeable_by === 'owner'
  const replaced: Partial<Record<BlockAction, BlockAction>> =
    refused.changeable_by === 'operator'
      ? { raise_cap: 'ask_operator', turn_on_paid_use: 'ask_operator', buy_credit: 'ask_operator' }
      : owner
        ? { raise_cap: 'ask_owner_to_raise_cap', turn_on_paid_use: 'ask_owner_for_paid_use' }
        : {}
  const actions = ACTIONS_OF[refused.code]
    .filter((action) => action !== 'wait_for_reset' || waits)
    .filter((action) => action !== 'turn_on_paid_use' || isPaidUseOff(refused, entry))
    .filter((action) => action !== 'shorten_request' || !isUsedUp(refused))
    .map((action) => replaced[action] ?? action)
  return [...new Set(actions)]
}

function secondsUntil(from: string, until: string): number {
  const [start, end] = [parseInstant(from), parseInstant(until)]
  if (start === undefined || end === undefined) throw new Error(`not times: ${from}, ${until}`)
  return Math.max(0, Math.ceil((end - start) / SECOND_MS))
}

const leftOf = ({ amount, used, held }: NonNullable<RefusalFacts['limit']>): Nanos =>
  subtractToZero(
    subtractToZero(readNanos(amount ?? '0'), readNanos(used ?? '0')),
    readNanos(held ?? '0'),
  )

function limitPart(refused: RefusalFacts, entry: EntryBody | null) {
  const { limit } = refused
  const cap = limit?.type === 'cap' ? entry?.caps?.find(({ id }) => id === limit.id) : undefined
  const left = limit?.amount === undefined ? null : formatNanos(leftOf(limit))
  return {
    limit_type: limit?.type ?? null,
    limit_id: limit?.id ?? null,
    scope: (cap?.scope ?? null) as BlockCard['scope'],
    scope_name: cap?.scope_id ?? limit?.id ?? null,
    period: (cap?.period ?? null) as BlockCard['period'],
    limit: limit?.amount ?? null,
    spent: limit?.used ?? null,
    held: limit?.held ?? null,
    left,
    resets_at: limit?.resets_at ?? null,
  }
}

/** What the reader knows beside the entry. A refusal that changed nothing may have no entry. */
export interface BlockContext {
  readonly currency?: string
  readonly as_of?: string
  readonly seq?: number
  readonly call_id?: string
}

/** The operator's words, in every language that it has them in. */
const saidBy = ({ message, messages }: RefusalFacts): Pick<BlockCard, 'reason' | 'reasons'> => ({
  reason: message ?? null,
  ...(messages && { reasons: messages }),
})

/** The card of a refusal: also the body of a 402 or 429. Nothing was charged, and it says so. */
export function blockCard(
  refused: RefusalFacts,
  entry: EntryBody | null,
  context: BlockContext = {},
): BlockCard {
  const asOf = entry?.at ?? context.as_of ?? null
  const wait = asOf !== null && refused.retry_at ? secondsUntil(asOf, refused.retry_at) : undefined
  const callId = entry?.call?.call_id ?? context.call_id
  return {
    code: refused.code,
    ...limitPart(refused, entry),
    currency: (entry && currencyOf([entry])) ?? context.currency ?? null,
    needed: refused.needed ?? null,
    retryable: refused.retry_at !== undefined || PASSING.includes(refused.code),
    ...(wait !== undefined && { retry_after_s: wait }),
    changeable_by: refused.changeable_by ?? null,
    actions: actionsFor(refused, entry),
    model: entry?.call?.model ?? null,
    field: refused.field ?? null,
    ...saidBy(refused),
    receipt_id: callId === undefined ? null : receiptId(callId),
    charged: '0',
    as_of: asOf,
    seq: entry?.seq ?? context.seq ?? null,
  }
}
