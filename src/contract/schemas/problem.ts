import Type, { type Static } from 'typebox'
import { PROBLEMS } from '../problems.ts'
import { BlockCardSchema } from '../receipt/block-schema.ts'
import { EvaluationSchema } from './campaigns.ts'
import { FaultSchema } from './price-books.ts'
import { Amount, strict, Timestamp } from './primitives.ts'

const ChangedSchema = Type.Object(
  {
    seq: Type.Integer({ minimum: 1, description: 'The journal entry of the change.' }),
    at: Timestamp,
    actor: Type.Object({ type: Type.String(), id: Type.String() }, strict),
  },
  { ...strict, description: 'Who has changed it meanwhile, and when.' },
)

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'Address of the page about this problem.' }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String(),
    code: Type.Enum(
      PROBLEMS.map(({ code }) => code),
      { description: 'Never renamed: match this, not the words.' },
    ),
    retryable: Type.Boolean({
      description: 'Whether the same request can succeed later without anybody changing anything.',
    }),
    charged: Type.Optional(
      Type.Literal('0', { description: 'Said by every refusal of a call: nothing was charged.' }),
    ),
    field: Type.Optional(
      Type.String({ description: 'The field that differs (conflict) or does not fit.' }),
    ),
    needed: Type.Optional({ ...Amount, description: 'How much it would have taken.' }),
    limit: Type.Optional({ ...Amount, description: 'How much there is, at most.' }),
    currency: Type.Optional(Type.String({ description: 'Of `needed` and `limit`.' })),
    errors: Type.Optional(Type.Array(FaultSchema)),
    block: Type.Optional(BlockCardSchema),
    campaign: Type.Optional(EvaluationSchema),
    changed: Type.Optional(ChangedSchema),
    as_of: Type.Optional(Timestamp),
    seq: Type.Optional(
      Type.Integer({ minimum: 1, description: 'The journal entry of the refusal.' }),
    ),
  },
  { ...strict, description: 'A problem (RFC 9457), as `application/problem+json`.' },
)

export type Problem = Static<typeof ProblemSchema>

export const ProblemPageSchema = Type.Object(
  {
    code: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    retryable: Type.Boolean(),
    detail: Type.String(),
    docs: Type.String(),
  },
  strict,
)
