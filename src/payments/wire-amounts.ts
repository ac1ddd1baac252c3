import {
  cardUnit,
  fromMinor,
  minorExponent,
  NANOS_PER_UNIT,
  type Nanos,
  toMinorExact,
} from '../core/money/index.ts'
import { ProviderRefused } from './provider.ts'

/*
 * Amounts of Stripe's API. Its unit is the minor unit of ISO 4217 but for these: the ariary is never divided,
 * and amounts of ISK and UGX go on with the two decimals that both once had.
 */
const DECIMALS: Readonly<Record<string, number>> = { MGA: 0, ISK: 2, UGX: 2 }

const unitOf = (currency: string): Nanos =>
  (NANOS_PER_UNIT / 10n ** BigInt(DECIMALS[currency] ?? minorExponent(currency))) as Nanos

/**
 * Minor units as Stripe wants them.
 * @throws ProviderRefused: no card can be charged with that
 */
export function toWire(minor: bigint, currency: string): number {
  const amount = fromMinor(minor, currency)
  if (amount % cardUnit(currency) !== 0n)
    throw new ProviderRefused('amount_not_payable', `no card is charged with ${minor} ${currency}`)
  return Number(amount / unitOf(currency))
}

/** What an amount of Stripe's is worth; its currency in any case. */
export const wireAmount = (amount: number, currency: string): Nanos =>
  (BigInt(amount) * unitOf(currency.toUpperCase())) as Nanos

/** An amount of Stripe's in minor units. @throws where it is not whole: then it is none that we have asked for */
export function wireMinor(amount: number, currency: string): bigint {
  const minor = toMinorExact(wireAmount(amount, currency), currency.toUpperCase())
  if (minor === undefined) throw new Error(`${amount} ${currency} is no amount of ours`)
  return minor
}
