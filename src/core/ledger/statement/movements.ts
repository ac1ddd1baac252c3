import type { LedgerAccount } from '../accounts.ts'
import type { EntryBody, EntryKind } from '../entry.ts'
import type { MoneySource, MovementKind } from './document.ts'

/** Exhaustive, so that a new kind of entry does not compile without a place on the statement. */
const MOVEMENT_OF: Readonly<Record<EntryKind, MovementKind | null>> = {
  top_up: 'purchase',
  grant: 'grant',
  settle: 'usage',
  record: 'usage',
  complete: 'usage',
  refund: 'usage_refund',
  rerate: 'usage_refund',
  reverse: 'usage_reversal',
  reattribute: 'moved_to_plan',
  expire_lot: 'expiry',
  void_lot: 'void',
  refund_purchase: 'purchase_refund',
  undo_refund_purchase: 'purchase_refund_undone',
  charge_back: 'charge_back',
  change_subscription: 'fee',
  cancel_subscription: 'fee',
  renew_subscription: 'fee',
  issue_invoice: 'invoice',
  void_invoice: 'invoice_void',
  pay_overage: 'payment',
  open_account: null,
  change_plan: null,
  set_controls: null,
  request_raise: null,
  decide_raise: null,
  authorize: null,
  release: null,
  expire_hold: null,
  park: null,
  unpark: null,
  lapse_subscription: null,
  fee_unpaid: null,
  return_fee: null,
  grant_reset: null,
  redeem_reset: null,
  set_auto_reload: null,
  end_reload: null,
  freeze_lot: null,
  unfreeze_lot: null,
  close_statement: null,
}

/**
 * Why an entry's postings moved money.
 * @throws where an entry has postings that the statement has no name for: that is a bug.
 */
export function movementOf(body: EntryBody): MovementKind {
  if (body.kind === 'reverse' && !body.call)
    return body.postings.some(([account]) => account === 'customer:prepaid')
      ? 'purchase_reversal'
      : 'grant_reversal'
  const movement = MOVEMENT_OF[body.kind]
  if (movement === null) throw new Error(`entry ${body.seq}: postings of ${body.kind}`)
  return movement
}

/** The source of a customer's ledger account, and whether the statement says what is owed on it. */
export const SOURCE_OF: Partial<
  Readonly<Record<LedgerAccount, { readonly source: MoneySource; readonly owed: boolean }>>
> = {
  'customer:prepaid': { source: 'prepaid', owed: false },
  'customer:promotional': { source: 'promotional', owed: false },
  'customer:overage_receivable': { source: 'overage', owed: true },
  'customer:invoice_receivable': { source: 'invoiced', owed: true },
  'customer:plan_credit': { source: 'plan_credit', owed: false },
}
