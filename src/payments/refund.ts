import type { RefundPurchase } from '../core/decisions/index.ts'
import type { ActorFacts, EntryBody, RefundBasis } from '../core/ledger/index.ts'
import { readInstant } from '../core/ledger/index.ts'
import { add, type Nanos, readNanos, sum, toMinorExact } from '../core/money/index.ts'
import { instant } from '../core/time/index.ts'
import {
  moveRefund,
  type RefundRow,
  readRefund,
  refundsOf,
  startRefund,
} from '../store/control/purchase-refunds.ts'
import { readPayment } from '../store/control/purchases.ts'
import { type PaymentsDeps, SYSTEM } from './deps.ts'
import { insist } from './insist.ts'
import type { Payment, PaymentOrder } from './order.ts'
import { ProviderRefused } from './provider.ts'

export interface RefundWish {
  readonly accountId: string
  readonly paymentId: string
  readonly refundId: string
  readonly basis: RefundBasis
  readonly reason: string
  readonly actor: ActorFacts
}

interface RefundOrder {
  readonly basis: RefundBasis
  readonly reason: string
  readonly actor: ActorFacts
  readonly refunded: { readonly price: string; readonly tax: string }
}

export type Refund = RefundRow<RefundOrder>

type Unable = {
  readonly refused:
    | 'purchase_unknown'
    | 'purchase_not_credited'
    | 'refund_in_progress'
    | 'not_refundable'
}

/** The command that the journal decides, now or in a preview: the same for both. */
export async function refundCommand(
  deps: PaymentsDeps,
  wish: RefundWish,
): Promise<RefundPurchase | Unable> {
  const payment = await readPayment<PaymentOrder>(deps.pool, wish.paymentId)
  if (!payment || payment.accountId !== wish.accountId) return { refused: 'purchase_unknown' }
  // a fee is given back by cancelling at once: its unused time becomes credit for plan fees
  if (payment.kind === 'fee') return { refused: 'not_refundable' }
  if (payment.phase !== 'credited') return { refused: 'purchase_not_credited' }
  return commandOf(payment, wish, await refundedSoFar(deps, payment.paymentId))
}

interface Refunded {
  readonly price: Nanos
  readonly tax: Nanos
}

/** What refunds of a purchase have given back. */
export async function refundedSoFar(deps: PaymentsDeps, paymentId: string): Promise<Refunded> {
  const made = (await refundsOf(deps.pool, [paymentId])).filter(({ phase }) => phase !== 'failed')
  return { price: sum(made.map(({ price }) => price)), tax: sum(made.map(({ tax }) => tax)) }
}

const commandOf = (
  { ordered, paymentId }: Payment,
  wish: Omit<RefundWish, 'paymentId'>,
  refunded: Refunded,
): RefundPurchase => ({
  kind: 'refund_purchase',
  accountId: wish.accountId,
  requestId: wish.refundId,
  actor: wish.actor,
  lotId: ordered.lot_id,
  paymentId,
  basis: wish.basis,
  withdrawalUntil: ordered.withdrawal_until === null ? null : readInstant(ordered.withdrawal_until),
  taxPaid: readNanos(ordered.tax),
  refunded,
  reason: wish.reason,
})

/** Refunds what is unused of a purchase: taken from the lot first, then paid back, each once. */
export async function refundPurchase(
  deps: PaymentsDeps,
  wish: RefundWish,
): Promise<Refund | Unable> {
  const command = await refundCommand(deps, wish)
  if ('refused' in command) return command
  const before = await readRefund<RefundOrder>(deps.pool, wish.refundId)
  if (before) return advanceRefund(deps, wish.refundId)
  const started = await startRefund(deps.pool, {
    refundId: wish.refundId,
    paymentId: wish.paymentId,
    accountId: wish.accountId,
    ordered: {
      basis: wish.basis,
      reason: wish.reason,
      actor: wish.actor,
      // as decimal strings of nanos: what the command was decided with
      refunded: { price: String(command.refunded.price), tax: String(command.refunded.tax) },
    },
    at: instant(deps.nowMs()),
  })
  if (started === 'busy') return { refused: 'refund_in_progress' }
  deps.after?.('refund:started')
  return advanceRefund(deps, wish.refundId)
}

/** Takes a refund as far as it goes now; like a payment, by anybody, any number of times. */
export async function advanceRefund(deps: PaymentsDeps, refundId: string): Promise<Refund> {
  const started = await need(deps, refundId)
  if (started.phase === 'started') await take(deps, started)
  const taken = await need(deps, refundId)
  if (taken.phase !== 'taken') return taken
  await pay(deps, taken)
  // that it failed may have been heard of before its name was known here
  await undoFailed(deps, taken)
  return need(deps, refundId)
}

async function need(deps: PaymentsDeps, refundId: string): Promise<Refund> {
  const refund = await readRefund<RefundOrder>(deps.pool, refundId)
  if (!refund) throw new Error(`refund ${refundId} was not stored`)
  return refund
}

