import Type from 'typebox'
import { TAX_POINTS } from '../../core/tax/index.ts'
import {
  Amount,
  AmountIn,
  AsOf,
  CurrencyCode,
  nullable,
  printable,
  Reference,
  strict,
  Timestamp,
} from './primitives.ts'

const VERSION_MAX = 1_000_000
const version = {
  version: Type.Integer({
    minimum: 1,
    maximum: VERSION_MAX,
    description: 'Immutable once it is published.',
  }),
  effective_from: { ...Timestamp, description: 'In force from then on, until a later one is.' },
}
const origin = {
  source: printable(500, 'Where it comes from.'),
  as_of: printable(40, 'Of which day it is.'),
}
const published = {
  ref: Type.String({ description: 'Name and version: `DE@1`.' }),
  in_force: Type.Boolean({ description: 'Whether it applies to what is bought now.' }),
  published_at: Timestamp,
  published_by: Type.String(),
}

export const PolicyDocumentSchema = Type.Object(
  {
    jurisdiction: Type.String({
      pattern: '^([A-Z]{2}|\\*)$',
      description: 'ISO 3166-1 country of the card; `*`: where no other row fits.',
    }),
    ...version,
    tax: Type.Object(
      {
        name: printable(40, 'What receipts call it.'),
        rate: Type.String({
          pattern: '^(0|[1-9][0-9]{0,2})(\\.[0-9]{1,9})?$',
          description: 'A decimal: `0.19`.',
        }),
        point: Type.Enum([...TAX_POINTS], {
          description: 'When it falls due; `use` is refused: it is not computed.',
        }),
      },
      strict,
    ),
    price_display: Type.Enum(['gross', 'net'], { description: 'Which price is shown first.' }),
    paid_credit_validity: nullable(
      printable(32, 'How long bought credit lives, as an ISO 8601 duration; `null`: for ever.'),
    ),
    withdrawal_days: Type.Integer({
      minimum: 0,
      maximum: 3_650,
      description: 'Days to withdraw from a purchase; 0: none by law.',
    }),
    withdrawal_formula: Type.Enum(['unused_at_price_paid']),
    expiry_notice_days: Type.Array(Type.Integer({ minimum: 1, maximum: 3_650 }), {
      maxItems: 8,
      description: 'How long before its end expiry is announced.',
    }),
    invoice_net_days: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 365,
        description: 'Days from an invoice to its due date; 30 unless told.',
      }),
    ),
    prepaid_report: nullable(Type.Enum(['jp_base_dates'])),
    ...origin,
  },
  { ...strict, description: 'What the law of a jurisdiction means for credit.' },
)

export const PolicySchema = Type.Object({ document: PolicyDocumentSchema, ...published }, strict)
export const PolicyListSchema = Type.Object(
  { items: Type.Array(PolicySchema), as_of: AsOf },
  strict,
)

const BUNDLES_MAX = 100
const LIMITS_MAX = 1_000

export const BundleListDocumentSchema = Type.Object(
  {
    currency: CurrencyCode,
    ...version,
    bundles: Type.Array(
      Type.Object(
        {
          id: Reference,
          face: { ...AmountIn, description: 'What it is worth.' },
          price: { ...AmountIn, description: 'What it costs, tax excluded.' },
        },
        strict,
      ),
      { maxItems: BUNDLES_MAX },
    ),
    monthly_limits: Type.Array(
      Type.Object(
        {
          plan: Type.String({
            pattern: '^(\\*|[a-z0-9][a-z0-9_-]{0,63})$',
            description: 'A plan’s id; `*`: every other plan.',
          }),
          face: { ...AmountIn, description: 'The most in a calendar month, at face value.' },
        },
        strict,
      ),
      { minItems: 1, maxItems: LIMITS_MAX },
    ),
    ...origin,
  },
  { ...strict, description: 'What discounted credit is sold in a currency.' },
)

export const BundleListVersionSchema = Type.Object(
  { document: BundleListDocumentSchema, ...published },
  strict,
)
export const BundleListVersionsSchema = Type.Object(
  { items: Type.Array(BundleListVersionSchema), as_of: AsOf },
  strict,
)

/** The bundles in force, of every currency. */
export const BundleListSchema = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          currency: CurrencyCode,
          face: Amount,
          price: Amount,
          list: Type.String({ description: 'The list it is in: `USD@1`.' }),
        },
        strict,
      ),
    ),
    as_of: AsOf,
  },
  strict,
)
