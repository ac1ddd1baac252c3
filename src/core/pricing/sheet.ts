import { floorLines, type Nanos, sum, ZERO } from '../money/index.ts'
import type { Multiplier } from './compile.ts'
import type { RatedLine } from './types.ts'

/** Prices are per million tokens, so every amount is a whole number of these. */
export const PER_MTOK = 1_000_000n

/** A line whose amount is not known before all are. */
type OpenLine = { -readonly [Name in keyof RatedLine]: RatedLine[Name] }

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
  readonly #lines: RatedLine[] = []
  readonly #numerators: bigint[] = []
  readonly #denominators: bigint[] = []

  /** Adds a line of `numerator / denominator` nanos; its amount is filled in by `close`. */
  add(line: RatedLine, numerator: bigint, denominator: bigint): void {
    this.#lines.push(line)
    this.#numerators.push(numerator)
    this.#denominators.push(denominator)
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
    this.add({ type, id, multiplier: ratio, amount: ZERO }, difference, denominator)
  }

  close(): { lines: RatedLine[]; total: Nanos } {
    const common = this.#denominators.reduce(leastCommonMultiple, PER_MTOK)
    const numerators = this.#numerators.map(
      (numerator, index) => numerator * (common / (this.#denominators[index] ?? 1n)),
    )
    const amounts = floorLines(numerators, common)
    const open: readonly OpenLine[] = this.#lines
    for (const [index, line] of open.entries()) line.amount = amounts[index] ?? ZERO
    return { lines: this.#lines, total: sum(amounts) }
  }
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  if (a === b || a % b === 0n) return a
  let [divisor, rest] = [a, b]
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest]
  return (a / divisor) * b
}
