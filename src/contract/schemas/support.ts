import Type, { type Static } from 'typebox'
import { MACRO_FACTS } from '../cases/words.ts'
import { MacroId } from './cases.ts'
import {
  AccountId,
  AmountIn,
  AsOf,
  nullable,
  printable,
  Reason,
  ReasonCode,
  strict,
  Timestamp,
} from './primitives.ts'

const VERSION_MAX = 1_000_000
const version = Type.Integer({
  minimum: 1,
  maximum: VERSION_MAX,
  description: 'Immutable once it is published; the highest is in force.',
})
const published = {
  in_force: Type.Boolean(),
  published_at: Timestamp,
  published_by: Type.String(),
}
const Duration = Type.String({
  pattern: '^P[0-9YMWDTHS]{2,30}$',
  description: 'ISO 8601 duration.',
  examples: ['PT4H', 'P2D'],
})
const Currencies = (description: string) =>
  Type.Record(Type.String({ pattern: '^[A-Z]{3}$' }), AmountIn, { description })
const Limits = Type.Record(
  Type.String({ pattern: '^[A-Z]{3}$' }),
  Type.Object(
    {
      case: { ...AmountIn, description: 'The most in one case.' },
      day: { ...AmountIn, description: 'The most in a UTC day.' },
    },
    strict,
  ),
)
const ROWS_MAX = 100

const DueRowSchema = Type.Object(
  {
    origin: Type.Enum([
      'dispute',
      'person_asked',
      'finding',
      'self_check',
      'reconciliation',
      'incident',
      '*',
    ]),
    at_least: Type.Optional(Currencies('Only where so much is at stake.')),
    checked: Duration,
    decided: Duration,
    posted: Duration,
    sent: Duration,
    settled: Duration,
  },
  { ...strict, description: 'By when each stage is due, from when the one before it is.' },
)

export const SupportPolicySchema = Type.Object(
  {
    version,
    reasons: Type.Array(ReasonCode, { minItems: 1, maxItems: ROWS_MAX, uniqueItems: true }),
    limits: Type.Object(
      { support: Type.Optional(Limits), support_lead: Type.Optional(Limits) },
      {
        ...strict,
        description: 'What one person may give back alone; above it a second person has to agree.',
      },
    ),
    offer_up_to: Currencies(
      'The most that an account takes by itself of what the audit has found.',
    ),
    provisional: nullable(
      Type.Object(
        {
          after: {
            ...Duration,
            description: 'When nothing is decided so long after it was opened.',
          },
          lives: { ...Duration, description: 'For how long it can be used.' },
          up_to: Currencies('Only where at most so much is at stake.'),
        },
        strict,
      ),
    ),
    due: Type.Array(DueRowSchema, { maxItems: ROWS_MAX }),
    sampling_percent: Type.Integer({ minimum: 0, maximum: 100 }),
    appeal_within: Duration,
  },
  { ...strict, description: 'What support may do, and by when.' },
)

export const PublishedSupportPolicySchema = Type.Object(
  { document: SupportPolicySchema, ...published },
  strict,
)
export const SupportPoliciesSchema = Type.Object(
  { items: Type.Array(PublishedSupportPolicySchema), as_of: AsOf },
  strict,
)

const TEXT_MAX = 2_000

export const MacroSchema = Type.Object(
  {
    id: MacroId,
    version,
    en: printable(TEXT_MAX, `English, with facts in braces: ${MACRO_FACTS.join(', ')}.`),
    ja: printable(TEXT_MAX, 'Japanese, with the same facts.'),
  },
  { ...strict, description: 'A reply that is written once.' },
)
export type MacroDocument = Static<typeof MacroSchema>

export const PublishedMacroSchema = Type.Object({ document: MacroSchema, ...published }, strict)
export const MacrosSchema = Type.Object(
  { items: Type.Array(PublishedMacroSchema), as_of: AsOf },
  strict,
)

export const AccessSchema = Type.Object(
  {
    log_id: Type.String(),
    account_id: AccountId,
    at: Timestamp,
    staff_id: Type.String(),
    role: Type.Enum(['operator', 'support_lead', 'support']),
    operation: Type.String({ description: 'What was asked for, as the API calls it.' }),
    objects: Type.Record(Type.String(), Type.String(), {
      description: 'Which receipt, case or other thing.',
    }),
    case_id: nullable(Type.String()),
    reason: nullable(Type.String({ description: 'Why masked names were shown.' })),
    sentence: Type.String({ description: 'In plain words.' }),
  },
  strict,
)

export const UnmaskSchema = Type.Object({ reason: Reason }, strict)
export const UnmaskedSchema = Type.Object(
  { account_id: AccountId, until: Timestamp, as_of: AsOf },
  { ...strict, description: 'Until then names and addresses are shown to whoever asked.' },
)
