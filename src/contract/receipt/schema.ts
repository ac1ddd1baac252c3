import Type, { type Static } from 'typebox'
import { CAP_COUNTS, CAP_PERIODS, CAP_SCOPES, PASSED_OVER } from '../../core/funding/types.ts'
import { LEDGER_ACCOUNTS } from '../../core/ledger/accounts.ts'
import { ENTRY_KINDS, REFUSAL_CODES } from '../../core/ledger/entry.ts'
import {
  ATTEMPT_STATES,
  BASES,
  CORRECTION_KINDS,
  RECEIPT_STATUSES,
  SOURCE_CLASSES,
  SOURCE_STATES,
  TIMELINE_EVENTS,
  VERDICTS,
} from './codes.ts'
import { CoverageFactsSchema } from './coverage-schema.ts'

const strict = { additionalProperties: false } as const
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** An exact amount: at most nine decimals, never a float. */
export const AmountSchema = Type.String({
  pattern: '^-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,9})?$',
  description: 'Exact decimal amount in major units of the currency.',
  examples: ['0.054399'],
})
export const TimestampSchema = Type.String({
  format: 'date-time',
  description: 'RFC 3339, UTC, milliseconds.',
  examples: ['2026-11-21T08:00:00.000Z'],
})
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Text = nullable(Type.String())

const FigureSchema = Type.Object(
  { amount: nullable(AmountSchema), basis: Type.Enum([...BASES]) },
  { ...strict, description: 'An amount and its basis; `null` when it is not known.' },
)

export const AmountsSchema = Type.Object(
  {
    total: FigureSchema,
    charged: FigureSchema,
    covered_by_plan: FigureSchema,
    credit: Type.Object({ promotional: FigureSchema, paid: FigureSchema }, strict),
    overage: FigureSchema,
    absorbed: FigureSchema,
    refunded: FigureSchema,
    returned_to_plan: FigureSchema,
    reversed: FigureSchema,
  },
  {
    ...strict,
    description:
      'As things stand now: total = charged + covered_by_plan + absorbed + refunded + returned_to_plan + reversed, and charged = credit.promotional + credit.paid + overage.',
  },
)

export const LineSchema = Type.Object(
  {
    type: Type.Enum(['usage', 'fee', 'weight', 'promotion']),
    kind: Type.Optional(Type.String()),
    model: Type.Optional(Type.String()),
    fee: Type.Optional(Type.String()),
    id: Type.Optional(Type.String()),
    quantity: Type.Optional(Type.Number()),
    per_mtok: Type.Optional(AmountSchema),
    each: Type.Optional(AmountSchema),
    multiplier: Type.Optional(Type.String()),
    amount: AmountSchema,
  },
  strict,
)

const FundingStepSchema = Type.Object(
  {
    position: Type.Integer({ minimum: 1 }),
    class: Type.Enum([...SOURCE_CLASSES]),
    source: Type.String(),
    name: Text,
    category: nullable(Type.Enum(['paid', 'promotional'])),
    expires_at: nullable(TimestampSchema),
    free: AmountSchema,
    drawn: AmountSchema,
    state: Type.Enum([...SOURCE_STATES]),
    reason: nullable(Type.Enum([...PASSED_OVER])),
    cap_id: Text,
    window_id: Text,
  },
  strict,
)

const WindowAtMomentSchema = Type.Object(
  {
    id: Type.String(),
    start: nullable(TimestampSchema),
    end: nullable(TimestampSchema),
    resets_at: nullable(TimestampSchema),
    capacity: AmountSchema,
    used: AmountSchema,
    held: AmountSchema,
    left: AmountSchema,
    used_percent: Type.Integer({ minimum: 0, maximum: 100 }),
    drawn: AmountSchema,
    overshoot: AmountSchema,
  },
  {
    ...strict,
    description:
      'A window at the moment of the decision, before the call drew on it; `start` is `null` when it had not begun.',
  },
)

