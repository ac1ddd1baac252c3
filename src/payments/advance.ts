import { consentFault, type Refused } from '../core/decisions/index.ts'
import type { ReloadOutcome } from '../core/ledger/index.ts'
import { readInstant } from '../core/ledger/index.ts'
import { readNanos } from '../core/money/index.ts'
import { HOUR_MS, type Instant, instant, MINUTE_MS } from '../core/time/index.ts'
import { listMethods } from '../store/control/payment-methods.ts'
import { movePayment, noteTax, readPayment } from '../store/control/purchases.ts'
import { readState } from '../store/reads/account-state.ts'
import type { PaymentsDeps } from './deps.ts'
import { SYSTEM } from './deps.ts'
import { carryOutFee, isFeeDue } from './fee-order.ts'
import { type AnyPayment, isFee, type Payment, totalMinor } from './order.ts'
import { type Charge, ProviderRefused, ProviderUnavailable } from './provider.ts'

/** The processor forgets keys after a day; before that a repeat is safe. */
const KEY_KNOWN_MS = 23 * HOUR_MS
/** A buyer who has not authenticated by then has left. */
const ACTION_WAITS_MS = 24 * HOUR_MS

/**
 * Takes a payment as far as it goes now. Any number of callers may do so at once, on any node, after any
 * crash: each step is repeated with the same key or request id, and its outcome is stored before the next.
 *
 * `fresh`: stored just now by this caller, so that nobody can have charged it. `chargeRef`: a charge of it that
 * was heard of; one that was given up before its charge came is charged all the same.
 */
export async function advancePayment(
  deps: PaymentsDeps,
  paymentId: string,
  options: { readonly fresh?: boolean; readonly chargeRef?: string } = {},
): Promise<AnyPayment> {
  const payment = await need(deps, paymentId)
  const at = instant(deps.nowMs())
  switch (payment.phase) {
    case 'started':
      await chargeOnce(deps, payment, options.fresh ?? false)
      break
    case 'processing':
    case 'failed':
      await look(deps, payment, payment.chargeRef ?? options.chargeRef)
      break
    case 'action_required':
      await awaitBuyer(deps, payment, at)
      break
    case 'charged':
    case 'credited':
    case 'returned':
      break
  }
  const moved = await need(deps, paymentId)
  if (moved.phase !== 'charged' || isAhead(deps, moved)) return moved
  if (isFee(moved)) await carryOutFee(deps, moved)
  else await credit(deps, moved)
  return need(deps, paymentId)
}

/** Of two servers that are looked after. */
const CLOCKS_DIFFER_MAX_MS = MINUTE_MS

/**
 * Dated ahead of this server's time of decisions, which is also what payments are dated by here: servers differ in it
 * by what they measure wrong, and those of earlier versions date by their machines. Where nobody waits for it, it is entered when it is that late
 * here, too: a fee when its period has ended, a reload in the day and month whose limits allowed it.
 */
function isAhead({ engine }: PaymentsDeps, { ordered, createdAt }: AnyPayment): boolean {
  const aheadMs = createdAt - engine.now()
  return ordered.off_session && aheadMs > 0 && aheadMs <= CLOCKS_DIFFER_MAX_MS
}

async function need(deps: PaymentsDeps, paymentId: string): Promise<AnyPayment> {
  const payment = await readPayment<AnyPayment['ordered']>(deps.pool, paymentId)
  if (!payment) throw new Error(`payment ${paymentId} was not stored`)
  return payment as AnyPayment
}

async function chargeOnce(deps: PaymentsDeps, payment: AnyPayment, fresh: boolean): Promise<void> {
  const { ordered: order, paymentId } = payment
  if (!fresh) {
    const found = await deps.provider.findCharge({
      customerRef: order.customer_ref,
      paymentId,
      sinceMs: payment.createdAt,
    })
    if (found) return apply(deps, payment, found)
    if (deps.nowMs() - payment.createdAt > KEY_KNOWN_MS) return fail(deps, payment, 'not_charged')
  }
  const fault = await uncovered(deps, payment)
  if (fault !== null) return fail(deps, payment, fault)
  try {
    const charge = await deps.provider.charge({
      key: order.key,
      paymentId,
      accountId: payment.accountId,
      customerRef: order.customer_ref,
      methodRef: order.method_ref,
      amountMinor: totalMinor(order),
      currency: order.currency,
      offSession: order.off_session,
      returnUrl: deps.returnUrl,
    })
    deps.after?.('foreign:charge')
    await apply(deps, payment, charge)
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error
    await fail(deps, payment, 'declined', error.code)
  }
}

/**
 * Right before the card is charged: whether a person ordered this charge. A purchase is ordered by its
 * confirmation; a reload only by a consent whose amount rule covers it now, with a card that is still there.
 */
async function uncovered(deps: PaymentsDeps, payment: AnyPayment): Promise<ReloadOutcome | null> {
  const { ordered: order, accountId } = payment
  const methods = await listMethods(deps.pool, accountId)
  if (!methods.some(({ methodId }) => methodId === order.method_id)) return 'method_removed'
  if (isFee(payment)) return (await isFeeDue(deps, payment)) ? null : 'no_longer_due'
  const { reload } = order.facts
  if (payment.kind !== 'auto_reload') return null
  const stored = await readState(deps.pool, accountId, { at: deps.engine.now() })
  if (!stored || !reload) return 'terms_changed'
  const fault = consentFault(
    stored.state,
    {
      round: reload.round,
      consentSeq: reload.consent_seq,
      methodId: order.method_id,
      net: readNanos(order.price),
      tax: readNanos(order.tax),
    },
    stored.at,
  )
  return fault === null ? null : 'no_longer_due'
}

