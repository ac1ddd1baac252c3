import Type, { type Static } from 'typebox'
import { LOT_ORIGINS } from '../../core/funding/types.ts'
import {
  MOVEMENTS,
  type StatementDocument,
  USAGE_SOURCES,
} from '../../core/ledger/statement/document.ts'
import { personal } from './personal.ts'
import {
  AccountId,
  Amount,
  AsOf,
  CurrencyCode,
  Hash,
  nullable,
  Seq,
  strict,
  Timestamp,
} from './primitives.ts'
import { owedPaymentFacts } from './statement-facts.ts'
import { FeeLineSchema } from './subscription-facts.ts'

const EntrySeq = Type.Integer({ minimum: 0, description: 'Number of a journal entry.' })
const range = {
  entries: Type.Integer({ minimum: 0, description: 'How many journal entries it is made from.' }),
  first_seq: { ...EntrySeq, description: 'The first of them.' },
  last_seq: { ...EntrySeq, description: 'The last of them.' },
}
const list = <T extends Type.TSchema>(item: T, description: string) =>
  Type.Array(item, { description })
const line = { seq: EntrySeq, at: Timestamp }

const What = Type.Enum([...MOVEMENTS])
const flow = {
  opening: { ...Amount, description: 'At the beginning of the cycle.' },
  movements: Type.Array(
    Type.Object({ what: What, amount: { ...Amount, description: 'Signed.' }, ...range }, strict),
  ),
  closing: { ...Amount, description: 'At its end: opening + movements, exactly.' },
}
const FlowSchema = (description: string) => Type.Object(flow, { ...strict, description })

const LotLineSchema = Type.Object(
  {
    lot_id: Type.String(),
    name: Type.String(),
    category: Type.Enum(['paid', 'promotional']),
    origin: Type.Enum([...LOT_ORIGINS]),
    face: Amount,
    price_paid: Amount,
    expires_at: nullable(Timestamp),
    created_at: Timestamp,
    ...flow,
  },
  strict,
)

const Source = Type.Enum([...USAGE_SOURCES])
const Counted = Type.Object({ why: Type.String(), ...range }, strict)

