import Type from 'typebox'
import { PRINTABLE } from '../printable.ts'
import { AmountSchema, TimestampSchema } from '../receipt/schema.ts'

/** No field that is not in the schema is let through, in either direction. */
export const strict = { additionalProperties: false } as const

export const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export { AmountSchema as Amount, TimestampSchema as Timestamp }

/** Money in: never negative, never a float. */
export const AmountIn = Type.String({
  pattern: '^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,9})?$',
  description:
    'Exact decimal amount in major units, as a string with at most 9 decimals; below one billion.',
  examples: ['12.50'],
})

/** Characters that ids may have: none that a path, a log line or a journal key would need to escape. */
const ID_PATTERN = '^[A-Za-z0-9._:-]{1,128}$'

const id = (description: string, example: string) =>
  Type.String({ pattern: ID_PATTERN, description, examples: [example] })

export const AccountId = id('Account id.', 'acct_0198f3c2')
export const CallId = id(
  'The call: charged once, whatever is sent twice. Made by the caller.',
  'call_0198f3c2',
)
export const ReceiptId = id('`rcpt_` and what follows `call_` in the call id.', 'rcpt_0198f3c2')
export const LotId = id('Lot id.', 'lot_0198f3c2')
export const KeyId = id('Key id.', 'key_0198f3c2')
export const PaymentId = id('The payment at the processor: credited once.', 'pi_3P1a2b3c')
export const BookId = id('Price book id.', '2026-10-07')
export const Reference = id('Id in the caller’s own system.', 'web-frontend')

/** One line of printable text. */
export const printable = (maxLength: number, description: string) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: PRINTABLE,
    description: `${description} 1 to ${maxLength} printable characters.`,
  })

export const Name = printable(200, 'What people call it.')
export const Reason = printable(500, 'Why, for the journal.')
export const ModelId = printable(200, 'Model id in the provider’s words.')

export const ReasonCode = Type.String({
  pattern: '^[a-z0-9_]{1,64}$',
  description: 'A short code; a charge is refunded once for one reason.',
  examples: ['upstream_failure'],
})

export const CurrencyCode = Type.String({
  pattern: '^[A-Z]{3}$',
  description: 'ISO 4217 code.',
  examples: ['USD'],
})

export const PlanId = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
  description: 'Plan id.',
  examples: ['pro'],
})
export const PlanChoice = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{0,63}(@[1-9][0-9]{0,6})?$',
  description: 'Plan and version; without a version, the latest that is published.',
  examples: ['pro', 'pro@3'],
})

export const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Hex sha256.' })
export const Seq = Type.Integer({
  minimum: 0,
  description: 'Number of the last journal entry that this answer knows of.',
})
export const AsOf = TimestampSchema

/** Tokens of one call: more than a billion is a mistake of the sender. */
export const TOKENS_MAX = 1_000_000_000
export const Tokens = Type.Integer({ minimum: 0, maximum: TOKENS_MAX, description: 'Tokens.' })

/** Facts of other systems, kept as they are. */
export const Open = Type.Record(Type.String(), Type.Unknown())

const PAGE_MAX = 200
export const Limit = Type.Integer({
  minimum: 1,
  maximum: PAGE_MAX,
  description: 'Items a page; 50 unless told.',
  examples: [50],
})
export const Cursor = Type.String({
  maxLength: 500,
  description: '`next_cursor` of the page before.',
})

/** A page of a list of one account: also says which journal entry it knows of as the last. */
export const accountPage = <T extends Type.TSchema>(item: T, description: string) =>
  Type.Object(
    { items: Type.Array(item), next_cursor: nullable(Type.String()), as_of: AsOf, seq: Seq },
    { ...strict, description },
  )

/** A page of a list: `next_cursor` is `null` on the last one. */
export const page = <T extends Type.TSchema>(item: T, description: string) =>
  Type.Object(
    { items: Type.Array(item), next_cursor: nullable(Type.String()), as_of: AsOf },
    { ...strict, description },
  )