async function look(
  deps: PaymentsDeps,
  payment: AnyPayment,
  chargeRef: string | undefined,
): Promise<void> {
  if (chargeRef === undefined) return
  const charge = await deps.provider.readCharge(chargeRef)
  if (charge.paymentId === payment.paymentId) await apply(deps, payment, charge)
}

async function awaitBuyer(deps: PaymentsDeps, payment: AnyPayment, at: Instant): Promise<void> {
  const ref = payment.chargeRef!
  const charge = await deps.provider.readCharge(ref)
  const left = charge.status === 'action_required' && at - payment.createdAt > ACTION_WAITS_MS
  await apply(deps, payment, left ? await deps.provider.cancelCharge(ref) : charge)
}

async function apply(deps: PaymentsDeps, payment: AnyPayment, charge: Charge): Promise<void> {
  const { ordered: order, paymentId } = payment
  if (charge.amountMinor !== totalMinor(order) || charge.currency !== order.currency)
    throw new Error(`charge ${charge.chargeRef} is not what payment ${paymentId} ordered`)
  const at = instant(deps.nowMs())
  const { chargeRef } = charge
  switch (charge.status) {
    case 'succeeded':
      await movePayment(deps.pool, paymentId, { phase: 'charged', chargeRef, at })
      deps.after?.('phase:charged')
      return
    case 'processing':
      return movePayment(deps.pool, paymentId, { phase: 'processing', chargeRef, at })
    case 'action_required': {
      if (payment.phase === 'action_required') return
      if (isFee(payment) && order.off_session) return giveUp(deps, payment, chargeRef)
      await endRound(deps, payment, 'authentication_required', 'authentication_required')
      const { actionUrl } = charge
      return movePayment(deps.pool, paymentId, {
        phase: 'action_required',
        chargeRef,
        actionUrl,
        at,
      })
    }
    case 'failed':
      if (payment.phase === 'failed') return
      return failed(deps, payment, chargeRef, charge.declineCode ?? 'not_completed')
  }
}

/** Nobody is there to authenticate a renewal: it is not left open, since the next try is another charge. */
async function giveUp(deps: PaymentsDeps, payment: AnyPayment, chargeRef: string): Promise<void> {
  const charge = await deps.provider.cancelCharge(chargeRef)
  if (charge.status === 'succeeded') return apply(deps, payment, charge)
  return failed(deps, payment, chargeRef, 'authentication_required')
}

async function failed(
  deps: PaymentsDeps,
  payment: AnyPayment,
  chargeRef: string,
  failure: string,
): Promise<void> {
  await endRound(deps, payment, 'declined', failure)
  const at = instant(deps.nowMs())
  await movePayment(deps.pool, payment.paymentId, { phase: 'failed', chargeRef, failure, at })
}

async function fail(
  deps: PaymentsDeps,
  payment: AnyPayment,
  outcome: ReloadOutcome,
  code: string = outcome,
): Promise<void> {
  await endRound(deps, payment, outcome, code)
  const at = instant(deps.nowMs())
  await movePayment(deps.pool, payment.paymentId, { phase: 'failed', failure: code, at })
}

/** A reload that is not credited ends its round first: whatever crashes now, it is not tried again. */
async function endRound(
  deps: PaymentsDeps,
  payment: AnyPayment,
  outcome: ReloadOutcome,
  code: string,
): Promise<void> {
  const { facts, price, tax } = payment.ordered
  const { reload, method = null } = facts
  if (!reload) return
  await deps.engine.execute({
    kind: 'end_reload',
    accountId: payment.accountId,
    requestId: payment.paymentId,
    actor: SYSTEM,
    round: reload.round,
    outcome,
    attempt: { price, tax, method, code },
  })
  deps.after?.('ledger:end_reload')
}

/** Credits a payment that has succeeded. The payment's id is the request id: once, whatever is repeated. */
async function credit(deps: PaymentsDeps, payment: Payment): Promise<void> {
  const { ordered: order, paymentId } = payment
  const { result } = await deps.engine.execute({
    kind: 'top_up',
    accountId: payment.accountId,
    requestId: paymentId,
    actor: order.actor,
    lotId: order.lot_id,
    name: order.name,
    origin: order.origin,
    face: readNanos(order.face),
    price: readNanos(order.price),
    tax: readNanos(order.tax),
    facts: order.facts,
    expiresAt: order.expires_at === null ? null : readInstant(order.expires_at),
    scope: {},
    priority: 0,
  })
  if (result.status !== 'posted')
    throw new Error(`payment ${paymentId} was charged but not credited: ${codeOf(result)}`)
  deps.after?.('ledger:top_up')
  if (!(await enterTax(deps, payment))) return
  await movePayment(deps.pool, paymentId, { phase: 'credited', at: instant(deps.nowMs()) })
  deps.after?.('phase:credited')
}

/**
 * Enters the sale where tax is reported, once it is credited. `false`: it is not known whether it was
 * entered; the credit is there, and the job goes on with the payment.
 */
async function enterTax(deps: PaymentsDeps, payment: Payment): Promise<boolean> {
  const { ordered: order, paymentId } = payment
  if (!order.tax_calculation || payment.taxRef !== null) return true
  try {
    const taxRef = await deps.tax.enterSale(order.tax_calculation, paymentId)
    deps.after?.('foreign:tax')
    await noteTax(deps.pool, paymentId, taxRef)
    deps.after?.('tax:noted')
    return true
  } catch (error) {
    if (error instanceof ProviderUnavailable) return false
    if (!(error instanceof ProviderRefused)) throw error
    deps.onTaxRefused?.(paymentId, error)
    return true
  }
}

const codeOf = (result: { readonly status: string }): string =>
  result.status === 'refused' ? (result as Refused).refused.code : result.status
