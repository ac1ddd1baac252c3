import Type from 'typebox'
import {
  AccountId,
  Amount,
  AsOf,
  CurrencyCode,
  nullable,
  Open,
  printable,
  strict,
  Timestamp,
} from './primitives.ts'

export const CASE_STATES = ['received', 'closed'] as const
const CASE_ORIGINS = [
  'dispute',
  'person_asked',
  'finding',
  'self_check',
  'reconciliation',
  'incident',
] as const

export const CaseId = Type.String({
  pattern: '^[A-Za-z0-9._:-]{1,128}$',
  description: 'Case id.',
  examples: ['case_0198f3c2'],
})

const file = {
  case_id: CaseId,
  account_id: nullable(AccountId),
  origin: Type.Enum([...CASE_ORIGINS], { description: 'What brought it about.' }),
  subject: Type.String({ description: 'A code: what it is about.' }),
  facts: Open,
  amount: nullable(Amount),
  currency: nullable(CurrencyCode),
  state: Type.Enum([...CASE_STATES]),
  opened_at: Timestamp,
  updated_at: Timestamp,
}

export const CaseListedSchema = Type.Object(file, strict)

export const CaseSchema = Type.Object(
  {
    ...file,
    events: Type.Array(
      Type.Object(
        {
          number: Type.Integer({ minimum: 1 }),
          kind: Type.Enum(['received', 'noted', 'closed']),
          at: Timestamp,
          actor: Type.Object({ type: Type.String(), id: Type.String() }, strict),
          words: nullable(Type.String()),
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
