import Type from 'typebox'
import { FaultSchema } from './price-books.ts'
import {
  AccountId,
  Amount,
  AsOf,
  BookId,
  CallId,
  nullable,
  Open,
  printable,
  ReceiptId,
  strict,
  Timestamp,
} from './primitives.ts'

export const DraftId = Type.String({
  pattern: '^[A-Za-z0-9._:-]{1,128}$',
  description: 'Id of a draft of a price book.',
  examples: ['draft_0198f3c2'],
})
export const DraftStateSchema = Type.Enum(['draft', 'published', 'discarded'])

const Note = printable(500, 'Why, for whoever approves it.')
const Revision = Type.Integer({
  minimum: 1,
  maximum: 1_000_000,
  description: 'The revision that you have read; another one is refused.',
})
const Document = {
  ...Open,
  description: 'As `PriceBookDocument`; a draft may still have faults.',
}

export const NewDraftSchema = Type.Object(
  {
    document: Type.Optional(Document),
    based_on: Type.Optional(
      Type.Object(
        {
          price_book_id: { ...BookId, description: 'A published book, whose prices come back.' },
          id: { ...BookId, description: 'Of the new book.' },
          effective_from: Timestamp,
        },
        { ...strict, description: 'Instead of `document`: a new version made from an old one.' },
      ),
    ),
    note: Type.Optional(Note),
  },
  strict,
)

export const DraftChangeSchema = Type.Object(
  {
    revision: Revision,
    document: Type.Optional(Document),
    note: Type.Optional(nullable(Note)),
  },
  strict,
)

export const DraftRevisionSchema = Type.Object({ revision: Revision }, strict)

const heading = {
  draft_id: DraftId,
  state: DraftStateSchema,
  revision: Type.Integer({ minimum: 1 }),
  price_book_id: nullable(Type.String({ description: 'The id in its document.' })),
  currency: nullable(Type.String()),
  effective_from: nullable(Type.String()),
  note: nullable(Type.String()),
  authors: Type.Array(Type.String(), { description: 'Everybody who has written in it.' }),
  approved_by: nullable(Type.String()),
  created_at: Timestamp,
  updated_at: Timestamp,
}

export const ListedDraftSchema = Type.Object(heading, strict)

export const DraftSchema = Type.Object(
  {
    ...heading,
    document: Open,
    errors: Type.Array(FaultSchema, {
      description: 'What must be corrected before it is published.',
    }),
    as_of: AsOf,
  },
  { ...strict, title: 'PriceBookDraft' },
)

/** Calls that one preview looks at. */
export const IMPACT_CALLS = { most: 20_000, unlessTold: 5_000 } as const

export const ImpactOrderSchema = Type.Object(
  {
    document: Type.Optional(Document),
    draft_id: Type.Optional(DraftId),
    price_book_id: Type.Optional({ ...BookId, description: 'A published book.' }),
    from: Type.Optional({ ...Timestamp, description: 'Not before; seven days ago unless told.' }),
    to: Type.Optional({ ...Timestamp, description: 'Before; now unless told. At most 31 days.' }),
    sample: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: IMPACT_CALLS.most,
        description: `Calls that are looked at, at most; ${IMPACT_CALLS.unlessTold} unless told.`,
      }),
    ),
  },
  { ...strict, description: 'One of `document`, `draft_id` and `price_book_id`.' },
)

/** A rise or a fall. */
const Signed = Type.String({
  pattern: '^-?(0|[1-9][0-9]{0,18})(\\.[0-9]{1,9})?$',
  description: 'Exact decimal amount, with its sign.',
})
const Count = Type.Integer({ minimum: 0 })
const change = { before: Amount, after: Amount, difference: Signed }
const Sum = Type.Object({ id: Type.String(), calls: Count, ...change }, strict)
const place = {
  account_id: AccountId,
  call_id: CallId,
  receipt_id: ReceiptId,
  model: Type.String(),
  plan: Type.String(),
}

export const PriceImpactSchema = Type.Object(
  {
    price_book_id: BookId,
    currency: Type.String(),
    from: Timestamp,
    to: Timestamp,
    looked_at: Type.Object({ accounts: Count, calls: Count }, strict),
    partial: Type.Boolean({ description: 'There were more calls than were looked at.' }),
    totals: Type.Object(
      { calls: Count, dearer: Count, cheaper: Count, same: Count, ...change },
      { ...strict, description: 'Of calls that have a price in both, at list price.' },
    ),
    by_model: Type.Array(Sum),
    by_plan: Type.Array(Sum),
    accounts: Type.Array(Sum, { description: 'Whose sum changes most.' }),
    calls: Type.Array(Type.Object({ ...place, ...change }, strict), {
      description: 'Whose price changes most.',
    }),
    become_unpriced: Type.Object(
      {
        calls: Count,
        before: Amount,
        missing: Type.Array(Type.Object({ what: Type.String(), calls: Count }, strict)),
        sample: Type.Array(Type.Object(place, strict)),
      },
      { ...strict, description: 'Calls that have a price now and would have none.' },
    ),
    become_priced: { ...Count, description: 'Calls without a price that would get one.' },
    still_unpriced: { ...Count, description: 'Calls without a price that would stay so.' },
    as_of: AsOf,
  },
  { ...strict, title: 'PriceImpact', description: 'Nothing of it is charged.' },
)
