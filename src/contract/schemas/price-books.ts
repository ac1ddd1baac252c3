import Type from 'typebox'
import { TOKEN_KINDS } from '../../core/usage/usage.ts'
import { PRINTABLE } from '../printable.ts'
import {
  AmountIn,
  BookId,
  CurrencyCode,
  nullable,
  printable,
  Reference,
  strict,
  Timestamp,
} from './primitives.ts'

/** Of a published book, by the instant. */
export const BOOK_STATES = ['scheduled', 'active', 'retired'] as const

const Note = printable(500, 'Where the price is from.')
const Multiplier = Type.String({
  pattern: '^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,9})?$',
  description: 'Exact decimal factor, as a string.',
  examples: ['1.5'],
})
const Word = printable(100, 'In the provider’s words.')
const Model = printable(200, 'Model id.')
const PromptLength = Type.Integer({ minimum: 0, maximum: 1_000_000_000 })

const Condition = Type.Object(
  {
    prompt_tokens_above: Type.Optional(PromptLength),
    prompt_tokens_from: Type.Optional(PromptLength),
    tier: Type.Optional(Word),
    speed: Type.Optional(Word),
    region: Type.Optional(Word),
    feature: Type.Optional(Word),
  },
  {
    ...strict,
    description: 'Every stated member must hold. Tier, speed and region are the served ones.',
  },
)

const origin = {
  source: Type.Optional(Note),
  as_of: Type.Optional(printable(40, 'When it was read.')),
}

const Row = Type.Object(
  {
    model: Model,
    kind: Type.Enum([...TOKEN_KINDS]),
    per_mtok: AmountIn,
    when: Type.Optional(Condition),
    ...origin,
  },
  { ...strict, description: 'Price of one token kind of one model, per million tokens.' },
)

const Fee = Type.Object(
  { model: Model, fee: Word, each: AmountIn, ...origin },
  { ...strict, description: 'Price of one counted unit; model `*` is every model.' },
)

const Alias = Type.Object(
  {
    pattern: printable(200, 'Regular expression; what it matches is cut off the model id.'),
    replace: Type.Optional(Type.String({ maxLength: 200, pattern: PRINTABLE })),
    rule: printable(200, 'Words for the receipt.'),
  },
  strict,
)

const ModelLimits = Type.Object(
  {
    model: Model,
    expected_output_tokens: Type.Optional(PromptLength),
    max_output_tokens: Type.Optional(PromptLength),
  },
  strict,
)

const Weight = Type.Object({ id: Reference, multiplier: Multiplier, when: Condition }, strict)

const Promotion = Type.Object(
  {
    id: Reference,
    multiplier: Multiplier,
    from: Timestamp,
    until: Timestamp,
    plans: Type.Optional(Type.Array(Word, { maxItems: 256 })),
    models: Type.Optional(Type.Array(Model, { maxItems: 1_000 })),
  },
  strict,
)

export const PriceBookDocumentSchema = Type.Object(
  {
    id: BookId,
    currency: CurrencyCode,
    effective_from: Timestamp,
    corrects: Type.Optional({
      ...BookId,
      description:
        'The id of a book that was wrong, of the same currency and `effective_from`: this one is in force in its place.',
    }),
    rows: Type.Array(Row, { maxItems: 20_000 }),
    fees: Type.Optional(Type.Array(Fee, { maxItems: 2_000 })),
    aliases: Type.Optional(Type.Array(Alias, { maxItems: 200 })),
    models: Type.Optional(Type.Array(ModelLimits, { maxItems: 2_000 })),
    weights: Type.Optional(Type.Array(Weight, { maxItems: 200 })),
    weights_rule: Type.Optional(Type.Enum(['highest', 'product'])),
    promotions: Type.Optional(Type.Array(Promotion, { maxItems: 200 })),
  },
  { ...strict, title: 'PriceBookDocument', description: 'A price book: immutable once published.' },
)

const listed = {
  price_book_id: BookId,
  currency: CurrencyCode,
  effective_from: Timestamp,
  state: Type.Enum([...BOOK_STATES], {
    description:
      '`active` prices the calls of now; `scheduled` will; `retired` prices calls of its time only.',
  }),
  published_at: Timestamp,
  published_by: Type.String(),
}

export const PriceBookListedSchema = Type.Object(listed, strict)

export const PriceBookSchema = Type.Object({ ...listed, document: PriceBookDocumentSchema }, strict)

export const FaultSchema = Type.Object(
  { location: Type.String(), message: Type.String(), fix: Type.String() },
  { ...strict, description: 'What is wrong, where, and how to correct it.' },
)

export const PriceBookCheckSchema = Type.Object(
  { valid: Type.Boolean(), errors: Type.Array(FaultSchema) },
  strict,
)

const changes = <T extends Type.TSchema>(item: T, description: string) =>
  Type.Object(
    {
      added: Type.Array(item),
      removed: Type.Array(item),
      changed: Type.Array(
        Type.Object(
          {
            from: item,
            to: item,
            permille: nullable(
              Type.Integer({
                description:
                  'By how much, in tenths of a percent, rounded half up; `null`: nothing to compare with, or the same figure.',
              }),
            ),
          },
          strict,
        ),
      ),
    },
    { ...strict, description },
  )

const OfRows = changes(Row, 'Prices of tokens.')
const OfAliases = changes(Alias, 'Other names of models.')
const Models = Type.Array(Model)
const Rule = Type.Enum(['highest', 'product'])

export const BookDifferenceSchema = Type.Object(
  {
    from: BookId,
    to: BookId,
    ...OfRows.properties,
    models: Type.Object(
      { added: Models, removed: Models },
      { ...strict, description: 'That have prices in one of the books only.' },
    ),
    fees: changes(Fee, 'Prices of counted units: tools, requests.'),
    weights: changes(Weight, 'Multipliers.'),
    weights_rule: nullable(
      Type.Object(
        { from: Rule, to: Rule },
        { ...strict, description: 'What becomes of several that apply; `null`: the same.' },
      ),
    ),
    promotions: changes(Promotion, 'Dated multipliers.'),
    aliases: Type.Object(
      {
        ...OfAliases.properties,
        reordered: Type.Boolean({ description: 'The first that matches decides.' }),
      },
      { ...strict, description: 'Other names of models.' },
    ),
    limits: changes(ModelLimits, 'What calls are expected to write, and the most they can.'),
  },
  {
    ...strict,
    title: 'BookDifference',
    description:
      'All that changes from the first book to the second. Where a price is from is no change; the members of the top are the prices of tokens.',
  },
)
