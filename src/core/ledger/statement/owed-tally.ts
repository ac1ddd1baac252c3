import {
  add,
  type Currency,
  formatNanos,
  max,
  min,
  minorRemainder,
  type Nanos,
  negate,
  readNanos,
  subtract,
  ZERO,
} from '../../money/index.ts'
import type { EntryBody } from '../entry.ts'
import type { NotInvoiced } from './document.ts'
import { postedTo } from './events.ts'

/** What is owed and on no open invoice: what the next invoice is made from. */
export class OwedTally {
  #overage: Nanos
  #fees: Nanos

  constructor(opening: NotInvoiced) {
    this.#overage = readNanos(opening.overage)
    this.#fees = readNanos(opening.fees)
  }

  add(body: EntryBody): void {
    this.#overage = subtract(this.#overage, postedTo(body, 'customer:overage_receivable'))
    this.#fees = subtract(this.#fees, postedTo(body, 'customer:invoice_receivable'))
    const { invoice, owed_payment: paid } = body
    if (invoice) {
      const overage = readNanos(invoice.overage)
      this.#onInvoice(body.kind === 'void_invoice' ? -1n : 1n, {
        overage,
        rest: subtract(readNanos(invoice.total), overage),
      })
    }
    // what is paid of an invoice was on it: what is on none stays as it is
    if (paid && paid.invoice_id !== null)
      this.#onInvoice(-1n, { overage: readNanos(paid.overage), rest: readNanos(paid.invoiced) })
  }

  #onInvoice(sign: bigint, own: { readonly overage: Nanos; readonly rest: Nanos }): void {
    this.#overage = subtract(this.#overage, (sign * own.overage) as Nanos)
    this.#fees = subtract(this.#fees, (sign * own.rest) as Nanos)
  }

  left(): NotInvoiced {
    return { overage: formatNanos(this.#overage), fees: formatNanos(this.#fees) }
  }
}

export interface InvoiceAmounts {
  readonly overage: Nanos
  readonly fees: Nanos
  readonly credit: Nanos
  readonly net: Nanos
}

/**
 * What an invoice is for; `null`: there is nothing to pay. Whole minor units, rounded down: less than one
 * is carried on. Overage that was given back after it was invoiced is taken off the fees; what is more
 * than they are is carried on, too.
 */
export function invoiceAmounts(left: NotInvoiced, currency: Currency): InvoiceAmounts | null {
  const whole = (amount: Nanos): Nanos => subtract(amount, minorRemainder(amount, currency))
  const owed = whole(readNanos(left.overage))
  const fees = whole(readNanos(left.fees))
  const overage = max(owed, ZERO)
  const credit = owed < ZERO ? min(negate(owed), fees) : ZERO
  const net = subtract(add(overage, fees), credit)
  return net > ZERO ? { overage, fees, credit, net } : null
}
