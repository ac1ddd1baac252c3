import type { ActorFacts, CardFacts } from '../core/ledger/index.ts'
import { monthContaining } from '../core/ledger/index.ts'
import { add, formatNanos, isWholeMinor, type Nanos, readNanos, ZERO } from '../core/money/index.ts'
import {
  creditEnds,
  policyFor,
  policyRef,
  rateAtPurchase,
  taxOn,
  withdrawalEnds,
} from '../core/tax/index.ts'
import { formatInstant, type Instant, instant, MINUTE_MS } from '../core/time/index.ts'
import { derivedId } from '../store/control/ids.ts'
import type { MethodRow } from '../store/control/payment-methods.ts'
import { readPayment, readPreview, startPayment, storePreview } from '../store/control/purchases.ts'
import { readState } from '../store/reads/account-state.ts'
import { advancePayment } from './advance.ts'
import { bundleLimit } from './bundles.ts'
import type { PaymentsDeps } from './deps.ts'
import { customerOf, methodFor } from './methods.ts'
import { isFee, type Payment, type PaymentOrder } from './order.ts'

const PREVIEW_LIVES_MS = 15 * MINUTE_MS

export interface PurchaseWish {
  readonly accountId: string
  /** Exactly one of the two. */
  readonly amount?: Nanos
  readonly bundleId?: string
  readonly methodId?: string
}

export interface PurchasePreview {
  readonly preview_id: string
  readonly account_id: string
  readonly expires_at: string
  readonly order: PreviewOrder
}

export type PreviewOrder = Omit<PaymentOrder, 'key' | 'lot_id' | 'actor'> & {
  readonly kind: 'top_up' | 'bundle'
  readonly plan: string
  readonly tax_name: string
  readonly method: Pick<MethodRow, 'brand' | 'last4'>
}

export type PurchaseRefusal =
  | 'account_unknown'
  | 'payment_method_unknown'
  | 'bundle_unknown'
  | 'amount_invalid'
  | 'preview_unknown'
  | 'preview_expired'
  | 'bundle_limit_reached'

type Or<T> = T | { readonly refused: PurchaseRefusal }

/** What a purchase would be: amounts, tax, card, the lot it makes. Stored, so that it can be confirmed. */
export async function previewPurchase(
  deps: PaymentsDeps,
  wish: PurchaseWish,
): Promise<Or<PurchasePreview>> {
  const stored = await readState(deps.pool, wish.accountId, { holds: 0, caps: 0 })
  if (!stored) return { refused: 'account_unknown' }
  const method = await methodFor(deps, wish.accountId, wish.methodId)
  if (!method) return { refused: 'payment_method_unknown' }
  const { currency, plan } = stored.state
  const goods = goodsOf(deps, wish, currency)
  if ('refused' in goods) return goods
  const at = instant(deps.nowMs())
  const order: PreviewOrder = {
    ...goods,
    ...termsOf(deps, { method, currency, price: readNanos(goods.price), at }),
    plan,
    currency,
    method_id: method.methodId,
    method_ref: method.methodRef,
    method: cardOf(method),
    customer_ref: await customerOf(deps, wish.accountId),
    off_session: false,
  }
  const expiresAt = (at + PREVIEW_LIVES_MS) as Instant
  const previewId = deps.ids('prev')
  await storePreview(deps.pool, {
    previewId,
    accountId: wish.accountId,
    document: order,
    expiresAt,
  })
  return {
    preview_id: previewId,
    account_id: wish.accountId,
    expires_at: formatInstant(expiresAt),
    order,
  }
}

type Goods = Pick<PreviewOrder, 'kind' | 'name' | 'origin' | 'face' | 'price' | 'bundle_id'>

function goodsOf(deps: PaymentsDeps, wish: PurchaseWish, currency: string): Or<Goods> {
  if (wish.bundleId !== undefined) {
    const found = deps.bundles.find((own) => own.id === wish.bundleId && own.currency === currency)
    if (!found) return { refused: 'bundle_unknown' }
    const { face, price } = found
    return { kind: 'bundle', name: 'Bundle', origin: 'bundle', face, price, bundle_id: found.id }
  }
  const amount = wish.amount ?? ZERO
  if (amount <= ZERO || !isWholeMinor(amount, currency)) return { refused: 'amount_invalid' }
  const price = formatNanos(amount)
  return { kind: 'top_up', name: 'Top-up', origin: 'purchase', face: price, price, bundle_id: null }
}

export const cardOf = ({ brand, last4 }: MethodRow): CardFacts => ({ brand, last4 })

/** What the buyer's jurisdiction makes of a price now: the country of the card decides. */
export function termsOf(
  deps: PaymentsDeps,
  own: {
    readonly method: MethodRow
    readonly currency: string
    readonly price: Nanos
    readonly at: Instant
  },
) {
  const policy = policyFor(deps.policies, own.method.country ?? '*', own.at)
  if (!policy) throw new Error('there is no policy row for all other jurisdictions')
  const rate = rateAtPurchase(policy)
  const tax = taxOn(own.price, rate, own.currency)
  const ends = creditEnds(policy, own.at)
  // counted from the last moment at which it can be confirmed: never less than the law gives
  const until = withdrawalEnds(policy, (own.at + PREVIEW_LIVES_MS) as Instant)
  return {
    tax: formatNanos(tax),
    tax_name: policy.tax.name,
    total: formatNanos(add(own.price, tax)),
    expires_at: ends === null ? null : formatInstant(ends),
    withdrawal_until: until === null ? null : formatInstant(until),
    facts: { tax_rate: rate, policy: policyRef(policy), method: cardOf(own.method) },
  }
}

/** Buys what a preview shows. The preview's id is the order: confirmed twice, it is bought once. */
export async function confirmPurchase(
  deps: PaymentsDeps,
  own: { readonly accountId: string; readonly previewId: string; readonly actor: ActorFacts },
): Promise<Or<Payment>> {
  const preview = await readPreview<PreviewOrder>(deps.pool, own.accountId, own.previewId)
  if (!preview) return { refused: 'preview_unknown' }
  const paymentId = derivedId('pay', own.accountId, own.previewId)
  const before = await readPayment<PaymentOrder>(deps.pool, paymentId)
  if (before) return before.phase === 'started' ? advancePurchase(deps, paymentId) : before
  const at = instant(deps.nowMs())
  if (preview.expiresAt <= at) return { refused: 'preview_expired' }
  const { kind, plan, tax_name: _, method: _m, ...order } = preview.document
  const ordered: PaymentOrder = {
    ...order,
    lot_id: derivedId('lot', own.accountId, 'top_up', paymentId),
    key: paymentId,
    actor: own.actor,
  }
  const started = await startPayment(deps.pool, {
    paymentId,
    accountId: own.accountId,
    kind,
    ordered,
    face: readNanos(order.face),
    at,
    bundleLimit:
      kind === 'bundle' ? { since: monthContaining(at).start, face: bundleLimit(plan) } : null,
  })
  if (started === 'bundle_limit_reached') return { refused: started }
  deps.after?.('phase:started')
  return advancePurchase(deps, paymentId, started === 'started')
}

/** Takes a payment that makes credit as far as it goes now. */
export async function advancePurchase(
  deps: PaymentsDeps,
  paymentId: string,
  fresh = false,
): Promise<Payment> {
  const payment = await advancePayment(deps, paymentId, { fresh })
  if (isFee(payment)) throw new Error(`payment ${paymentId} makes no credit`)
  return payment
}
