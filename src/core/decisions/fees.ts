import { feeOf, type Plan, planRef, prorate, type Subscription, seatFee } from '../funding/index.ts'
import type { FeeFacts, FeeLineFacts, PostingTuple } from '../ledger/index.ts'
import {
  add,
  type Currency,
  cardUnit,
  formatNanos,
  max,
  min,
  type Nanos,
  negate,
  subtract,
  subtractToZero,
  sum,
  ZERO,
} from '../money/index.ts'
import { formatInstant, type Instant, type Interval } from '../time/index.ts'
import type { FeePayment } from './commands.ts'

/** A line before it is written: signed, from the platform's side. */
export interface FeeLine {
  readonly type: FeeLineFacts['type']
  readonly plan: string
  readonly seats: number
  readonly full: Nanos
  readonly periodStart: Instant
  readonly from: Instant
  readonly to: Instant
  readonly amount: Nanos
}

/** A plan with so many seats. */
export interface Offer {
  readonly plan: Plan
  readonly seats: number
}

const line = (
  type: FeeLine['type'],
  { plan, seats }: Offer,
  part: { readonly full: Nanos; readonly amount: Nanos } & { readonly period: Interval },
  from: Instant,
): FeeLine => ({
  type,
  plan: planRef(plan),
  seats,
  full: part.full,
  periodStart: part.period.start,
  from,
  to: part.period.end,
  amount: part.amount,
})

/** What is left of a period that was paid for goes back, rounded up. */
export function unusedTime(offer: Offer, period: Interval, at: Instant): FeeLine[] {
  const full = feeOf(offer.plan, offer.seats)
  const amount = negate(prorate(full, period, at, 'up'))
  return amount === ZERO ? [] : [line('unused_time', offer, { full, amount, period }, at)]
}

/** The rest of a period, or the whole of one that begins at `at`: plan and seats apart, rounded down. */
export function chargedTime(offer: Offer, period: Interval, at: Instant): FeeLine[] {
  const { plan, seats } = offer
  const parts = [
    ['plan', plan.price ?? ZERO],
    ['seats', seatFee(plan, seats)],
  ] as const
  return parts
    .filter(([, full]) => full > ZERO)
    .map(([type, full]) => {
      const amount = prorate(full, period, at, 'down')
      return line(type, offer, { full, amount, period }, at)
    })
}

/** A fee and what pays it. */
export interface SettledFee {
  readonly facts: FeeFacts
  /** What is to be paid, tax excluded; 0 when credit covers it. */
  readonly due: Nanos
  /** Paid beyond what is due. */
  readonly surplus: Nanos
  readonly creditAfter: Nanos
  readonly postings: readonly PostingTuple[]
}

/**
 * Adds up the lines, pays them from credit first and leaves the rest to the payment. Less than a minor
 * unit, which no card can pay, is waived. What is given back, and what was paid too much, becomes
 * credit for the next fees.
 */
export function settleFee(
  given: readonly FeeLine[],
  own: {
    readonly currency: Currency
    readonly credit: Nanos
    readonly billing: 'prepaid' | 'invoiced'
    readonly payment: FeePayment | null
  },
): SettledFee {
  const wanted = sum(given.map(({ amount }) => amount))
  const creditUsed = min(own.credit, max(wanted, ZERO))
  const rest = subtractToZero(wanted, creditUsed)
  const waived = (rest % cardUnit(own.currency)) as Nanos
  const lines = [...given, ...waivedLine(given, waived)]
  const due = subtract(rest, waived)
  const net = subtract(wanted, waived)
  const paid = own.payment ? (own.payment.amount ?? due) : due
  const surplus = subtractToZero(paid, due)
  const creditAdded = add(max(negate(wanted), ZERO), surplus)
  const tax = own.payment?.tax ?? ZERO
  const facts: FeeFacts = {
    lines: lines.map(lineFacts),
    net: formatNanos(net),
    credit_used: formatNanos(creditUsed),
    credit_added: formatNanos(creditAdded),
    due: formatNanos(due),
    tax: formatNanos(tax),
    billing: own.billing,
  }
  return {
    facts,
    due,
    surplus,
    creditAfter: add(subtract(own.credit, creditUsed), creditAdded),
    postings: feePostings(own, { net, credit: subtract(creditAdded, creditUsed), tax }),
  }
}

const waivedLine = (given: readonly FeeLine[], waived: Nanos): FeeLine[] => {
  const last = given.at(-1)
  return waived === ZERO || !last ? [] : [{ ...last, type: 'waived', amount: negate(waived) }]
}

const lineFacts = (own: FeeLine): FeeLineFacts => ({
  type: own.type,
  plan: own.plan,
  seats: own.seats,
  full: formatNanos(own.full),
  period_start: formatInstant(own.periodStart),
  from: formatInstant(own.from),
  to: formatInstant(own.to),
  amount: formatNanos(own.amount),
})

/** The fee is revenue; what is not credit comes from the processor, or is owed where it is invoiced. */
function feePostings(
  own: { readonly currency: Currency; readonly billing: 'prepaid' | 'invoiced' },
  amounts: { readonly net: Nanos; readonly credit: Nanos; readonly tax: Nanos },
): PostingTuple[] {
  const paid = add(add(amounts.net, amounts.credit), amounts.tax)
  const source =
    own.billing === 'invoiced' ? 'customer:invoice_receivable' : 'house:processor_clearing'
  const leg = (account: PostingTuple[0], amount: Nanos): PostingTuple[] =>
    amount === ZERO ? [] : [[account, own.currency, formatNanos(amount)]]
  return [
    ...leg('customer:plan_credit', amounts.credit),
    ...leg('house:revenue', amounts.net),
    ...leg('house:tax_payable', amounts.tax),
    ...leg(source, negate(paid)),
  ]
}

export const creditOf = (own: Subscription | null): Nanos => own?.credit ?? ZERO
