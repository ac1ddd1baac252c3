import { readNanos } from '../core/money/index.ts'
import { instant } from '../core/time/index.ts'
import { openCase } from '../store/cases/open.ts'
import { type PaymentsDeps, SYSTEM } from './deps.ts'
import { type FeePayment, totalMinor } from './order.ts'
import { paymentOfReturn, returnIdOf } from './wire.ts'

/** Pays a charge back in whole, once. What the bank does not take is left to a person. */
export async function repay(deps: PaymentsDeps, payment: FeePayment): Promise<void> {
  const { chargeRef, ordered, paymentId } = payment
  if (chargeRef === null) throw new Error(`payment ${paymentId} has no charge`)
  const refundId = returnIdOf(paymentId)
  const { currency } = ordered
  const amountMinor = totalMinor(ordered)
  const found = await deps.provider.findRefund(chargeRef, refundId)
  const order = { key: refundId, refundId, chargeRef, amountMinor, currency }
  const paid = found ?? (await deps.provider.refund(order))
  deps.after?.('foreign:refund')
  if (paid.status === 'failed') await askPerson(deps, payment)
}

/** Something has become of a fee's way back: any number of callers may look. */
export async function returnMoved(deps: PaymentsDeps, payment: FeePayment): Promise<void> {
  if (payment.chargeRef === null) return
  const found = await deps.provider.findRefund(payment.chargeRef, returnIdOf(payment.paymentId))
  if (found?.status === 'failed') await askPerson(deps, payment)
}

/** The same difference that a comparison with the processor finds: so there is one case, whoever is first. */
export const unreturnedKey = (refundId: string): string => {
  const payment = paymentOfReturn(refundId) ?? ''
  return `missing_in_ledger:refund_failed:${payment}:${refundId}`
}

/**
 * The bank has not taken a fee that goes back: the card may be no more. The processor keeps money that is
 * the buyer's, and only a person can find the way to them.
 */
async function askPerson(deps: PaymentsDeps, payment: FeePayment): Promise<void> {
  const { paymentId, accountId, ordered } = payment
  await openCase(deps.pool, {
    accountId,
    origin: 'reconciliation',
    originKey: `processor:${unreturnedKey(returnIdOf(paymentId))}`,
    subject: 'fee_not_returned',
    facts: { payment_id: paymentId, refund_id: returnIdOf(paymentId), total: ordered.total },
    amount: { nanos: readNanos(ordered.total), currency: ordered.currency },
    openedBy: SYSTEM,
    at: instant(deps.nowMs()),
  })
  deps.after?.('case:opened')
}
