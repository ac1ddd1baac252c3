import type { EntryBody } from '../core/ledger/index.ts'
import { type Nanos, negate, readNanos, subtract, sum } from '../core/money/index.ts'
import { instant } from '../core/time/index.ts'
import { openCase } from '../store/cases/open.ts'
import { refundsOf } from '../store/control/purchase-refunds.ts'
import { paymentIdOfCharge, readPayment } from '../store/control/purchases.ts'
import { chargedBack } from '../store/reconciliation/clearing.ts'
import { advancePayment } from './advance.ts'
import { type PaymentsDeps, SYSTEM } from './deps.ts'
import { insist } from './insist.ts'
import { type AnyPayment, type FeePayment, isFee } from './order.ts'
import type { ProviderDispute } from './provider.ts'
import { advanceRefund, refundedSoFar, reverseTax, undoFailed } from './refund.ts'

/** Brings a dispute into the journal as far as the processor has it; any number of times. */
export async function disputeMoved(deps: PaymentsDeps, disputeRef: string): Promise<void> {
  const dispute = await deps.provider.readDispute(disputeRef)
  const paymentId =
    (await paymentIdOfCharge(deps.pool, dispute.chargeRef)) ??
    (await deps.provider.readCharge(dispute.chargeRef)).paymentId
  if (paymentId === null || !(await readPayment(deps.pool, paymentId))) return
  // a dispute may come before our own credit of the payment
  const payment = await advancePayment(deps, paymentId)
  if (dispute.status === 'won') await wonAfterAll(deps, payment, disputeRef)
  if (isFee(payment)) return feeDisputed(deps, payment, dispute)
  const base = {
    accountId: payment.accountId,
    requestId: dispute.disputeRef,
    actor: SYSTEM,
    lotId: payment.ordered.lot_id,
    disputeId: dispute.disputeRef,
    paymentId,
  }
  // the journal shows the freezing also where the end of the dispute is heard of first
  await insist(deps, { ...base, kind: 'freeze_lot' })
  if (dispute.status === 'won' || dispute.status === 'dropped')
    await insist(deps, { ...base, kind: 'unfreeze_lot' })
  if (dispute.status !== 'lost') return
  // the lot is frozen: no other refund begins
  await endRefunds(deps, paymentId)
  const refunded = await refundedSoFar(deps, paymentId)
  const lost = {
    price: subtract(readNanos(payment.ordered.price), refunded.price),
    tax: subtract(readNanos(payment.ordered.tax), refunded.tax),
  }
  const amount = amountIn(payment, dispute)
  const result = await insist(deps, { ...base, kind: 'charge_back', ...lost, ...amount })
  if (result.status !== 'posted') return
  await reverseTax(deps, payment, { key: dispute.disputeRef, ...takenIn(result.entry) })
}

/**
 * A dispute that was lost is won on appeal: the money is there again, and the credit and its tax are not. What
 * has become of the account meanwhile, a person has to see; so there is a case with what came back.
 */
async function wonAfterAll(
  deps: PaymentsDeps,
  { accountId, paymentId, ordered }: AnyPayment,
  disputeId: string,
): Promise<void> {
  const nanos = (await chargedBack(deps.pool, { accountId, paymentId })).get(disputeId)
  if (nanos === undefined) return
  await openCase(deps.pool, {
    accountId,
    origin: 'reconciliation',
    originKey: `processor:won_after_loss:${disputeId}`,
    subject: 'dispute_won_after_loss',
    facts: { payment_id: paymentId, dispute_id: disputeId },
    amount: { nanos, currency: ordered.currency },
    openedBy: SYSTEM,
    at: instant(deps.nowMs()),
  })
  deps.after?.('case:opened')
}

/**
 * Brings every refund of a payment to its end, at the processor and in the journal, so that what went back
 * is counted once: by the refund, or by the bank.
 */
async function endRefunds(deps: PaymentsDeps, paymentId: string): Promise<void> {
  for (const { refundId, phase } of await refundsOf(deps.pool, [paymentId])) {
    if (phase === 'failed') continue
    const refund = await advanceRefund(deps, refundId)
    if (refund.phase === 'paid') await undoFailed(deps, refund)
  }
}

/** A fee has made no credit that could wait; one whose dispute is lost is the house's loss. */
async function feeDisputed(
  deps: PaymentsDeps,
  payment: FeePayment,
  dispute: ProviderDispute,
): Promise<void> {
  if (dispute.status !== 'lost' || payment.phase !== 'credited') return
  const { ordered, paymentId, accountId } = payment
  const disputeId = dispute.disputeRef
  const taken = await chargedBack(deps.pool, { accountId, paymentId })
  const others = [...taken].filter(([other]) => other !== disputeId)
  await insist(deps, {
    kind: 'charge_back',
    accountId,
    requestId: disputeId,
    actor: SYSTEM,
    lotId: null,
    disputeId,
    paymentId,
    price: readNanos(ordered.price),
    tax: readNanos(ordered.tax),
    ...amountIn(payment, dispute),
    before: sum(others.map(([, taken]) => taken)),
  })
}

/** What of a payment is disputed; one in another currency cannot be a part that we know. */
const amountIn = (
  { ordered }: AnyPayment,
  { amount, currency }: ProviderDispute,
): { readonly amount?: Nanos } => (currency === ordered.currency ? { amount } : {})

/** What the bank has taken, as the journal has it. */
function takenIn({ postings }: EntryBody): { readonly price: Nanos; readonly tax: Nanos } {
  const posted = (account: string): Nanos =>
    sum(postings.flatMap(([own, , amount]) => (own === account ? [readNanos(amount)] : [])))
  const tax = negate(posted('house:tax_payable'))
  return { price: subtract(posted('house:processor_clearing'), tax), tax }
}
