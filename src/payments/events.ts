import { readNanos, subtract } from '../core/money/index.ts'
import { instant } from '../core/time/index.ts'
import {
  type EventRow,
  endEvent,
  enterEvent,
  readRefund,
  refundIdOfRef,
  refundsOf,
} from '../store/control/purchase-refunds.ts'
import { paymentIdOfCharge, readPayment } from '../store/control/purchases.ts'
import { advancePayment } from './advance.ts'
import { type PaymentsDeps, SYSTEM } from './deps.ts'
import { returnMoved } from './fee-return.ts'
import { insist } from './insist.ts'
import { type AnyPayment, type FeePayment, isFee } from './order.ts'
import type { ProviderDispute } from './provider.ts'
import { advanceRefund, refundedSoFar, reverseTax, undoFailed } from './refund.ts'

/**
 * Takes a webhook. It only says where to look: what has happened is read from the processor, so that
 * webhooks may come late, twice, or in any order.
 * @throws SignatureInvalid
 */
export async function takeWebhook(
  deps: PaymentsDeps,
  hook: { readonly rawBody: string; readonly signature: string },
): Promise<'done' | 'known'> {
  const now = deps.nowMs()
  const event = deps.provider.readEvent(hook.rawBody, hook.signature, now)
  if (!(await enterEvent(deps.pool, { ...event, at: instant(now) }))) return 'known'
  await workEvent(deps, event)
  return 'done'
}

/** Does what an event asks for; one that fails stays open, and the job takes it up again. */
export async function workEvent(deps: PaymentsDeps, event: EventRow): Promise<void> {
  if (event.subject === 'charge') await chargeMoved(deps, event)
  if (event.subject === 'refund') await refundMoved(deps, event)
  if (event.subject === 'dispute') await disputeMoved(deps, event.ref)
  await endEvent(deps.pool, event.eventId, instant(deps.nowMs()))
}

async function chargeMoved(deps: PaymentsDeps, event: EventRow): Promise<void> {
  const { paymentId } = event
  // somebody else's charge at the same processor is none of ours
  if (paymentId === null || !(await readPayment(deps.pool, paymentId))) return
  await advancePayment(deps, paymentId, { chargeRef: event.ref })
}

async function refundMoved(deps: PaymentsDeps, event: EventRow): Promise<void> {
  const refundId = await refundIdOfRef(deps.pool, event.ref)
  const refund = refundId === null ? null : await readRefund(deps.pool, refundId)
  if (refund) return undoFailed(deps, refund)
  const { paymentId } = event
  const payment = paymentId && (await readPayment<AnyPayment['ordered']>(deps.pool, paymentId))
  if (payment && isFee(payment as AnyPayment)) await returnMoved(deps, payment as FeePayment)
}

/** Brings a dispute into the journal as far as the processor has it; any number of times. */
export async function disputeMoved(deps: PaymentsDeps, disputeRef: string): Promise<void> {
  const dispute = await deps.provider.readDispute(disputeRef)
  const paymentId =
    (await paymentIdOfCharge(deps.pool, dispute.chargeRef)) ??
    (await deps.provider.readCharge(dispute.chargeRef)).paymentId
  if (paymentId === null || !(await readPayment(deps.pool, paymentId))) return
  // a dispute may come before our own credit of the payment
  const payment = await advancePayment(deps, paymentId)
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
  await insist(deps, { ...base, kind: 'charge_back', ...lost })
  await reverseTax(deps, payment, { key: dispute.disputeRef, ...lost })
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
  await insist(deps, {
    kind: 'charge_back',
    accountId,
    requestId: dispute.disputeRef,
    actor: SYSTEM,
    lotId: null,
    disputeId: dispute.disputeRef,
    paymentId,
    price: readNanos(ordered.price),
    tax: readNanos(ordered.tax),
  })
}
