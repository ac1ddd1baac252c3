import Type from 'typebox'
import { BILLING_PROVIDERS } from '../../core/reconciliation/index.ts'
import {
  Amount,
  AmountIn,
  AsOf,
  CurrencyCode,
  nullable,
  Open,
  printable,
  Reason,
  strict,
  Timestamp,
} from './primitives.ts'

const id = (description: string, example: string) =>
  Type.String({ pattern: '^[A-Za-z0-9._:-]{1,128}$', description, examples: [example] })

export const RunId = id('Run of a reconciliation.', 'run_0198f3c2')
const Provider = Type.Enum([...BILLING_PROVIDERS], { description: 'Whose bill it is.' })
const Kind = Type.Enum(['provider', 'processor'], {
  description: 'Held against a provider’s bill, or against the payment processor’s balance.',
})

/** Reports are read whole. */
const CONTENT_MAX = 9_000_000

export const ImportBillSchema = Type.Object(
  {
    file_name: printable(200, 'What the file is called.'),
    content: Type.String({
      minLength: 1,
      maxLength: CONTENT_MAX,
      pattern: '^[^\\u0000\\ud800-\\udfff]*$',
      description:
        'The report as the provider gave it: a page, several pages in an array or one a line, or an exported table.',
    }),
  },
  strict,
)

const bill = {
  import_id: id('Import.', 'bill_0198f3c2'),
  provider: Provider,
  form: Type.String({ description: 'The form that was recognised.' }),
  file_name: Type.String(),
  rows: Type.Integer({ minimum: 0 }),
  covers_from: Timestamp,
  covers_until: Timestamp,
  imported_at: Timestamp,
}

export const BillImportSchema = Type.Object(
  {
    ...bill,
    already_known: Type.Boolean({ description: 'The same file had been imported before.' }),
  },
  strict,
)

export const BillImportsSchema = Type.Object(
  { items: Type.Array(Type.Object(bill, strict)), as_of: AsOf },
  strict,
)

const time = {
  from: Timestamp,
  until: Timestamp,
  threshold: Type.Optional(AmountIn),
}

export const StartRunSchema = Type.Object(
  {
    ...time,
    kind: Kind,
    provider: Type.Optional(Provider),
    cost_books: Type.Optional(
      Type.Array(Open, {
        minItems: 1,
        maxItems: 50,
        description:
          'The provider’s own prices, as price books; the published books where they are left out.',
      }),
    ),
    own_keys: Type.Optional(
      Type.Array(printable(200, 'The provider’s id of a key.'), { minItems: 1, maxItems: 1_000 }),
    ),
    discounts: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^0\\.[0-9]{1,6}$',
          description: 'An agreed multiplier of list prices.',
          examples: ['0.85'],
        }),
        { maxItems: 20 },
      ),
    ),
  },
  strict,
)

const run = {
  run_id: RunId,
  kind: Kind,
  asked: Open,
  summary: Open,
  made_at: Timestamp,
}

export const RunListedSchema = Type.Object(run, strict)

export const RunSchema = Type.Object(
  {
    ...run,
    differences: Type.Array(
      Type.Object(
        {
          number: Type.Integer({ minimum: 1 }),
          key: Type.String({ description: 'The same difference of another run has the same key.' }),
          facts: Open,
          unexplained: Amount,
          currency: CurrencyCode,
          case_id: nullable(Type.String()),
          resolved: nullable(Type.Object({ reason: Type.String(), at: Timestamp }, { ...strict })),
        },
        strict,
      ),
    ),
    as_of: AsOf,
  },
  strict,
)

export const ResolveSchema = Type.Object({ reason: Reason }, strict)
export const DifferenceNumber = Type.Integer({ minimum: 1, maximum: 1_000_000 })
