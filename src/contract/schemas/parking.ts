import Type from 'typebox'
import { EntrySchema } from './entries.ts'
import { Amount, CallId, CurrencyCode, Reason, strict } from './primitives.ts'

export const ParkSchema = Type.Object({ reason: Reason }, strict)

export const UnparkedSchema = Type.Object(
  {
    entry: EntrySchema,
    not_billed: Type.Object(
      {
        count: Type.Integer({ minimum: 0 }),
        total: Amount,
        currency: CurrencyCode,
        calls: Type.Array(
          Type.Object({ call_id: CallId, receipt_id: Type.String(), amount: Amount }, strict),
          { description: 'The first thousand.' },
        ),
      },
      {
        ...strict,
        description: 'What the platform has carried while the account was parked. It stays so.',
      },
    ),
  },
  { ...strict, description: 'The account is billed again.' },
)
