import type { BalanceTransaction } from './balance.ts'

/** A dispute of a charge, in the wire's form. */
export interface Dispute {
  readonly id: string
  readonly object: 'dispute'
  readonly payment_intent: string
  readonly amount: number
  readonly currency: string
  status: string
  /** What the bank took, and gave back. */
  readonly balance_transactions: BalanceTransaction[]
}

/** How a dispute or an inquiry can end. */
export type DisputeEnd = 'won' | 'lost' | 'warning_closed' | 'prevented'

/** What the bank has of it: below zero. */
export const takenBy = ({ balance_transactions: moved }: Dispute): number =>
  moved.reduce((sum, { amount }) => sum + amount, 0)
