import Type from 'typebox'
import { EntrySchema } from '../schemas/entries.ts'
import { ParkSchema, UnparkedSchema } from '../schemas/parking.ts'
import { AccountId, strict } from '../schemas/primitives.ts'
import { route } from './route.ts'

const tag = 'Accounts'
const OfAccount = Type.Object({ account_id: AccountId }, strict)

export const parkingRoutes = {
  parkAccount: route({
    method: 'POST',
    path: '/v1/accounts/{account_id}/park',
    permission: 'operator',
    idempotency: 'header',
    tag,
    summary: 'Stop billing an account until a person has looked',
    description: 'Its calls go on and cost nothing. A case is opened.',
    params: OfAccount,
    body: ParkSchema,
    success: {
      status: 200,
      description: 'The journal entry that was written.',
      schema: EntrySchema,
    },
    problems: ['account_unknown', 'account_parked', 'request_conflict'],
  }),
  unparkAccount: route({
    method: 'POST',
    path: '/v1/accounts/{account_id}/unpark',
    permission: 'operator',
    idempotency: 'header',
    tag,
    summary: 'Bill a parked account again',
    description:
      'Its state is made again from its journal and its open holds, and all of it is verified. While a difference is left it stays parked.',
    params: OfAccount,
    body: ParkSchema,
    success: { status: 200, description: 'It is billed again.', schema: UnparkedSchema },
    problems: ['account_unknown', 'account_not_parked', 'books_differ', 'request_conflict'],
  }),
} as const
