import { type Ratio, ratio } from '../money/index.ts'
import type { CompiledBook, Multiplier, Promotion, Weight } from './compile.ts'
import type { Place } from './lookup.ts'
import type { RatingContext } from './types.ts'

const NONE: readonly never[] = []

function applies(
  weight: Weight,
  place: Place,
  features: readonly string[],
  prompt: number,
): boolean {
  const { from, tier, speed, region, feature } = weight.when
  return (
    from <= prompt &&
    (tier === null || tier === place.tier) &&
    (speed === null || speed === place.speed) &&
    (region === null || region === place.region) &&
    (feature === null || features.includes(feature))
  )
}

/** The weights of a call: all that apply, or only the largest (the first of equals). */
export function weightsFor(
  { weights, weightsMultiply }: CompiledBook,
  place: Place,
  features: readonly string[],
  prompt: number,
): readonly Weight[] {
  if (weights.length === 0) return NONE
  const found = weights.filter((weight) => applies(weight, place, features, prompt))
  if (weightsMultiply || found.length < 2) return found
  return [found.reduce((best, next) => (ratio.compare(next.ratio, best.ratio) > 0 ? next : best))]
}

/** The promotions in force at the event's time, `until` excluded. All of them multiply. */
export function promotionsFor(
  { promotions }: CompiledBook,
  context: RatingContext,
  model: string,
): readonly Promotion[] {
  if (promotions.length === 0) return NONE
  return promotions.filter(
    ({ from, until, plans, models }) =>
      from <= context.eventAt &&
      context.eventAt < until &&
      (plans === null || (context.plan !== null && plans.has(context.plan))) &&
      (models === null || models.has(model)),
  )
}

/** The product of multipliers, exact. */
export function productOf(multipliers: readonly Multiplier[]): Ratio {
  let product = ratio.ONE
  for (const multiplier of multipliers) product = ratio.multiply(product, multiplier.ratio)
  return product
}
