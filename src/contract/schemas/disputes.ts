import Type from 'typebox'
import { LANGUAGES } from '../explain/words.ts'
import {
  CaseId,
  CaseStateSchema,
  CaseWords,
  DecisionSchema,
  PlanSchema,
  ProvisionalSchema,
  StageSchema,
} from './cases.ts'
import { FindingKey, FindingStatusSchema, RuleSchema } from './findings.ts'
import {
  AccountId,
  Amount,
  AsOf,
  CallId,
  CurrencyCode,
  nullable,
  PaymentId,
  ReceiptId,
  strict,
  Timestamp,
} from './primitives.ts'
import { TimeZoneAsked } from './reader.ts'

const CALLS_MAX = 200

const AboutSchema = Type.Union(
  [
    Type.Object(
      { calls: Type.Array(CallId, { minItems: 1, maxItems: CALLS_MAX, uniqueItems: true }) },
      strict,
    ),
    Type.Object(
      {
        period: Type.Object(
          { from: Timestamp, until: { ...Timestamp, description: 'Not part of it.' } },
          strict,
        ),
      },
      strict,
    ),
    Type.Object({ payment_id: PaymentId }, strict),
  ],
  { description: 'Calls, every call of a period, or a purchase.' },
)

const Language = Type.Enum([...LANGUAGES], { description: 'Of the letters.' })

export const OpenDisputeSchema = Type.Object(
  {
    about: AboutSchema,
    words: { ...CaseWords, description: 'What is wrong, in your words.' },
    wants: Type.Optional({ ...CaseWords, description: 'What would make it right.' }),
    language: Type.Optional(Language),
  },
  strict,
)

export const AskPersonSchema = Type.Object(
  {
    words: { ...CaseWords, description: 'What it is about, in your words.' },
    case_id: Type.Optional({ ...CaseId, description: 'A case that is open; else one is opened.' }),
    language: Type.Optional(Language),
  },
  strict,
)

export const ReaderQuery = Type.Object(
  { lang: Type.Optional(Language), time_zone: TimeZoneAsked },
  strict,
)

const FindingToldSchema = Type.Object(
  {
    finding_key: FindingKey,
    rule: RuleSchema,
    sentence: Type.String({ description: 'What was wrong, in plain words.' }),
    receipts: Type.Array(ReceiptId),
    difference: Amount,
    status: FindingStatusSchema,
  },
  strict,
)

const listed = {
  case_id: CaseId,
  account_id: AccountId,
  origin: Type.Enum(['dispute', 'person_asked']),
  state: CaseStateSchema,
  about: nullable(AboutSchema),
  amount: nullable({ ...Amount, description: 'Charged for what it is about.' }),
  currency: nullable(CurrencyCode),
  opened_at: Timestamp,
  updated_at: Timestamp,
  due_at: nullable({ ...Timestamp, description: 'When the next step is due.' }),
}

export const DisputeListedSchema = Type.Object(listed, strict)

export const DisputeSchema = Type.Object(
  {
    ...listed,
    tracker: Type.Array(StageSchema),
    findings: Type.Array(FindingToldSchema, {
      description: 'What our own check has found, before anybody was asked.',
    }),
    returned: { ...Amount, description: 'What was given back of it before.' },
    offer: nullable(PlanSchema),
    decision: nullable(DecisionSchema),
    letter: Type.Array(Type.String(), { description: 'The decision in words; empty: none yet.' }),
    provisional: nullable(ProvisionalSchema),
    refunded: Amount,
    person: nullable(
      Type.Object(
        { staff_id: Type.String(), name: Type.String() },
        { ...strict, description: 'Who works on it.' },
      ),
    ),
    messages: Type.Array(
      Type.Object(
        { at: Timestamp, from: Type.Enum(['account', 'support']), words: Type.String() },
        strict,
      ),
    ),
    can: Type.Array(Type.Enum(['accept', 'write', 'ask_person', 'withdraw', 'appeal']), {
      description: 'What can be done now.',
    }),
    appeal_until: nullable(Timestamp),
    as_of: AsOf,
  },
  { ...strict, description: 'A dispute or a question, as the account sees it.' },
)
