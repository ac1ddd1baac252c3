import Type from 'typebox'
import { INVOICE_STATUSES } from '../../core/ledger/invoice-view.ts'
import { personal } from './personal.ts'
import {
  AccountId,
  Amount,
  AmountIn,
  AsOf,
  CurrencyCode,
  nullable,
  PaymentId,
  printable,
  Reason,
  Seq,
  strict,
  Timestamp,
} from './primitives.ts'
import { invoiceFacts, owedPaymentFacts } from './statement-facts.ts'

export const InvoiceId = Type.String({
  pattern: '^[A-Za-z0-9._:-]{1,128}$',
  description: 'Invoice id.',
  examples: ['inv_0198f3c2'],
})

const EntrySeq = Type.Integer({ minimum: 1, description: 'Number of a journal entry.' })
const listed = {
  ...invoiceFacts,
  label: Type.String({ description: 'Its number for people, without a gap.' }),
  account_id: AccountId,
  currency: CurrencyCode,
  issued_at: Timestamp,
  seq: EntrySeq,
  status: Type.Enum([...INVOICE_STATUSES], {
    description: '`overdue`: open, and its due date is over.',
  }),
  paid: Amount,
  left: { ...Amount, description: 'Still to be paid.' },
  payments: Type.Array(Type.Object({ ...owedPaymentFacts, at: Timestamp, seq: EntrySeq }, strict)),
  voided: nullable(Type.Object({ at: Timestamp, seq: EntrySeq, reason: Type.String() }, strict)),
}

export const InvoiceListSchema = Type.Object(
  {
    items: Type.Array(Type.Object(listed, strict)),
    owed: Type.Object(
      {
        overage: { ...Amount, description: 'On no invoice yet; negative: given back.' },
        invoices: { ...Amount, description: 'Left to pay of open invoices.' },
      },
      { ...strict, description: 'What the account owes now.' },
    ),
    as_of: AsOf,
    seq: Seq,
  },
  { ...strict, description: 'Every invoice, oldest first.' },
)

export const InvoiceSchema = Type.Object(
  {
    ...listed,
    items: Type.Array(
      Type.Object(
        {
          what: Type.Enum(['fee', 'usage', 'credit_note', 'carried']),
          name: Type.String({ description: 'A plan or a model.' }),
          statement: nullable(Type.Integer({ description: 'That a credit note is for.' })),
          seq: nullable({
            ...EntrySeq,
            description: 'The entry that it comes from; `null`: from several.',
          }),
          amount: Amount,
        },
        strict,
      ),
      { description: 'They add up to `net`, exactly.' },
    ),
    as_of: AsOf,
  },
  { ...strict, description: 'An invoice as it stands.' },
)

export const VoidInvoiceSchema = Type.Object({ reason: Reason }, strict)

export const PayOverageSchema = Type.Object(
  {
    payment_id: PaymentId,
    amount: { ...AmountIn, description: 'What was received, in major units.' },
    invoice_id: Type.Optional({
      ...InvoiceId,
      description: 'That it pays; absent: overage that is on no invoice yet.',
    }),
  },
  {
    ...strict,
    description: 'A payment that was received. Recorded once, however often it is sent.',
  },
)

const AddressLine = printable(200, 'A line of the address.')
const members = {
  name: printable(200, 'Name of the company or person.'),
  address: Type.Array(AddressLine, { maxItems: 8, description: 'Line by line.' }),
  tax_id: printable(64, 'Tax or registration number.'),
}
const party = {
  name: Type.Optional(members.name),
  address: Type.Optional(members.address),
  tax_id: Type.Optional(members.tax_id),
}
const buyer = {
  name: Type.Optional(personal(members.name)),
  address: Type.Optional(personal(members.address)),
  tax_id: Type.Optional(personal(members.tax_id)),
  reference: Type.Optional(personal(printable(100, 'The number of the buyer’s order.'))),
  jurisdiction: Type.Optional(
    Type.String({
      pattern: '^[A-Z]{2}$',
      description: 'Country whose tax invoices bear (ISO 3166-1). Operators only.',
      examples: ['JP'],
    }),
  ),
}
const changes = { ...strict, minProperties: 1, description: 'What is not named stays.' }

export const IssuerSchema = Type.Object({ ...party, as_of: AsOf }, strict)
export const ChangeIssuerSchema = Type.Object(party, changes)
export const BillingProfileSchema = Type.Object({ ...buyer, as_of: AsOf }, strict)
export const ChangeBillingProfileSchema = Type.Object(buyer, changes)
