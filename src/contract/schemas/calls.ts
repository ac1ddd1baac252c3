import Type, { type Static } from 'typebox'
import { OUTCOMES } from '../../core/decisions/commands.ts'
import { DIALECTS, OUTPUT_KINDS, PROMPT_KINDS, TOKEN_KINDS } from '../../core/usage/usage.ts'
import { LANGUAGES, LENGTHS } from '../explain/index.ts'
import { BlockCardSchema } from '../receipt/block-schema.ts'
import { CoverageFactsSchema } from '../receipt/coverage-schema.ts'
import { LatencySchema, LineSchema, ReceiptSchema } from '../receipt/schema.ts'
import { FundingFactsSchema, WindowFactsSchema } from './entries.ts'
import { PriceBookDocumentSchema } from './price-books.ts'
import {
  AccountId,
  Amount,
  AsOf,
  BookId,
  CallId,
  CurrencyCode,
  KeyId,
  ModelId,
  nullable,
  Open,
  printable,
  ReceiptId,
  Reference,
  Seq,
  strict,
  Timestamp,
  Tokens,
} from './primitives.ts'
import { Tags } from './usage.ts'

/** Outcomes of an attempt that delivered nothing: it can be released and tried again. */
const RELEASE_OUTCOMES = [
  'error_before_output',
  'refused_before_output',
  'client_aborted_before_output',
  'gateway_crashed',
] as const satisfies readonly (typeof OUTCOMES)[number][]

const Word = printable(100, 'In the provider’s words.')

/** For the operator; an account key stands for its own account. */
const accountId = {
  account_id: Type.Optional({
    ...AccountId,
    description: 'For operator tokens. An account key stands for its own account.',
  }),
}

const Attempt = Type.Integer({
  minimum: 1,
  maximum: 1_000,
  description: '1 unless told; each try of a call that was released has the next number.',
})

const described = {
  model: ModelId,
  features: Type.Optional(
    Type.Array(Reference, { maxItems: 32, uniqueItems: true, description: 'Such as `fast`.' }),
  ),
  client: Type.Optional(Reference),
  key_id: Type.Optional({
    ...KeyId,
    description: 'For operator tokens. A call with an account key is of that key.',
  }),
  member_id: Type.Optional(Reference),
  project_id: Type.Optional(Reference),
  session_id: Type.Optional(Reference),
  parent_call_id: Type.Optional({
    ...CallId,
    description: 'The call that this one was made for, such as that of a sub-agent’s parent.',
  }),
  tags: Type.Optional(Tags),
  tier: Type.Optional({
    ...Word,
    description:
      'As asked for. `auto` leaves it to the provider, so that the hold covers the dearest tier of the price book; absent is the ordinary one.',
  }),
  speed: Type.Optional(Word),
  region: Type.Optional(Word),
}

const identified = {
  ...accountId,
  call_id: Type.Optional(CallId),
  attempt: Type.Optional(Attempt),
  dialect: Type.Optional(Type.Enum([...DIALECTS])),
  route: Type.Optional(printable(200, 'Route of the caller, for the receipt.')),
  fingerprint: Type.Optional(printable(128, 'Hash of the request’s content.')),
}

const FEES_MAX = 32
const FeeCount = Type.Integer({ minimum: 0, maximum: 1_000_000 })
const FeeCounts = Type.Record(Type.String({ pattern: '^[a-z0-9_]{1,64}$' }), FeeCount, {
  ...strict,
  maxProperties: FEES_MAX,
  description: 'Counted fees by name, such as `web_search`.',
})

const bounded = {
  prompt_tokens_max: { ...Tokens, description: 'The prompt has at most so many tokens.' },
  prompt_tokens_expected: Type.Optional(Tokens),
  prompt_kinds: Type.Optional(
    Type.Array(Type.Enum([...PROMPT_KINDS]), {
      minItems: 1,
      maxItems: PROMPT_KINDS.length,
      uniqueItems: true,
      description: 'Kinds that can occur; the dearest is assumed. `["input"]` unless told.',
    }),
  ),
  output_kinds: Type.Optional(
    Type.Array(Type.Enum([...OUTPUT_KINDS]), {
      minItems: 1,
      maxItems: OUTPUT_KINDS.length,
      uniqueItems: true,
      description: '`["output"]` unless told.',
    }),
  ),
  fees: Type.Optional(FeeCounts),
}

