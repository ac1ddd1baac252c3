import { buySentence } from '../../contract/explain/payments/index.ts'
import { add, formatNanos } from '../../core/money/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { advancePayment } from '../../payments/advance.ts'
import { bundleListRef } from '../../payments/bundles.ts'
import type { PaymentsDeps } from '../../payments/deps.ts'
import { takeWebhook } from '../../payments/events.ts'
import {
  type AnyPayment,
  type FeePaymentOrder,
  isFee,
  type PaymentOrder,
} from '../../payments/order.ts'
import { ProviderRefused, ProviderUnavailable, SignatureInvalid } from '../../payments/provider.ts'
import { confirmPurchase, previewPurchase } from '../../payments/purchase.ts'
import { refundCommand, refundPurchase } from '../../payments/refund.ts'
import { TaxUnknown } from '../../payments/tax.ts'
import { bundlesInForce } from '../../payments/terms.ts'
import { derivedId } from '../../store/control/index.ts'
import { type RefundRow, refundsOf } from '../../store/control/purchase-refunds.ts'
import { listPayments, readPayment } from '../../store/control/purchases.ts'
import { needOperatorFor, signerOf } from '../caller.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import { unexpected } from '../decide.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, type Inbound, keyOf, ok } from '../handler.ts'
import { rawBodyOf } from '../json-body.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError, refusalAnswer } from '../problem-answer.ts'
import { amountIn } from '../read-in.ts'

/** The payments of this server; there is no processor where none was configured. */
export function paymentsOf({ payments }: Services): PaymentsDeps {
  if (!payments)
    throw new ProblemError('processor_unavailable', { headers: { 'retry-after': '60' } })
  return payments
}

/** What the processor did not do is told as what it is, not as an error of ours. */
export async function foreign<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof ProviderUnavailable)
      throw new ProblemError('processor_unavailable', { headers: { 'retry-after': '5' } })
    if (error instanceof TaxUnknown) throw new ProblemError('tax_unknown')
    if (error instanceof ProviderRefused) throw new ProblemError('payment_method_refused')
    if (error instanceof SignatureInvalid) throw new ProblemError('signature_invalid')
    throw error
  }
}

export const now = ({ nowMs }: Services): string => formatInstant(instant(nowMs()))

type Purchases =
  | 'listBundles'
  | 'previewPurchase'
  | 'confirmPurchase'
  | 'listPurchases'
  | 'getPurchase'
  | 'answerTestBank'
  | 'takePaymentWebhook'

