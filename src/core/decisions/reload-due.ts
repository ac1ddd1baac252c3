import type { Lot } from '../funding/index.ts'
import { type AccountState, type AutoReloadFacts, monthContaining } from '../ledger/index.ts'
import { add, ceilToPayable, type Nanos, readNanos, subtract, sum, ZERO } from '../money/index.ts'
import { taxOn } from '../tax/index.ts'
import { dayContaining, type Instant, MINUTE_MS } from '../time/index.ts'

/** No two reloads of an account are closer together than this. */
export const RELOAD_GAP_MS = 10 * MINUTE_MS

export const RELOAD_WAITS = [
  'off',
  'stopped',
  'paused',
  'account_parked',
  'paid_use_off',
  'not_drawn',
  'enough',
  'too_soon',
  'day_limit',
  'month_limit',
] as const
export type ReloadWait = (typeof RELOAD_WAITS)[number]

/** Why nothing is bought now. */
export interface ReloadNotDue {
  readonly due: false
  readonly reason: ReloadWait
  /** When to look again without being asked; `null`: only after another entry. */
  readonly at: Instant | null
  readonly balance: Nanos
}

/** One charge that the consent covers, at this moment. */
export interface ReloadDue {
  readonly due: true
  readonly at: Instant
  readonly round: number
  readonly consentSeq: number
  readonly methodId: string
  readonly balance: Nanos
  readonly net: Nanos
  readonly tax: Nanos
  readonly total: Nanos
}

export type ReloadCheck = ReloadDue | ReloadNotDue

/**
 * What auto-reload measures: the credit that any call could be paid from, in flight or not. Held money is
 * still there: it may come back, and a card is not charged for what may come back.
 */
export const reloadBalance = (state: AccountState, at: Instant): Nanos =>
  sum(state.lots.filter((lot) => counts(lot, at)).map((lot) => lot.remaining))

const counts = (lot: Lot, at: Instant): boolean =>
  lot.voidedAt === null &&
  lot.frozenAt === undefined &&
  lot.effectiveAt <= at &&
  (lot.expiresAt === null || at < lot.expiresAt) &&
  Object.keys(lot.scope).length === 0

/** What one reload under these terms costs at a balance. */
export function reloadCharge(
  terms: AutoReloadFacts,
  balance: Nanos,
  currency: string,
): { readonly net: Nanos; readonly tax: Nanos; readonly total: Nanos } {
  const net =
    terms.amount === null
      ? ceilToPayable(subtract(readNanos(terms.target!), balance), currency)
      : readNanos(terms.amount)
  const tax = taxOn(net, terms.tax.rate, currency)
  return { net, tax, total: add(net, tax) }
}

/**
 * Whether credit is to be bought now. The one rule for screens, for the job that looks, and for the check
 * right before the card is charged.
 */
export function reloadCheck(state: AccountState, at: Instant): ReloadCheck {
  const balance = reloadBalance(state, at)
  const own = state.autoReload
  const wait = (reason: ReloadWait, until: Instant | null = null): ReloadNotDue => ({
    due: false,
    reason,
    at: until,
    balance,
  })
  if (!own?.terms) return wait('off')
  if (own.stopped) return wait('stopped')
  if (own.pausedAt !== null) return wait('paused')
  if (state.parked !== null) return wait('account_parked')
  if (!state.paidUse) return wait('paid_use_off')
  if (balance >= readNanos(own.terms.trigger_below)) return wait('enough')
  if (!own.armed) return wait('not_drawn')
  const charge = reloadCharge(own.terms, balance, state.currency)
  if (own.lastAt !== null && at < own.lastAt + RELOAD_GAP_MS)
    return wait('too_soon', (own.lastAt + RELOAD_GAP_MS) as Instant)
  const day = dayContaining(at)
  if (over(own.day, day.start, charge.total, own.terms.max_per_day))
    return wait('day_limit', charge.total > readNanos(own.terms.max_per_day) ? null : day.end)
  const month = monthContaining(at)
  if (over(own.month, month.start, charge.total, own.terms.max_per_month))
    return wait('month_limit', charge.total > readNanos(own.terms.max_per_month) ? null : month.end)
  const { round, consentSeq } = own
  return { due: true, at, round, consentSeq, methodId: own.terms.method_id, balance, ...charge }
}

const over = (
  charged: { readonly start: Instant; readonly total: Nanos },
  start: Instant,
  total: Nanos,
  limit: string,
): boolean => add(charged.start === start ? charged.total : ZERO, total) > readNanos(limit)

/** A charge that is about to be made, with what it rests on. */
export interface ReloadOrder {
  readonly round: number
  readonly consentSeq: number
  readonly methodId: string
  readonly net: Nanos
  readonly tax: Nanos
}

/**
 * No charge without a consent whose amount rule covers it: why this one is not covered now; `null`
 * when it is. Never more than the rule gives, to the last minor unit.
 */
export function consentFault(
  state: AccountState,
  order: ReloadOrder,
  at: Instant,
): ReloadWait | 'other_round' | 'other_method' | 'other_amount' | null {
  const check = reloadCheck(state, at)
  if (!check.due) return check.reason
  if (check.round !== order.round || check.consentSeq !== order.consentSeq) return 'other_round'
  if (check.methodId !== order.methodId) return 'other_method'
  const tax = taxOn(order.net, state.autoReload!.terms!.tax.rate, state.currency)
  const isFixed = state.autoReload!.terms!.amount !== null
  const fits = isFixed ? order.net === check.net : order.net > ZERO && order.net <= check.net
  return fits && order.tax === tax ? null : 'other_amount'
}
