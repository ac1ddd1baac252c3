import Type, { type Static } from 'typebox'
import {
  CAP_COUNTS,
  CAP_PERIODS,
  CAP_SCOPES,
  LOT_ORIGINS,
  PASSED_OVER,
} from '../../core/funding/types.ts'
import { LEDGER_ACCOUNTS } from '../../core/ledger/accounts.ts'
import {
  type CapUseFacts,
  ENTRY_KINDS,
  type EntryBody,
  type FundingFacts,
  type HoldFacts,
  REFUSAL_CODES,
} from '../../core/ledger/entry.ts'
import { SOURCE_CLASSES } from '../receipt/codes.ts'
import { CoverageFactsSchema, TranslationsSchema } from '../receipt/coverage-schema.ts'
import { LineSchema } from '../receipt/schema.ts'
import { AccountFactsSchema, CommandFactsSchema } from './account-facts.ts'
import { ScopeSchema } from './plans.ts'
import { AccountId, Amount, AsOf, Hash, nullable, Open, strict, Timestamp } from './primitives.ts'
import {
  AutoReloadFactsSchema,
  ConsentFactsSchema,
  DisputeFactsSchema,
  PaymentFactsSchema,
  PurchaseRefundFactsSchema,
  ReloadEndFactsSchema,
  UnpaidFeeSchema,
} from './purchase-facts.ts'
import {
  ClosedCycleFactsSchema,
  InvoiceFactsSchema,
  OwedPaymentFactsSchema,
} from './statement-facts.ts'
import {
  FeeFactsSchema,
  ResetSchema,
  RunPromotionSchema,
  SubscriptionFactsSchema,
  TransitionSchema,
} from './subscription-facts.ts'

const Text = nullable(Type.String())

const LotFactsSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    origin: Type.Enum([...LOT_ORIGINS]),
    category: Type.Enum(['paid', 'promotional']),
    face: Amount,
    price_paid: Amount,
    effective_at: Timestamp,
    expires_at: nullable(Timestamp),
    scope: ScopeSchema,
    position: Type.Enum(['before_windows', 'after_windows']),
    priority: Type.Integer(),
    created_at: Timestamp,
  },
  strict,
)

const cap = {
  id: Type.String(),
  scope: Type.Enum([...CAP_SCOPES]),
  scope_id: Text,
  period: Type.Enum([...CAP_PERIODS]),
  amount: Amount,
  counts: Type.Enum([...CAP_COUNTS]),
}

const CapRaiseSchema = Type.Object({ for: Text, to: Amount, until: nullable(Timestamp) }, strict)

const CapFactsSchema = Type.Object(
  { ...cap, raises: Type.Optional(Type.Array(CapRaiseSchema)) },
  strict,
)

const RaiseFactsSchema = Type.Object(
  {
    id: Type.String(),
    cap_id: Type.String(),
    for: Text,
    amount: Amount,
    until: nullable(Timestamp),
    member_id: Text,
    expires_at: Timestamp,
    decision: Type.Optional(Type.Enum(['approved', 'denied', 'withdrawn'])),
  },
  strict,
)

export const FundingFactsSchema = Type.Object(
  {
    class: Type.Enum([...SOURCE_CLASSES]),
    category: Type.Optional(Type.Enum(['paid', 'promotional'])),
    source: Type.String(),
    free: Amount,
    drawn: Amount,
    reason: nullable(Type.Enum([...PASSED_OVER])),
    cap_id: Type.Optional(Type.String()),
    window_id: Type.Optional(Type.String()),
  },
  { ...strict, description: 'One source of the funding order, with why it gave no more.' },
)

export const WindowFactsSchema = Type.Object(
  {
    id: Type.String(),
    start: nullable(Timestamp),
    end: nullable(Timestamp),
    capacity: Amount,
    capacity_then: Type.Optional(Amount),
    used: Amount,
    held: Amount,
    drawn: Amount,
    overshoot: Amount,
    promotion: Type.Optional(RunPromotionSchema),
  },
  { ...strict, description: 'A window at the moment of the decision, and what changed in it.' },
)

const CapUseFactsSchema = Type.Object(
  {
    ...cap,
    bucket: Type.String(),
    spent: Amount,
    held: Amount,
    drawn: Amount,
    beside: Type.Optional(Type.Literal(true)),
    promised: Type.Optional(Amount),
  },
  strict,
)

const counted = {
  tokens: Type.Record(Type.String(), Type.Number()),
  fees: Type.Record(Type.String(), Type.Number()),
  estimated: Type.Array(Type.String()),
  flags: Type.Array(Type.String()),
}

