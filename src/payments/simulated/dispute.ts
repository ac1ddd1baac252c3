import type { Balance, BalanceTransaction } from './balance.ts'
import { missing } from './faults.ts'
import type { Intent } from './intent.ts'

type Make = <T extends object>(prefix: string, fields: T) => T & { readonly id: string }

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

/** What buyers' banks ask, take and give back. */
export class DisputeDesk {
  readonly #make: Make
  readonly #balance: Balance
  readonly #disputes = new Map<string, Dispute>()

  constructor(make: Make, balance: Balance) {
    this.#make = make
    this.#balance = balance
  }

  open({ id, currency }: Intent, kind: 'chargeback' | 'inquiry', amount: number): Dispute {
    const dispute: Dispute = this.#make('dp', {
      object: 'dispute' as const,
      payment_intent: id,
      amount,
      currency,
      status: kind === 'inquiry' ? 'warning_needs_response' : 'needs_response',
      balance_transactions: [],
    })
    this.#disputes.set(dispute.id, dispute)
    if (kind === 'chargeback') this.#balance.disputed(dispute)
    return dispute
  }

  read(id: string): Dispute {
    const dispute = this.#disputes.get(id)
    if (!dispute) throw missing(id)
    return dispute
  }

  close(id: string, status: DisputeEnd): Dispute {
    const dispute = this.read(id)
    dispute.status = status
    if (status === 'won') this.#balance.won(dispute)
    // also one that was won before, where the buyer's bank has insisted
    if (status === 'lost' && takenBy(dispute) === 0) this.#balance.disputed(dispute)
    return dispute
  }

  /** A charge whose dispute is open or lost gives nothing back any more. */
  isTakenByBank(intentId: string): boolean {
    return [...this.#disputes.values()].some(
      (dispute) => dispute.payment_intent === intentId && takenBy(dispute) < 0,
    )
  }
}
