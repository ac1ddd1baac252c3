import Type from 'typebox'
import { AUDIT_RULES } from '../../core/audit/rules.ts'
import { REMEDY_ACTIONS } from '../../core/remedies/policy.ts'
import {
  AccountId,
  Amount,
  AmountIn,
  AsOf,
  CallId,
  CurrencyCode,
  nullable,
  Open,
  Reason,
  strict,
  Timestamp,
} from './primitives.ts'

export const FINDING_STATUSES = [
  'open',
  'refunding',
  'remedied',
  'proposed',
  'recorded',
  'superseded',
  'dismissed',
] as const

export const RuleSchema = Type.Enum([...AUDIT_RULES], { description: 'What was done wrong.' })
export const FindingStatusSchema = Type.Enum([...FINDING_STATUSES], {
  description:
    '`remedied`: given back; `proposed`: waits for a person; `recorded`: nothing is to be given back by policy; `superseded`: it was given back in another way.',
})

export const FindingKey = Type.String({
  minLength: 1,
  maxLength: 300,
  pattern: '^[\\x21-\\x7e]+$',
  description: 'The rule and what it is about: the same fault has the same key.',
  examples: ['failed_call_charged:call_0198f3c2'],
})

export const FindingSchema = Type.Object(
  {
    account_id: AccountId,
    finding_key: FindingKey,
    rule: RuleSchema,
    confidence: Type.Enum(['certain', 'likely', 'suspect']),
    currency: CurrencyCode,
    calls: Type.Array(CallId),
    receipts: Type.Array(Type.String()),
    entries: Type.Array(Type.Integer({ minimum: 1 })),
    at: { ...Timestamp, description: 'Of the faulty charge.' },
    found_at: Timestamp,
    expected: nullable(Amount),
    posted: nullable(Amount),
    difference: {
      ...Amount,
      description: 'Posted less expected: above zero, the customer was charged too much.',
    },
    evidence: Open,
    remedy: Type.Enum(['refund', 'reverse', 'release_hold', 'review', 'none'], {
      description:
        'What makes it good: `refund` to the sources of the charge, `reverse` of an entry, `release_hold`; `review`: a person has to look; `none`: there is nothing to give back.',
    }),
    status: FindingStatusSchema,
    status_reason: nullable(Type.String({ description: 'A code: why it stands so.' })),
    refund_entry: nullable(Type.Integer({ minimum: 1 })),
    decided_by: nullable(Type.Object({ type: Type.String(), id: Type.String() }, strict)),
    decided_at: nullable(Timestamp),
  },
  { ...strict, description: 'A fault of a charge or of the books, and what was done about it.' },
)

export const DismissFindingSchema = Type.Object({ reason: Reason }, strict)

const ceiling = (description: string) => ({ ...AmountIn, description })

export const RemedyPolicySchema = Type.Object(
  {
    version: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: 'The highest is in force.',
    }),
    rules: Type.Record(Type.String(), Type.Enum([...REMEDY_ACTIONS]), {
      description: 'By rule; one that is not named is proposed to a person.',
      examples: [{ failed_call_charged: 'refund', unusual_burn: 'record' }],
    }),
    confidence: Type.Optional(
      Type.Record(Type.String(), Type.Enum(['certain', 'likely', 'suspect']), {
        description:
          'By rule: how sure a finding has to be to be refunded at once; `certain` where none is named.',
        examples: [{ retry_charged: 'likely' }],
      }),
    ),
    ceilings: Type.Record(
      Type.String({ pattern: '^[A-Z]{3}$' }),
      Type.Object(
        {
          finding: ceiling('The most for one finding.'),
          account_day: ceiling('The most to one account in a UTC day.'),
          rule_day: Type.Optional(
            ceiling('The most for one rule, to all accounts, in a UTC day; absent: as `day`.'),
          ),
          day: ceiling('The most to all accounts in a UTC day.'),
        },
        strict,
      ),
      { description: 'By currency: what is given back without a person. None: nothing is.' },
    ),
  },
  { ...strict, description: 'What is done with findings.' },
)

export const PublishedRemedyPolicySchema = Type.Object(
  {
    document: RemedyPolicySchema,
    in_force: Type.Boolean(),
    published_at: Timestamp,
    published_by: Type.String(),
  },
  strict,
)

export const RemedyPoliciesSchema = Type.Object(
  { items: Type.Array(PublishedRemedyPolicySchema), as_of: AsOf },
  strict,
)
