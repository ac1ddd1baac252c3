import Type from 'typebox'
import { personal } from './personal.ts'
import { Open, strict, Timestamp } from './primitives.ts'

export const AccountFactsSchema = Type.Object(
  {
    currency: Type.String(),
    anchor: Timestamp,
    name: personal(Type.String()),
    plan: Type.String(),
  },
  strict,
)

/** What was asked for: of the entry that opens an account, also its name. */
export const CommandFactsSchema = {
  ...Open,
  properties: { name: personal(Type.String(), { kind: 'open_account' }) },
}
