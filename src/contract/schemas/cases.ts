import Type from 'typebox'
import { CASE_EVENTS, CASE_ORIGINS, CASE_STATES, STAGES, TIERS } from '../../core/cases/types.ts'
import { LANGUAGES } from '../explain/words.ts'
import {
  AccountId,
  Amount,
  AmountIn,
  AsOf,
  CallId,
  CurrencyCode,
  nullable,
  Open,
  PaymentId,
  printable,
  ReasonCode,
  Reference,
  strict,
  Timestamp,
} from './primitives.ts'

export const CaseId = Type.String({
  pattern: '^[A-Za-z0-9._:-]{1,128}$',
  description: 'Case id.',
  examples: ['case_0198f3c2'],
})
export const CaseStateSchema = Type.Enum([...CASE_STATES])
export const CaseOriginSchema = Type.Enum([...CASE_ORIGINS], {
  description: 'What brought it about.',
})
export const CaseViewSchema = Type.Enum(
  ['mine', 'unassigned', 'breaching', 'escalated', 'approvals', 'to_sample'],
  {
    description:
      '`mine`: of whoever asks; `unassigned`: wait for a person and nobody has them; `breaching`: their next step is late; `approvals`: a refund waits for a second person; `to_sample`: automatic decisions to look at.',
  },
)
const Language = Type.Enum([...LANGUAGES])
const StaffId = Reference
const WORDS_MAX = 2_000
export const CaseWords = printable(WORDS_MAX, 'In plain words.')

export const LineSchema = Type.Object(
  {
    call_id: CallId,
    amount: Amount,
    reason: ReasonCode,
    finding_key: nullable(Type.String({ description: 'The finding that it makes good.' })),
  },
  strict,
)
export const PlanSchema = Type.Object(
  {
    lines: Type.Array(LineSchema),
    purchase: nullable(Type.Object({ payment_id: PaymentId, amount: Amount }, strict)),
    total: Amount,
  },
  { ...strict, description: 'What goes back, and for what.' },
)

export const StageSchema = Type.Object(
  {
    stage: Type.Enum([...STAGES]),
    state: Type.Enum(['done', 'due', 'overdue', 'waiting', 'not_needed']),
    at: nullable(Timestamp),
    due_at: nullable(Timestamp),
  },
  strict,
)

export const DecisionSchema = Type.Object(
  {
    verdict: Type.Enum(['refund', 'rejected']),
    reason: Type.String({ description: 'A code.' }),
    total: Amount,
    at: Timestamp,
    automatic: Type.Boolean({ description: 'Nobody of the operator has looked at it.' }),
  },
  strict,
)

export const ProvisionalSchema = Type.Object(
  {
    lot_id: Type.String(),
    amount: Amount,
    currency: CurrencyCode,
    used: nullable({ ...Amount, description: '`null`: it is still in force.' }),
  },
  { ...strict, description: 'Credit for the time of a check that takes long.' },
)

const file = {
  case_id: CaseId,
  account_id: nullable(AccountId),
  origin: CaseOriginSchema,
  subject: Type.String({ description: 'A code: what it is about.' }),
  facts: Open,
  amount: nullable({ ...Amount, description: 'At stake.' }),
  currency: nullable(CurrencyCode),
  state: CaseStateSchema,
  assignee: nullable(StaffId),
  tier: nullable(Type.Enum([...TIERS])),
  language: Language,
  plan: nullable(Type.String({ description: 'The plan that the account has now.' })),
  due_at: nullable({ ...Timestamp, description: 'When the next step is due.' }),
  left_seconds: nullable(
    Type.Integer({ description: 'Until then; below zero: so much is it late.' }),
  ),
  needs_person: Type.Boolean(),
  pending: Type.Boolean({ description: 'A refund waits for a second person.' }),
  sample: Type.Enum(['none', 'to_sample', 'agreed', 'disagreed']),
  rules: Type.Array(Type.String(), { description: 'What the audit has found about it.' }),
  opened_at: Timestamp,
  updated_at: Timestamp,
}