const UsageFactsSchema = Type.Object(
  {
    ...counted,
    parts: Type.Optional(Type.Array(Type.Object({ model: Text, ...counted }, strict))),
  },
  { ...strict, description: 'Disjoint quantities.' },
)

const RatingFactsSchema = Type.Union([
  Type.Object(
    {
      status: Type.Literal('priced'),
      book: Type.String(),
      model: Type.String(),
      model_rule: Type.String(),
      band: Text,
      lines: Type.Array(LineSchema),
      total: Amount,
      flags: Type.Array(Type.String()),
    },
    strict,
  ),
  Type.Object(
    {
      status: Type.Literal('unpriced'),
      reason: Type.String(),
      missing: Type.Array(Type.String()),
    },
    strict,
  ),
  Type.Object({ status: Type.Enum(['not_billed', 'usage_missing']) }, strict),
])

const CallFactsSchema = Type.Object(
  {
    call_id: Type.String(),
    attempt: Type.Integer({ minimum: 1 }),
    model: Type.String(),
    features: Type.Array(Type.String()),
    client: Text,
    key_id: Text,
    member_id: Text,
    project_id: Text,
    session_id: Text,
    parent_call_id: Type.Optional(Type.String()),
    tags: Type.Optional(Type.Array(Type.String())),
    tier: Text,
    speed: Text,
    region: Text,
    dialect: Text,
    route: Text,
    fingerprint: Text,
  },
  strict,
)

const AdmissionSchema = Type.Object(
  {
    call_id: Type.String(),
    request_id: Type.String(),
    at: Timestamp,
    expires_at: Timestamp,
    seq: Type.Integer({ minimum: 0 }),
    plan: Type.String(),
    book: Text,
    worst: Amount,
    expected: Amount,
    max_output_tokens: Type.Integer({ minimum: 0 }),
    clamped: Type.Boolean(),
    money: Amount,
    included: Amount,
    content: Type.String({ description: 'Digest of what was asked.' }),
  },
  strict,
)

const RefusalFactsSchema = Type.Object(
  {
    code: Type.Enum([...REFUSAL_CODES]),
    limit: Type.Optional(
      Type.Object(
        {
          type: Type.Enum(['window', 'cap', 'funds', 'plan', 'account']),
          id: Type.String(),
          amount: Type.Optional(Amount),
          used: Type.Optional(Amount),
          held: Type.Optional(Amount),
          resets_at: Type.Optional(nullable(Timestamp)),
        },
        strict,
      ),
    ),
    needed: Type.Optional(Amount),
    changeable_by: Type.Optional(Type.Enum(['owner', 'operator', 'nobody'])),
    retry_at: Type.Optional(Timestamp),
    field: Type.Optional(Type.String()),
    message: Type.Optional(Type.String()),
    messages: Type.Optional(TranslationsSchema),
  },
  strict,
)

const Served = Type.Object({ model: Text, tier: Text, speed: Text, region: Text }, strict)

const Totals = Type.Object(
  { total: Amount, money: Amount, included: Amount, absorbed: Amount },
  strict,
)

const Controls = Type.Object(
  {
    paid_use: Type.Optional(Type.Boolean()),
    overage_limit: Type.Optional(nullable(Amount)),
    caps: Type.Optional(Type.Array(CapFactsSchema)),
    removed_caps: Type.Optional(Type.Array(Type.String())),
    scoped_caps: Type.Optional(Type.Integer()),
  },
  strict,
)

const Posting = Type.Array(Type.String(), {
  minItems: 3,
  maxItems: 4,
  description: `Ledger account (${LEDGER_ACCOUNTS.join(', ')}), asset, signed amount, and the lot if any.`,
})

