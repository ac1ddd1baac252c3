import type { AttemptFacts, CardFacts } from '../core/ledger/index.ts'
import { add, formatNanos, ZERO } from '../core/money/index.ts'
import { policyRef, taxOn } from '../core/tax/index.ts'
import { instant } from '../core/time/index.ts'
import { derivedId } from '../store/control/ids.ts'
import type { MethodRow } from '../store/control/payment-methods.ts'
import { readPayment, startPayment } from '../store/control/purchases.ts'
import { policyInForce } from '../store/control/terms.ts'
import { readAccount } from '../store/reads/account-state.ts'
import { advancePayment } from './advance.ts'
import type { PaymentsDeps } from './deps.ts'
import { answerOf } from './fee-order.ts'
import {
  type FeeCollector,
  type FeeDue,
  type FeeOrder,
  type FeeQuote,
  FeeWaits,
  type Ordered,
} from './fee-port.ts'
import { customerOf, methodFor } from './methods.ts'
import type { FeePayment, FeePaymentOrder } from './order.ts'
import { ProviderUnavailable } from './provider.ts'
import { cardOf } from './purchase.ts'

type Named = Pick<FeeDue, 'accountId' | 'dueId'>

const paymentIdOf = ({ accountId, dueId }: Named): string =>
  derivedId('pay', accountId, 'fee', dueId)

/** Charges fees to the account's default card, with the tax of the card's country. */
export const feeCollector = (deps: PaymentsDeps): FeeCollector => ({
  quote: async (due) => {
    const terms = await termsOf(deps, due)
    return 'missing' in terms ? null : quoteOf(terms)
  },
  knows: async (due) => (await readFee(deps, due)) !== null,
  resume: async (due, order) => {
    const known = await readFee(deps, due)
    return known ? proceed(deps, known, order) : null
  },
  pay: (due, order) => pay(deps, due, order),
})

interface Terms {
  readonly method: MethodRow
  readonly policy: string
  readonly quote: Pick<FeeQuote, 'tax' | 'taxName' | 'taxRate'>
}

interface Missing {
  readonly missing: 'no_payment_method' | 'policy_missing'
  readonly method: CardFacts | null
}

/** A fee is taxed when it is paid, also where credit is taxed only when it is used. */
async function termsOf(deps: PaymentsDeps, due: FeeDue): Promise<Terms | Missing> {
  const method = await methodFor(deps, due.accountId, undefined)
  if (!method) return { missing: 'no_payment_method', method: null }
  const policy = await policyInForce(deps.pool, method.country, instant(deps.nowMs()))
  if (!policy) return { missing: 'policy_missing', method: cardOf(method) }
  const { name: taxName, rate: taxRate } = policy.tax
  const tax = taxOn(due.amount, taxRate, due.currency)
  return { method, policy: policyRef(policy), quote: { tax, taxName, taxRate } }
}

const quoteOf = ({ method, quote }: Terms): FeeQuote => ({
  ...quote,
  method: { methodId: method.methodId, ...cardOf(method) },
})

const readFee = async (deps: PaymentsDeps, due: Named): Promise<FeePayment | null> =>
  readPayment<FeePaymentOrder>(deps.pool, paymentIdOf(due))

async function pay(deps: PaymentsDeps, due: FeeDue, order: FeeOrder): Promise<Ordered> {
  const terms = await termsOf(deps, due)
  const attempt = (code: string, method: CardFacts | null): AttemptFacts => ({
    price: formatNanos(due.amount),
    tax: 'missing' in terms ? null : formatNanos(terms.quote.tax),
    method,
    code,
  })
  if ('missing' in terms)
    return {
      ...{ status: 'uncovered', code: terms.missing },
      attempt: attempt(terms.missing, terms.method),
    }
  if (!(await isAgreed(deps, due, order)))
    return {
      ...{ status: 'uncovered', code: 'consent_missing' },
      attempt: attempt('consent_missing', cardOf(terms.method)),
    }
  const paymentId = paymentIdOf(due)
  const started = await startPayment(deps.pool, {
    paymentId,
    accountId: due.accountId,
    kind: 'fee',
    ordered: orderedOf(due, order, terms, await customerOf(deps, due.accountId)),
    face: ZERO,
    at: deps.engine.now(),
    bundleLimit: null,
  })
  deps.after?.('phase:started')
  const payment = await readFee(deps, due)
  if (!payment) throw new Error(`payment ${paymentId} was not stored`)
  return proceed(deps, payment, order, started === 'started')
}

/** No card is charged without a consent that covers it: of this order, or of the one that it continues. */
async function isAgreed(deps: PaymentsDeps, due: FeeDue, order: FeeOrder): Promise<boolean> {
  if (order.consent) return true
  if (order.kind === 'change_subscription') return false
  const state = await readAccount(deps.pool, due.accountId)
  const agreed = state?.subscription?.agreedFee ?? null
  return agreed !== null && due.amount <= agreed
}

const orderedOf = (
  due: FeeDue,
  order: FeeOrder,
  { method, policy, quote }: Terms,
  customerRef: string,
): FeePaymentOrder => ({
  currency: due.currency,
  price: formatNanos(due.amount),
  tax: formatNanos(quote.tax),
  total: formatNanos(add(due.amount, quote.tax)),
  method_id: method.methodId,
  method_ref: method.methodRef,
  customer_ref: customerRef,
  key: paymentIdOf(due),
  // a person who gives an order is there to answer the bank
  off_session: order.actor.type === 'system',
  facts: { tax_rate: quote.taxRate, policy, method: cardOf(method) },
  actor: order.actor,
  fee: { plan: due.plan, order },
})

const COMPARED = ['plan', 'seats', 'when', 'fallback', 'pricedAt', 'terms'] as const

/** The first field in which a repeat differs from what was ordered. */
function differing(stored: FeeOrder, given: FeeOrder): string | null {
  const field = (order: FeeOrder, name: (typeof COMPARED)[number]): unknown =>
    (order as unknown as Readonly<Record<string, unknown>>)[name]
  return COMPARED.find((name) => field(stored, name) !== field(given, name)) ?? null
}

/** Takes a fee as far as it goes now, and says what became of it. */
async function proceed(
  deps: PaymentsDeps,
  known: FeePayment,
  order: FeeOrder,
  fresh = false,
): Promise<Ordered> {
  const conflict = differing(known.ordered.fee.order, order)
  if (conflict !== null) return { status: 'conflict', field: conflict }
  await advancePayment(deps, known.paymentId, { fresh })
  const payment = await readPayment<FeePaymentOrder>(deps.pool, known.paymentId)
  if (!payment) throw new Error(`payment ${known.paymentId} was not stored`)
  const { price, tax, facts } = payment.ordered
  const code = payment.failure ?? ''
  const attempt = { price, tax, method: facts.method ?? null, code }
  switch (payment.phase) {
    case 'credited':
      return { status: 'decided', executed: await answerOf(deps, payment) }
    case 'failed':
      return { status: 'declined', code, attempt }
    case 'returned':
      return { status: 'returned', code, attempt }
    case 'action_required':
      return { status: 'action_required', url: payment.actionUrl ?? deps.returnUrl }
    case 'charged':
      throw new FeeWaits('the fee is paid, and counts when it is that late here, too')
    case 'started':
    case 'processing':
      throw new ProviderUnavailable('it is not known yet whether the fee was paid')
  }
}
