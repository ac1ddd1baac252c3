import { minorExponent, NANOS_DECIMALS, readNanos } from '../../core/money/index.ts'

/**
 * An exact amount with the currency's decimals at least, and every digit beyond them that is not 0:
 * nothing is rounded. In two parts, so that the points of a column stand below one another.
 */
export function figure(
  amount: string,
  currency: string,
): { readonly units: string; readonly decimals: string } {
  const value = readNanos(amount)
  const digits = (value < 0n ? -value : value).toString().padStart(NANOS_DECIMALS + 1, '0')
  const units = digits.slice(0, -NANOS_DECIMALS).replace(/\B(?=(\d{3})+$)/g, ',')
  const least = minorExponent(currency)
  let decimals = digits.slice(-NANOS_DECIMALS)
  while (decimals.length > least && decimals.endsWith('0')) decimals = decimals.slice(0, -1)
  return {
    units: `${value < 0n ? '-' : ''}${units}`,
    decimals: decimals === '' ? '' : `.${decimals}`,
  }
}

export const figureText = (amount: string, currency: string): string => {
  const { units, decimals } = figure(amount, currency)
  return `${units}${decimals}`
}

/** `2026-11-30 12:00` of an RFC 3339 time in UTC. */
export const paperTime = (at: string): string => at.slice(0, 16).replace('T', ' ')
