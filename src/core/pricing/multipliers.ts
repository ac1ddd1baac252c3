import { type Ratio, ratio } from '../money/index.ts'
import { bandStart, specialSpeed, specialTier } from './rows.ts'
import type { PriceBook, PriceCondition, RatingContext } from './types.ts'

export interface Multiplier {
  readonly id: string
  readonly multiplier: Ratio
}

function holds(when: PriceCondition, context: RatingContext, promptTokens: number): boolean {
  if (bandStart(when) > promptTokens) return false
  if (when.feature !== undefined && !context.features.includes(when.feature)) return false
  if (when.tier !== undefined && when.tier !== specialTier(context.tier)) return false
  if (when.speed !== undefined && when.speed !== specialSpeed(context.speed)) return false
  return when.region === undefined || when.region === context.region
}

/** The feature weights of a call: only the highest, or all that apply, as the book says. */
export function weightsFor(
  book: PriceBook,
  context: RatingContext,
  promptTokens: number,
): readonly Multiplier[] {
  const applying = book.weights.filter((own) => holds(own.when, context, promptTokens))
  if (applying.length < 2 || book.document.weights_rule === 'product') return applying
  return [applying.reduce((a, b) => (ratio.compare(b.multiplier, a.multiplier) > 0 ? b : a))]
}

/** Whether a weight names the region, so that a row need not. */
export const regionWeighted = (book: PriceBook, region: string): boolean =>
  book.weights.some((own) => own.when.region === region)

/** The promotions in force for the plan and model at the event's time. */
export function promotionsFor(
  book: PriceBook,
  context: RatingContext,
  model: string,
): readonly Multiplier[] {
  return book.promotions.filter(
    (own) =>
      own.from <= context.eventAt &&
      context.eventAt < own.until &&
      (own.plans === null || (context.plan !== null && own.plans.includes(context.plan))) &&
      (own.models === null || own.models.includes(model)),
  )
}
