import type { Command } from '../core/decisions/index.ts'
import { readNanos, subtract } from '../core/money/index.ts'
import { instant } from '../core/time/index.ts'
import {
  type EventRow,
  endEvent,
  enterEvent,
  readRefund,
  refundIdOfRef,
} from '../store/control/purchase-refunds.ts'
import { paymentIdOfCharge, readPayment } from '../store/control/purchases.ts'
import { advancePayment } from './advance.ts'
import { type PaymentsDeps, SYSTEM } from './deps.ts'
import { type FeePayment, isFee, type PaymentOrder } from './order.ts'
import type { ProviderDispute } from './provider.ts'
import { refundedSoFar, reverseTax, undoRefund } from './refund.ts'

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
  if (event.subject === 'dispute') await disputeMoved(deps, event)
  await endEvent(deps.pool, event.eventId, instant(deps.nowMs()))
}

async function chargeMoved(deps: PaymentsDeps, event: EventRow): Promise<void> {
  const { paymentId } = event
  // somebody else's charge at the same processor is none of ours
  if (paymentId === null || !(await readPayment(deps.pool, paymentId))) return
  await advancePayment(deps, paymentId)
}

async function refundMoved(deps: PaymentsDeps, event: EventRow): Promise<void> {
  const refundId = await refundIdOfRef(deps.pool, event.ref)
  const refund = refundId === null ? null : await readRefund(deps.pool, refundId)
  const payment = refund && (await readPayment<PaymentOrder>(deps.pool, refund.paymentId))
  if (!refund || !payment?.chargeRef) return
  const now = await deps.provider.findRefund(payment.chargeRef, refund.refundId)
  if (now?.status === 'failed') await undoRefund(deps, refund, 'the bank did not take it')
}

async function disputeMoved(deps: PaymentsDeps, event: EventRow): Promise<void> {
  const dispute = await deps.provider.readDispute(event.ref)
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
  const run = (command: Command) => deps.engine.execute(command)
  // the journal shows the freezing also where the end of the dispute is heard of first
  await run({ ...base, kind: 'freeze_lot' })
  if (dispute.status === 'won') await run({ ...base, kind: 'unfreeze_lot' })
  if (dispute.status !== 'lost') return
  const refunded = await refundedSoFar(deps, paymentId)
  const lost = {
    price: subtract(readNanos(payment.ordered.price), refunded.price),
    tax: subtract(readNanos(payment.ordered.tax), refunded.tax),
  }
  await run({ ...base, kind: 'charge_back', ...lost })
  await reverseTax(deps, payment, { key: dispute.disputeRef, ...lost })
}

/** A fee has made no credit that could wait; one whose dispute is lost is the house's loss. */
async function feeDisputed(
  deps: PaymentsDeps,
  payment: FeePayment,
  dispute: ProviderDispute,
): Promise<void> {
  if (dispute.status !== 'lost' || payment.phase !== 'credited') return
  const { ordered, paymentId, accountId } = payment
  await deps.engine.execute({
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