async function take(deps: PaymentsDeps, refund: Refund): Promise<void> {
  const payment = await readPayment<PaymentOrder>(deps.pool, refund.paymentId)
  if (!payment) throw new Error(`payment ${refund.paymentId} was not stored`)
  const { price, tax } = refund.ordered.refunded
  const command = commandOf(
    payment,
    { ...refund.ordered, accountId: refund.accountId, refundId: refund.refundId },
    { price: BigInt(price) as Nanos, tax: BigInt(tax) as Nanos },
  )
  const { result } = await deps.engine.execute(command)
  deps.after?.('ledger:refund_purchase')
  const at = instant(deps.nowMs())
  if (result.status === 'posted') {
    const back = amountsOf(result.entry)
    await moveRefund(deps.pool, refund.refundId, { phase: 'taken', ...back, at })
    deps.after?.('refund:taken')
    return
  }
  const failure = result.status === 'refused' ? result.refused.code : 'not_refundable'
  await moveRefund(deps.pool, refund.refundId, { phase: 'failed', failure, at })
}

/** What the journal says that goes back. */
function amountsOf(entry: EntryBody): Refunded {
  const facts = entry.purchase_refund
  if (!facts) throw new Error('the entry is not one of a refund')
  return { price: readNanos(facts.price), tax: readNanos(facts.tax) }
}

async function pay(deps: PaymentsDeps, refund: Refund): Promise<void> {
  const payment = await readPayment<PaymentOrder>(deps.pool, refund.paymentId)
  if (!payment?.chargeRef) throw new Error(`payment ${refund.paymentId} has no charge`)
  const { chargeRef } = payment
  const { refundId } = refund
  const { currency } = payment.ordered
  const amountMinor = toMinorExact(add(refund.price, refund.tax), currency)
  if (amountMinor === undefined) throw new Error(`refund ${refundId} cannot be paid exactly`)
  try {
    const found = await deps.provider.findRefund(chargeRef, refundId)
    const paid =
      found ??
      (await deps.provider.refund({ key: refundId, refundId, chargeRef, amountMinor, currency }))
    deps.after?.('foreign:refund')
    const at = instant(deps.nowMs())
    const { refundRef } = paid
    if (paid.status === 'failed')
      return undoRefund(deps, { ...refund, refundRef }, 'the processor could not pay it')
    const taxRef = await reverseTax(deps, payment, { key: refundId, ...refund })
    const isPaid = await moveRefund(deps.pool, refundId, { phase: 'paid', refundRef, taxRef, at })
    // somebody has heard meanwhile that it failed, and could not know of the tax
    if (!isPaid) await restoreTax(deps, { refundId, taxRef })
    deps.after?.('refund:paid')
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error
    await undoRefund(deps, refund, `the processor refused: ${error.code}`)
  }
}

/**
 * Enters what goes back of a sale where its tax was entered: the tax that was charged, at its rate. Where it was
 * entered; `null`: nowhere.
 */
export async function reverseTax(
  deps: PaymentsDeps,
  payment: Payment,
  back: Refunded & { readonly key: string },
): Promise<string | null> {
  if (payment.taxRef === null || back.price + back.tax === 0n) return null
  const { currency } = payment.ordered
  const priceMinor = toMinorExact(back.price, currency)
  const taxMinor = toMinorExact(back.tax, currency)
  if (priceMinor === undefined || taxMinor === undefined)
    throw new Error(`refund ${back.key} cannot be entered exactly`)
  try {
    const { key } = back
    const order = { key, saleRef: payment.taxRef, priceMinor, taxMinor, currency }
    const reversalRef = await deps.tax.enterReversal(order)
    deps.after?.('foreign:tax_reversal')
    return reversalRef
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error
    deps.onTaxRefused?.(back.key, error)
    return null
  }
}

/** The money has not gone back, so the tax of the sale is due as before. */
async function restoreTax(
  deps: PaymentsDeps,
  { refundId, taxRef }: Pick<Refund, 'refundId' | 'taxRef'>,
): Promise<void> {
  if (taxRef === null) return
  try {
    await deps.tax.undoReversal(taxRef, refundId)
    deps.after?.('foreign:tax_restored')
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error
    deps.onTaxRefused?.(refundId, error)
  }
}

/** The money does not go back, so the credit does. */
export async function undoRefund(
  deps: PaymentsDeps,
  refund: Pick<Refund, 'refundId' | 'accountId' | 'refundRef'>,
  reason: string,
): Promise<void> {
  const { refundId, accountId, refundRef } = refund
  await insist(deps, {
    kind: 'undo_refund_purchase',
    accountId,
    requestId: refundId,
    actor: SYSTEM,
    reason,
  })
  deps.after?.('ledger:undo_refund_purchase')
  await moveRefund(deps.pool, refundId, {
    ...{ phase: 'failed', failure: 'processor_refused', at: instant(deps.nowMs()) },
    ...(refundRef !== null && { refundRef }),
  })
  // only now: who enters its tax from here on finds that it has failed
  await restoreTax(deps, await need(deps, refundId))
}

/** A refund that the bank did not take gives its credit back; any number of callers may look. */
export async function undoFailed(deps: PaymentsDeps, refund: RefundRow): Promise<void> {
  const payment = await readPayment<PaymentOrder>(deps.pool, refund.paymentId)
  if (!payment?.chargeRef) return
  const now = await deps.provider.findRefund(payment.chargeRef, refund.refundId)
  if (now?.status !== 'failed') return
  await undoRefund(deps, { ...refund, refundRef: now.refundRef }, 'the bank did not take it')
}
