import type { PaymentFacts } from '../core/ledger/entry.ts'
import type { ActorFacts } from '../core/ledger/index.ts'
import { readNanos, toMinorExact } from '../core/money/index.ts'
import type { PaymentRow } from '../store/control/purchases.ts'
import type { FeeOrder } from './fee-port.ts'

/** All that a card is charged from: stored before the first step, and never changed. */
interface CardOrder {
  readonly currency: string
  /** Tax excluded. */
  readonly price: string
  readonly tax: string
  readonly total: string
  readonly method_id: string
  readonly method_ref: string
  readonly customer_ref: string
  /** The processor's idempotency key. */
  readonly key: string
  readonly off_session: boolean
  readonly facts: Pick<PaymentFacts, 'tax_rate' | 'policy' | 'bundle' | 'reload' | 'method'>
  readonly actor: ActorFacts
}

/** A payment that makes credit. */
export interface PaymentOrder extends CardOrder {
  readonly lot_id: string
  readonly name: string
  readonly origin: 'purchase' | 'bundle'
  readonly face: string
  readonly expires_at: string | null
  readonly withdrawal_until: string | null
  readonly bundle_id: string | null
  /** What the sale's tax is entered from; absent or `null`: it is entered nowhere. */
  readonly tax_calculation?: string | null
}

/** A payment of a fee: with the order that it pays, so that whoever finds it can carry that out. */
export interface FeePaymentOrder extends CardOrder {
  readonly fee: { readonly plan: string; readonly order: FeeOrder }
}

export type Payment = PaymentRow<PaymentOrder>
export type FeePayment = PaymentRow<FeePaymentOrder>
export type AnyPayment = Payment | FeePayment

export const isFee = (payment: AnyPayment): payment is FeePayment => payment.kind === 'fee'

/** The total in minor units; a total that is not a whole number of them is never charged. */
export function totalMinor(order: Pick<CardOrder, 'total' | 'currency'>): bigint {
  const minor = toMinorExact(readNanos(order.total), order.currency)
  if (minor === undefined) throw new Error(`${order.total} ${order.currency} cannot be charged`)
  return minor
}
