import { invalid, missing } from './faults.ts'
import { type Form, textOf } from './form.ts'

type Make = <T extends object>(prefix: string, fields: T) => T & { readonly id: string }

/** Percentages of the simulated tax office; where it knows none, the address is not enough. */
const RATES: Readonly<Record<string, readonly [percent: bigint, type: string]>> = {
  DE: [19n, 'vat'],
  GB: [20n, 'vat'],
  JP: [10n, 'jct'],
}

interface Line {
  readonly id: string
  readonly reference: string
  readonly amount: number
  readonly amount_tax: number
}

interface Sale {
  readonly id: string
  readonly reference: string
  readonly line: Line
  /** What reversals have taken back. */
  reversed: { amount: number; tax: number }
}

interface Reversal {
  readonly sale: Sale
  readonly amount: number
  readonly tax: number
  isUndone: boolean
}

const formIn = (form: Form | undefined, name: string): Form => {
  const value = form?.[name]
  return typeof value === 'object' ? value : Object.create(null)
}

const breakdown = (own: {
  readonly amount: number
  readonly tax: number
  readonly country: string
  readonly percent: bigint
  readonly type: string
}) => ({
  amount: own.tax,
  inclusive: false,
  tax_rate_details: {
    country: own.country,
    flat_amount: null,
    percentage_decimal: `${own.percent}.0`,
    rate_type: 'percentage',
    state: null,
    tax_type: own.type,
  },
  taxability_reason: 'standard_rated',
  taxable_amount: own.amount,
})

/** Stripe Tax in memory: calculations, transactions from them, and reversals that never exceed them. */
export class TaxDesk {
  readonly #make: Make
  readonly #calculations = new Map<string, Line>()
  readonly #sales = new Map<string, Sale>()
  readonly #reversals = new Map<string, Reversal>()
  readonly #references = new Set<string>()

  constructor(make: Make) {
    this.#make = make
  }

  /** Sales with what was reversed of them, for whoever checks the books. */
  sales(): readonly Sale[] {
    return [...this.#sales.values()]
  }

  calculate(form: Form): object {
    const line = formIn(formIn(form, 'line_items'), '0')
    const address = formIn(formIn(form, 'customer_details'), 'address')
    const country = textOf(address, 'country') ?? ''
    const amount = Number(textOf(line, 'amount'))
    if (!Number.isSafeInteger(amount) || amount < 0)
      throw invalid('parameter_invalid_integer', 'Invalid integer: amount')
    const rate = Object.hasOwn(RATES, country) ? RATES[country] : undefined
    if (!rate && !textOf(address, 'postal_code'))
      throw invalid('customer_tax_location_invalid', 'The address does not say where it is.')
    const [percent, type] = rate ?? [0n, 'sales_tax']
    const tax = Number((BigInt(amount) * percent * 2n + 100n) / 200n)
    const made = this.#make('taxcalc', {
      object: 'tax.calculation',
      amount_total: amount + tax,
      currency: textOf(form, 'currency'),
      customer: null,
      customer_details: {
        address,
        address_source: 'billing',
        ip_address: null,
        tax_ids: [],
        taxability_override: 'none',
      },
      livemode: false,
      shipping_cost: null,
      ship_from_details: null,
      tax_amount_exclusive: tax,
      tax_amount_inclusive: 0,
      tax_breakdown: [breakdown({ amount, tax, country, percent, type })],
    })
    const { id } = this.#make('tax_li', {})
    const reference = textOf(line, 'reference') ?? ''
    this.#calculations.set(made.id, { id, reference, amount, amount_tax: tax })
    return made
  }

  enterSale(form: Form): object {
    const line = this.#calculations.get(textOf(form, 'calculation') ?? '')
    if (!line) throw missing(textOf(form, 'calculation') ?? '')
    const reference = this.#fresh(textOf(form, 'reference'))
    const made = this.#make('tax', {
      object: 'tax.transaction',
      type: 'transaction',
      reference,
      reversal: null,
    })
    this.#sales.set(made.id, { id: made.id, reference, line, reversed: { amount: 0, tax: 0 } })
    return made
  }

  lines(id: string): object {
    const data = [{ object: 'tax.transaction_line_item', ...this.#sale(id).line }]
    return { object: 'list', has_more: false, data }
  }

  reverse(form: Form): object {
    if (textOf(form, 'mode') === 'full') return this.#undo(form)
    const sale = this.#sale(textOf(form, 'original_transaction') ?? '')
    const line = formIn(formIn(form, 'line_items'), '0')
    if (textOf(line, 'original_line_item') !== sale.line.id)
      throw invalid('resource_missing', 'The line is not one of the transaction.')
    const amount = sale.reversed.amount - Number(textOf(line, 'amount'))
    const tax = sale.reversed.tax - Number(textOf(line, 'amount_tax'))
    if (amount > sale.line.amount || tax > sale.line.amount_tax)
      throw invalid('tax_reversal_too_large', 'The reversal is larger than what is left.')
    const reference = this.#fresh(textOf(form, 'reference'))
    const before = sale.reversed
    sale.reversed = { amount, tax }
    const made = this.#reversalOf(sale.id, reference)
    this.#reversals.set(made.id, {
      ...{ sale, isUndone: false },
      ...{ amount: amount - before.amount, tax: tax - before.tax },
    })
    return made
  }

  /** A reversal that is itself reversed in full: the sale is as it was before. */
  #undo(form: Form): object {
    const id = textOf(form, 'original_transaction') ?? ''
    const own = this.#reversals.get(id)
    if (!own) throw missing(id)
    if (own.isUndone) throw invalid('tax_reversal_too_large', 'It is reversed already.')
    const reference = this.#fresh(textOf(form, 'reference'))
    own.isUndone = true
    const { amount, tax } = own.sale.reversed
    own.sale.reversed = { amount: amount - own.amount, tax: tax - own.tax }
    return this.#reversalOf(id, reference)
  }

  #reversalOf(original: string, reference: string) {
    const reversal = { original_transaction: original }
    return this.#make('tax', { object: 'tax.transaction', type: 'reversal', reference, reversal })
  }

  #sale(id: string): Sale {
    const sale = this.#sales.get(id)
    if (!sale) throw missing(id)
    return sale
  }

  /** References are unique over all transactions, reversals included. */
  #fresh(reference = ''): string {
    if (this.#references.has(reference))
      throw invalid('resource_already_exists', `The reference ${reference} is taken.`)
    this.#references.add(reference)
    return reference
  }
}
