import { parseNanos } from '../money/index.ts'
import type { PriceBookDocument, PriceCondition } from '../pricing/types.ts'
import { type Instant, parseInstant } from '../time/index.ts'
import { regionWord, type Situation, speedWord, startOf, tierWord } from './conditions.ts'

/** Multipliers of a price book, as exact fractions. */

const SCALE = 1_000_000_000n

export const nanosOf = (text: string): bigint => parseNanos(text) ?? 0n
export const timeOf = (text: string): Instant => parseInstant(text) ?? (0 as Instant)

export interface Factor {
  readonly top: bigint
  readonly base: bigint
}
export const ONE: Factor = { top: 1n, base: 1n }

export function weightOn(book: PriceBookDocument, own: Situation, prompt: number): Factor {
  if (!book.weights?.length) return ONE
  const all = book.weights
    .filter(({ when }) => isMet(when, own, prompt))
    .map(({ multiplier }) => nanosOf(multiplier))
  if (book.weights_rule === 'product')
    return all.reduce((to, top) => ({ top: to.top * top, base: to.base * SCALE }), ONE)
  const highest = all.reduce<bigint | null>((to, top) => (to === null || top > to ? top : to), null)
  return highest === null ? ONE : { top: highest, base: SCALE }
}

const isMet = (when: PriceCondition, own: Situation, prompt: number): boolean =>
  startOf(when) <= prompt &&
  (when.tier === undefined || tierWord(when.tier) === tierWord(own.tier)) &&
  (when.speed === undefined || speedWord(when.speed) === speedWord(own.speed)) &&
  (when.region === undefined || regionWord(when.region) === regionWord(own.region)) &&
  (when.feature === undefined || own.features.includes(when.feature))

export function promotionsOn(book: PriceBookDocument, own: Situation, model: string): Factor {
  let factor = ONE
  for (const { multiplier, from, until, plans, models } of book.promotions ?? []) {
    if (own.at < timeOf(from) || own.at >= timeOf(until)) continue
    if (plans && (own.plan === null || !plans.includes(own.plan))) continue
    if (models && !models.includes(model)) continue
    factor = { top: factor.top * nanosOf(multiplier), base: factor.base * SCALE }
  }
  return factor
}