/** An entry of the journal, as it was hashed, with its hash. Also the answer of what wrote it. */
export const EntrySchema = Type.Object(
  {
    account_id: AccountId,
    seq: Type.Integer({ minimum: 1 }),
    kind: Type.Enum([...ENTRY_KINDS]),
    at: Timestamp,
    event_at: Timestamp,
    request_id: Type.String(),
    currency: Type.String(),
    actor: Type.Object(
      {
        type: Type.Enum(['key', 'operator', 'support', 'member', 'system']),
        id: Type.String(),
        from: Type.Optional(Type.String()),
      },
      strict,
    ),
    command: CommandFactsSchema,
    postings: Type.Array(Posting),
    ref_seq: Type.Optional(Type.Integer()),
    finding: Type.Optional(
      Type.String({ description: 'The finding of the audit that a refund makes good.' }),
    ),
    cause_call_id: Type.Optional(Type.String()),
    refused: Type.Optional(RefusalFactsSchema),
    call: Type.Optional(CallFactsSchema),
    served: Type.Optional(Served),
    outcome: Type.Optional(
      Type.Object(
        {
          code: Type.String(),
          policy: Type.String(),
          customer_pays: Type.Enum(['delivered', 'nothing', 'after_reconciliation']),
        },
        strict,
      ),
    ),
    usage: Type.Optional(nullable(UsageFactsSchema)),
    rating: Type.Optional(RatingFactsSchema),
    rerating: Type.Optional(RatingFactsSchema),
    plan: Type.Optional(Type.String()),
    coverage: Type.Optional(CoverageFactsSchema),
    funding: Type.Optional(Type.Array(FundingFactsSchema)),
    windows: Type.Optional(Type.Array(WindowFactsSchema)),
    caps: Type.Optional(Type.Array(CapUseFactsSchema)),
    hold: Type.Optional(
      Type.Object({ ...AdmissionSchema.properties, settled: Amount, released: Amount }, strict),
    ),
    totals: Type.Optional(Totals),
    absorbed_reason: Type.Optional(Type.String()),
    draw_key: Type.Optional(Type.String()),
    evidence: Type.Optional(Open),
    evidence_sha256: Type.Optional({
      ...Hash,
      description: 'Of the evidence as it is stored; `hash` covers this, not the evidence itself.',
    }),
    evidence_removed_at: Type.Optional({
      ...Timestamp,
      description: 'When the evidence was removed by its retention.',
    }),
    lot: Type.Optional(LotFactsSchema),
    lot_id: Type.Optional(Type.String()),
    restored_lots: Type.Optional(Type.Array(LotFactsSchema)),
    moved: Type.Optional(
      Type.Object(
        { draw_key: Type.String(), after_seq: Type.Integer(), done: Type.Integer() },
        strict,
      ),
    ),
    account: Type.Optional(AccountFactsSchema),
    pending: Type.Optional(Type.Enum(['unpriced', 'usage_missing'])),
    controls: Type.Optional(Controls),
    raise: Type.Optional(RaiseFactsSchema),
    reason: Type.Optional(Type.String()),
    subscription: Type.Optional(SubscriptionFactsSchema),
    transition: Type.Optional(TransitionSchema),
    fee: Type.Optional(FeeFactsSchema),
    reset: Type.Optional(ResetSchema),
    reset_id: Type.Optional(Type.String()),
    payment: Type.Optional(PaymentFactsSchema),
    auto_reload: Type.Optional(nullable(AutoReloadFactsSchema)),
    reload_paused: Type.Optional(
      Type.Boolean({ description: 'Auto-reload rests, or goes on; its terms stay.' }),
    ),
    consent: Type.Optional(ConsentFactsSchema),
    reload_end: Type.Optional(ReloadEndFactsSchema),
    unpaid_fee: Type.Optional(UnpaidFeeSchema),
    purchase_refund: Type.Optional(PurchaseRefundFactsSchema),
    dispute: Type.Optional(DisputeFactsSchema),
    cycle: Type.Optional(ClosedCycleFactsSchema),
    cycle_end: Type.Optional(Timestamp),
    invoice: Type.Optional(InvoiceFactsSchema),
    owed_payment: Type.Optional(OwedPaymentFactsSchema),
    receipt_id: Type.Optional(
      Type.String({ description: 'The receipt of the call that the entry is about.' }),
    ),
    hash: Hash,
    as_of: AsOf,
  },
  {
    ...strict,
    description:
      'A journal entry: facts and reason codes. `hash` is sha256 of the previous hash and the entry, without its evidence.',
  },
)

export type EntryAnswer = Static<typeof EntrySchema>

/** Names that a type has and its schema does not: none, or this file does not compile. */
type Unlisted<Facts, Listed> = Exclude<keyof Facts, keyof Listed>
type Hold = NonNullable<EntryAnswer['hold']>
const complete: Unlisted<EntryBody, EntryAnswer> extends never
  ? Unlisted<HoldFacts, Hold> extends never
    ? Unlisted<CapUseFacts, Static<typeof CapUseFactsSchema>> extends never
      ? Unlisted<FundingFacts, Static<typeof FundingFactsSchema>> extends never
        ? true
        : never
      : never
    : never
  : never = true
void complete
