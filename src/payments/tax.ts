import type { Nanos } from '../core/money/index.ts'
import { type JurisdictionPolicy, taxOn } from '../core/tax/index.ts'

/** What is about to be charged, and to whom. */
export interface TaxOrder {
  readonly policy: JurisdictionPolicy
  readonly currency: string
  /** Tax excluded; a whole number of minor units. */
  readonly price: Nanos
  readonly methodRef: string
  readonly country: string | null
}

/** The tax of an order: whole minor units. */
export interface TaxQuote {
  readonly tax: Nanos
  /** A decimal, of the price: `0.19`. */
  readonly rate: string
  /** What receipts call it. */
  readonly name: string
  /** What the sale is entered from; `null`: it is entered nowhere. */
  readonly calculationRef: string | null
}

export interface TaxReversal {
  /** The same for every try: it is entered once. */
  readonly key: string
  readonly saleRef: string
  /** What goes back, in minor units: at the rate of the sale, whatever the rate is now. */
  readonly priceMinor: bigint
  readonly taxMinor: bigint
  readonly currency: string
}

/** Who says what tax is due on a purchase, and where it is entered. */
export interface TaxCalculator {
  /** Enters nothing. @throws TaxUnknown, ProviderUnavailable */
  calculate(order: TaxOrder): Promise<TaxQuote>
  /**
   * Enters a sale whose charge has succeeded: the same key once. Its reference, for refunds.
   * @throws ProviderUnavailable, ProviderRefused
   */
  enterSale(calculationRef: string, key: string): Promise<string>
  /**
   * Enters what a refund takes back of a sale: the same key once. Its reference, should the refund fail.
   * @throws ProviderUnavailable, ProviderRefused
   */
  enterReversal(reversal: TaxReversal): Promise<string>
  /**
   * Enters that a reversal is none any more, once: the refund has failed, so the sale stands as before.
   * @throws ProviderUnavailable, ProviderRefused
   */
  undoReversal(reversalRef: string, key: string): Promise<void>
}

/** It cannot be said what tax is due: so nothing is sold. */
export class TaxUnknown extends Error {
  override readonly name = 'TaxUnknown'
}

/** The rates of the policy rows; entered nowhere but in the journal. */
export const ratesTable: TaxCalculator = {
  calculate: async ({ policy, price, currency }) => {
    const { name, rate } = policy.tax
    return { tax: taxOn(price, rate, currency), rate, name, calculationRef: null }
  },
  enterSale: async (calculationRef) => {
    throw new Error(`the table of rates has made no calculation ${calculationRef}`)
  },
  enterReversal: async ({ saleRef }) => {
    throw new Error(`the table of rates has entered no sale ${saleRef}`)
  },
  undoReversal: async (reversalRef) => {
    throw new Error(`the table of rates has entered no reversal ${reversalRef}`)
  },
}
