import { instant } from '../core/time/index.ts'
import {
  type EventRow,
  endEvent,
  enterEvent,
  readRefund,
  refundIdOfRef,
} from '../store/control/purchase-refunds.ts'
import { readPayment } from '../store/control/purchases.ts'
import { advancePayment } from './advance.ts'
import type { PaymentsDeps } from './deps.ts'
import { disputeMoved } from './disputes.ts'
import { returnMoved } from './fee-return.ts'
import { type AnyPayment, type FeePayment, isFee } from './order.ts'
import { undoFailed } from './refund.ts'

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
