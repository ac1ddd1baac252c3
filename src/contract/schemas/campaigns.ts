import Type from 'typebox'
import { FINDING_CODES, RULE_CODES, SIGNAL_KINDS } from '../../core/campaigns/index.ts'
import { PRINTABLE } from '../printable.ts'
import { CampaignDocumentSchema, CampaignId, Claims, TextsIn } from './campaign-document.ts'
import { ScopeSchema } from './plans.ts'
import {
  AccountId,
  Amount,
  AmountIn,
  AsOf,
  CurrencyCode,
  nullable,
  PlanId,
  printable,
  Seq,
  strict,
  Timestamp,
} from './primitives.ts'

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
    announced_at: nullable({ ...Timestamp, description: 'Since when accounts are told of it.' }),
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
    period: Type.Optional(
      Type.String({ maxLength: 40, pattern: PRINTABLE, description: 'Of a claim of a cycle.' }),
    ),
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
    held_for_review: Accounts,
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
