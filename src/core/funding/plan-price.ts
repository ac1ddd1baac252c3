import { add, type Nanos, ZERO } from '../money/index.ts'
import {
  addDuration,
  type Duration,
  type Instant,
  type Interval,
  parseDuration,
} from '../time/index.ts'
import type { Plan, PlanPeriod } from './types.ts'

/** The fee of one whole period with so many seats, tax excluded. */
export const feeOf = (plan: Pick<Plan, 'price' | 'seats'>, seats: number): Nanos =>
  add(plan.price ?? ZERO, seatFee(plan, seats))

/** The part of the fee that is for seats. */
export const seatFee = (plan: Pick<Plan, 'seats'>, seats: number): Nanos =>
  plan.seats ? ((plan.seats.priceEach * BigInt(seats)) as Nanos) : ZERO

/** A plan that nobody ever pays a fee for. */
export const isFree = (plan: Pick<Plan, 'price' | 'seats'>): boolean =>
  (plan.price ?? ZERO) === ZERO && (plan.seats?.priceEach ?? ZERO) === ZERO

export const periodOf = (plan: Pick<Plan, 'period'>): PlanPeriod => plan.period ?? 'P1M'

const DEFAULT_GRACE = 'P7D'

/** Until when a fee that was due at `due` may be paid before the plan lapses. */
export const graceEnd = (plan: Pick<Plan, 'grace'>, due: Instant): Instant =>
  addDuration(due, durationOf(plan.grace ?? DEFAULT_GRACE))

/** A period of a subscription, counted from its anchor: a clamp at a month's end never carries on. */
export const billingPeriod = (anchor: Instant, period: PlanPeriod, index: number): Interval => ({
  start: addDuration(anchor, durationOf(period), index),
  end: addDuration(anchor, durationOf(period), index + 1),
})

function durationOf(text: string): Duration {
  const duration = parseDuration(text)
  if (!duration) throw new Error(`a loaded plan has a period of ${JSON.stringify(text)}`)
  return duration
}

const MONTHS: Readonly<Record<PlanPeriod, bigint>> = { P1M: 1n, P1Y: 12n }

/** Negative, zero or positive as the first costs less, the same or more for the same time. */
export function compareFees(
  a: { readonly fee: Nanos; readonly period: PlanPeriod },
  b: { readonly fee: Nanos; readonly period: PlanPeriod },
): number {
  const difference = a.fee * MONTHS[b.period] - b.fee * MONTHS[a.period]
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** `price × part of the period`, exact, rounded once: down for what is charged, up for what is given back. */
export function prorate(
  price: Nanos,
  period: Interval,
  from: Instant,
  round: 'down' | 'up',
): Nanos {
  const whole = BigInt(period.end - period.start)
  const left = from <= period.start ? whole : from >= period.end ? 0n : BigInt(period.end - from)
  const exact = price * left
  return (round === 'down' ? exact / whole : (exact + whole - 1n) / whole) as Nanos
}
