import type { EntryBody } from '../ledger/entry.ts'
import {
  add,
  type Currency,
  divideHalfUp,
  formatNanos,
  fromMinor,
  max,
  type Nanos,
  parseNanos,
  subtract,
  ZERO,
} from '../money/index.ts'
import { dayContaining, type Instant, instant, periodContaining } from '../time/index.ts'
import { amountOf, instantOf } from './amounts.ts'
import type { AuditRule } from './rules.ts'
import type { AuditState, OwnReload } from './state.ts'

/** Money that came in wrongly. */
export interface PaymentFault {
  readonly rule: AuditRule
  /** What should have been charged to the card, or credited. */
  readonly expected: Nanos
  readonly posted: Nanos
  readonly evidence: Readonly<Record<string, unknown>>
}

/** Looks at a payment that was credited, and takes it into the account's sums. */
export function paymentFault(state: AuditState, body: EntryBody): PaymentFault | null {
  if (body.refused) return null
  if (body.kind === 'set_auto_reload' && body.reload_paused === undefined)
    setTerms(state.reload, body)
  const { payment } = body
  if (body.kind !== 'top_up' || !payment) return null
  const first = state.payments.get(payment.payment_id)
  state.payments.set(payment.payment_id, first ?? body.seq)
  const face = amountOf(body.lot?.face)
  if (first !== undefined)
    return {
      rule: 'top_up_duplicated',
      expected: ZERO,
      posted: face,
      evidence: { payment_id: payment.payment_id, first_seq: first },
    }
  const reload = payment.reload ? reloadFault(state.reload, body) : null
  return reload ?? taxFault(body)
}

function setTerms(reload: OwnReload, body: EntryBody): void {
  const terms = body.auto_reload ?? null
  const agreed = terms !== null && body.consent !== undefined
  reload.consentSeq = agreed ? body.seq : null
  reload.amount = terms?.amount == null ? null : amountOf(terms.amount)
  reload.perDay = amountOf(terms?.max_per_day)
  reload.perMonth = amountOf(terms?.max_per_month)
}

const MONTH = { months: 1, milliseconds: 0 }

function reloadFault(reload: OwnReload, body: EntryBody): PaymentFault | null {
  const payment = body.payment!
  const { round, consent_seq: consentSeq } = payment.reload!
  const price = amountOf(payment.price)
  const total = add(price, amountOf(payment.tax))
  const at = instantOf(body.at)
  const evidence = { payment_id: payment.payment_id, round, consent_seq: consentSeq }
  if (reload.consentSeq === null || reload.consentSeq !== consentSeq)
    return {
      rule: 'reload_without_consent',
      expected: ZERO,
      posted: total,
      evidence: { ...evidence, in_force: reload.consentSeq },
    }
  const again = reload.rounds.includes(round)
  reload.rounds.push(round)
  const over = overLimit(reload, at, total)
  const beyond = again ? total : over
  const dear =
    reload.amount !== null && price > reload.amount ? subtract(price, reload.amount) : ZERO
  const difference = max(beyond, dear)
  if (difference <= ZERO) return null
  return {
    rule: 'reload_beyond_limits',
    expected: subtract(total, difference),
    posted: total,
    evidence: { ...evidence, how: again ? 'round_again' : over > ZERO ? 'limit' : 'amount' },
  }
}

/** Counts a reload in its day and month; by how much it went beyond the tighter limit. */
function overLimit(reload: OwnReload, at: Instant, total: Nanos): Nanos {
  const day = dayContaining(at).start
  const month = periodContaining(instant(0), MONTH, at).start
  const sums = [
    { own: reload.days, start: day, limit: reload.perDay },
    { own: reload.months, start: month, limit: reload.perMonth },
  ]
  let over = ZERO
  for (const { own, start, limit } of sums) {
    const sum = add(own.get(start) ?? ZERO, total)
    own.set(start, sum)
    const beyond = subtract(sum, limit)
    if (beyond > over) over = beyond
  }
  return over < total ? over : total
}

/** Tax is the rate on the price, rounded half up to minor units, once; and the same figure is posted. */
function taxFault({ payment, postings, currency }: EntryBody): PaymentFault | null {
  if (payment?.tax_rate === undefined) return null
  const posted = amountOf(payment.tax)
  const expected = taxOf(amountOf(payment.price), payment.tax_rate, currency)
  const leg = postings.find(([account]) => account === 'house:tax_payable')
  const booked = leg ? amountOf(leg[2]) : ZERO
  if (posted === expected && booked === expected) return null
  return {
    rule: 'tax_not_closed',
    expected,
    posted: posted === expected ? booked : posted,
    evidence: { rate: payment.tax_rate, stated: payment.tax, booked: formatNanos(booked) },
  }
}

const SCALE = 1_000_000_000n

function taxOf(price: Nanos, rate: string, currency: string): Nanos {
  const minor = fromMinor(1n, currency as Currency)
  const exact = price * (parseNanos(rate) ?? 0n)
  return (divideHalfUp(exact, SCALE * minor) * minor) as Nanos
}