const CapCheckedSchema = Type.Object(
  {
    id: Type.String(),
    scope: Type.Enum([...CAP_SCOPES]),
    scope_id: Text,
    period: Type.Enum([...CAP_PERIODS]),
    bucket: Type.String(),
    amount: AmountSchema,
    spent: AmountSchema,
    held: AmountSchema,
    left: AmountSchema,
    counts: Type.Enum([...CAP_COUNTS]),
    drawn: AmountSchema,
  },
  { ...strict, description: 'A cap with its numbers at the moment of the decision.' },
)

const HoldSchema = Type.Object(
  {
    at: TimestampSchema,
    expires_at: TimestampSchema,
    money: AmountSchema,
    included: AmountSchema,
    settled: AmountSchema,
    released: AmountSchema,
    worst: AmountSchema,
    expected: AmountSchema,
    max_output_tokens: Type.Integer(),
    clamped: Type.Boolean(),
  },
  {
    ...strict,
    description: 'What was reserved before the call: money + included = settled + released.',
  },
)

const Refusal = Type.Object(
  {
    code: Type.Enum([...REFUSAL_CODES]),
    limit_type: Text,
    limit_id: Text,
    needed: nullable(AmountSchema),
    retry_at: nullable(TimestampSchema),
  },
  strict,
)

const AttemptSchema = Type.Object(
  {
    attempt: Type.Integer({ minimum: 1 }),
    state: Type.Enum([...ATTEMPT_STATES]),
    outcome: Text,
    policy: Text,
    refusal: nullable(Refusal),
    upstream_status: nullable(Type.Integer()),
    at: TimestampSchema,
    charged: AmountSchema,
    covered_by_plan: AmountSchema,
    hold: nullable(HoldSchema),
    seq: Type.Integer({ minimum: 1 }),
  },
  strict,
)

const Moved = Type.Object(
  {
    class: Type.Enum(['included', 'promotional', 'paid', 'overage']),
    source: Type.String(),
    name: Text,
    amount: AmountSchema,
  },
  { ...strict, description: 'Signed: what the source gained (refund) or gave (negative).' },
)

const CorrectionSchema = Type.Object(
  {
    kind: Type.Enum([...CORRECTION_KINDS]),
    seq: Type.Integer({ minimum: 1 }),
    ref_seq: nullable(Type.Integer({ minimum: 1 })),
    at: TimestampSchema,
    reason: Text,
    finding: nullable(
      Type.String({
        description: 'The finding that this makes good: it was found by us, nobody had to ask.',
      }),
    ),
    cause_call_id: Text,
    money: AmountSchema,
    included: AmountSchema,
    moved: Type.Array(Moved),
    restored_lots: Type.Array(
      Type.Object(
        { id: Type.String(), name: Type.String(), expires_at: nullable(TimestampSchema) },
        strict,
      ),
    ),
    rerating: Type.Optional(
      Type.Object(
        {
          book: Type.String(),
          model: Type.String(),
          total: AmountSchema,
          lines: Type.Array(LineSchema),
        },
        { ...strict, description: 'What the call should have cost, by a corrected price book.' },
      ),
    ),
    hash: Hash,
  },
  {
    ...strict,
    description:
      '`money` and `included` are signed changes of what the customer paid: negative gives back.',
  },
)

const TimelineStepSchema = Type.Object(
  {
    at: TimestampSchema,
    event: Type.Enum([...TIMELINE_EVENTS]),
    attempt: nullable(Type.Integer({ minimum: 1 })),
    seq: nullable(Type.Integer({ minimum: 1 })),
    code: Text,
  },
  strict,
)

const Milliseconds = nullable(Type.Integer({ minimum: 0 }))
export const LatencySchema = Type.Object(
  {
    first_byte_ms: { ...Milliseconds, description: 'Until the first byte of the answer.' },
    last_byte_ms: { ...Milliseconds, description: 'Until its last.' },
  },
  {
    ...strict,
    description:
      'Milliseconds from when the gateway received the latest attempt of the call; `null`: not seen.',
  },
)

const Served = Type.Object({ requested: Text, served: Text }, strict)

const PostingSchema = Type.Object(
  {
    seq: Type.Integer({ minimum: 1 }),
    ledger_account: Type.Enum([...LEDGER_ACCOUNTS]),
    asset: Type.String(),
    amount: AmountSchema,
    lot_id: Text,
  },
  strict,
)

