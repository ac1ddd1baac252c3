import { formatNanos, isWholeMinor, type Nanos } from '../money/index.ts'
import { DAY_MS, parseDuration } from '../time/index.ts'
import type { Fields, PlanReader } from './plan-reader.ts'
import { PLAN_PERIODS, type Plan, type PlanPeriod, type PlanSeats } from './types.ts'

/** What a plan costs, as its file form says it. */
export interface BillingDocument {
  /** The fee of a period, tax excluded; absent = none. */
  readonly price?: string
  readonly period?: PlanPeriod
  readonly seats?: { readonly min: number; readonly max: number; readonly price_each: string }
  readonly billing?: 'prepaid' | 'invoiced'
  readonly fallback?: string
  readonly grace?: string
}

export const BILLING_FIELDS = ['price', 'period', 'seats', 'billing', 'fallback', 'grace']
export const PLAN_SEATS_MAX = 100_000
const GRACE_MAX_MS = 90 * DAY_MS

type Billing = Pick<Plan, 'price' | 'period' | 'seats' | 'billing' | 'fallback' | 'grace'>

export function readBilling(reader: PlanReader, fields: Fields, currency: string): Billing {
  const price = fields.price === undefined ? null : readPrice(reader, fields.price, '/price')
  const seats = fields.seats === undefined ? null : readSeats(reader, fields.seats)
  for (const [amount, location] of [
    [price, '/price'],
    [seats?.priceEach ?? null, '/seats/price_each'],
  ] as const)
    if (amount !== null && currency !== '' && !isWholeMinor(amount, currency))
      reader.fail(location, 'plan_not_minor', { currency })
  return {
    ...(price !== null && { price }),
    ...(fields.period !== undefined && {
      period: reader.oneOf(fields.period, '/period', PLAN_PERIODS),
    }),
    ...(seats && { seats }),
    ...(fields.billing !== undefined && {
      billing: reader.oneOf(fields.billing, '/billing', ['prepaid', 'invoiced']),
    }),
    ...(fields.fallback !== undefined && { fallback: reader.id(fields.fallback, '/fallback') }),
    ...(fields.grace !== undefined && { grace: readGrace(reader, fields.grace) }),
  }
}

const readPrice = (reader: PlanReader, value: unknown, location: string): Nanos =>
  reader.amount(value, location)

function readSeats(reader: PlanReader, value: unknown): PlanSeats {
  const fields = reader.object(value, '/seats', ['min', 'max', 'price_each']) ?? {}
  const count = (name: 'min' | 'max'): number => {
    const own = fields[name]
    if (typeof own === 'number' && Number.isInteger(own) && own >= 1 && own <= PLAN_SEATS_MAX)
      return own
    reader.fail(`/seats/${name}`, 'plan_not_seats', { max: PLAN_SEATS_MAX })
    return 1
  }
  const seats = {
    min: count('min'),
    max: count('max'),
    priceEach: readPrice(reader, fields.price_each, '/seats/price_each'),
  }
  if (seats.max < seats.min) reader.fail('/seats/max', 'plan_seats_reversed')
  return seats
}

function readGrace(reader: PlanReader, value: unknown): string {
  const length = typeof value === 'string' ? parseDuration(value) : undefined
  if (typeof value === 'string' && length?.months === 0 && length.milliseconds <= GRACE_MAX_MS)
    return value
  reader.fail('/grace', 'plan_grace_length')
  return 'P7D'
}

export const billingDocument = (plan: Billing): BillingDocument => ({
  ...(plan.price !== undefined && { price: formatNanos(plan.price) }),
  ...(plan.period !== undefined && { period: plan.period }),
  ...(plan.seats && {
    seats: {
      min: plan.seats.min,
      max: plan.seats.max,
      price_each: formatNanos(plan.seats.priceEach),
    },
  }),
  ...(plan.billing !== undefined && { billing: plan.billing }),
  ...(plan.fallback !== undefined && { fallback: plan.fallback }),
  ...(plan.grace !== undefined && { grace: plan.grace }),
})
