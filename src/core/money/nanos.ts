/**
 * Money as integers. One nano is 10⁻⁹ of a currency's major unit (of a dollar, not of a cent), the
 * finest step the ledger knows. In JSON an amount is a decimal string, never a float.
 */

declare const brand: unique symbol

/** An amount in nanos: an integer count of 10⁻⁹ major units. Signed. */
export type Nanos = bigint & { readonly [brand]: 'Nanos' }

export const NANOS_DECIMALS = 9
export const NANOS_PER_UNIT = 1_000_000_000n

export const ZERO = 0n as Nanos

/** Marks an integer as an amount in nanos. */
export const nanos = (value: bigint): Nanos => value as Nanos

export const add = (a: Nanos, b: Nanos): Nanos => (a + b) as Nanos
export const subtract = (a: Nanos, b: Nanos): Nanos => (a - b) as Nanos
export const negate = (a: Nanos): Nanos => -a as Nanos
export const min = (a: Nanos, b: Nanos): Nanos => (a < b ? a : b)
export const max = (a: Nanos, b: Nanos): Nanos => (a > b ? a : b)
/** `a - b`, but never below zero. */
export const subtractToZero = (a: Nanos, b: Nanos): Nanos => (a > b ? ((a - b) as Nanos) : ZERO)
export const sum = (amounts: Iterable<Nanos>): Nanos => {
  let total = 0n
  for (const amount of amounts) total += amount
  return total as Nanos
}

const DECIMAL = /^(-?)(0|[1-9]\d{0,17})(?:\.(\d{1,9}))?$/

/**
 * Reads a decimal string such as `"0.054399"`. Returns `undefined` for anything that is not an exact
 * amount in nanos: more than nine decimals, exponents, leading zeros, blanks, a number.
 */
export function parseNanos(text: string): Nanos | undefined {
  const match = DECIMAL.exec(text)
  if (!match) return undefined
  const [, sign, units = '0', decimals = ''] = match
  const magnitude = BigInt(units) * NANOS_PER_UNIT + BigInt(decimals.padEnd(NANOS_DECIMALS, '0'))
  return (sign ? -magnitude : magnitude) as Nanos
}

/**
 * Reads a decimal string that our own code has written. Throws on anything else: that is a bug.
 * Without taking it apart as `parseNanos` does, since a decision reads some twenty amounts of its own.
 */
export function readNanos(text: string): Nanos {
  if (text === '0') return ZERO
  if (!DECIMAL.test(text)) throw new Error(`not an amount: ${JSON.stringify(text)}`)
  const point = text.indexOf('.')
  if (point < 0) return (BigInt(text) * NANOS_PER_UNIT) as Nanos
  const decimals = text.length - point - 1
  const digits = text.slice(0, point) + text.slice(point + 1)
  return BigInt(digits + ZEROS.slice(decimals)) as Nanos
}

const ZEROS = '0'.repeat(NANOS_DECIMALS)

/** The shortest exact decimal string: `"0.054399"`, `"8"`, `"-1.5"`. */
export function formatNanos(amount: Nanos): string {
  if (amount === ZERO) return '0'
  if (amount < 0n) return `-${formatNanos(negate(amount))}`
  const digits = amount.toString().padStart(NANOS_DECIMALS + 1, '0')
  const point = digits.length - NANOS_DECIMALS
  let end = digits.length
  while (end > point && digits.charCodeAt(end - 1) === DIGIT_ZERO) end -= 1
  const units = digits.slice(0, point)
  return end === point ? units : `${units}.${digits.slice(point, end)}`
}

const DIGIT_ZERO = 48
