import Type, { type Static } from 'typebox'
import { CAP_PERIODS, CAP_SCOPES } from '../../core/funding/types.ts'
import { REFUSAL_CODES } from '../../core/ledger/entry.ts'
import { BLOCK_ACTIONS, CHANGEABLE_BY, LIMIT_TYPES } from './codes.ts'
import { TranslationsSchema } from './coverage-schema.ts'
import { AmountSchema, TimestampSchema } from './schema.ts'

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const BlockCardSchema = Type.Object(
  {
    code: Type.Enum([...REFUSAL_CODES]),
    limit_type: nullable(Type.Enum([...LIMIT_TYPES])),
    limit_id: nullable(Type.String()),
    scope: nullable(Type.Enum([...CAP_SCOPES])),
    scope_name: nullable(Type.String()),
    period: nullable(Type.Enum([...CAP_PERIODS])),
    currency: nullable(Type.String()),
    limit: nullable(AmountSchema),
    spent: nullable(AmountSchema),
    held: nullable(AmountSchema),
    left: nullable(AmountSchema),
    needed: nullable(AmountSchema),
    resets_at: nullable(TimestampSchema),
    retryable: Type.Boolean(),
    retry_after_s: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Only present when waiting helps.' }),
    ),
    changeable_by: nullable(Type.Enum([...CHANGEABLE_BY])),
    actions: Type.Array(Type.Enum([...BLOCK_ACTIONS])),
    model: nullable(Type.String()),
    field: nullable(Type.String()),
    reason: nullable(
      Type.String({ description: "The operator's words, e.g. of a coverage rule." }),
    ),
    reasons: Type.Optional(TranslationsSchema),
    receipt_id: nullable(Type.String()),
    charged: Type.Literal('0'),
    as_of: nullable(TimestampSchema),
    seq: nullable(Type.Integer({ minimum: 1 })),
  },
  {
    additionalProperties: false,
    description:
      'Why a call was stopped: what limit, where it stands, until when, who can change it.',
  },
)
export type BlockCard = Static<typeof BlockCardSchema>
