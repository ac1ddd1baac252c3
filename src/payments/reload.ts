import { type ReloadDue, reloadCheck } from '../core/decisions/index.ts'
import type { AccountState, AttemptFacts, ReloadOutcome } from '../core/ledger/index.ts'
import { formatNanos, type Nanos, ratio } from '../core/money/index.ts'
import { taxOn } from '../core/tax/index.ts'
import { type Instant, instant } from '../core/time/index.ts'
import { derivedId } from '../store/control/ids.ts'
import type { MethodRow } from '../store/control/payment-methods.ts'
import { startPayment } from '../store/control/purchases.ts'
import { policyInForce } from '../store/control/terms.ts'
import { readState } from '../store/reads/account-state.ts'
import { type PaymentsDeps, SYSTEM } from './deps.ts'
import { customerOf, methodFor } from './methods.ts'
import type { Payment } from './order.ts'
import { advancePurchase, cardOf, termsOf } from './purchase.ts'
import { TaxUnknown } from './tax.ts'

/**
 * Buys credit where the account holder's terms say so now. The round is the payment's id, so that however
 * many nodes look at once, and however often, a round is charged once. `null`: nothing was due.
 */
export async function evaluateReload(
  deps: PaymentsDeps,
  accountId: string,
): Promise<Payment | null> {
  const stored = await readState(deps.pool, accountId, { at: deps.engine.now() })
  if (!stored) return null
  const check = reloadCheck(stored.state, stored.at)
  if (!check.due) return null
  const paymentId = derivedId('pay', accountId, 'reload', String(check.round))
  const method = await methodFor(deps, accountId, check.methodId)
  const end = (outcome: ReloadOutcome, tax = formatNanos(check.tax)): Promise<null> =>
    endBefore(deps, {
      ...{ accountId, paymentId, round: check.round, outcome },
      attempt: attemptOf(check, { method, tax, code: outcome }),
    })
  if (!method) return end('method_removed')
  const at = instant(deps.nowMs())
  const terms = await agreedTerms(deps, stored.state, { net: check.net, method, at })
  if (!terms) return end('terms_changed')
  const customerRef = await customerOf(deps, accountId)
  const started = await startPayment(deps.pool, {
    paymentId,
    accountId,
    kind: 'auto_reload',
    ordered: {
      ...orderOf(stored.state, check, paymentId),
      tax: terms.tax,
      tax_calculation: terms.tax_calculation,
      total: terms.total,
      expires_at: terms.expires_at,
      withdrawal_until: terms.withdrawal_until,
      facts: {
        ...terms.facts,
        reload: { round: check.round, consent_seq: check.consentSeq },
      },
      method_ref: method.methodRef,
      customer_ref: customerRef,
    },
    face: check.net,
    at: deps.engine.now(),
    bundleLimit: null,
  })
  if (started !== 'started') return null
  deps.after?.('phase:started')
  return advancePurchase(deps, paymentId, true)
}

/** The terms of today where they are those that were agreed to; `null`: they are others. */
async function agreedTerms(
  deps: PaymentsDeps,
  { currency, autoReload }: AccountState,
  own: { readonly net: Nanos; readonly method: MethodRow; readonly at: Instant },
): Promise<Awaited<ReturnType<typeof termsOf>> | null> {
  const { net: price, method, at } = own
  const policy = await policyInForce(deps.pool, method.country, at)
  if (!policy) return null
  const terms = await termsOf(deps, { policy, currency, price, method, at }).catch(noneIfUnknown)
  // the sentence that was agreed to names the tax: under another rate it is another order
  const rate = autoReload?.terms?.tax.rate ?? ''
  const isSame = terms !== null && terms.tax === formatNanos(taxOn(price, rate, currency))
  return isSame && sameRate(terms.facts.tax_rate, rate) ? terms : null
}

/** `0.1` is `0.10`. */
function sameRate(a: string, b: string): boolean {
  const [first, second] = [ratio.parseRatio(a), ratio.parseRatio(b)]
  return first !== undefined && second !== undefined && ratio.compare(first, second) === 0
}

function noneIfUnknown(error: unknown): null {
  if (error instanceof TaxUnknown) return null
  throw error
}

const attemptOf = (
  due: ReloadDue,
  own: { readonly method: MethodRow | null; readonly tax: string; readonly code: string },
): AttemptFacts => ({
  ...own,
  price: formatNanos(due.net),
  method: own.method && cardOf(own.method),
})

const orderOf = (state: AccountState, due: ReloadDue, paymentId: string) => ({
  lot_id: derivedId('lot', state.accountId, 'top_up', paymentId),
  name: 'Auto-reload',
  origin: 'purchase',
  currency: state.currency,
  face: formatNanos(due.net),
  price: formatNanos(due.net),
  method_id: due.methodId,
  key: paymentId,
  off_session: true,
  actor: SYSTEM,
  bundle_id: null,
})

async function endBefore(
  deps: PaymentsDeps,
  own: {
    readonly accountId: string
    readonly paymentId: string
    readonly round: number
    readonly outcome: ReloadOutcome
    readonly attempt: AttemptFacts
  },
): Promise<null> {
  await deps.engine.execute({
    kind: 'end_reload',
    accountId: own.accountId,
    requestId: own.paymentId,
    actor: SYSTEM,
    round: own.round,
    outcome: own.outcome,
    attempt: own.attempt,
  })
  return null
}