const content = {
  plan: Type.String({ description: 'At the end of the cycle.' }),
  entries: Type.Object(
    { count: Type.Integer({ minimum: 0 }), first_seq: EntrySeq, last_seq: EntrySeq },
    { ...strict, description: 'The journal entries of the cycle.' },
  ),
  balances: Type.Object(
    {
      prepaid: FlowSchema('Paid credit.'),
      promotional: FlowSchema('Promotional credit.'),
      overage: FlowSchema('What is owed for usage beyond the funds.'),
      invoiced: FlowSchema('What is owed for invoiced fees and the tax of invoices.'),
      plan_credit: FlowSchema('Unused time of plans: pays the next fees.'),
    },
    strict,
  ),
  not_invoiced: Type.Object(
    { overage: Amount, fees: Amount },
    { ...strict, description: 'What is owed at the end and on no invoice yet.' },
  ),
  lots: list(LotLineSchema, 'Credit that was there or moved.'),
  purchases: list(
    Type.Object(
      {
        ...line,
        payment_id: Type.String(),
        lot_id: Type.String(),
        name: Type.String(),
        face: Amount,
        price: { ...Amount, description: 'Tax excluded.' },
        tax: Amount,
        tax_rate: nullable(Type.String()),
        policy: nullable(Type.String()),
        auto_reload: Type.Boolean(),
      },
      strict,
    ),
    'Credit that was bought.',
  ),
  grants: list(
    Type.Object(
      {
        ...line,
        lot_id: Type.String(),
        name: Type.String(),
        origin: Type.Enum([...LOT_ORIGINS]),
        amount: Amount,
        expires_at: nullable(Timestamp),
      },
      strict,
    ),
    'Credit that was given.',
  ),
  paid_back: list(
    Type.Object(
      {
        ...line,
        what: What,
        payment_id: Type.String(),
        lot_id: Type.String(),
        credit: Amount,
        paid_back: { ...Amount, description: 'Tax included.' },
        tax: Amount,
      },
      strict,
    ),
    'Purchases that were refunded or taken back by a bank; negative where a refund was undone.',
  ),
  usage: list(
    Type.Object({ model: Type.String(), source: Source, amount: Amount, ...range }, strict),
    'What calls drew, by model and source.',
  ),
  corrections: list(
    Type.Object(
      {
        what: What,
        reason: nullable(Type.String()),
        model: Type.String(),
        source: Source,
        amount: { ...Amount, description: 'Negative: given back.' },
        statement: nullable(
          Type.Integer({ description: 'The statement that the charge is on; null: this one.' }),
        ),
        ...range,
      },
      strict,
    ),
    'What went back of charges. Of an earlier statement’s charges: a credit note to it.',
  ),
  windows: list(
    Type.Object(
      {
        window_id: Type.String(),
        runs: Type.Integer({ minimum: 0 }),
        used: { ...Amount, description: 'At list price.' },
        overshoot: Amount,
      },
      strict,
    ),
    'Included value that was used.',
  ),
  fees: list(
    Type.Object(
      {
        ...line,
        what: Type.String({ description: 'The change of the subscription that it was for.' }),
        plan: Type.String(),
        lines: Type.Array(FeeLineSchema),
        net: Amount,
        credit_used: Amount,
        credit_added: Amount,
        due: Amount,
        tax: Amount,
        billing: Type.Enum(['prepaid', 'invoiced']),
        payment_id: nullable(Type.String()),
      },
      strict,
    ),
    'Fees of plans and seats.',
  ),
  tax: list(
    Type.Object(
      {
        policy: nullable(Type.String()),
        rate: nullable(Type.String()),
        charged: Amount,
        reversed: Amount,
      },
      strict,
    ),
    'Tax charged and reversed; without a rate: at that of the purchase it belongs to.',
  ),
  invoices: list(
    Type.Object(
      {
        ...line,
        what: Type.Enum(['invoice', 'invoice_void']),
        invoice_id: Type.String(),
        number: Type.Integer(),
        statement: Type.Integer(),
        net: Amount,
        tax: Amount,
        total: Amount,
      },
      strict,
    ),
    'Invoices that were issued or taken back.',
  ),
  payments: list(
    Type.Object({ ...line, ...owedPaymentFacts }, strict),
    'Payments for what is owed.',
  ),
  absorbed: list(
    Type.Object({ reason: Type.String(), amount: Amount, ...range }, strict),
    'What was delivered and nobody is charged for.',
  ),
  not_billed: list(Counted, 'Attempts that cost nothing, by outcome.'),
  refused: list(Counted, 'Requests that were refused, by code.'),
  late: nullable(
    Type.Object(
      { earliest: Timestamp, ...range },
      {
        ...strict,
        description:
          'Posted in this cycle although it happened before it: an entry belongs to the cycle in which it is posted.',
      },
    ),
  ),
}

const heading = {
  label: Type.String({ description: 'Its number for people, without a gap.' }),
  account_id: AccountId,
  account_name: personal(Type.String()),
  currency: CurrencyCode,
  number: Type.Integer({ minimum: 1 }),
  status: Type.Enum(['open', 'closed']),
  start: Timestamp,
  end: { ...Timestamp, description: 'Not part of the cycle.' },
  previous_hash: { ...Hash, description: 'Of the last entry before the cycle.' },
  hash: { ...Hash, description: 'Of the last entry of the cycle: the end of the chain.' },
  closed: nullable(
    Type.Object(
      { seq: EntrySeq, at: Timestamp },
      { ...strict, description: 'The entry that closed it.' },
    ),
  ),
}

export const StatementSchema = Type.Object(
  { ...heading, ...content, as_of: AsOf, seq: Seq },
  { ...strict, description: 'The statement of one cycle. A closed one never changes.' },
)
export type StatementAnswer = Static<typeof StatementSchema>

export const StatementListedSchema = Type.Object(
  {
    ...heading,
    entries: content.entries,
    balances: Type.Object(
      {
        prepaid: Amount,
        promotional: Amount,
        overage: Amount,
        invoiced: Amount,
        plan_credit: Amount,
      },
      { ...strict, description: 'At the end of the cycle.' },
    ),
  },
  { ...strict, description: 'A closed statement, in short.' },
)

/** Names that the document has and its schema does not: none, or this file does not compile. */
const complete: Exclude<keyof StatementDocument, keyof StatementAnswer> extends never
  ? true
  : never = true
void complete
