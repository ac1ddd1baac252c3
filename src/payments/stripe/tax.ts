import type Stripe from 'stripe'
import { toMinorExact } from '../../core/money/index.ts'
import { ProviderRefused, ProviderUnavailable } from '../provider.ts'
import { type TaxCalculator, type TaxOrder, TaxUnknown } from '../tax.ts'
import { toWire, wireAmount } from '../wire-amounts.ts'
import { asked, type StripeSettings, stripeClient } from './provider.ts'

/** Stripe's code for credit that is used for software over the network. */
const TAX_CODE = 'txcd_10103001'
/** The one line of each sale. */
const LINE = 'credit'
/** There is a transaction with this reference. */
const ENTERED = 'resource_already_exists'

/** Stripe Tax through its official SDK: where the buyer is follows from the card's address. */
export function stripeTax(settings: StripeSettings): TaxCalculator {
  const stripe = stripeClient(settings)
  return {
    calculate: async (order) => quoteOf(order, await calculation(stripe, order)),
    enterSale: async (calculationRef, key) => {
      const sale = await asked(() =>
        stripe.tax.transactions.createFromCalculation(
          { calculation: calculationRef, reference: key },
          { idempotencyKey: `${key}:tax` },
        ),
      )
      return sale.id
    },
    enterReversal: async ({ key, saleRef, priceMinor, taxMinor, currency }) => {
      const lines = await asked(() => stripe.tax.transactions.listLineItems(saleRef))
      const line = lines.data.find(({ reference }) => reference === LINE)
      if (!line) throw new ProviderRefused('resource_missing', `${saleRef} has no line ${LINE}`)
      const reversal = await asked(() =>
        stripe.tax.transactions.createReversal(
          {
            mode: 'partial',
            original_transaction: saleRef,
            reference: key,
            line_items: [
              {
                original_line_item: line.id,
                reference: `${key}:${LINE}`,
                amount: -toWire(priceMinor, currency),
                amount_tax: -toWire(taxMinor, currency),
              },
            ],
          },
          { idempotencyKey: `${key}:tax` },
        ),
      )
      return reversal.id
    },
    undoReversal: (reversalRef, key) => undo(stripe, reversalRef, key),
  }
}

/** Transactions are never changed: a reversal is cancelled out by reversing it in full. */
async function undo(stripe: Stripe, reversalRef: string, key: string): Promise<void> {
  const reference = `${key}:undone`
  try {
    await asked(() =>
      stripe.tax.transactions.createReversal(
        { mode: 'full', original_transaction: reversalRef, reference },
        { idempotencyKey: reference },
      ),
    )
  } catch (error) {
    // references are unique for ever, idempotency keys are not
    if (!(error instanceof ProviderRefused && error.code === ENTERED)) throw error
  }
}

async function calculation(stripe: Stripe, order: TaxOrder): Promise<Stripe.Tax.Calculation> {
  const amount = toMinorExact(order.price, order.currency)
  if (amount === undefined) throw new Error(`${order.price} cannot be taxed exactly`)
  try {
    const address = await addressOf(stripe, order)
    return await asked(() =>
      stripe.tax.calculations.create({
        currency: order.currency.toLowerCase(),
        customer_details: { address, address_source: 'billing' },
        line_items: [
          {
            amount: toWire(amount, order.currency),
            reference: LINE,
            tax_behavior: 'exclusive',
            tax_code: TAX_CODE,
          },
        ],
      }),
    )
  } catch (error) {
    if (error instanceof ProviderRefused)
      throw new TaxUnknown(`no tax for this card: ${error.code}`, { cause: error })
    throw error
  }
}

/** The billing address that the buyer gave with the card; at least the country of the card. */
async function addressOf(stripe: Stripe, { methodRef, country }: TaxOrder) {
  const { billing_details: details } = await asked(() => stripe.paymentMethods.retrieve(methodRef))
  const address = details?.address
  const found = address?.country ?? country
  if (!found) throw new ProviderRefused('customer_tax_location_invalid', 'the card has no country')
  return {
    country: found,
    ...(address?.postal_code && { postal_code: address.postal_code }),
    ...(address?.state && { state: address.state }),
    ...(address?.city && { city: address.city }),
    ...(address?.line1 && { line1: address.line1 }),
  }
}

function quoteOf(order: TaxOrder, own: Stripe.Tax.Calculation) {
  if (own.id === null) throw new ProviderUnavailable('the calculation of tax was not kept')
  const parts = own.tax_breakdown.filter(({ amount }) => amount > 0)
  const percent = parts.map(({ tax_rate_details: rate }) => rate.percentage_decimal ?? '0')
  return {
    tax: wireAmount(own.tax_amount_exclusive, order.currency),
    rate: rateOf(percent),
    name: nameOf(parts[0]?.tax_rate_details.tax_type, order),
    calculationRef: own.id,
  }
}

const nameOf = (type: string | null | undefined, order: TaxOrder): string =>
  type ? type.replaceAll('_', ' ') : order.policy.tax.name

const RATE_DIGITS = 9
const PERCENT_DIGITS = 2

/** Percentages added up, as a decimal of the price: `19.0` is `0.19`. */
function rateOf(percentages: readonly string[]): string {
  const units = percentages.reduce((total, text) => {
    const [whole = '0', fraction = ''] = text.split('.')
    return total + BigInt(whole + fraction.padEnd(RATE_DIGITS - PERCENT_DIGITS, '0'))
  }, 0n)
  const digits = units.toString().padStart(RATE_DIGITS + 1, '0')
  const decimal = `${digits.slice(0, -RATE_DIGITS)}.${digits.slice(-RATE_DIGITS)}`
  return decimal.replace(/\.?0+$/, '')
}
