import Type from 'typebox'
import {
  ACCOUNT_AMOUNTS_MAX,
  CLAIMS_MAX,
  DAYS_MAX,
  EXPRESSION_LENGTH_MAX,
  FINDING_CODES,
  NAMES_MAX,
  PLAN_AMOUNTS_MAX,
  RULE_CODES,
  RULES_MAX,
  SIGNAL_KINDS,
  WAVES_MAX,
} from '../../core/campaigns/index.ts'
import { ScopeSchema } from './plans.ts'
import {
  AccountId,
  Amount,
  AmountIn,
  AsOf,
  CurrencyCode,
  Name,
  nullable,
  PlanId,
  printable,
  Seq,
  strict,
  Timestamp,
} from './primitives.ts'

export const CampaignId = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
  description: 'Campaign id.',
  examples: ['spring_2027'],
})

const TimeIn = Type.Union(
  [
    Timestamp,
    Type.Object(
      {
        local: Type.String({ maxLength: 40, examples: ['2026-04-17T23:59'] }),
        zone: Type.String({ maxLength: 64, examples: ['America/Los_Angeles'] }),
        at: Type.Optional({ ...Timestamp, description: 'The instant that it means.' }),
      },
      strict,
    ),
  ],
  { description: 'An instant, or a local time of an IANA zone.' },
)
const WhenIn = Type.Union([TimeIn, Type.Literal('claim')], {
  description: 'An instant, or the moment of the claim.',
})
const TextsIn = Type.Object(
  { en: Type.Optional(printable(500, 'English.')), ja: Type.Optional(printable(500, 'Japanese.')) },
  { ...strict, description: 'Words for people.' },
)
const names = (description: string) =>
  Type.Array(printable(500, description), { minItems: 1, maxItems: NAMES_MAX })
const Days = Type.Integer({ minimum: 1, maximum: DAYS_MAX })

const RuleIn = Type.Object(
  {
    rule: Type.Enum([...RULE_CODES]),
    id: Type.Optional(PlanId),
    action: Type.Optional(TextsIn),
    plans: Type.Optional(names('`pro` for every version, or `pro@3`.')),
    at: Type.Optional(WhenIn),
    days: Type.Optional(Days),
    regions: Type.Optional(names('As the operator states it of accounts.')),
    incident: Type.Optional(printable(128, 'Incident id.')),
    campaigns: Type.Optional(names('Campaign ids.')),
    exclusive: Type.Optional(Type.Boolean()),
    when: Type.Optional(printable(EXPRESSION_LENGTH_MAX, 'An expression over facts.')),
  },
  { ...strict, description: 'What an account has to fulfil; `rule` says which members it has.' },
)
const Rules = Type.Array(RuleIn, { maxItems: RULES_MAX })
const ClaimIn = Type.Object(
  { from: TimeIn, until: Type.Optional(TimeIn) },
  { ...strict, description: 'The claim window: `until` is the first instant that is too late.' },
)
const Claims = Type.Integer({ minimum: 1, maximum: CLAIMS_MAX })
const LimitsIn = Type.Object(
  { budget: Type.Optional(AmountIn), claims: Type.Optional(Claims) },
  { ...strict, description: 'Ceilings that hold also under concurrency; absent: none.' },
)
const WaveIn = Type.Object(
  {
    id: PlanId,
    claim: ClaimIn,
    eligible: Type.Optional(Rules),
    limits: Type.Optional(LimitsIn),
  },
  { ...strict, description: 'A cohort with its own claim window, rules and ceilings.' },
)
const PlanAmountIn = Type.Union([
  AmountIn,
  Type.Object({ per_seat: AmountIn, ceiling: Type.Optional(AmountIn) }, strict),
])
const AmountsIn = Type.Union([
  Type.Object(
    {
      by: Type.Literal('plan'),
      at: Type.Optional(WhenIn),
      table: Type.Record(
        Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,63}(@[1-9][0-9]{0,6})?$' }),
        PlanAmountIn,
        { minProperties: 1, maxProperties: PLAN_AMOUNTS_MAX },
      ),
    },
    strict,
  ),
  Type.Object(
    {
      by: Type.Literal('account'),
      table: Type.Record(Type.String({ pattern: '^[A-Za-z0-9._:-]{1,128}$' }), AmountIn, {
        minProperties: 1,
        maxProperties: ACCOUNT_AMOUNTS_MAX,
      }),
    },
    strict,
  ),
])
const ExpiresIn = Type.Union([
  Type.Object({ at: TimeIn }, strict),
  Type.Object({ days_after_claim: Days }, strict),
  Type.Object({ cycle_end: Type.Literal(true) }, strict),
])
const Shared = Type.Integer({ minimum: 1, maximum: 1_000_000 })
const ReviewIn = Type.Object(
  {
    accounts_max: Type.Optional(
      Type.Object(
        {
          card: Type.Optional(Shared),
          device: Type.Optional(Shared),
          network: Type.Optional(Shared),
          email: Type.Optional(Shared),
        },
        { ...strict, description: 'How many accounts may share a signal.' },
      ),
    ),
    required: Type.Optional(Type.Array(Type.Enum([...SIGNAL_KINDS]), { maxItems: 4 })),
    drain_minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_440 })),
  },
  { ...strict, description: 'When a claim is held until a person has looked.' },
)