export const purchaseHandlers: Handlers<Purchases> = {
  listBundles: async (_inbound, services) => {
    const { pool, nowMs } = paymentsOf(services)
    const lists = await bundlesInForce(pool, instant(nowMs()))
    const items = lists.flatMap((list) =>
      list.bundles.map((own) => ({ ...own, currency: list.currency, list: bundleListRef(list) })),
    )
    return ok({ items, as_of: now(services) })
  },

  previewPurchase: async ({ params, body }, services) => {
    if ((body.amount === undefined) === (body.bundle_id === undefined))
      throw new ProblemError('amount_invalid', { field: 'amount' })
    const preview = await foreign(
      previewPurchase(paymentsOf(services), {
        accountId: params.account_id,
        ...(body.amount !== undefined && { amount: amountIn(body.amount) }),
        ...(body.bundle_id !== undefined && { bundleId: body.bundle_id }),
        ...(body.method_id !== undefined && { methodId: body.method_id }),
      }),
    )
    if ('refused' in preview) throw new ProblemError(preview.refused)
    const { order } = preview
    return ok({
      preview_id: preview.preview_id,
      account_id: preview.account_id,
      expires_at: preview.expires_at,
      ...boughtJson(order),
      sentence: { en: buySentence(order, 'en'), ja: buySentence(order, 'ja') },
    })
  },

  confirmPurchase: async (inbound, services) => {
    const { params, body } = inbound
    await needAccount(services.pool, params.account_id)
    const payment = await foreign(
      confirmPurchase(paymentsOf(services), {
        accountId: params.account_id,
        previewId: body.preview_id,
        actor: signerOf(inbound.caller, inbound.from),
      }),
    )
    if ('refused' in payment) throw new ProblemError(payment.refused)
    return created(await purchaseOf(services, payment))
  },

  listPurchases: async ({ params, query }, services) => {
    await needAccount(services.pool, params.account_id)
    const limit = query.limit ?? PAGE_DEFAULT
    const after = decodeCursor('purchases', ['number', 'string'], query.cursor)
    const listed = await listPayments<AnyPayment['ordered']>(services.pool, {
      accountId: params.account_id,
      kind: query.kind ?? null,
      phase: query.status ?? null,
      after: after && { createdAt: instant(after[0]), paymentId: after[1] },
      limit: limit + 1,
    })
    const page = pageOf(listed as AnyPayment[], limit, (last) =>
      encodeCursor('purchases', [last.createdAt, last.paymentId]),
    )
    const ids = page.items.map(({ paymentId }) => paymentId)
    const refunds = await refundsOf(services.pool, ids)
    const items = page.items.map((payment) => purchaseJson(payment, refunds))
    return ok({ items, next_cursor: page.next_cursor, as_of: now(services) })
  },

  getPurchase: async ({ params }, services) => {
    await needAccount(services.pool, params.account_id)
    const payment = await readAny(services, params.payment_id)
    if (!payment || payment.accountId !== params.account_id)
      throw new ProblemError('purchase_unknown')
    return ok(await purchaseOf(services, payment))
  },

  answerTestBank: async ({ params, body }, services) => {
    await needAccount(services.pool, params.account_id)
    const payments = paymentsOf(services)
    const { provider } = payments
    const payment = await readAny(services, params.payment_id)
    const isOwn = payment?.accountId === params.account_id
    if (!provider.authenticate || !payment || !isOwn) throw new ProblemError('purchase_unknown')
    const { chargeRef, phase } = payment
    if (phase === 'action_required' && chargeRef !== null) {
      if (body.approve) await foreign(provider.authenticate(chargeRef))
      else await foreign(provider.cancelCharge(chargeRef))
    }
    const moved = await foreign(advancePayment(payments, params.payment_id))
    return ok(await purchaseOf(services, moved))
  },

  takePaymentWebhook: async ({ request }, services) => {
    const signature = request.headers['stripe-signature']
    const hook = { rawBody: rawBodyOf(request), signature: `${signature ?? ''}` }
    return ok({ status: await foreign(takeWebhook(paymentsOf(services), hook)) })
  },
}

const paidJson = (
  order: Pick<PaymentOrder, 'currency' | 'price' | 'tax' | 'total' | 'method_id' | 'facts'>,
) => ({
  currency: order.currency,
  price: order.price,
  tax: order.tax,
  total: order.total,
  method_id: order.method_id,
  policy: order.facts.policy ?? '',
  tax_rate: order.facts.tax_rate ?? '0',
})

const boughtJson = (
  order: Pick<
    PaymentOrder,
    | 'currency'
    | 'face'
    | 'price'
    | 'tax'
    | 'total'
    | 'method_id'
    | 'name'
    | 'origin'
    | 'expires_at'
    | 'facts'
    | 'withdrawal_until'
    | 'bundle_id'
  >,
) => ({
  ...paidJson(order),
  face: order.face,
  lot: { name: order.name, origin: order.origin, expires_at: order.expires_at },
  policy: order.facts.policy ?? '',
  // bundles that were sold before lists had versions name none
  bundle:
    order.bundle_id === null
      ? null
      : { id: order.bundle_id, list: order.facts.bundle?.list ?? null },
  tax_rate: order.facts.tax_rate ?? '0',
  withdrawal_until: order.withdrawal_until,
})

const readAny = ({ pool }: Services, paymentId: string): Promise<AnyPayment | null> =>
  readPayment<AnyPayment['ordered']>(pool, paymentId) as Promise<AnyPayment | null>