export const CaseListedSchema = Type.Object(file, strict)

const Actor = Type.Object({ type: Type.String(), id: Type.String() }, strict)

export const CaseSchema = Type.Object(
  {
    ...file,
    tracker: Type.Array(StageSchema),
    offer: nullable(PlanSchema),
    waiting: nullable(
      Type.Object(
        { plan: PlanSchema, reason: Type.String(), by: Type.String(), at: Timestamp },
        { ...strict, description: 'A refund that waits for a second person.' },
      ),
    ),
    decision: nullable(DecisionSchema),
    provisional: nullable(ProvisionalSchema),
    refunded: { ...Amount, description: 'What the case has given back so far.' },
    alone: nullable({
      ...Amount,
      description:
        'What whoever asks may still give back in this case without a second person; `null`: no limit.',
    }),
    related: Type.Array(CaseId, { description: 'Other cases about the same calls.' }),
    events: Type.Array(
      Type.Object(
        {
          number: Type.Integer({ minimum: 1 }),
          kind: Type.Enum([...CASE_EVENTS]),
          at: Timestamp,
          actor: Actor,
          words: nullable(Type.String()),
          facts: Open,
        },
        strict,
      ),
    ),
    as_of: AsOf,
  },
  { ...strict, description: 'Something that a person works on, step by step.' },
)

export const CaseStepSchema = Type.Object(
  { kind: Type.Enum(['noted', 'closed']), words: printable(2_000, 'What was found or done.') },
  strict,
)

export const AssignSchema = Type.Object(
  { staff_id: nullable({ ...StaffId, description: '`null`: nobody.' }) },
  strict,
)

export const MacroId = Type.String({
  pattern: '^[a-z0-9_]{1,64}$',
  description: 'Macro id.',
  examples: ['still_looking'],
})

export const ReplySchema = Type.Union([
  Type.Object({ words: CaseWords }, strict),
  Type.Object(
    { macro: MacroId },
    { ...strict, description: 'Its text in the language of the case, with the facts filled in.' },
  ),
])

export const EscalateSchema = Type.Object(
  {
    tier: Type.Enum([...TIERS], { description: 'Who is to go on with it.' }),
    words: CaseWords,
  },
  strict,
)

const LINES_MAX = 200

export const CaseRefundSchema = Type.Union(
  [
    Type.Object(
      {
        calls: Type.Array(
          Type.Object(
            {
              call_id: CallId,
              amount: Type.Optional({ ...AmountIn, description: 'All that is left unless told.' }),
            },
            strict,
          ),
          { minItems: 1, maxItems: LINES_MAX },
        ),
        reason: ReasonCode,
        words: Type.Optional(CaseWords),
      },
      strict,
    ),
    Type.Object(
      {
        payment_id: {
          ...PaymentId,
          description: 'A purchase: what is unused of it goes back to its card.',
        },
        reason: ReasonCode,
        words: Type.Optional(CaseWords),
      },
      strict,
    ),
  ],
  { description: 'Amounts come from receipts: never more than is left of a charge.' },
)

export const CaseWordsSchema = Type.Object({ words: CaseWords }, strict)
export const RejectSchema = Type.Object(
  { reason: ReasonCode, words: { ...CaseWords, description: 'For the letter of the decision.' } },
  strict,
)
export const MergeSchema = Type.Object(
  { into: { ...CaseId, description: 'A case of the same account that goes on.' } },
  strict,
)
export const SampleSchema = Type.Object(
  {
    agree: Type.Boolean({ description: '`false`: the case is opened again.' }),
    words: CaseWords,
  },
  strict,
)

export const SamplingSchema = Type.Object(
  {
    to_sample: Type.Integer({ minimum: 0 }),
    agreed: Type.Integer({ minimum: 0 }),
    disagreed: Type.Integer({ minimum: 0 }),
    agreement_percent: nullable(
      Type.Integer({ minimum: 0, maximum: 100, description: '`null`: nobody has looked yet.' }),
    ),
    as_of: AsOf,
  },
  { ...strict, description: 'How often people agree with automatic decisions.' },
)
