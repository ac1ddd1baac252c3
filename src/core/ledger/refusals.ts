import type { Translations } from '../funding/types.ts'
import type { Amount, Timestamp } from './entry-facts.ts'

/** Why a command was refused; the block card is rendered from it. */
export interface RefusalFacts {
  readonly code: RefusalCode
  /** What blocked: a window id, a cap id, the plan, the funds. */
  readonly limit?: {
    readonly type: 'window' | 'cap' | 'funds' | 'plan' | 'account'
    readonly id: string
    readonly amount?: Amount
    readonly used?: Amount
    readonly held?: Amount
    readonly resets_at?: Timestamp | null
  }
  readonly needed?: Amount
  readonly changeable_by?: 'owner' | 'operator' | 'nobody'
  /** Absent when waiting does not help. */
  readonly retry_at?: Timestamp
  /** For a conflict: the field that differs. */
  readonly field?: string
  readonly message?: string
  /** The same in other languages, where a plan says so. */
  readonly messages?: Translations
}

export const REFUSAL_CODES = [
  'account_unknown',
  'account_exists',
  'account_parked',
  'account_not_parked',
  'request_conflict',
  'call_already_settled',
  'call_in_flight',
  'blocked_by_plan',
  'model_unpriced',
  'window_exhausted',
  'cap_reached',
  'paid_use_off',
  'funds_exhausted',
  'hold_unknown',
  'hold_released',
  'event_too_old',
  'event_in_future',
  'plan_unknown',
  'currency_mismatch',
  'lot_unknown',
  'lot_already_used',
  'lot_not_expired',
  'charge_unknown',
  'charge_not_settled',
  'refund_exceeds_charge',
  'already_refunded',
  'already_reversed',
  'not_reversible',
  'not_pending',
  'still_unpriced',
  'cap_unknown',
  'controls_changed',
  'cap_request_unknown',
  'cap_request_decided',
  'cap_request_expired',
  'amount_invalid',
  'hold_not_expired',
  'lot_expired',
  'lot_voided',
  'subscription_unknown',
  'subscription_active',
  'payment_required',
  'payment_used',
  'preview_outdated',
  'renewal_due',
  'renewal_not_due',
  'seats_invalid',
  'fallback_invalid',
  'nothing_to_change',
  'reset_unknown',
  'reset_expired',
  'window_unknown',
  'window_unused',
  'dispute_open',
  'not_refundable',
  'withdrawal_over',
  'refund_unknown',
  'auto_reload_off',
  'reload_ended',
  'statement_not_due',
  'invoice_unknown',
  'invoice_closed',
  'payment_exceeds_owed',
] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]
