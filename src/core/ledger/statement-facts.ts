import { formatInstant } from '../time/index.ts'
import type { Cycle } from './cycle.ts'
import type { Amount, Timestamp } from './entry-facts.ts'
import { readInstant } from './facts.ts'

/** Which cycle an entry closed, and where the next one ends. */
export interface ClosedCycleFacts {
  readonly number: number
  readonly start: Timestamp
  /** Not part of the cycle; the next one begins here. */
  readonly end: Timestamp
  readonly next_end: Timestamp
}

/** A party as an invoice names it. */
export interface PartyFacts {
  readonly name: string
  /** Line by line. */
  readonly address?: readonly string[]
  readonly tax_id?: string
  /** The buyer's order. */
  readonly reference?: string
}

/** What a closed statement left to be paid. `total = net + tax`, `net = overage + fees - credit`. */
export interface InvoiceFacts {
  readonly invoice_id: string
  /** Of the account, from 1, without a gap. */
  readonly number: number
  /** The statement that it was made from. */
  readonly statement: number
  /** Whole minor units; less than one is carried to the next invoice. */
  readonly overage: Amount
  readonly fees: Amount
  /** Overage that was given back after it had been invoiced, taken off the fees. */
  readonly credit: Amount
  readonly net: Amount
  readonly tax: Amount
  readonly total: Amount
  readonly tax_name: string
  readonly tax_rate: string
  readonly policy: string
  readonly due_at: Timestamp
  readonly issuer: PartyFacts
  readonly bill_to: PartyFacts
}

/** A payment that was received for what is owed: `amount = overage + invoiced`. */
export interface OwedPaymentFacts {
  readonly payment_id: string
  /** `null`: for overage that is on no invoice yet. */
  readonly invoice_id: string | null
  readonly amount: Amount
  readonly overage: Amount
  /** Of fees and tax. */
  readonly invoiced: Amount
}

export const cycleAfter = (closed: ClosedCycleFacts): Cycle => ({
  number: closed.number + 1,
  start: readInstant(closed.end),
  end: readInstant(closed.next_end),
})

export const closedCycleFacts = (cycle: Cycle, nextEnd: Cycle['end']): ClosedCycleFacts => ({
  number: cycle.number,
  start: formatInstant(cycle.start),
  end: formatInstant(cycle.end),
  next_end: formatInstant(nextEnd),
})
