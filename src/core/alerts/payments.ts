import { type ReloadWait, reloadCharge, reloadCheck } from '../decisions/reload-due.ts'
import { type AccountState, type EntryBody, monthContaining, readInstant } from '../ledger/index.ts'
import { add, formatNanos, readNanos } from '../money/index.ts'
import { DAY_MS, dayContaining, formatInstant, type Instant } from '../time/index.ts'
import type { Alert } from './types.ts'

/** A charge of longer ago is history: it is in the list of purchases, and is not told any more. */
const PAYMENT_TOLD_WITHIN_MS = 7 * DAY_MS

/**
 * Charges that nobody was there to see: reloads that ended, and renewals that were not paid. From the
 * journal entries that ended them, so that neither a crash nor a second node changes what is told.
 */
export function paymentEnds(entries: readonly EntryBody[], at: Instant): Alert[] {
  return entries.flatMap((entry) =>
    entry.refused || readInstant(entry.at) + PAYMENT_TOLD_WITHIN_MS <= at
      ? []
      : [...reloadDone(entry), ...reloadEnded(entry), ...feeUnpaid(entry)],
  )
}

function reloadDone({ payment, lot }: EntryBody): Alert[] {
  if (!payment?.reload || !lot) return []
  return [
    {
      key: `reload_done:${payment.payment_id}`,
      facts: {
        kind: 'reload_done',
        payment_id: payment.payment_id,
        amount: payment.price,
        tax: payment.tax,
        total: formatNanos(add(readNanos(payment.price), readNanos(payment.tax))),
        method: payment.method ?? null,
        lot_id: lot.id,
        expires_at: lot.expires_at,
      },
    },
  ]
}

/** One that its owner has made pointless is no news: nothing was charged, and nothing stops. */
function reloadEnded({ reload_end: end }: EntryBody): Alert[] {
  if (!end?.attempt || !end.stops) return []
  const { price, method, code } = end.attempt
  const tax = end.attempt.tax ?? '0'
  return [
    {
      key: `reload_declined:${end.payment_id}`,
      facts: {
        kind: 'reload_declined',
        payment_id: end.payment_id,
        amount: price,
        tax,
        total: formatNanos(add(readNanos(price), readNanos(tax))),
        method,
        outcome: end.outcome,
        reason: code,
        stopped: end.stops,
        again_at: null,
      },
    },
  ]
}

/** Each refused card is told, and that nobody can be charged; what is not known yet is not. */
function feeUnpaid({ unpaid_fee: fee, subscription }: EntryBody): Alert[] {
  if (!fee || !subscription?.unpaid || fee.code === 'outcome_unknown') return []
  const { ends_at: endsAt, ...attempt } = fee
  const { since, declines, retry_at: retryAt } = subscription.unpaid
  const total = fee.tax === null ? null : add(readNanos(fee.price), readNanos(fee.tax))
  return [
    {
      key: `payment_failed:${since}:${declines}`,
      facts: {
        kind: 'payment_failed',
        plan: subscription.plan,
        ...attempt,
        total: total === null ? null : formatNanos(total),
        declines,
        retry_at: retryAt < endsAt ? retryAt : null,
        ends_at: endsAt,
        fallback: subscription.fallback,
      },
    },
  ]
}

/** When a limit may be found without anything else happening: at the end of the time between two charges. */
export function reloadLookAt(state: AccountState, at: Instant): Instant[] {
  const check = reloadCheck(state, at)
  return check.due || check.reason !== 'too_soon' || check.at === null ? [] : [check.at]
}

const LIMITS = ['day_limit', 'month_limit'] as const satisfies readonly ReloadWait[]

/** Credit is low, and a limit that the account holder has set forbids the charge: once a day or month. */
export function reloadLimited(state: AccountState, at: Instant): Alert[] {
  const check = reloadCheck(state, at)
  const terms = state.autoReload?.terms
  if (check.due || !terms) return []
  const outcome = LIMITS.find((limit) => limit === check.reason)
  if (!outcome) return []
  const { net, tax, total } = reloadCharge(terms, check.balance, state.currency)
  const period = outcome === 'day_limit' ? dayContaining(at) : monthContaining(at)
  // a charge that never fits is told once under these terms
  const once = check.at === null ? `terms-${state.autoReload!.consentSeq}` : period.start
  return [
    {
      key: `reload_declined:${outcome}:${typeof once === 'string' ? once : formatInstant(once)}`,
      facts: {
        kind: 'reload_declined',
        payment_id: null,
        amount: formatNanos(net),
        tax: formatNanos(tax),
        total: formatNanos(total),
        method: null,
        outcome,
        reason: outcome,
        stopped: false,
        again_at: check.at === null ? null : formatInstant(check.at),
      },
    },
  ]
}
