import type { Nanos } from './nanos.ts'
import type { Ratio } from './ratio.ts'

/** `floor(numerator / denominator)`, towards minus infinity. The denominator is positive. */
export function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  return numerator % denominator !== 0n && numerator < 0n ? quotient - 1n : quotient
}

/** Rounds half away from zero, once: the rule for tax and for minor units. */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n
  const magnitude = negative ? -numerator : numerator
  const rounded = (magnitude * 2n + denominator) / (denominator * 2n)
  return negative ? -rounded : rounded
}

/** `amount × ratio`, floored: never in the platform's favour. */
export const scaleDown = (amount: Nanos, ratio: Ratio): Nanos =>
  floorDivide(amount * ratio.numerator, ratio.denominator) as Nanos

/** `amount × ratio`, rounded up: for what the customer is given. */
export const scaleUp = (amount: Nanos, ratio: Ratio): Nanos =>
  -floorDivide(-(amount * ratio.numerator), ratio.denominator) as Nanos

/**
 * The one rounding rule of a receipt. The exact sum is floored once; each line is the difference of
 * the floored running sums, so that the lines add up to the total to the last nano.
 *
 * `numerators[i] / denominator` is the exact amount of line `i`; lines may be negative.
 */
export function floorLines(numerators: readonly bigint[], denominator: bigint): Nanos[] {
  let exact = 0n
  let floored = 0n
  return numerators.map((numerator) => {
    exact += numerator
    const next = floorDivide(exact, denominator)
    const line = next - floored
    floored = next
    return line as Nanos
  })
}