const LinkSchema = Type.Object(
  {
    seq: Type.Integer({ minimum: 1 }),
    kind: Type.Enum([...ENTRY_KINDS]),
    request_id: Type.String(),
    hash: Hash,
    previous_hash: nullable(Hash),
  },
  strict,
)

const Rating = Type.Object(
  {
    status: Type.Enum(['priced', 'unpriced', 'not_billed', 'usage_missing']),
    book: Text,
    model: Text,
    model_rule: Text,
    band: Text,
    flags: Type.Array(Type.String()),
    reason: Text,
    missing: Type.Array(Type.String()),
  },
  { ...strict, description: 'The price book version and row rules that priced the call.' },
)

const UsageCounted = Type.Object(
  {
    tokens: Type.Record(Type.String(), Type.Number()),
    fees: Type.Record(Type.String(), Type.Number()),
    estimated: Type.Array(Type.String()),
    flags: Type.Array(Type.String()),
  },
  strict,
)

export const ReceiptSchema = Type.Object(
  {
    receipt_id: Type.String({ examples: ['rcpt_0198f3c2'] }),
    call_id: Type.String(),
    account_id: Type.String(),
    as_of: TimestampSchema,
    seq: Type.Integer({ minimum: 1 }),
    event_at: TimestampSchema,
    currency: nullable(Type.String({ pattern: '^[A-Z]{3}$' })),
    status: Type.Enum([...RECEIPT_STATUSES]),
    verdict: Type.Object(
      {
        code: Type.Enum([...VERDICTS]),
        outcome: Text,
        policy: Text,
        customer_pays: nullable(Type.Enum(['delivered', 'nothing', 'after_reconciliation'])),
        refusal: nullable(Type.Enum([...REFUSAL_CODES])),
        upstream_status: nullable(Type.Integer()),
        absorbed_reason: Text,
      },
      strict,
    ),
    amounts: AmountsSchema,
    lines: Type.Array(LineSchema),
    funding: Type.Array(FundingStepSchema),
    coverage: nullable(CoverageFactsSchema),
    windows: Type.Array(WindowAtMomentSchema),
    caps: Type.Array(CapCheckedSchema),
    hold: nullable(HoldSchema),
    attempts: Type.Array(AttemptSchema),
    timeline: Type.Array(TimelineStepSchema),
    served: Type.Object({ model: Served, tier: Served, speed: Served, region: Served }, strict),
    call: Type.Object(
      {
        features: Type.Array(Type.String()),
        client: Text,
        key_id: Text,
        member_id: Text,
        project_id: Text,
        session_id: Text,
        parent_call_id: Text,
        tags: Type.Array(Type.String()),
        dialect: Text,
        route: Text,
      },
      strict,
    ),
    plan: Text,
    rating: nullable(Rating),
    usage: nullable(UsageCounted),
    evidence: Type.Record(Type.String(), Type.Unknown()),
    // of the evidence as it is stored: the chain of hashes covers it
    evidence_sha256: nullable(Hash),
    // by its retention; null: it was not removed
    evidence_removed_at: nullable(TimestampSchema),
    postings: Type.Array(PostingSchema),
    corrections: Type.Array(CorrectionSchema),
    entries: Type.Array(LinkSchema),
    hash: Hash,
  },
  { ...strict, description: 'The receipt of one call: facts and reason codes, no prose.' },
)

export type Receipt = Static<typeof ReceiptSchema>
export type ReceiptAmounts = Static<typeof AmountsSchema>
export type Figure = Static<typeof FigureSchema>
export type ReceiptLine = Static<typeof LineSchema>
export type FundingStep = Static<typeof FundingStepSchema>
export type WindowAtMoment = Static<typeof WindowAtMomentSchema>
export type CapChecked = Static<typeof CapCheckedSchema>
export type ReceiptHold = Static<typeof HoldSchema>
export type Attempt = Static<typeof AttemptSchema>
export type Correction = Static<typeof CorrectionSchema>
export type Latency = Static<typeof LatencySchema>
export type TimelineStep = Static<typeof TimelineStepSchema>
export type ReceiptPosting = Static<typeof PostingSchema>
