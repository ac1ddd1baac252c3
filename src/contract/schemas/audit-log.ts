import Type from 'typebox'
import { AccountId, AsOf, nullable, Open, strict, Timestamp } from './primitives.ts'

export const OrderSchema = Type.Object(
  {
    order_id: Type.String(),
    at: Timestamp,
    actor: Type.Object(
      {
        type: Type.Enum(['operator', 'support']),
        id: Type.String(),
        name: nullable(Type.String({ description: '`null`: a token of the operator as a whole.' })),
        role: Type.String({ description: 'As what it was ordered.' }),
      },
      strict,
    ),
    operation: Type.String({ description: 'The operation of this API.' }),
    summary: Type.String({ description: 'What it does.' }),
    subject: Type.String({ description: 'What it is about: the tag of the operation.' }),
    account_id: nullable(AccountId),
    facts: { ...Open, description: 'The ids that it named, and what was said.' },
    outcome: Type.Enum(['done', 'refused', 'failed', 'unanswered'], {
      description:
        '`unanswered`: under way, or its server ended before it answered; what it did is in the journal.',
    }),
    status: nullable(Type.Integer()),
    code: nullable(Type.String({ description: 'Of the problem, where it was refused.' })),
  },
  strict,
)

export const VerifyRunId = Type.String({
  pattern: '^[A-Za-z0-9._:-]{1,128}$',
  description: 'Id of a run of verify.',
  examples: ['run_0198f3c2'],
})

export const VerifyOrderSchema = Type.Object(
  { account_id: Type.Optional({ ...AccountId, description: 'Only this account.' }) },
  strict,
)

const Count = Type.Integer({ minimum: 0 })

const Report = Type.Object(
  {
    ok: Type.Boolean(),
    accounts: Count,
    entries: Count,
    archived: Type.Optional({
      ...Count,
      description:
        'Entries whose body was read from the archive. Absent in reports of earlier versions.',
    }),
    postings: Count,
    open_holds: Count,
    checks: Type.Array(
      Type.Object({ invariant: Count, name: Type.String(), checked: Count, failed: Count }, strict),
    ),
    first: nullable(
      Type.Object(
        {
          account_id: Type.String(),
          seq: Count,
          invariant: Count,
          message: Type.String(),
        },
        { ...strict, description: 'The first difference.' },
      ),
    ),
  },
  strict,
)

export const VerifyRunSchema = Type.Object(
  {
    run_id: VerifyRunId,
    state: Type.Enum(['running', 'passed', 'failed', 'stopped'], {
      description: '`failed`: something is not true; `stopped`: it did not come to an end.',
    }),
    account_id: nullable(AccountId),
    started_by: Type.String(),
    started_at: Timestamp,
    ended_at: nullable(Timestamp),
    accounts_done: Count,
    accounts_total: Count,
    report: nullable(Report),
    as_of: AsOf,
  },
  { ...strict, title: 'VerifyRun' },
)