export const EstimateSchema = Type.Object(
  {
    ...accountId,
    ...described,
    ...bounded,
    max_output_tokens: Type.Optional({
      ...Tokens,
      description: 'The most that may be written; the model’s own maximum unless told.',
    }),
  },
  { ...strict, description: 'What a call would cost, and which source would pay. Holds nothing.' },
)

const TTL_SECONDS_MAX = 86_400
const Ttl = Type.Integer({
  minimum: 1,
  maximum: TTL_SECONDS_MAX,
  description: 'How long the hold lives; 600 unless told.',
})

export const AuthorizeSchema = Type.Object(
  {
    ...identified,
    ...described,
    ...bounded,
    max_output_tokens: { ...Tokens, description: 'The most that may be written.' },
    min_output_tokens: Type.Optional({
      ...Tokens,
      description: 'A clamp never goes below; 1 unless told.',
    }),
    fit: Type.Optional(
      Type.Enum(['clamp', 'refuse'], {
        description:
          'When funds do not reach: refuse (default), or admit fewer output tokens: the answer’s `max_output_tokens` is then to be sent upstream.',
      }),
    ),
    ttl_seconds: Type.Optional(Ttl),
  },
  {
    ...strict,
    description:
      'Asks whether a call may be made and holds its worst case. Without `call_id` one is made from the Idempotency-Key header.',
  },
)
export type AuthorizeBody = Static<typeof AuthorizeSchema>
export type EstimateBody = Static<typeof EstimateSchema>

export const AdmissionAnswerSchema = Type.Object(
  {
    status: Type.Literal('admitted'),
    call_id: Type.String(),
    attempt_id: Type.String({ description: 'The call, with `#n` for attempt n > 1.' }),
    receipt_id: Type.String(),
    plan: Type.String(),
    price_book: nullable(Type.String()),
    worst: Amount,
    expected: Amount,
    max_output_tokens: Type.Integer({ minimum: 0 }),
    clamped: Type.Boolean(),
    held: Type.Object({ money: Amount, included: Amount }, strict),
    expires_at: { ...Timestamp, description: 'As first set; `extend` lengthens it.' },
    as_of: AsOf,
    seq: Seq,
  },
  { ...strict, description: 'The call may go on. `price_book` null: it is priced later.' },
)

export const ExtendSchema = Type.Object(
  { ...accountId, call_id: CallId, attempt: Type.Optional(Attempt), ttl_seconds: Ttl },
  strict,
)

export const ExtendedSchema = Type.Object(
  {
    status: Type.Literal('extended'),
    call_id: Type.String(),
    expires_at: Timestamp,
    as_of: AsOf,
  },
  strict,
)

const RawUsage = Type.Object(
  {
    dialect: Type.Enum([...DIALECTS]),
    response: {
      ...Open,
      description:
        'The provider’s response object, or `{"model", "service_tier"?, "usage"}` in the dialect’s own field names. Only its usage is kept.',
    },
  },
  strict,
)

const NormalUsage = Type.Object(
  {
    model: Type.Optional(nullable(ModelId)),
    tier: Type.Optional(nullable(Word)),
    speed: Type.Optional(nullable(Word)),
    region: Type.Optional(nullable(Word)),
    tokens: Type.Object(
      Object.fromEntries(TOKEN_KINDS.map((kind) => [kind, Type.Optional(Tokens)])) as Record<
        (typeof TOKEN_KINDS)[number],
        Type.TOptional<typeof Tokens>
      >,
      { ...strict, description: 'Disjoint: no token is counted under two kinds.' },
    ),
    fees: Type.Optional(FeeCounts),
    estimated: Type.Optional(
      Type.Array(Type.Enum([...TOKEN_KINDS]), {
        maxItems: TOKEN_KINDS.length,
        uniqueItems: true,
        description: 'Kinds that are your own count, not the provider’s.',
      }),
    ),
  },
  strict,
)

const UsageInSchema = Type.Union([RawUsage, NormalUsage], {
  description: 'Delivered usage: the provider’s response, or disjoint quantities.',
})
export type UsageIn = Static<typeof UsageInSchema>

const ended = {
  usage: nullable(UsageInSchema),
  evidence: Type.Optional({
    ...Open,
    maxProperties: 64,
    description: 'Statuses, ids and timings for the receipt. Never prompts.',
  }),
}
const Outcome = Type.Enum([...OUTCOMES], {
  description: 'What happened; it decides who pays. `succeeded` unless told.',
})

