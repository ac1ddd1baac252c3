import {
  type Charge,
  type EntryBody,
  givenBack,
  type RatingFacts,
  readInstant,
} from '../ledger/index.ts'
import { type Nanos, sum } from '../money/index.ts'
import type { PriceBook } from '../pricing/index.ts'
import { type Dialect, type NormalisedCall, normalise } from '../usage/index.ts'
import { storedUsage } from './complete.ts'
import { carried } from './giving-back.ts'
import { rateServed, ratingFacts } from './rating.ts'

const CHARGING: readonly EntryBody['kind'][] = ['settle', 'record', 'complete']
const GIVING: readonly EntryBody['kind'][] = ['refund', 'reverse', 'rerate']

export type PricedFacts = Extract<RatingFacts, { readonly status: 'priced' }>

/** What a charge would have been by another book; `null`: the book has no price for it, or it used nothing. */
export function ratedBy(
  bodies: readonly EntryBody[],
  charge: Charge,
  book: PriceBook,
): PricedFacts | null {
  const rating = ratingBy(bodies, charge, book)
  return rating?.status === 'priced' ? rating : null
}

/** The same, and what has no price; `null`: the charge used nothing. */
export function ratingBy(
  bodies: readonly EntryBody[],
  charge: Charge,
  book: PriceBook,
): RatingFacts | null {
  const measured = measuredIn(bodies)
  const usage = measured && storedUsage(measured)
  return usage ? ratingAs(usage, charge, book) : null
}

const measuredIn = (bodies: readonly EntryBody[]): EntryBody | undefined =>
  bodies.findLast((body) => CHARGING.includes(body.kind) && !body.refused && body.usage != null)

/** What a call used: as it was recorded, and as the provider's report reads when it is read once more. */
export function readingsOf(bodies: readonly EntryBody[], { settled }: Charge): NormalisedCall[] {
  const measured = measuredIn(bodies)
  const stored = measured && storedUsage(measured)
  if (!stored) return []
  const reported = measured.evidence?.provider_usage
  const dialect = settled.call?.dialect
  if (!dialect || reported === undefined) return [stored]
  const { usage, parts } = normalise(dialect as Dialect, reported)
  return [stored, { ...stored, usage, parts }]
}

/** The same for a usage of its own, such as the provider's report read once more. */
export function ratedAs(
  usage: NormalisedCall,
  charge: Charge,
  book: PriceBook,
): PricedFacts | null {
  const rating = ratingAs(usage, charge, book)
  return rating?.status === 'priced' ? rating : null
}

function ratingAs(usage: NormalisedCall, { settled }: Charge, book: PriceBook): RatingFacts | null {
  if (!usage.usage || !settled.call || settled.plan === undefined) return null
  return ratingFacts(
    rateServed(book, {
      call: settled.call,
      plan: settled.plan.split('@')[0] ?? '',
      served: usage,
      at: readInstant(settled.event_at),
    }),
  )
}

/** What a call drew before anything of it was given back. */
export const drawnBy = (bodies: readonly EntryBody[], charge: Charge): Nanos =>
  sum([carried(charge), ...givenBy(bodies)])

/** What refunds, ratings anew and reversals gave back, one by one. */
export const givenBy = (bodies: readonly EntryBody[]): Nanos[] =>
  bodies.filter((body) => GIVING.includes(body.kind) && !body.refused).map(givenBack)
