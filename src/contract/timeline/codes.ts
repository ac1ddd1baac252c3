import type { EntryKind } from '../../core/ledger/entry.ts'

/** What a line of the timeline is about: by these it is filtered. */
export const TIMELINE_KINDS = [
  'calls',
  'blocks',
  'moves',
  'refunds',
  'plan',
  'settings',
  'credit',
  'purchases',
  'statements',
  'account',
  'prices',
  'alerts',
  'findings',
  'cases',
] as const
export type TimelineKind = (typeof TIMELINE_KINDS)[number]

/** By the kind of a journal entry that was not refused. */
export const KIND_OF_ENTRY: Readonly<Record<EntryKind, TimelineKind>> = {
  open_account: 'account',
  change_plan: 'plan',
  set_controls: 'settings',
  request_raise: 'settings',
  decide_raise: 'settings',
  grant: 'credit',
  top_up: 'purchases',
  void_lot: 'credit',
  authorize: 'calls',
  settle: 'calls',
  release: 'calls',
  record: 'calls',
  complete: 'calls',
  reattribute: 'moves',
  expire_lot: 'credit',
  expire_hold: 'calls',
  refund: 'refunds',
  rerate: 'refunds',
  reverse: 'refunds',
  park: 'account',
  unpark: 'account',
  change_subscription: 'plan',
  cancel_subscription: 'plan',
  renew_subscription: 'plan',
  lapse_subscription: 'plan',
  fee_unpaid: 'plan',
  return_fee: 'plan',
  grant_reset: 'plan',
  redeem_reset: 'plan',
  set_auto_reload: 'settings',
  end_reload: 'purchases',
  refund_purchase: 'purchases',
  undo_refund_purchase: 'purchases',
  freeze_lot: 'credit',
  unfreeze_lot: 'credit',
  charge_back: 'credit',
  close_statement: 'statements',
  issue_invoice: 'statements',
  pay_overage: 'statements',
  void_invoice: 'statements',
}

/** Kinds of which many follow one another: told as one line. */
export const COLLAPSED = ['calls', 'blocks', 'moves'] as const satisfies readonly TimelineKind[]

/** Entries that are told one by one, by their kind. */
export type SingleEntry = Exclude<
  EntryKind,
  'authorize' | 'settle' | 'release' | 'record' | 'complete' | 'expire_hold' | 'reattribute'
>

/** What happened beside the journal. */
export const BESIDE_CODES = [
  'price_book',
  'alert',
  'finding',
  'case_opened',
  'case_decided_refund',
  'case_decided_rejected',
  'case_settled',
  'case_closed',
  'case_withdrawn',
  'case_merged',
  'case_reopened',
] as const
export type BesideCode = (typeof BESIDE_CODES)[number]

/** `refused`: of an order that is no call. */
export type SingleCode = SingleEntry | BesideCode | 'refused'
