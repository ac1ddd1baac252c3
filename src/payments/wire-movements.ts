import type { Movement } from './provider.ts'
import { PAYMENT_ID, paymentOfReturn, REFUND_ID } from './wire.ts'
import { wireAmount } from './wire-amounts.ts'

export interface WireMovement {
  readonly id: string
  readonly created: number
  readonly amount: number
  readonly fee: number
  readonly currency: string
  readonly type: string
  readonly reporting_category: string
  /** The object that it is of, expanded. */
  readonly source: unknown
}

interface WireSource {
  readonly id?: string
  readonly object?: string
  readonly amount?: number
  readonly currency?: string
  readonly payment_intent?: string | { readonly id: string } | null
  readonly metadata?: Readonly<Record<string, string>> | null
}

const MOVEMENTS: Readonly<Record<string, Movement['type']>> = {
  charge: 'charge',
  payment: 'charge',
  refund: 'refund',
  payment_refund: 'refund',
  refund_failure: 'refund_failed',
  stripe_fee: 'fee',
  stripe_fx_fee: 'fee',
  tax_fee: 'fee',
  payout: 'payout',
  payout_cancel: 'payout',
  payout_failure: 'payout',
}
const ADJUSTMENTS: Readonly<Record<string, Movement['type']>> = {
  dispute: 'dispute',
  dispute_reversal: 'dispute_won',
}

export function movementOf(wire: WireMovement): Movement {
  const type = typeOf(wire)
  const source = sourceOf(wire)
  const { metadata } = source
  const isDispute = type === 'dispute' || type === 'dispute_won'
  return {
    ref: wire.id,
    type,
    paymentId: metadata?.[PAYMENT_ID] ?? paymentOfReturn(metadata?.[REFUND_ID] ?? ''),
    chargeRef: idOf(source.payment_intent),
    subject: (isDispute ? source.id : metadata?.[REFUND_ID]) ?? null,
    ...amountOf(wire, source),
    fee: wireAmount(wire.fee, wire.currency),
    feeCurrency: wire.currency.toUpperCase(),
    atMs: wire.created * 1_000,
  }
}

function typeOf({ type, reporting_category }: WireMovement): Movement['type'] {
  const known = type === 'adjustment' ? ADJUSTMENTS[reporting_category] : MOVEMENTS[type]
  return known ?? 'other'
}

const sourceOf = ({ source }: WireMovement): WireSource =>
  typeof source === 'object' && source !== null ? source : {}

const idOf = (ref: WireSource['payment_intent']): string | null =>
  (typeof ref === 'string' ? ref : ref?.id) ?? null

/** As the buyer was charged: the balance can be in another currency. */
function amountOf(
  wire: WireMovement,
  { amount, currency }: WireSource,
): Pick<Movement, 'amount' | 'currency'> {
  if (amount === undefined || currency === undefined)
    return {
      amount: wireAmount(wire.amount, wire.currency),
      currency: wire.currency.toUpperCase(),
    }
  const presented = Math.abs(amount)
  return {
    amount: wireAmount(wire.amount < 0 ? -presented : presented, currency),
    currency: currency.toUpperCase(),
  }
}
