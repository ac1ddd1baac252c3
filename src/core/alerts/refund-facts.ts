import type { Amount } from '../ledger/index.ts'

/** Wrong charges were found and given back, before anybody asked. */
export interface RefundGiven {
  readonly kind: 'refund_given'
  /** Refunds that are told together, and their sum. */
  readonly count: number
  readonly amount: Amount
  /** Where it went back to, as parts of the amount: credit, what is owed, windows of the plan. */
  readonly credit: Amount
  readonly overage: Amount
  readonly plan: Amount
  /** Some of the credit was bought: what is unused of it can go back to the card. */
  readonly bought: boolean
  /** The first of them. */
  readonly refunds: readonly {
    readonly call_id: string
    /** The rule that found it. */
    readonly reason: string
    readonly amount: Amount
    readonly entry_seq: number
  }[]
}
