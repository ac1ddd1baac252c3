import Type from 'typebox'
import { EntrySchema } from '../schemas/entries.ts'
import {
  BillingProfileSchema,
  ChangeBillingProfileSchema,
  ChangeIssuerSchema,
  InvoiceId,
  InvoiceListSchema,
  InvoiceSchema,
  IssuerSchema,
  PayOverageSchema,
  VoidInvoiceSchema,
} from '../schemas/invoices.ts'
import { AccountId, strict } from '../schemas/primitives.ts'
import { PAPER_TYPES, paperForms } from './forms.ts'
import { route } from './route.ts'

const tag = 'Statements'
const OfAccount = Type.Object({ account_id: AccountId }, strict)
const OfInvoice = Type.Object({ account_id: AccountId, invoice_id: InvoiceId }, strict)
const entry = {
  status: 200,
  description: 'The journal entry that was written.',
  schema: EntrySchema,
} as const

export const invoiceRoutes = {
  listInvoices: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/invoices',
    permission: 'money_read',
    idempotency: 'none',
    tag,
    summary: 'List invoices and what is owed',
    params: OfAccount,
    success: { status: 200, description: 'Every invoice.', schema: InvoiceListSchema },
    problems: ['account_unknown'],
  }),
  getInvoice: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/invoices/{invoice_id}',
    permission: 'money_read',
    idempotency: 'none',
    tag,
    summary: 'Read an invoice',
    description: 'As JSON, CSV or PDF. The PDF is the invoice as it was issued.',
    params: OfInvoice,
    query: Type.Object(paperForms, strict),
    success: {
      status: 200,
      description: 'The invoice.',
      schema: InvoiceSchema,
      otherTypes: PAPER_TYPES,
    },
    problems: ['account_unknown', 'invoice_unknown', 'names_masked'],
  }),
  voidInvoice: route({
    method: 'POST',
    path: '/v1/accounts/{account_id}/invoices/{invoice_id}/void',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Take an invoice back',
    description: 'One that nobody has paid of. What it was for goes on the next one.',
    params: OfInvoice,
    body: VoidInvoiceSchema,
    success: entry,
    problems: ['account_unknown', 'invoice_unknown', 'invoice_closed', 'request_conflict'],
  }),
  payOverage: route({
    method: 'POST',
    path: '/v1/accounts/{account_id}/overage_payments',
    permission: 'operator',
    idempotency: 'body',
    tag,
    summary: 'Record a payment for what is owed',
    description:
      'For an invoice, or for overage that is on none yet. Unique by its payment id. What is paid of overage is free in the credit line again.',
    params: OfAccount,
    body: PayOverageSchema,
    success: entry,
    problems: [
      'account_unknown',
      'invoice_unknown',
      'payment_exceeds_owed',
      'payment_used',
      'amount_invalid',
      'request_conflict',
    ],
  }),
  getBillingProfile: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/billing_profile',
    permission: 'money_read',
    idempotency: 'none',
    tag,
    summary: 'Read how the account is named on invoices',
    params: OfAccount,
    success: { status: 200, description: 'The profile.', schema: BillingProfileSchema },
    problems: ['account_unknown'],
  }),
  changeBillingProfile: route({
    method: 'PATCH',
    path: '/v1/accounts/{account_id}/billing_profile',
    permission: 'billing_write',
    idempotency: 'none',
    tag,
    summary: 'Change how the account is named on invoices',
    description: 'Holds for invoices that are issued from then on.',
    params: OfAccount,
    body: ChangeBillingProfileSchema,
    success: { status: 200, description: 'The profile.', schema: BillingProfileSchema },
    problems: ['account_unknown'],
  }),
  getIssuer: route({
    method: 'GET',
    path: '/v1/invoice_issuer',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Read who issues invoices',
    success: { status: 200, description: 'The issuer.', schema: IssuerSchema },
    problems: [],
  }),
  changeIssuer: route({
    method: 'PATCH',
    path: '/v1/invoice_issuer',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Say who issues invoices',
    description: 'No invoice is made before the issuer has a name.',
    body: ChangeIssuerSchema,
    success: { status: 200, description: 'The issuer.', schema: IssuerSchema },
    problems: [],
  }),
} as const
