import Type from 'typebox'
import { personal } from './personal.ts'
import { Amount, nullable, strict, Timestamp } from './primitives.ts'

export const ClosedCycleFactsSchema = Type.Object(
  {
    number: Type.Integer({ minimum: 1, description: 'Of the statement.' }),
    start: Timestamp,
    end: { ...Timestamp, description: 'Not part of the cycle.' },
    next_end: { ...Timestamp, description: 'Where the next cycle ends.' },
  },
  { ...strict, description: 'The cycle that the entry closed.' },
)

const Text = Type.String()
const Lines = Type.Array(Text, { description: 'Line by line.' })
const OrderNumber = Type.String({ description: 'The number of the buyer’s order.' })

/** The operator’s own company: on every invoice, and nobody’s secret. */
const IssuerFactsSchema = Type.Object(
  {
    name: Text,
    address: Type.Optional(Lines),
    tax_id: Type.Optional(Text),
    reference: Type.Optional(OrderNumber),
  },
  strict,
)

const BuyerFactsSchema = Type.Object(
  {
    name: personal(Text),
    address: Type.Optional(personal(Lines)),
    tax_id: Type.Optional(personal(Text)),
    reference: Type.Optional(personal(OrderNumber)),
  },
  strict,
)

/** What an invoice is for, and by which policy it is taxed. */
export const invoiceFacts = {
  invoice_id: Type.String(),
  number: Type.Integer({ minimum: 1, description: 'Of the account, without a gap.' }),
  statement: Type.Integer({ minimum: 1, description: 'The statement that it was made from.' }),
  overage: { ...Amount, description: 'Usage beyond the funds, in whole minor units.' },
  fees: { ...Amount, description: 'Fees of invoiced plans.' },
  credit: { ...Amount, description: 'Overage given back after it was invoiced.' },
  net: { ...Amount, description: 'overage + fees - credit' },
  tax: Amount,
  total: { ...Amount, description: 'net + tax' },
  tax_name: Type.String(),
  tax_rate: Type.String({ description: 'A decimal: `0.19`.' }),
  policy: Type.String({ description: 'The policy row of the jurisdiction: `DE@1`.' }),
  due_at: Timestamp,
  issuer: IssuerFactsSchema,
  bill_to: BuyerFactsSchema,
}

export const InvoiceFactsSchema = Type.Object(invoiceFacts, {
  ...strict,
  description: 'What a closed statement left to be paid.',
})

export const owedPaymentFacts = {
  payment_id: Type.String(),
  invoice_id: nullable(Type.String()),
  amount: Amount,
  overage: { ...Amount, description: 'What of it paid overage.' },
  invoiced: { ...Amount, description: 'What of it paid fees and tax.' },
}

export const OwedPaymentFactsSchema = Type.Object(owedPaymentFacts, {
  ...strict,
  description: 'A payment that was received for what is owed.',
})
