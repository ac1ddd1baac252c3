/** An exact positive fraction, for multipliers such as `"1.25"`. Never a float. */
export interface Ratio {
  readonly numerator: bigint
  readonly denominator: bigint
}

export const ONE: Ratio = { numerator: 1n, denominator: 1n }

const DECIMAL = /^(0|[1-9]\d{0,8})(?:\.(\d{1,9}))?$/

/** Reads a multiplier from a decimal string (`"3.5"`). `undefined` when it is not one. */
export function parseRatio(text: string): Ratio | undefined {
  const match = DECIMAL.exec(text)
  if (!match) return undefined
  const [, units = '0', decimals = ''] = match
  const denominator = 10n ** BigInt(decimals.length)
  return reduce({ numerator: BigInt(units) * denominator + BigInt(decimals || '0'), denominator })
}

export const multiply = (a: Ratio, b: Ratio): Ratio =>
  reduce({ numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator })

/** Negative, zero or positive as `a` is below, equal to or above `b`. */
export function compare(a: Ratio, b: Ratio): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function reduce(ratio: Ratio): Ratio {
  let a = ratio.numerator
  let b = ratio.denominator
  while (b !== 0n) [a, b] = [b, a % b]
  return a === 0n
    ? { numerator: 0n, denominator: 1n }
    : { numerator: ratio.numerator / a, denominator: ratio.denominator / a }
}
