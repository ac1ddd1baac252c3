import type {
  Charge,
  ChargeStatus,
  ProviderDispute,
  ProviderEvent,
  ProviderRefund,
  SavedMethod,
} from './provider.ts'
import { wireAmount, wireMinor } from './wire-amounts.ts'

/* The parts of Stripe's objects that we read. The SDK's own types fit them. */

export interface WireIntent {
  readonly id: string
  readonly status: string
  readonly amount: number
  readonly currency: string
  readonly metadata: Readonly<Record<string, string>>
  readonly last_payment_error?: { readonly code?: string; readonly decline_code?: string } | null
  readonly next_action?: { readonly redirect_to_url?: { readonly url: string | null } } | null
}

const STATUSES: Readonly<Record<string, ChargeStatus>> = {
  succeeded: 'succeeded',
  processing: 'processing',
  requires_action: 'action_required',
  requires_capture: 'processing',
}

/** The metadata of a charge that names our payment. */
export const PAYMENT_ID = 'everycent_payment'
export const REFUND_ID = 'everycent_refund'

/** Our id of the refund that takes a whole payment back. */
export const returnIdOf = (paymentId: string): string => `${paymentId}:return`

/** The payment that such a refund takes back; `null`: it is another. */
export const paymentOfReturn = (refundId: string): string | null =>
  /^(.+):return$/.exec(refundId)?.[1] ?? null

export function chargeOf(intent: WireIntent): Charge {
  const error = intent.last_payment_error
  return {
    chargeRef: intent.id,
    paymentId: intent.metadata[PAYMENT_ID] ?? null,
    status: STATUSES[intent.status] ?? 'failed',
    amountMinor: wireMinor(intent.amount, intent.currency),
    currency: intent.currency.toUpperCase(),
    declineCode: error?.decline_code ?? error?.code ?? null,
    actionUrl: intent.next_action?.redirect_to_url?.url ?? null,
  }
}

export interface WireMethod {
  readonly id: string
  readonly card?: {
    readonly brand: string
    readonly last4: string
    readonly exp_month: number
    readonly exp_year: number
    readonly fingerprint?: string | null
    readonly country: string | null
  }
}

export const methodOf = (method: WireMethod): SavedMethod => ({
  methodRef: method.id,
  brand: method.card?.brand ?? 'other',
  last4: method.card?.last4 ?? '',
  expMonth: method.card?.exp_month ?? 0,
  expYear: method.card?.exp_year ?? 0,
  fingerprint: method.card?.fingerprint ?? null,
  country: method.card?.country ?? null,
})

export interface WireCheckout {
  readonly id: string
  readonly url: string | null
  readonly customer: string | { readonly id: string } | null
  readonly setup_intent:
    | string
    | { readonly payment_method: string | { readonly id: string } | null }
    | null
}

const idOf = (ref: string | { readonly id: string } | null | undefined): string | null =>
  typeof ref === 'string' ? ref : (ref?.id ?? null)

/** With `setup_intent` expanded. */
export const setupStateOf = ({ customer, setup_intent: setup }: WireCheckout) => ({
  customerRef: idOf(customer),
  methodRef: typeof setup === 'object' ? idOf(setup?.payment_method) : null,
})

export interface WireRefund {
  readonly id: string
  readonly status: string | null
  readonly metadata: Readonly<Record<string, string>> | null
}

export const refundOf = (refund: WireRefund): ProviderRefund => ({
  refundRef: refund.id,
  status:
    refund.status === 'succeeded'
      ? 'succeeded'
      : refund.status === 'failed' || refund.status === 'canceled'
        ? 'failed'
        : 'pending',
})

export interface WireDispute {
  readonly id: string
  readonly status: string
  readonly payment_intent: string | { readonly id: string } | null
  readonly amount: number
  readonly currency: string
  /** What the bank took, and gave back. */
  readonly balance_transactions: readonly { readonly amount: number }[]
}

const DISPUTES: Readonly<Record<string, ProviderDispute['status']>> = {
  won: 'won',
  lost: 'lost',
  // an inquiry that came to nothing
  warning_closed: 'dropped',
}

function disputeStatus({ status, balance_transactions: moved }: WireDispute) {
  // before it began it was either blocked, or settled with the buyer's money
  if (status === 'prevented')
    return moved.reduce((sum, { amount }) => sum + amount, 0) < 0 ? 'lost' : 'dropped'
  return DISPUTES[status] ?? 'open'
}

export const disputeOf = (dispute: WireDispute): ProviderDispute => ({
  disputeRef: dispute.id,
  chargeRef:
    typeof dispute.payment_intent === 'string'
      ? dispute.payment_intent
      : (dispute.payment_intent?.id ?? ''),
  status: disputeStatus(dispute),
  amount: wireAmount(dispute.amount, dispute.currency),
  currency: dispute.currency.toUpperCase(),
})

export interface WireEvent {
  readonly id: string
  readonly type: string
  readonly data: { readonly object: unknown }
}

const SUBJECTS: readonly (readonly [string, ProviderEvent['subject']])[] = [
  ['payment_intent.', 'charge'],
  ['refund.', 'refund'],
  ['charge.dispute.', 'dispute'],
]

export function eventOf(event: WireEvent): ProviderEvent {
  const object = event.data.object as {
    readonly id?: unknown
    readonly metadata?: Readonly<Record<string, string>> | null
  }
  const subject = SUBJECTS.find(([prefix]) => event.type.startsWith(prefix))?.[1] ?? 'other'
  return {
    eventId: event.id,
    subject,
    ref: typeof object.id === 'string' ? object.id : '',
    paymentId: object.metadata?.[PAYMENT_ID] ?? paymentOfReturn(object.metadata?.[REFUND_ID] ?? ''),
  }
}
