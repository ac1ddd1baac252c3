import { type Dispute, takenBy } from './dispute.ts'
import { type Form, recordOf, textOf } from './form.ts'

/** A movement of the processor's balance, in the wire's form. */
export interface BalanceTransaction {
  readonly id: string
  readonly object: 'balance_transaction'
  readonly created: number
  readonly amount: number
  readonly fee: number
  readonly currency: string
  readonly type: string
  readonly reporting_category: string
  readonly source: object
}

type MakeObject = <T extends object>(
  prefix: string,
  fields: T,
) => T & { id: string; created: number }

interface Charged {
  readonly id: string
  readonly amount: number
  readonly currency: string
  readonly metadata: Readonly<Record<string, string>>
}

/** What cards usually cost: 2.9 % and 30 minor units. */
const feeOf = (amount: number): number => Math.round((amount * 29) / 1_000) + 30

/** The processor's own account of what it took, gave back and kept. */
export class Balance {
  readonly #object: MakeObject
  readonly #transactions: BalanceTransaction[] = []

  constructor(object: MakeObject) {
    this.#object = object
  }

  charged(intent: Charged): void {
    const { id: payment_intent, amount, currency, metadata } = intent
    const source = { object: 'charge', amount, currency, metadata, payment_intent }
    this.#add({ amount, currency, fee: feeOf(amount), type: 'charge', source })
  }

  refunded(refund: object, of: Charged, amount: number): void {
    const source = { currency: of.currency, ...refund }
    this.#add({ amount: -amount, currency: of.currency, fee: 0, type: 'refund', source })
  }

  refundFailed(refund: object, of: Charged, amount: number): void {
    const source = { currency: of.currency, ...refund }
    this.#add({ amount, currency: of.currency, fee: 0, type: 'refund_failure', source })
  }

  /** The bank takes the money at once. */
  disputed(dispute: Dispute): void {
    this.#ofDispute(dispute, -dispute.amount, 'dispute')
  }

  /** It gives back what it has of a dispute that was won. */
  won(dispute: Dispute): void {
    this.#ofDispute(dispute, -takenBy(dispute), 'dispute_reversal')
  }

  #ofDispute(dispute: Dispute, amount: number, category: string): void {
    if (amount === 0) return
    const { balance_transactions: moved, ...source } = dispute
    const own = { amount, currency: dispute.currency, fee: 0, type: 'adjustment', source }
    moved.push(this.#add(own, category))
  }

  #add(
    own: Pick<BalanceTransaction, 'amount' | 'currency' | 'fee' | 'type' | 'source'>,
    category = own.type,
  ): BalanceTransaction {
    const made = this.#object('txn', {
      object: 'balance_transaction' as const,
      reporting_category: category,
      ...own,
    })
    this.#transactions.push(made)
    return made
  }

  /** The latest first, as the wire lists them. */
  list(form: Form): object {
    const { gte = '0', lt = String(Number.MAX_SAFE_INTEGER) } = recordOf(form, 'created')
    const limit = Number(textOf(form, 'limit') ?? 10)
    const after = textOf(form, 'starting_after')
    const own = this.#transactions
      .filter(({ created }) => created >= Number(gte) && created < Number(lt))
      .reverse()
    const start = own.findIndex(({ id }) => id === after) + 1
    const data = own.slice(start, start + limit)
    return { object: 'list', has_more: start + data.length < own.length, data }
  }
}
