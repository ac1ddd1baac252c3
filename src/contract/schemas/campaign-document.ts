import Type from 'typebox'
import {
  ACCOUNT_AMOUNTS_MAX,
  CAMPAIGN_ORIGINS,
  CLAIMS_MAX,
  DAYS_MAX,
  EXPRESSION_LENGTH_MAX,
  NAMES_MAX,
  PLAN_AMOUNTS_MAX,
  RULE_CODES,
  RULES_MAX,
  SIGNAL_KINDS,
  WAVES_MAX,
} from '../../core/campaigns/index.ts'
import { PRINTABLE } from '../printable.ts'
import { ScopeSchema } from './plans.ts'
import { AmountIn, CurrencyCode, Name, PlanId, printable, strict, Timestamp } from './primitives.ts'

export const CampaignId = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
  description: 'Campaign id.',
  examples: ['spring_2027'],
})

export const TimeIn = Type.Union(
  [
    Timestamp,
    Type.Object(
      {
        local: Type.String({ maxLength: 40, pattern: PRINTABLE, examples: ['2026-04-17T23:59'] }),
        zone: Type.String({ maxLength: 64, pattern: PRINTABLE, examples: ['America/Los_Angeles'] }),
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
export const TextsIn = Type.Object(
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
export const Claims = Type.Integer({ minimum: 1, maximum: CLAIMS_MAX })
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
    origin: Type.Optional(
      Type.Enum([...CAMPAIGN_ORIGINS], { description: '`compensation`: it makes amends.' }),
    ),
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
