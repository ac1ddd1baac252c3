import { buySentence } from '../../contract/explain/payments/index.ts'
import { add, formatNanos } from '../../core/money/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import type { Payment } from '../../payments/advance.ts'
import type { PaymentsDeps } from '../../payments/deps.ts'
import { takeWebhook } from '../../payments/events.ts'
import { addMethod, customerOf, dropMethod } from '../../payments/methods.ts'
import type { PaymentOrder } from '../../payments/order.ts'
import { ProviderRefused, ProviderUnavailable, SignatureInvalid } from '../../payments/provider.ts'
import { confirmPurchase, previewPurchase } from '../../payments/purchase.ts'
import { refundCommand, refundPurchase } from '../../payments/refund.ts'
import { derivedId } from '../../store/control/index.ts'
import { listMethods, type MethodRow } from '../../store/control/payment-methods.ts'
import { type RefundRow, refundsOf } from '../../store/control/purchase-refunds.ts'
import { listPayments, readPayment } from '../../store/control/purchases.ts'
import { readSeqs } from '../../store/reads/account-state.ts'
import { actorOf } from '../caller.ts'
import { unexpected } from '../decide.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, type Inbound, keyOf, ok } from '../handler.ts'
import { rawBodyOf } from '../json-body.ts'
import { ProblemError, refusalAnswer } from '../problem-answer.ts'
import { amountIn } from '../read-in.ts'

/** The payments of this server; there is no processor where none was configured. */
export function paymentsOf({ payments }: Services): PaymentsDeps {
  if (!payments)
    throw new ProblemError('processor_unavailable', { headers: { 'retry-after': '60' } })
  return payments
}

/** What the processor did not do is told as what it is, not as an error of ours. */
async function foreign<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof ProviderUnavailable)
      throw new ProblemError('processor_unavailable', { headers: { 'retry-after': '5' } })
    if (error instanceof ProviderRefused) throw new ProblemError('payment_method_refused')
    if (error instanceof SignatureInvalid) throw new ProblemError('signature_invalid')
    throw error
  }
}

export async function needAccount(pool: Services['pool'], accountId: string): Promise<void> {
  const seqs = await readSeqs(pool, [accountId])
  if (!seqs.has(accountId)) throw new ProblemError('account_unknown')
}

const now = ({ nowMs }: Services): string => formatInstant(instant(nowMs()))

type Methods =
  | 'listPaymentMethods'
  | 'setUpPaymentMethod'
  | 'addPaymentMethod'
  | 'removePaymentMethod'

export const methodHandlers: Handlers<Methods> = {
  listPaymentMethods: async ({ params }, services) => {
    await needAccount(services.pool, params.account_id)
    const methods = await listMethods(services.pool, params.account_id)
    return ok({ items: methods.map(methodJson), as_of: now(services) })
  },

  setUpPaymentMethod: async (inbound, services) => {
    const { account_id: accountId } = inbound.params
    await needAccount(services.pool, accountId)
    const payments = paymentsOf(services)
    const customerRef = await foreign(customerOf(payments, accountId))
    const key = `setup:${accountId}:${keyOf(inbound)}`
    const setup = await foreign(payments.provider.beginSetup({ customerRef, key }))
    return {
      ...ok({ setup_ref: setup.setupRef, client_secret: setup.clientSecret }),
      headers: { 'cache-control': 'no-store' },
    }
  },

  addPaymentMethod: async ({ params, body }, services) => {
    await needAccount(services.pool, params.account_id)
    const adding = addMethod(paymentsOf(services), params.account_id, body.method_ref)
    return created(methodJson(await foreign(adding)))
  },

  removePaymentMethod: async ({ params }, services) => {
    await needAccount(services.pool, params.account_id)
    const removing = dropMethod(paymentsOf(services), params.account_id, params.method_id)
    const removed = await foreign(removing)
    if (!removed) throw new ProblemError('payment_method_unknown')
    return ok(methodJson(removed))
  },
}

const methodJson = (method: MethodRow) => ({
  method_id: method.methodId,
  brand: method.brand,
  last4: method.last4,
  exp_month: method.expMonth,
  exp_year: method.expYear,
  country: method.country,
  created_at: formatInstant(method.createdAt),
})

type Purchases =
  | 'listBundles'
  | 'previewPurchase'
  | 'confirmPurchase'
  | 'listPurchases'
  | 'getPurchase'
  | 'takePaymentWebhook'

export const purchaseHandlers: Handlers<Purchases> = {
  listBundles: async (_inbound, services) =>
    ok({ items: paymentsOf(services).bundles, as_of: now(services) }),

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
        actor: actorOf(inbound.caller, inbound.from),
      }),
    )
    if ('refused' in payment) throw new ProblemError(payment.refused)
    return created(await purchaseOf(services, payment))
  },

  listPurchases: async ({ params }, services) => {
    await needAccount(services.pool, params.account_id)
    const payments = await listPayments<PaymentOrder>(services.pool, params.account_id)
    const refunds = await refundsOf(
      services.pool,
      payments.map(({ paymentId }) => paymentId),
    )
    const items = payments.map((payment) => purchaseJson(payment, refunds))
    return ok({ items, as_of: now(services) })
  },

  getPurchase: async ({ params }, services) => {
    await needAccount(services.pool, params.account_id)
    const payment = await readPayment<PaymentOrder>(services.pool, params.payment_id)
    if (!payment || payment.accountId !== params.account_id)
      throw new ProblemError('purchase_unknown')
    return ok(await purchaseOf(services, payment))
  },

  takePaymentWebhook: async ({ request }, services) => {
    const signature = request.headers['stripe-signature']
    const hook = { rawBody: rawBodyOf(request), signature: `${signature ?? ''}` }
    return ok({ status: await foreign(takeWebhook(paymentsOf(services), hook)) })
  },
}

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
  >,
) => ({
  currency: order.currency,
  face: order.face,
  price: order.price,
  tax: order.tax,
  total: order.total,
  method_id: order.method_id,
  lot: { name: order.name, origin: order.origin, expires_at: order.expires_at },
  policy: order.facts.policy ?? '',
  tax_rate: order.facts.tax_rate ?? '0',
  withdrawal_until: order.withdrawal_until,
})

const purchaseOf = async (services: Services, payment: Payment) =>
  purchaseJson(payment, await refundsOf(services.pool, [payment.paymentId]))

const purchaseJson = (payment: Payment, refunds: readonly RefundRow[]) => ({
  payment_id: payment.paymentId,
  account_id: payment.accountId,
  kind: payment.kind,
  status: payment.phase,
  lot_id: payment.ordered.lot_id,
  ...boughtJson(payment.ordered),
  failure: payment.failure,
  action_url: payment.actionUrl,
  created_at: formatInstant(payment.createdAt),
  refunds: refunds.filter(({ paymentId }) => paymentId === payment.paymentId).map(refundJson),
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
    const refundId = derivedId('rfnd', accountId, paymentId, keyOf(inbound))
    const wish = refundWish(inbound, refundId)
    const refund = await foreign(refundPurchase(paymentsOf(services), wish))
    if ('refused' in refund) throw new ProblemError(refund.refused)
    if (refund.phase === 'failed' && isRefusal(refund.failure))
      throw new ProblemError(refund.failure)
    const payment = await readPayment<PaymentOrder>(services.pool, paymentId)
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
  actor: actorOf(inbound.caller, inbound.from),
})
