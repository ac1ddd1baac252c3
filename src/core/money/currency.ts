import { NANOS_PER_UNIT, type Nanos } from './nanos.ts'
import { divideHalfUp } from './rounding.ts'

/** An ISO 4217 alphabetic code, upper case. */
export type Currency = string

/** ISO 4217 minor-unit exponents that are not 2 (list one, 2024). */
const EXPONENTS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
}

export const isCurrency = (code: string): boolean => /^[A-Z]{3}$/.test(code)

/** Decimals of the currency's minor unit: USD 2, JPY 0, KWD 3. */
export const minorExponent = (currency: Currency): number => EXPONENTS[currency] ?? 2

const nanosPerMinor = (currency: Currency): bigint =>
  NANOS_PER_UNIT / 10n ** BigInt(minorExponent(currency))

/** An amount in minor units as nanos: exact. */
export const fromMinor = (minor: bigint, currency: Currency): Nanos =>
  (minor * nanosPerMinor(currency)) as Nanos

/** Nanos in minor units, rounded half up once: for cards and invoices only. */
export const toMinor = (amount: Nanos, currency: Currency): bigint =>
  divideHalfUp(amount, nanosPerMinor(currency))

/** Nanos in minor units; `undefined` where that is not exact: such an amount cannot be charged. */
export const toMinorExact = (amount: Nanos, currency: Currency): bigint | undefined =>
  isWholeMinor(amount, currency) ? amount / nanosPerMinor(currency) : undefined

/**
 * Decimals that cards are charged in where they are fewer than those of the minor unit: an ariary has five
 * iraimbilanja, and of dinars and rials the last of three digits is always 0.
 */
const CARD_EXPONENTS: Readonly<Record<string, number>> = {
  MGA: 0,
  BHD: 2,
  JOD: 2,
  KWD: 2,
  OMR: 2,
  TND: 2,
}

/** The least that a card can be charged with: whole minor units, or several. */
export const cardUnit = (currency: Currency): Nanos =>
  (NANOS_PER_UNIT / 10n ** BigInt(CARD_EXPONENTS[currency] ?? minorExponent(currency))) as Nanos

/** Whether a card could be charged with exactly this. */
export const isPayable = (amount: Nanos, currency: Currency): boolean =>
  amount % cardUnit(currency) === 0n

/** A positive amount rounded up to what a card can be charged with, or paid back. */
export function ceilToPayable(amount: Nanos, currency: Currency): Nanos {
  const unit = cardUnit(currency)
  return (((amount + unit - 1n) / unit) * unit) as Nanos
}

/** Whether the amount is a whole number of minor units. */
export const isWholeMinor = (amount: Nanos, currency: Currency): boolean =>
  amount % nanosPerMinor(currency) === 0n

/** What of an amount is less than one minor unit. */
export const minorRemainder = (amount: Nanos, currency: Currency): Nanos =>
  (amount % nanosPerMinor(currency)) as Nanos
