import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatNanos, type Nanos, readNanos } from '../../src/core/money/index.ts'
import { ProviderRefused, ProviderUnavailable } from '../../src/payments/provider.ts'
import { SimulatedProcessor } from '../../src/payments/simulated/processor.ts'
import { simulatedProvider } from '../../src/payments/simulated/provider.ts'
import { type SimulatedServer, serveProcessor } from '../../src/payments/simulated/server.ts'
import { stripeTax } from '../../src/payments/stripe/tax.ts'
import {
  ratesTable,
  type TaxCalculator,
  type TaxOrder,
  TaxUnknown,
} from '../../src/payments/tax.ts'
import { POLICIES } from '../support/terms.ts'

const processor = new SimulatedProcessor({ webhookSecret: 'whsec_tax', nowMs: Date.now })
const provider = simulatedProvider(processor)
let server: SimulatedServer
let stripe: TaxCalculator
let customer: string
beforeAll(async () => {
  server = await serveProcessor(processor)
  stripe = stripeTax({ apiKey: 'sk_test_simulated', baseUrl: server.url })
  customer = await provider.createCustomer({ accountId: 'acct_1', key: 'tax' })
})
afterAll(() => server.close())

async function order(
  country: string,
  price: string,
  own: Partial<TaxOrder> = {},
): Promise<TaxOrder> {
  const token = country === 'US' ? 'pm_card_visa' : `pm_card_${country.toLowerCase()}`
  const { methodRef } = await provider.saveMethod(customer, token)
  const policy = POLICIES.find(({ jurisdiction }) => jurisdiction === country)
  if (!policy) throw new Error(`no row for ${country}`)
  return { policy, currency: 'USD', price: readNanos(price), methodRef, country, ...own }
}

/** Whoever computes it: the same tax to the cent, the same rate, a name. */
describe.each([
  ['table of rates', () => ratesTable],
  ['Stripe Tax over its SDK', () => stripe],
] as const)('%s', (_name, calculator) => {
  it.each([
    ['DE', '45', '8.55', '0.19'],
    ['DE', '0.03', '0.01', '0.19'],
    ['GB', '14.29', '2.86', '0.2'],
    ['JP', '20', '2', '0.1'],
  ])('%s, on %s: %s', async (country, price, tax, rate) => {
    const quote = await calculator().calculate(await order(country, price))
    expect(formatNanos(quote.tax)).toBe(tax)
    expect(Number(quote.rate)).toBe(Number(rate))
    expect(quote.name).not.toBe('')
  })

  it('computes in the minor units of the currency', async () => {
    const quote = await calculator().calculate(await order('JP', '105', { currency: 'JPY' }))
    expect(formatNanos(quote.tax)).toBe('11')
  })
})

describe('the table of rates', () => {
  it('enters nothing, and is never asked to', async () => {
    expect(await ratesTable.calculate(await order('DE', '10'))).toMatchObject({
      calculationRef: null,
    })
    await expect(ratesTable.enterSale('taxcalc_1', 'pay_1')).rejects.toThrow('has made no')
    const reversal = { key: 'r', saleRef: 'tax_1', priceMinor: 1n, taxMinor: 0n, currency: 'USD' }
    await expect(ratesTable.enterReversal(reversal)).rejects.toThrow('has entered no')
    await expect(ratesTable.undoReversal('tax_2', 'r')).rejects.toThrow('has entered no')
  })
})

describe('Stripe Tax', () => {
  const saleOf = (id: string) => processor.tax.sales().find((sale) => sale.id === id)

  it('enters a sale once for a key, and reverses parts of it at its own rate, each once', async () => {
    const { calculationRef } = await stripe.calculate(await order('DE', '45'))
    const sale = await stripe.enterSale(calculationRef ?? '', 'pay_tax_1')
    expect(await stripe.enterSale(calculationRef ?? '', 'pay_tax_1')).toBe(sale)
    expect(saleOf(sale)?.line).toMatchObject({ amount: 4_500, amount_tax: 855 })
    const part = {
      key: 'rfnd_1',
      saleRef: sale,
      priceMinor: 2_700n,
      taxMinor: 513n,
      currency: 'USD',
    }
    await stripe.enterReversal(part)
    await stripe.enterReversal(part)
    expect(saleOf(sale)?.reversed).toEqual({ amount: 2_700, tax: 513 })
    const rest = {
      key: 'rfnd_2',
      saleRef: sale,
      priceMinor: 1_800n,
      taxMinor: 342n,
      currency: 'USD',
    }
    await stripe.enterReversal(rest)
    const more = stripe.enterReversal({ ...rest, key: 'rfnd_3' })
    await expect(more).rejects.toBeInstanceOf(ProviderRefused)
    expect(saleOf(sale)?.reversed).toEqual({ amount: 4_500, tax: 855 })
  })

  it('cancels a reversal out once, and can then reverse as much again', async () => {
    const { calculationRef } = await stripe.calculate(await order('DE', '45'))
    const sale = await stripe.enterSale(calculationRef ?? '', 'pay_tax_2')
    const part = {
      key: 'rfnd_4',
      saleRef: sale,
      priceMinor: 2_700n,
      taxMinor: 513n,
      currency: 'USD',
    }
    const first = await stripe.enterReversal(part)
    expect(await stripe.enterReversal(part)).toBe(first)
    await stripe.enterReversal({
      ...part,
      key: 'rfnd_5',
      priceMinor: 1_000n,
      taxMinor: 190n,
      currency: 'USD',
    })
    await stripe.undoReversal(first, 'rfnd_4')
    await stripe.undoReversal(first, 'rfnd_4')
    expect(saleOf(sale)?.reversed).toEqual({ amount: 1_000, tax: 190 })
    await stripe.enterReversal({ ...part, key: 'rfnd_6' })
    expect(saleOf(sale)?.reversed).toEqual({ amount: 3_700, tax: 703 })
    await expect(stripe.undoReversal('tax_none', 'rfnd_7')).rejects.toBeInstanceOf(ProviderRefused)
  })

  it('says that it does not know where the address does not tell', async () => {
    const asked = stripe.calculate(await order('US', '10'))
    await expect(asked).rejects.toBeInstanceOf(TaxUnknown)
    const nowhere = stripe.calculate(await order('US', '10', { country: null }))
    await expect(nowhere).rejects.toBeInstanceOf(TaxUnknown)
  })

  it('refuses a calculation that was never made, and is not known when it does not answer', async () => {
    await expect(stripe.enterSale('taxcalc_none', 'pay_none')).rejects.toBeInstanceOf(
      ProviderRefused,
    )
    const gone = stripeTax({ apiKey: 'sk_test', baseUrl: 'http://127.0.0.1:9', timeoutMs: 500 })
    const asked = gone.calculate(await order('DE', '10'))
    await expect(asked).rejects.toBeInstanceOf(ProviderUnavailable)
  })

  it('taxes whole minor units only', async () => {
    const odd = await order('DE', '10', { price: 10_000_000_001n as Nanos })
    await expect(stripe.calculate(odd)).rejects.toThrow('cannot be taxed exactly')
  })
})
