import type { ChangeSubscription, RenewSubscription } from '../core/decisions/commands.ts'
import type { Result } from '../core/decisions/index.ts'
import type { AttemptFacts } from '../core/ledger/index.ts'
import { type Nanos, readNanos } from '../core/money/index.ts'
import type { Decider } from './deps.ts'
import { ProviderUnavailable } from './provider.ts'

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

/** An answer, and whether it was given before. */
export type Executed = Awaited<ReturnType<Decider['execute']>>

export type FeeOrder = ChangeSubscription | RenewSubscription

/** What a fee would be charged with now. */
export interface FeeQuote {
  readonly tax: Nanos
  readonly taxName: string
  readonly taxRate: string
  readonly method: { readonly methodId: string; readonly brand: string; readonly last4: string }
}

/** What became of an order whose fee had to be paid. */
export type Ordered =
  | { readonly status: 'decided'; readonly executed: Executed }
  /** Refused for good: another try is another payment. */
  | { readonly status: 'declined'; readonly code: string; readonly attempt: AttemptFacts }
  /** Nobody was asked: there is no card, no consent that covers the fee, or no row of law to tax it by. */
  | {
      readonly status: 'uncovered'
      readonly code: 'no_payment_method' | 'consent_missing' | 'policy_missing'
      readonly attempt: AttemptFacts
    }
  /** The card was charged, the order was refused after all, and the payment went back. */
  | { readonly status: 'returned'; readonly code: string; readonly attempt: AttemptFacts }
  /** The buyer's bank asks the buyer. The same order again tells what came of it. */
  | { readonly status: 'action_required'; readonly url: string }
  /** The request was made before with another order. */
  | { readonly status: 'conflict'; readonly field: string }

/** The card was charged by a server with a faster clock: the order is carried out when it is that late here, too. */
export class FeeWaits extends ProviderUnavailable {}

/**
 * Whoever can charge a card for a fee. Without one, fees are paid by naming a payment that was received.
 */
export interface FeeCollector {
  /** Tax and card of a fee, as `pay` will charge it; `null`: there is no card, or no row of law for it. */
  quote(due: FeeDue): Promise<FeeQuote | null>
  /** Whether a fee was asked for before. */
  knows(due: Pick<FeeDue, 'accountId' | 'dueId'>): Promise<boolean>
  /**
   * What came of a fee that was asked for before; `null`: it was not.
   * @throws ProviderUnavailable: it is not known yet. FeeWaits: it is paid, and does not count yet.
   */
  resume(due: Pick<FeeDue, 'accountId' | 'dueId'>, order: FeeOrder): Promise<Ordered | null>
  /**
   * Charges the fee and has the order decided with the payment. Killed anywhere, the same again, or the
   * job that looks after payments, goes on from there.
   * @throws ProviderUnavailable: it is not known whether it was paid. The same again tells. FeeWaits, as above.
   */
  pay(due: FeeDue, order: FeeOrder): Promise<Ordered>
}

/** The fee of one renewal, however it is asked for; a refused payment is followed by another one. */
export const renewalDueId = (accountId: string, requestId: string, declines: number): string =>
  `${accountId}#${requestId}#${declines}`

/** What an order would cost as things stand; `null` where nothing has to be paid for it. */
export function dueOf(previewed: Result, dueId: string): FeeDue | null {
  if (previewed.status !== 'posted') return null
  const { account_id: accountId, currency, fee, plan } = previewed.entry
  if (!fee || fee.due === '0' || fee.billing === 'invoiced') return null
  return { accountId, dueId, amount: readNanos(fee.due), currency, plan: plan ?? '' }
}

/** Has an order decided; where something has to be paid for it, the fee is collected first. */
export async function orderWithFee(
  engine: Decider,
  collector: FeeCollector,
  order: FeeOrder,
  dueId: string,
): Promise<Ordered> {
  // what was charged is known by its id, also when the order would cost something else by now
  const known = await collector.resume({ accountId: order.accountId, dueId }, order)
  if (known) return known
  const due = dueOf(await engine.preview({ ...order, payment: 'assumed' }), dueId)
  if (due) return collector.pay(due, order)
  return { status: 'decided', executed: await engine.execute(order) }
}