export const SettleSchema = Type.Object(
  {
    ...accountId,
    call_id: CallId,
    attempt: Type.Optional(Attempt),
    outcome: Type.Optional(Outcome),
    ...ended,
  },
  { ...strict, description: '`usage` null: the provider did not say.' },
)

export const ReleaseSchema = Type.Object(
  {
    ...accountId,
    call_id: CallId,
    attempt: Type.Optional(Attempt),
    outcome: Type.Optional(
      Type.Enum([...RELEASE_OUTCOMES], { description: '`error_before_output` unless told.' }),
    ),
    evidence: ended.evidence,
  },
  {
    ...strict,
    description: 'Ends an attempt that delivered nothing. The call may be tried again.',
  },
)

export const RecordSchema = Type.Object(
  {
    ...identified,
    ...described,
    outcome: Type.Optional(Outcome),
    ...ended,
    event_at: { ...Timestamp, description: 'When the call was made.' },
  },
  { ...strict, description: 'Reports a call afterwards: rated, funded and posted at once.' },
)
export type RecordBody = Static<typeof RecordSchema>

export const EstimateAnswerSchema = Type.Object(
  {
    status: Type.Enum(['admitted', 'refused', 'unpriced']),
    model: Type.String(),
    currency: CurrencyCode,
    price_book: nullable(Type.String()),
    low: nullable({ ...Amount, description: 'The expected prompt and no output.' }),
    expected: nullable(Amount),
    worst: nullable({ ...Amount, description: 'It cannot cost more.' }),
    missing: Type.Array(Type.String({ description: 'What has no price.' })),
    max_output_tokens: Type.Integer({ minimum: 0 }),
    clamped: Type.Boolean(),
    held: Type.Object({ money: Amount, included: Amount }, strict),
    coverage: nullable(CoverageFactsSchema),
    funding: Type.Array(FundingFactsSchema),
    windows: Type.Array(WindowFactsSchema),
    block: nullable(BlockCardSchema),
    as_of: AsOf,
    seq: Seq,
  },
  {
    ...strict,
    description: 'What an authorize of the same call would do now; nothing is held.',
  },
)

export const RateSchema = Type.Object(
  {
    dialect: Type.Enum([...DIALECTS]),
    response: Open,
    price_book: Type.Optional(PriceBookDocumentSchema),
    price_book_id: Type.Optional(BookId),
    currency: Type.Optional(CurrencyCode),
    features: Type.Optional(Type.Array(Reference, { maxItems: 32 })),
    plan: Type.Optional(Reference),
    at: Type.Optional(Timestamp),
  },
  {
    ...strict,
    description:
      'Prices a provider’s response with a given price book, a published one, or the one in force. Nothing is stored.',
  },
)

export const RateAnswerSchema = Type.Object(
  {
    status: Type.Enum(['priced', 'unpriced', 'usage_missing']),
    price_book: nullable(Type.String()),
    model: nullable(Type.String()),
    model_rule: nullable(Type.String()),
    quantities: Type.Record(Type.String(), Type.Number()),
    fees: Type.Record(Type.String(), Type.Number()),
    lines: Type.Array(LineSchema),
    total: nullable(Amount),
    currency: nullable(CurrencyCode),
    band: nullable(Type.String()),
    flags: Type.Array(Type.String()),
    reason: nullable(Type.String()),
    missing: Type.Array(Type.String()),
  },
  { ...strict, description: 'Disjoint quantities, and the lines that add up to the total.' },
)

export const CallListedSchema = Type.Object(
  {
    receipt_id: ReceiptId,
    call_id: CallId,
    ...(({ as_of, seq, event_at, currency, status, verdict, amounts, served, usage }) => ({
      as_of,
      seq,
      event_at,
      currency,
      status,
      verdict,
      amounts,
      served,
      usage,
    }))(ReceiptSchema.properties),
    attempts: Type.Integer({ minimum: 1 }),
    latency: LatencySchema,
    key_id: nullable(Type.String()),
    member_id: nullable(Type.String()),
    project_id: nullable(Type.String()),
    session_id: nullable(Type.String()),
    parent_call_id: nullable(Type.String()),
    tags: Type.Array(Type.String()),
    client: nullable(Type.String()),
  },
  { ...strict, description: 'A call as its receipt says it stands now.' },
)

export const ExplanationSchema = Type.Object(
  {
    receipt_id: ReceiptId,
    lang: Type.Enum([...LANGUAGES]),
    length: Type.Enum([...LENGTHS]),
    sentences: Type.Array(Type.String()),
    as_of: AsOf,
    seq: Seq,
  },
  strict,
)