export const CampaignDocumentSchema = Type.Object(
  {
    id: CampaignId,
    name: Name,
    currency: CurrencyCode,
    source: Type.Optional(printable(2_000, 'Where its terms can be read.')),
    notes: Type.Optional(printable(2_000, 'For operators.')),
    repeat: Type.Optional(Type.Enum(['once', 'cycle'])),
    purpose: Type.Optional(TextsIn),
    facts: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }),
        Type.Enum(['boolean', 'text', 'number']),
        { description: 'The operator’s own facts that expressions look at.' },
      ),
    ),
    eligible: Rules,
    claim: Type.Optional(ClaimIn),
    waves: Type.Optional(Type.Array(WaveIn, { minItems: 1, maxItems: WAVES_MAX })),
    amounts: AmountsIn,
    expires: ExpiresIn,
    scope: Type.Optional(ScopeSchema),
    position: Type.Optional(Type.Enum(['before_windows', 'after_windows'])),
    priority: Type.Optional(Type.Integer({ minimum: -1_000, maximum: 1_000 })),
    limits: Type.Optional(LimitsIn),
    review: Type.Optional(ReviewIn),
  },
  {
    ...strict,
    title: 'CampaignDocument',
    description: 'A credit campaign. It never changes once it is published.',
  },
)

const Status = Type.Enum(['draft', 'published', 'paused', 'closed'])
export const CampaignStatusSchema = Status

const CeilingsSchema = Type.Object(
  {
    wave: nullable(Type.String({ description: '`null`: the whole campaign.' })),
    amount: { ...Amount, description: 'Taken by claims.' },
    claims: Type.Integer(),
    budget_max: nullable(Amount),
    claims_max: nullable(Type.Integer()),
  },
  strict,
)

export const CampaignSchema = Type.Object(
  {
    campaign_id: CampaignId,
    status: Status,
    created_at: Timestamp,
    published_at: nullable(Timestamp),
    ceilings: Type.Array(CeilingsSchema, {
      description: 'As they stand: first the campaign, then its waves.',
    }),
    document: CampaignDocumentSchema,
  },
  strict,
)

const ActorSchema = Type.Object(
  { type: Type.String(), id: Type.String(), from: Type.Optional(Type.String()) },
  strict,
)
export const CampaignHistorySchema = Type.Object(
  {
    campaign_id: CampaignId,
    changes: Type.Array(
      Type.Object(
        {
          at: Timestamp,
          change: Type.String(),
          actor: ActorSchema,
          body: Type.Record(Type.String(), Type.Unknown()),
        },
        strict,
      ),
    ),
    as_of: AsOf,
  },
  { ...strict, description: 'Who changed what, the earliest first.' },
)

