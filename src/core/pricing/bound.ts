import { floorDivide, min, type Nanos, ONE_RATIO, type Ratio, ratio } from '../money/index.ts'
import type { TokenKind } from '../usage/usage.ts'
import { promotionsFor, weightsFor } from './multipliers.ts'
import {
  bandStart,
  feeOf,
  pickRow,
  resolveModel,
  rowsOfKind,
  specialSpeed,
  specialTier,
} from './rows.ts'
import type {
  BoundRating,
  PriceBook,
  PriceRow,
  RatingContext,
  Unpriced,
  UsageBound,
} from './types.ts'

/** What a call is expected to write when the book does not say (tokens). */
export const EXPECTED_OUTPUT_TOKENS_DEFAULT = 1_024

const PER_MTOK = 1_000_000n

const unpriced = (reason: Unpriced['reason'], missing: readonly string[]): Unpriced => ({
  status: 'unpriced',
  reason,
  missing,
})

/**
 * Prices a call before it is made: the dearest that it can cost, over every band, tier, speed and
 * kind that can apply, and what it is expected to cost. The worst case is linear in the output, so
 * that the largest output within a budget is exact.
 */
export function bound(book: PriceBook, context: RatingContext, own: UsageBound): BoundRating {
  const model = resolveModel(book, context.model)?.model
  if (model === undefined) return unpriced('unknown_model', [context.model])
  const reach: Reach = {
    book,
    model,
    promptTokensMax: own.promptTokensMax,
    tiers: possible(specialTier(context.tier)),
    speeds: possible(specialSpeed(context.speed)),
  }
  const prompt = own.promptTokensMax === 0 ? 0n : dearest(reach, own.promptKinds)
  const output = own.maxOutputTokens === 0 ? 0n : dearest(reach, own.outputKinds)
  if (prompt === null) return unpriced('unknown_kind', own.promptKinds)
  if (output === null) return unpriced('unknown_kind', own.outputKinds)
  const fees = feeTotal(book, model, own)
  if (typeof fees !== 'bigint') return fees
  const promotion = productOf(promotionsFor(book, context, model))
  const weight = heaviest(book, context, own.promptTokensMax)
  const line = new WorstCase({
    prompt: prompt * BigInt(own.promptTokensMax),
    output,
    fees,
    weight,
    promotion,
  })
  const worst = line.at(own.maxOutputTokens)
  const expectedFor = expectedCost(reach, context, own, promotion)
  return {
    status: 'priced',
    bookId: book.id,
    worst,
    expected: min(worst, expectedFor(own.maxOutputTokens)),
    worstFor: (maxOutputTokens) => line.at(maxOutputTokens),
    expectedFor: (maxOutputTokens) => min(line.at(maxOutputTokens), expectedFor(maxOutputTokens)),
    maxOutputWithin: (budget) => line.within(budget, own.maxOutputTokens),
  }
}

interface Reach {
  readonly book: PriceBook
  readonly model: string
  readonly promptTokensMax: number
  readonly tiers: readonly (string | undefined)[]
  readonly speeds: readonly (string | undefined)[]
}

/** What is asked for may be served, and so may the ordinary. */
const possible = (special: string | undefined): readonly (string | undefined)[] =>
  special === undefined ? [undefined] : [special, undefined]

/** The dearest price per million tokens of any of the kinds; `null` when none of them has a price. */
function dearest(reach: Reach, kinds: readonly TokenKind[]): bigint | null {
  let price: bigint | null = null
  for (const kind of kinds)
    for (const row of rowsOfKind(reach.book, reach.model, kind)?.rows ?? [])
      if (canApply(row, reach) && (price === null || row.perMtok > price)) price = row.perMtok
  return price
}

const canApply = (row: PriceRow, reach: Reach): boolean =>
  reach.tiers.includes(row.when.tier) &&
  reach.speeds.includes(row.when.speed) &&
  bandStart(row.when) <= reach.promptTokensMax

