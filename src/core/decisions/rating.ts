import type { LineFacts, RatingFacts } from '../ledger/index.ts'
import { formatNanos, type Nanos, type Ratio } from '../money/index.ts'
import {
  bookInForce,
  type PriceBook,
  type RatedLine,
  type Rating,
  rateCall,
} from '../pricing/index.ts'
import type { Instant } from '../time/index.ts'
import type { NormalisedCall } from '../usage/index.ts'
import type { Catalogue } from './commands.ts'

/** The price book in force at an instant, in the account's currency. */
export const bookAt = (catalogue: Catalogue, currency: string, at: Instant): PriceBook | null =>
  bookInForce(
    catalogue.books.filter((book) => book.currency === currency),
    at,
  )

export interface RatingInput {
  readonly call: {
    readonly model: string
    readonly tier: string | null
    readonly speed: string | null
    readonly region: string | null
    readonly features: readonly string[]
  }
  /** Plan id, for promotions. */
  readonly plan: string
  readonly served: NormalisedCall
  readonly at: Instant
}

/** Prices what was served; what the response does not say is taken from the request. */
export function rateServed(book: PriceBook | null, input: RatingInput): Rating {
  const model = input.served.model ?? input.call.model
  if (!book) return { status: 'unpriced', reason: 'no_price_book', missing: [model] }
  return rateCall(
    book,
    {
      model,
      tier: input.served.tier,
      speed: input.served.speed,
      region: input.served.region,
      requestedTier: input.call.tier,
      features: input.call.features,
      plan: input.plan,
      eventAt: input.at,
    },
    input.served,
  )
}

export function ratingFacts(rating: Rating): RatingFacts {
  if (rating.status === 'unpriced')
    return { status: 'unpriced', reason: rating.reason, missing: rating.missing }
  const { rated } = rating
  return {
    status: 'priced',
    book: rated.bookId,
    model: rated.model,
    model_rule: rated.modelRule,
    band: rated.band,
    lines: rated.lines.map(lineFacts),
    total: formatNanos(rated.total),
    flags: rated.flags,
  }
}

function lineFacts(line: RatedLine): LineFacts {
  switch (line.type) {
    case 'usage':
      return {
        type: 'usage',
        kind: line.kind,
        model: line.model,
        quantity: line.quantity,
        per_mtok: formatNanos(line.perMtok),
        amount: formatNanos(line.amount),
      }
    case 'fee':
      return {
        type: 'fee',
        fee: line.fee,
        quantity: line.quantity,
        each: formatNanos(line.each),
        amount: formatNanos(line.amount),
      }
    case 'weight':
    case 'promotion':
      return {
        type: line.type,
        id: line.id,
        multiplier: formatRatio(line.multiplier),
        amount: formatNanos(line.amount),
      }
  }
}

/** A multiplier came from a decimal string, so it goes back into one exactly. */
function formatRatio(ratio: Ratio): string {
  const scale = 1_000_000_000n
  return formatNanos(((ratio.numerator * scale) / ratio.denominator) as Nanos)
}