export const RaiseCeilingsSchema = Type.Object(
  {
    wave: Type.Optional(PlanId),
    budget: Type.Optional(AmountIn),
    claims: Type.Optional(Claims),
  },
  { ...strict, minProperties: 1, description: 'Ceilings are raised, never lowered.' },
)

const Value = Type.Union([
  Type.String(),
  Type.Number(),
  Type.Boolean(),
  Type.Null(),
  Type.Array(Type.String()),
])
const RuleResultSchema = Type.Object(
  {
    rule: Type.Enum([...RULE_CODES, 'currency', 'amount']),
    id: Type.String(),
    passed: Type.Boolean(),
    expected: Value,
    actual: { ...Value, description: '`null`: nothing is known.' },
    at: nullable({ ...Timestamp, description: 'The instant that the rule looked at.' }),
    values: nullable(
      Type.Record(Type.String(), Value, { description: 'The facts that an expression looked at.' }),
    ),
    action: nullable(TextsIn),
  },
  { ...strict, description: 'A rule with its value.' },
)
export const EvaluationSchema = Type.Object(
  {
    eligible: Type.Boolean(),
    wave: Type.String(),
    period: Type.String({ description: 'The start of the cycle; empty where claimed once.' }),
    claim_from: Timestamp,
    claim_until: nullable(Timestamp),
    amount: nullable(Amount),
    plan: nullable(Type.String({ description: 'The plan that the amount is for.' })),
    rules: Type.Array(RuleResultSchema),
  },
  { ...strict, title: 'Evaluation', description: 'A campaign for one account, rule by rule.' },
)

const FindingSchema = Type.Object(
  {
    code: Type.Enum([...FINDING_CODES]),
    signal: Type.Optional(Type.Enum([...SIGNAL_KINDS])),
    accounts: Type.Optional(Type.Integer()),
    accounts_max: Type.Optional(Type.Integer()),
    account_id: Type.Optional(Type.String()),
    seconds: Type.Optional(Type.Integer()),
    calls: Type.Optional(Type.Integer()),
    key_id: Type.Optional(nullable(Type.String())),
    model: Type.Optional(nullable(Type.String())),
  },
  { ...strict, description: 'What was found about a claim.' },
)

const claimFields = {
  campaign_id: CampaignId,
  account_id: AccountId,
  period: Type.String(),
  state: Type.Enum(['taken', 'held', 'granted', 'rejected'], {
    description:
      '`held`: until a person has looked; `taken`: the credit is being granted at this moment.',
  }),
  wave: Type.String(),
  amount: Amount,
  claimed_at: Timestamp,
  expires_at: Timestamp,
  lot_id: Type.String(),
  granted_at: nullable(Timestamp),
  seq: nullable(Type.Integer({ description: 'The journal entry of the grant.' })),
}
/** As the account holder sees it: what was found is for the operator. */
export const ClaimSchema = Type.Object(claimFields, {
  ...strict,
  title: 'Claim',
  description: 'A claim: one for a campaign (and cycle) and account.',
})
export const ReviewedClaimSchema = Type.Object(
  {
    ...claimFields,
    findings: Type.Array(FindingSchema),
    reviewed_at: nullable(Timestamp),
    reviewed_by: nullable(Type.String()),
    review_reason: nullable(Type.String()),
  },
  { ...strict, description: 'A claim with what was found about it.' },
)

const Signal = (description: string) => Type.Optional(printable(500, description))
export const ClaimCampaignSchema = Type.Object(
  {
    signals: Type.Optional(
      Type.Object(
        {
          card: Signal('Fingerprint of the payment card.'),
          device: Signal('Device id.'),
          network: Signal('Address or network.'),
          email: Signal('Mail address.'),
        },
        {
          ...strict,
          description:
            'Only with operator tokens. Kept as keyed hashes, to find the same person behind several accounts.',
        },
      ),
    ),
  },
  strict,
)

export const ReviewClaimSchema = Type.Object(
  {
    reason: printable(500, 'Why, for the journal.'),
    period: Type.Optional(Type.String({ maxLength: 40, description: 'Of a claim of a cycle.' })),
  },
  strict,
)

