import { floorDivide, type Nanos, type Ratio, ZERO } from '../money/index.ts'
import { PER_MTOK } from './sheet.ts'

export interface CostParts {
  /** The whole prompt, in nanos × 10⁶. */
  readonly prompt: bigint
  /** Nanos per million tokens written. */
  readonly output: bigint
  /** Nanos. */
  readonly fees: bigint
  /** On tokens. */
  readonly weight: Ratio
  /** On everything. */
  readonly promotion: Ratio
}

/** A cost as an exact linear function of the tokens written: `floor((base + slope × n) / denominator)`. */
export class Cost {
  readonly #base: bigint
  readonly #slope: bigint
  readonly #denominator: bigint

  constructor({ prompt, output, fees, weight, promotion }: CostParts) {
    const onTokens = weight.numerator * promotion.numerator
    const onFees = PER_MTOK * weight.denominator * promotion.numerator
    this.#base = prompt * onTokens + fees * onFees
    this.#slope = output * onTokens
    this.#denominator = PER_MTOK * weight.denominator * promotion.denominator
  }

  /** Nanos, floored once. */
  at(outputTokens: number): Nanos {
    return floorDivide(this.#base + this.#slope * BigInt(outputTokens), this.#denominator) as Nanos
  }

  /** The most output, up to `most` tokens, whose cost is within the budget; −1 when not even none is. */
  within(budget: Nanos, most: number): number {
    const room = (budget + 1n) * this.#denominator - 1n - this.#base
    if (room < 0n) return -1
    if (this.#slope === 0n) return most
    const tokens = room / this.#slope
    return tokens >= BigInt(most) ? most : parseInt(tokens.toString(), 10)
  }
}

export function dearestOf(costs: readonly Cost[], outputTokens: number): Nanos {
  let dearest = ZERO
  for (const cost of costs) {
    const own = cost.at(outputTokens)
    if (own > dearest) dearest = own
  }
  return dearest
}
