import type { ActorFacts, CardFacts } from '../core/ledger/index.ts'
import { monthContaining } from '../core/ledger/index.ts'
import { add, formatNanos, isPayable, type Nanos, readNanos, ZERO } from '../core/money/index.ts'
import {
  creditEnds,
  type JurisdictionPolicy,
  policyRef,
  withdrawalEnds,
} from '../core/tax/index.ts'
import { formatInstant, type Instant, instant, MINUTE_MS } from '../core/time/index.ts'
import { derivedId } from '../store/control/ids.ts'
import type { MethodRow } from '../store/control/payment-methods.ts'
import { readPayment, readPreview, startPayment, storePreview } from '../store/control/purchases.ts'
import { policyInForce } from '../store/control/terms.ts'
import { readAccount } from '../store/reads/account-state.ts'
import { advancePayment } from './advance.ts'
import { bundleLimit, bundleListRef } from './bundles.ts'
import type { PaymentsDeps } from './deps.ts'
import { customerOf, methodFor } from './methods.ts'
import { isFee, type Payment, type PaymentOrder } from './order.ts'
import { bundlesInForce } from './terms.ts'

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
  /** Of the plan and the list that it is sold from; `null` where no bundle is bought. */
  readonly bundle_limit: string | null
  readonly method: Pick<MethodRow, 'brand' | 'last4'>
}

export type PurchaseRefusal =
  | 'account_unknown'
  | 'payment_method_unknown'
  | 'bundle_unknown'
  | 'policy_missing'
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
  const state = await readAccount(deps.pool, wish.accountId)
  if (!state) return { refused: 'account_unknown' }
  const method = await methodFor(deps, wish.accountId, wish.methodId)
  if (!method) return { refused: 'payment_method_unknown' }
  const { currency, plan } = state
  const at = instant(deps.nowMs())
  const goods = await goodsOf(deps, wish, { currency, plan, at })
  if ('refused' in goods) return goods
  const policy = await policyInForce(deps.pool, method.country, at)
  if (!policy) return { refused: 'policy_missing' }
  const { bundle, ...sold } = goods
  const isSold = isPayable(readNanos(goods.price), currency)
  if (!isSold) return { refused: 'amount_invalid' }
  const terms = await termsOf(deps, { policy, currency, price: readNanos(goods.price), method, at })
  // rounded to the minor unit as the law says, which is less than some cards are charged in
  if (!isPayable(readNanos(terms.tax), currency)) return { refused: 'amount_invalid' }
  const order: PreviewOrder = {
    ...sold,
    ...terms,
    facts: { ...terms.facts, ...(bundle && { bundle }) },
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

type Goods = Pick<
  PreviewOrder,
  'kind' | 'name' | 'origin' | 'face' | 'price' | 'bundle_id' | 'bundle_limit'
> & { readonly bundle?: NonNullable<PaymentOrder['facts']['bundle']> }

interface Buyer {
  readonly currency: string
  readonly plan: string
  readonly at: Instant
}

async function goodsOf(deps: PaymentsDeps, wish: PurchaseWish, buyer: Buyer): Promise<Or<Goods>> {
  const { currency } = buyer
  if (wish.bundleId !== undefined) return bundleOf(deps, wish.bundleId, buyer)
  const amount = wish.amount ?? ZERO
  if (amount <= ZERO || !isPayable(amount, currency)) return { refused: 'amount_invalid' }
  const price = formatNanos(amount)
  const bought = { face: price, price, bundle_id: null, bundle_limit: null }
  return { kind: 'top_up', name: 'Top-up', origin: 'purchase', ...bought }
}

export const cardOf = ({ brand, last4 }: MethodRow): CardFacts => ({ brand, last4 })

async function bundleOf(deps: PaymentsDeps, bundleId: string, buyer: Buyer): Promise<Or<Goods>> {
  const lists = await bundlesInForce(deps.pool, buyer.at)
  const list = lists.find(({ currency }) => currency === buyer.currency)
  const found = list?.bundles.find(({ id }) => id === bundleId)
  if (!list || !found) return { refused: 'bundle_unknown' }
  return {
    ...{ kind: 'bundle', name: 'Bundle', origin: 'bundle' },
    face: found.face,
    price: found.price,
    bundle_id: found.id,
    bundle_limit: formatNanos(bundleLimit(list, buyer.plan)),
    bundle: { id: found.id, list: bundleListRef(list) },
  }
}

/**
 * What a jurisdiction's row makes of a price now.
 * @throws TaxUnknown
 */
export async function termsOf(
  deps: PaymentsDeps,
  own: {
    readonly policy: JurisdictionPolicy
    readonly currency: string
    readonly price: Nanos
    readonly method: MethodRow
    readonly at: Instant
  },
) {
  const { policy, currency, price } = own
  const { methodRef, country } = own.method
  const quote = await deps.tax.calculate({ policy, currency, price, methodRef, country })
  const { tax, rate } = quote
  const ends = creditEnds(policy, own.at)
  // counted from the last moment at which it can be confirmed: never less than the law gives
  const until = withdrawalEnds(policy, (own.at + PREVIEW_LIVES_MS) as Instant)
  return {
    tax: formatNanos(tax),
    tax_name: quote.name,
    tax_calculation: quote.calculationRef,
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
  // one from before bundles were rows says no limit, and has to be made anew
  if (preview.expiresAt <= deps.nowMs() || preview.document.bundle_limit === undefined)
    return { refused: 'preview_expired' }
  const {
    kind,
    plan: _p,
    tax_name: _t,
    method: _m,
    bundle_limit: limit,
    ...order
  } = preview.document
  const ordered: PaymentOrder = {
    ...order,
    lot_id: derivedId('lot', own.accountId, 'top_up', paymentId),
    key: paymentId,
    actor: own.actor,
  }
  const at = deps.engine.now()
  const started = await startPayment(deps.pool, {
    paymentId,
    accountId: own.accountId,
    kind,
    ordered,
    face: readNanos(order.face),
    at,
    bundleLimit:
      limit === null ? null : { since: monthContaining(at).start, face: readNanos(limit) },
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
