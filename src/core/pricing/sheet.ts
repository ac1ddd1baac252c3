import { floorLines, type Nanos, sum } from '../money/index.ts'
import type { Multiplier } from './compile.ts'
import type { RatedLine } from './types.ts'

/** Prices are per million tokens, so every amount is a whole number of these. */
export const PER_MTOK = 1_000_000n

type Draft = RatedLine extends infer Line
  ? Line extends RatedLine
    ? Omit<Line, 'amount'>
    : never
  : never

/** What a multiplier acts on: the parts of the call to which it applies, still unmultiplied. */
export interface Share {
  /** Over `denominator`, in nanos. */
  numerator: bigint
  denominator: bigint
}

/**
 * The lines of a receipt while they are exact fractions. Nothing is rounded before `close`, and there
 * once: the exact sum is floored, never in the platform's favour.
 */
export class Sheet {
  readonly #drafts: Draft[] = []
  readonly #numerators: bigint[] = []
  readonly #denominators: bigint[] = []

  /** Adds an amount of `numerator / denominator` nanos; returns the line's place. */
  add(draft: Draft, numerator: bigint, denominator: bigint): number {
    this.#drafts.push(draft)
    this.#numerators.push(numerator)
    return this.#denominators.push(denominator) - 1
  }

  /**
   * Multiplies a share and adds the difference as a line of its own; the same multiplier on another
   * share (another part of the call) widens that line.
   */
  multiply(type: 'weight' | 'promotion', { id, ratio }: Multiplier, shares: Share[]): void {
    const touched = shares.filter(({ numerator }) => numerator !== 0n)
    if (ratio.numerator === ratio.denominator || touched.length === 0) return
    let difference = 0n
    let denominator = 1n
    for (const share of touched) {
      const scaled = share.denominator * ratio.denominator
      difference =
        difference * scaled + share.numerator * (ratio.numerator - ratio.denominator) * denominator
      denominator *= scaled
      share.numerator *= ratio.numerator
      share.denominator = scaled
    }
    this.add({ type, id, multiplier: ratio }, difference, denominator)
  }

  close(): { lines: RatedLine[]; total: Nanos } {
    const common = this.#denominators.reduce(leastCommonMultiple, PER_MTOK)
    const numerators = this.#numerators.map(
      (numerator, index) => numerator * (common / (this.#denominators[index] ?? 1n)),
    )
    const amounts = floorLines(numerators, common)
    const lines = this.#drafts.map((draft, index) => ({ ...draft, amount: amounts[index] }))
    return { lines: lines as RatedLine[], total: sum(amounts) }
  }
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  if (a === b || a % b === 0n) return a
  let [divisor, rest] = [a, b]
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest]
  return (a / divisor) * b
}