export const STANDINGS = [
  'claimable',
  'claimed',
  'held',
  'rejected',
  'not_eligible',
  'not_yet_open',
  'over',
  'exhausted',
  'paused',
  'closed',
] as const

export const AccountCampaignSchema = Type.Object(
  {
    campaign_id: CampaignId,
    name: Type.String(),
    currency: CurrencyCode,
    standing: Type.Enum([...STANDINGS]),
    evaluation: EvaluationSchema,
    scope: ScopeSchema,
    position: Type.Enum(['before_windows', 'after_windows']),
    expires_at: { ...Timestamp, description: 'When the credit would end, were it claimed now.' },
    claim: nullable(ClaimSchema),
    explanation: Type.Array(Type.String(), { description: 'Sentences for people.' }),
  },
  strict,
)
export const AccountCampaignsSchema = Type.Object(
  { items: Type.Array(AccountCampaignSchema), as_of: AsOf, seq: Seq },
  { ...strict, description: 'Every campaign that is open, will be, or was of late.' },
)

const Custom = Type.Record(
  Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }),
  Type.Union([
    Type.Boolean(),
    printable(500, 'A text.'),
    Type.Integer({ minimum: -1_000_000_000, maximum: 1_000_000_000 }),
    Type.Null(),
  ]),
  { maxProperties: 32, description: 'Facts of the operator’s own, for expressions.' },
)
const facts = {
  region: Type.Optional(nullable(printable(100, 'Region.'))),
  member_since: Type.Optional(nullable(Timestamp)),
  organisation: Type.Optional(nullable(printable(200, 'The organisation it is linked to.'))),
  past_due: Type.Optional(nullable(Type.Boolean())),
  seats: Type.Optional(nullable(Type.Integer({ minimum: 0, maximum: 1_000_000 }))),
  incidents: Type.Optional(
    nullable(Type.Array(printable(128, 'An incident it was exposed to.'), { maxItems: 1_000 })),
  ),
  custom: Type.Optional(Custom),
}
export const StateFactsSchema = Type.Object(facts, {
  ...strict,
  minProperties: 1,
  description: 'What is not named stays; `null` takes a fact back.',
})
export const FactsSchema = Type.Object(
  { account_id: AccountId, ...facts, as_of: AsOf },
  { ...strict, description: 'What the operator has stated about an account.' },
)

export const ToldSchema = Type.Object(
  { account_ids: Type.Array(AccountId, { minItems: 1, maxItems: 1_000 }) },
  strict,
)
export const MarkedSchema = Type.Object(
  { campaign_id: CampaignId, marked: Type.Integer(), as_of: AsOf },
  strict,
)

const Accounts = Type.Integer({ minimum: 0, description: 'Accounts.' })
export const FunnelSchema = Type.Object(
  {
    campaign_id: CampaignId,
    currency: CurrencyCode,
    eligible: Type.Object(
      {
        accounts: Accounts,
        evaluated: Type.Integer({ description: 'Accounts that were looked at.' }),
        complete: Type.Boolean({ description: 'Whether all accounts were looked at.' }),
      },
      strict,
    ),
    told: Accounts,
    seen: Accounts,
    claimed: Accounts,
    held: Accounts,
    granted: Accounts,
    first_use: Accounts,
    used_up: Accounts,
    expired: Accounts,
    amounts: Type.Object(
      {
        taken: { ...Amount, description: 'By all claims that hold a place.' },
        granted: Amount,
        used: Amount,
        expired: Amount,
        voided: Amount,
        outstanding: { ...Amount, description: 'Granted and still to be used: the liability.' },
      },
      strict,
    ),
    forecast: Type.Object(
      {
        pace_days: Type.Integer({ description: 'Over how many days the pace was taken.' }),
        taken_at_end: nullable(Amount),
        exhausted_at: nullable(Timestamp),
      },
      strict,
    ),
    as_of: AsOf,
  },
  { ...strict, description: 'How far accounts have come, and what it costs. Money is exact.' },
)