function feeTotal(book: PriceBook, model: string, own: UsageBound): bigint | Unpriced {
  let total = 0n
  for (const [fee, count] of Object.entries(own.fees)) {
    if (count === 0) continue
    const each = feeOf(book, model, fee)
    if (each === undefined) return unpriced('unknown_fee', [fee])
    total += each * BigInt(count)
  }
  return total
}

const productOf = (multipliers: readonly { readonly multiplier: Ratio }[]): Ratio =>
  multipliers.reduce((product, own) => ratio.multiply(product, own.multiplier), ONE_RATIO)

/** The heaviest that the weights can make a call. One that lightens is not counted on. */
function heaviest(book: PriceBook, context: RatingContext, promptTokensMax: number): Ratio {
  // what is served may lack the region, tier or speed that a weight asks for, but not exceed them
  const weight = productOf(
    weightsFor(book, context, promptTokensMax).filter(
      (own) => ratio.compare(own.multiplier, ONE_RATIO) > 0,
    ),
  )
  return ratio.compare(weight, ONE_RATIO) > 0 ? weight : ONE_RATIO
}

interface WorstParts {
  /** Nanos × 10⁶. */
  readonly prompt: bigint
  /** Nanos per million tokens. */
  readonly output: bigint
  /** Nanos. */
  readonly fees: bigint
  readonly weight: Ratio
  readonly promotion: Ratio
}

/** `floor((base + slope × tokens) / denominator)` */
class WorstCase {
  readonly #base: bigint
  readonly #slope: bigint
  readonly #denominator: bigint

  constructor({ prompt, output, fees, weight, promotion }: WorstParts) {
    const tokens = weight.numerator * promotion.numerator
    this.#base = prompt * tokens + fees * PER_MTOK * weight.denominator * promotion.numerator
    this.#slope = output * tokens
    this.#denominator = PER_MTOK * weight.denominator * promotion.denominator
  }

  at(outputTokens: number): Nanos {
    return floorDivide(this.#base + this.#slope * BigInt(outputTokens), this.#denominator) as Nanos
  }

  /** The largest output up to `most` that the budget pays in the worst case; −1 when not even none. */
  within(budget: Nanos, most: number): number {
    const room = (budget + 1n) * this.#denominator - 1n - this.#base
    if (room < 0n) return -1
    if (this.#slope === 0n) return most
    const tokens = room / this.#slope
    return tokens >= BigInt(most) ? most : parseInt(tokens.toString(), 10)
  }
}

function expectedCost(
  reach: Reach,
  context: RatingContext,
  own: UsageBound,
  promotion: Ratio,
): (maxOutputTokens: number) => Nanos {
  const { book, model } = reach
  const likely = book.models.get(model)?.expected_output_tokens ?? EXPECTED_OUTPUT_TOKENS_DEFAULT
  const prompt = own.promptTokensExpected
  const input = usualPrice(reach, context, own.promptKinds, prompt)
  const output = usualPrice(reach, context, own.outputKinds, prompt)
  const weight = productOf(weightsFor(book, context, prompt))
  const multiplier = ratio.multiply(weight, promotion)
  return (maxOutputTokens) => {
    const tokens = input * BigInt(prompt) + output * BigInt(Math.min(maxOutputTokens, likely))
    return floorDivide(tokens * multiplier.numerator, PER_MTOK * multiplier.denominator) as Nanos
  }
}

/** The price of the first kind that has one, at the tier, speed and band that are to be expected. */
function usualPrice(
  reach: Reach,
  context: RatingContext,
  kinds: readonly TokenKind[],
  promptTokens: number,
): bigint {
  for (const kind of kinds) {
    const found = rowsOfKind(reach.book, reach.model, kind)
    if (!found) continue
    for (const tier of reach.tiers) {
      const picked = pickRow(found.rows, {
        tier,
        speed: specialSpeed(context.speed),
        region: context.region,
        promptTokens,
      })
      if ('row' in picked) return picked.row.perMtok
    }
  }
  return 0n
}
