import type { ChangeSubscription, RenewSubscription } from '../core/decisions/commands.ts'
import type { FeePayment, Result } from '../core/decisions/index.ts'
import { type Nanos, readNanos } from '../core/money/index.ts'
import type { Engine, Executed } from './types.ts'

/** A fee that is to be paid. */
export interface FeeDue {
  readonly accountId: string
  /** The same for every try of the same fee: it is paid once, whatever crashes in between. */
  readonly dueId: string
  /** Tax excluded; a whole number of minor units. */
  readonly amount: Nanos
  readonly currency: string
  /** Plan reference, for the statement of the card. */
  readonly plan: string
}

export type FeeCollected =
  | { readonly status: 'paid'; readonly paymentId: string; readonly tax: Nanos }
  /** Refused for good: another try is another payment. */
  | { readonly status: 'declined'; readonly code: string }

/**
 * Whoever can charge a card for a fee. Without one, fees are paid by naming a payment that was received.
 * `collect` rejects when it is not known whether it was paid: it is asked again with the same `dueId`.
 */
export interface FeeCollector {
  collect(due: FeeDue): Promise<FeeCollected>
  /** The tax that `collect` will add, for previews. */
  taxOn(due: FeeDue): Promise<Nanos>
  /** Returns a payment whose change was refused after all. A repeat changes nothing. */
  giveBack(due: FeeDue, paymentId: string): Promise<void>
}

/** The fee of one renewal, however it is asked for; a refused payment is followed by another one. */
export const renewalDueId = (accountId: string, requestId: string, declines: number): string =>
  `${accountId}#${requestId}#${declines}`

export type FeeOrder = ChangeSubscription | RenewSubscription

/** What an order would cost as things stand; `null` where nothing has to be paid for it. */
export function dueOf(previewed: Result, dueId: string): FeeDue | null {
  if (previewed.status !== 'posted') return null
  const { account_id: accountId, currency, fee, plan } = previewed.entry
  if (!fee || fee.due === '0' || fee.billing === 'invoiced') return null
  return { accountId, dueId, amount: readNanos(fee.due), currency, plan: plan ?? '' }
}

export type Ordered =
  | { readonly status: 'decided'; readonly executed: Executed }
  | { readonly status: 'declined'; readonly code: string }

/**
 * Collects the fee of an order and has the order decided. Killed anywhere in between, the same order
 * again finds the payment by its `dueId` and goes on.
 */
export async function orderWithFee(
  engine: Engine,
  collector: FeeCollector,
  order: FeeOrder,
  dueId: string,
): Promise<Ordered> {
  const due = dueOf(await engine.preview({ ...order, payment: 'assumed' }), dueId)
  if (!due) return { status: 'decided', executed: await engine.execute(order) }
  const collected = await collector.collect(due)
  if (collected.status === 'declined') return collected
  const payment: FeePayment = {
    paymentId: collected.paymentId,
    amount: due.amount,
    tax: collected.tax,
    collected: true,
  }
  const executed = await engine.execute({ ...order, payment })
  if (executed.result.status === 'refused') await collector.giveBack(due, collected.paymentId)
  return { status: 'decided', executed }
}
