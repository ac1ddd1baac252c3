import type { Static } from 'typebox'
import { ratingFacts } from '../core/decisions/rating.ts'
import type { RatingFacts } from '../core/ledger/entry.ts'
import { type PriceBook, type RatingContext, rateCall } from '../core/pricing/index.ts'
import type { Instant } from '../core/time/index.ts'
import { normalise } from '../core/usage/normalise.ts'
import type { Dialect, NormalisedCall, Usage } from '../core/usage/usage.ts'
import type { RateAnswerSchema } from './schemas/calls.ts'

export type RateAnswer = Static<typeof RateAnswerSchema>

export interface RateQuestion {
  readonly dialect: Dialect
  /** The provider's response object, or `{"model", "service_tier"?, "usage"}` in its field names. */
  readonly response: unknown
  /** `null`: no price book is in force. */
  readonly book: PriceBook | null
  readonly at: Instant
  readonly features?: readonly string[]
  /** Plan id, for promotions. */
  readonly plan?: string | null
}

/**
 * Prices one response and stores nothing: the same reading and the same arithmetic that charge a call.
 * For the HTTP API and for the command line, which needs no database for it.
 */
export function rateResponse(question: RateQuestion): RateAnswer {
  const call = normalise(question.dialect, question.response)
  const usages = usagesOf(call)
  const base = {
    price_book: question.book?.id ?? null,
    model: call.model,
    quantities: sum(usages.map(({ tokens }) => tokens)),
    fees: sum(usages.map(({ fees }) => fees)),
    currency: question.book?.currency ?? null,
  }
  const flags = usages.flatMap((usage) => usage.flags)
  if (usages.length === 0)
    return { ...base, ...without('usage_missing', flags), missing: ['usage'] }
  return { ...base, ...ratedPart(ratingOf(question, call), flags) }
}

const usagesOf = (call: NormalisedCall): readonly Usage[] => [
  ...(call.usage ? [call.usage] : []),
  ...call.parts.map((part) => part.usage),
]

function sum(
  parts: readonly Readonly<Record<string, number | undefined>>[],
): Record<string, number> {
  const total: Record<string, number> = {}
  for (const part of parts)
    for (const [name, count] of Object.entries(part))
      if (count !== undefined) total[name] = (total[name] ?? 0) + count
  return total
}

function ratingOf(question: RateQuestion, call: NormalisedCall): RatingFacts {
  const { book } = question
  if (call.model === null)
    return { status: 'unpriced', reason: 'unknown_model', missing: ['model'] }
  if (!book) return { status: 'unpriced', reason: 'no_price_book', missing: [call.model] }
  const context: RatingContext = {
    model: call.model,
    tier: call.tier,
    speed: call.speed,
    region: call.region,
    features: question.features ?? [],
    plan: question.plan ?? null,
    eventAt: question.at,
  }
  return ratingFacts(rateCall(book, context, call))
}

type Rated = Omit<RateAnswer, 'price_book' | 'model' | 'quantities' | 'fees' | 'currency'>

function ratedPart(rating: RatingFacts, flags: readonly string[]): Rated {
  if (rating.status === 'priced')
    return {
      status: 'priced',
      model_rule: rating.model_rule,
      lines: rating.lines.map((line) => ({ ...line })),
      total: rating.total,
      band: rating.band,
      flags: [...new Set([...flags, ...rating.flags])],
      reason: null,
      missing: [],
    }
  if (rating.status !== 'unpriced') return { ...without(rating.status, flags), missing: [] }
  return {
    ...without('unpriced', flags),
    reason: rating.reason,
    missing: [...rating.missing],
  }
}

const without = (
  status: 'unpriced' | 'usage_missing' | 'not_billed',
  flags: readonly string[],
): Rated => ({
  status: status === 'unpriced' ? 'unpriced' : 'usage_missing',
  model_rule: null,
  lines: [],
  total: null,
  band: null,
  flags: [...new Set(flags)],
  reason: null,
  missing: [],
})
