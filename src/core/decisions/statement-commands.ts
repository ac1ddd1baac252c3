import type { PartyFacts } from '../ledger/statement-facts.ts'
import type { Nanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import type { Common } from './commands.ts'

/** Ends the open cycle. `requestId` is `statement:<number>`: once a cycle. */
export interface CloseStatement extends Common {
  readonly kind: 'close_statement'
  /** Of the cycle that is to be closed. */
  readonly number: number
}

/** Makes what a closed statement left to be paid due. `requestId` is the invoice's id. */
export interface IssueInvoice extends Common {
  readonly kind: 'issue_invoice'
  /** The number of the statement. */
  readonly statement: number
  /** Owed at the end of the statement and on no invoice: see `invoiceAmounts`. */
  readonly overage: Nanos
  readonly fees: Nanos
  readonly credit: Nanos
  readonly tax: Nanos
  readonly terms: {
    readonly taxName: string
    readonly taxRate: string
    readonly policy: string
    readonly dueAt: Instant
    readonly issuer: PartyFacts
    readonly billTo: PartyFacts
  }
}

/** A payment that was received for overage or for an invoice. `requestId` is the payment's id. */
export interface PayOverage extends Common {
  readonly kind: 'pay_overage'
  readonly amount: Nanos
  /** `null`: for overage that is on no invoice yet. */
  readonly invoiceId: string | null
}

/** Takes an invoice back that nobody has paid of: what it was for goes on the next one. `requestId` is `<invoice>#void`. */
export interface VoidInvoice extends Common {
  readonly kind: 'void_invoice'
  readonly invoiceId: string
  readonly reason: string
}

export type StatementCommand = CloseStatement | IssueInvoice | PayOverage | VoidInvoice