const purchaseOf = async (services: Services, payment: AnyPayment) =>
  purchaseJson(payment, await refundsOf(services.pool, [payment.paymentId]))

const purchaseJson = (payment: AnyPayment, refunds: readonly RefundRow[]) => ({
  payment_id: payment.paymentId,
  account_id: payment.accountId,
  kind: payment.kind,
  status: payment.phase,
  ...(isFee(payment) ? feeJson(payment.ordered) : creditJson(payment.ordered)),
  failure: payment.failure,
  action_url: payment.actionUrl,
  created_at: formatInstant(payment.createdAt),
  refunds: refunds.filter(({ paymentId }) => paymentId === payment.paymentId).map(refundJson),
})

const creditJson = (ordered: PaymentOrder) => ({
  lot_id: ordered.lot_id,
  ...boughtJson(ordered),
  plan: null,
})

const feeJson = (ordered: FeePaymentOrder) => ({
  lot_id: null,
  ...paidJson(ordered),
  face: '0',
  lot: null,
  bundle: null,
  withdrawal_until: null,
  plan: ordered.fee.plan,
})

const refundJson = (refund: RefundRow) => ({
  refund_id: refund.refundId,
  phase: refund.phase,
  price: formatNanos(refund.price),
  tax: formatNanos(refund.tax),
  total: formatNanos(add(refund.price, refund.tax)),
  failure: refund.failure,
  created_at: formatInstant(refund.createdAt),
})

type RefundRoute = 'previewPurchaseRefund' | 'refundPurchase'

export const refundHandlers: Handlers<RefundRoute> = {
  previewPurchaseRefund: async (inbound, services) => {
    await needAccount(services.pool, inbound.params.account_id)
    if (inbound.body.basis === 'operator') needOperatorFor(inbound.caller, 'basis')
    const payments = paymentsOf(services)
    const command = await refundCommand(payments, refundWish(inbound, services.ids('rfnd')))
    if ('refused' in command) throw new ProblemError(command.refused)
    const result = await services.engine.preview(command)
    if (result.status === 'refused') return refusalAnswer(result)
    const facts = result.status === 'posted' ? result.entry.purchase_refund : undefined
    if (result.status !== 'posted' || !facts) throw unexpected(result)
    return ok({
      payment_id: facts.payment_id,
      face: facts.face,
      price: facts.price,
      tax: facts.tax,
      total: formatNanos(add(amountIn(facts.price), amountIn(facts.tax))),
      as_of: result.entry.at,
      seq: result.entry.seq - 1,
    })
  },

  refundPurchase: async (inbound, services) => {
    const { account_id: accountId, payment_id: paymentId } = inbound.params
    await needAccount(services.pool, accountId)
    if (inbound.body.basis === 'operator') needOperatorFor(inbound.caller, 'basis')
    const refundId = derivedId('rfnd', accountId, paymentId, keyOf(inbound))
    const wish = refundWish(inbound, refundId)
    const refund = await foreign(refundPurchase(paymentsOf(services), wish))
    if ('refused' in refund) throw new ProblemError(refund.refused)
    if (refund.phase === 'failed' && isRefusal(refund.failure))
      throw new ProblemError(refund.failure)
    const payment = await readAny(services, paymentId)
    if (!payment) throw new ProblemError('purchase_unknown')
    return created(await purchaseOf(services, payment))
  },
}

const REFUSED = [
  'withdrawal_over',
  'dispute_open',
  'not_refundable',
  'lot_unknown',
  'lot_already_used',
  'lot_expired',
  'lot_voided',
] as const

const isRefusal = (code: string | null): code is (typeof REFUSED)[number] =>
  REFUSED.some((known) => known === code)

const refundWish = (inbound: Inbound<RefundRoute>, refundId: string) => ({
  accountId: inbound.params.account_id,
  paymentId: inbound.params.payment_id,
  refundId,
  basis: inbound.body.basis ?? ('withdrawal' as const),
  reason: inbound.body.reason ?? 'asked for',
  actor: signerOf(inbound.caller, inbound.from),
})
