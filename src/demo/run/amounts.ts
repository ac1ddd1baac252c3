/** Exact amounts as the API writes them, in billionths: sums of them are compared to the last one. */
const DECIMALS = 9
const AMOUNT = /^(-?)(\d+)(?:\.(\d{1,9}))?$/

export function readAmount(text: string | null | undefined): bigint {
  if (text === null || text === undefined) return 0n
  const match = AMOUNT.exec(text)
  if (!match) throw new TypeError(`${JSON.stringify(text)} is not an amount`)
  const [, sign, units = '', decimals = ''] = match
  const value = BigInt(units + decimals.padEnd(DECIMALS, '0'))
  return sign === '-' ? -value : value
}

export function writeAmount(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(DECIMALS + 1, '0')
  const decimals = digits.slice(-DECIMALS).replace(/0+$/, '')
  const text = digits.slice(0, -DECIMALS) + (decimals === '' ? '' : `.${decimals}`)
  return value < 0n ? `-${text}` : text
}

export const sumOf = <T>(items: Iterable<T>, amount: (item: T) => bigint): bigint => {
  let sum = 0n
  for (const item of items) sum += amount(item)
  return sum
}

/** Of no amounts: zero. */
export const leastOf = (amounts: readonly bigint[]): bigint =>
  [...amounts].sort((one, other) => (one < other ? -1 : 1))[0] ?? 0n

const CENT = 10_000_000n

/** A round figure at or above: 1, 2 or 5 of its power of ten, and at least a cent. */
export function roundUp(value: bigint): bigint {
  for (let power = CENT; ; power *= 10n)
    for (const digit of [1n, 2n, 5n]) if (digit * power >= value) return digit * power
}

/** A round figure at or below, in halves of its power of ten and whole cents; at least a cent. */
export function roundDown(value: bigint): bigint {
  let power = CENT
  while (power * 10n <= value) power *= 10n
  const step = power / 2n > CENT ? power / 2n : CENT
  const rounded = (value / step) * step
  return rounded > CENT ? rounded : CENT
}

/** `numerator / denominator` of a value, cut down. */
export const share = (value: bigint, percent: number): bigint =>
  (value * BigInt(Math.round(percent * 100))) / 10_000n
