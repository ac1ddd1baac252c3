import Type from 'typebox'
import { COMPARISON_CODES } from '../../core/cases/types.ts'
import { LineSchema, ReceiptSchema } from '../receipt/schema.ts'
import { CaseId, CaseSchema } from './cases.ts'
import { EntrySchema } from './entries.ts'
import { FindingKey, FindingSchema } from './findings.ts'
import {
  AccountId,
  Amount,
  AsOf,
  CallId,
  CurrencyCode,
  nullable,
  ReceiptId,
  strict,
  Timestamp,
} from './primitives.ts'
import { TimelineItemSchema } from './timeline.ts'

const Differs = Type.Boolean({ description: '`false` where there is no correct side.' })
const Delta = nullable({
  ...Amount,
  description: 'Actual less correct: above zero, too much was charged; `null`: not known.',
})

const Figure = Type.Object(
  { actual: Amount, correct: nullable(Amount), differs: Differs, delta: Delta },
  strict,
)

const LinePair = Type.Object(
  {
    actual: nullable(LineSchema),
    correct: nullable(LineSchema),
    differs: Differs,
    delta: Delta,
  },
  { ...strict, description: 'A line of the charge beside its like; `null`: it is not there.' },
)

const FundingPair = Type.Object(
  {
    class: Type.String(),
    source: Type.String(),
    actual: Amount,
    correct: nullable(Amount),
    differs: Differs,
    delta: Delta,
  },
  { ...strict, description: 'What was drawn from a source, before anything was given back.' },
)

const ComparedCall = Type.Object(
  {
    call_id: CallId,
    receipt_id: ReceiptId,
    code: Type.Enum([...COMPARISON_CODES], {
      description:
        'What the correct side is made of. `not_charged`, `not_priced_yet`, `findings_disagree`, `not_about_price` and `lines_unknown` say why there is none.',
    }),
    reason: nullable(
      Type.String({ description: 'A code: why nothing is to be paid, with `not_billed`.' }),
    ),
    findings: Type.Array(FindingKey),
    books: Type.Object(
      { actual: nullable(Type.String()), correct: nullable(Type.String()) },
      { ...strict, description: 'The price books of the two sides.' },
    ),
    lines: Type.Array(LinePair),
    funding: Type.Array(FundingPair),
    absorbed: { ...Figure, description: 'What the platform carries of the total.' },
    total: { ...Figure, description: 'The sum of the lines; and of the funding and `absorbed`.' },
    given_back: { ...Amount, description: 'So far.' },
    due: {
      ...Amount,
      description: 'What was drawn above the correct side and is not given back yet.',
    },
  },
  strict,
)

const comparison = {
  case_id: CaseId,
  account_id: nullable(AccountId),
  currency: nullable(CurrencyCode),
  calls: Type.Array(ComparedCall),
  total: {
    ...Figure,
    description: 'Over the calls that have a correct side; of the others nothing is in it.',
  },
  without_correct: Type.Integer({ minimum: 0, description: 'Calls that have no correct side.' }),
  as_of: AsOf,
}

export const CaseComparisonSchema = Type.Object(comparison, {
  ...strict,
  description: 'The contested calls as they were charged, beside what the audit says is right.',
})

export const CaseBundleSchema = Type.Object(
  {
    case_id: CaseId,
    account_id: nullable(AccountId),
    case: CaseSchema,
    comparison: CaseComparisonSchema,
    receipts: Type.Array(ReceiptSchema),
    entries: Type.Array(EntrySchema, { description: 'Of the contested calls, in order.' }),
    findings: Type.Array(FindingSchema),
    timeline: Type.Object(
      {
        from: nullable(Timestamp),
        until: nullable(Timestamp),
        items: Type.Array(TimelineItemSchema),
        more: Type.Boolean({ description: 'There is more in the interval, before these.' }),
      },
      { ...strict, description: 'Of the account, around the case; the latest first.' },
    ),
    as_of: AsOf,
  },
  { ...strict, description: 'All that whoever takes over a case needs, in one document.' },
)
