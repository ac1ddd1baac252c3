import type { PaymentFacts } from '../core/ledger/entry.ts'
import type { ActorFacts } from '../core/ledger/index.ts'
import { readNanos, toMinorExact } from '../core/money/index.ts'

/** All that a payment is charged and credited from: stored before the first step, and never changed. */
export interface PaymentOrder {
  readonly lot_id: string
  readonly name: string
  readonly origin: 'purchase' | 'bundle'
  readonly currency: string
  readonly face: string
  readonly price: string
  readonly tax: string
  readonly total: string
  readonly method_id: string
  readonly method_ref: string
  readonly customer_ref: string
  /** The processor's idempotency key. */
  readonly key: string
  readonly off_session: boolean
  readonly expires_at: string | null
  readonly withdrawal_until: string | null
  readonly facts: Pick<PaymentFacts, 'tax_rate' | 'policy' | 'reload' | 'method'>
  readonly actor: ActorFacts
  readonly bundle_id: string | null
}

/** The total in minor units; a total that is not a whole number of them is never charged. */
export function totalMinor(order: Pick<PaymentOrder, 'total' | 'currency'>): bigint {
  const minor = toMinorExact(readNanos(order.total), order.currency)
  if (minor === undefined) throw new Error(`${order.total} ${order.currency} cannot be charged`)
  return minor
}
