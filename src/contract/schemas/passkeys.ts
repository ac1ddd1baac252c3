import Type from 'typebox'
import { SIGN_IN_EVENTS, WAYS_IN } from '../sign-in-events.ts'
import {
  AccountId,
  AsOf,
  Cursor,
  Limit,
  Name,
  nullable,
  Open,
  page,
  Reference,
  strict,
  Timestamp,
} from './primitives.ts'
import { StaffId } from './staff.ts'

const PasskeyId = Type.String({
  pattern: '^[A-Za-z0-9._:-]{1,128}$',
  description: 'A passkey of a person.',
  examples: ['pk_0198f3c2'],
})
export const OfPasskey = Type.Object({ passkey_id: PasskeyId }, strict)

export const AskForPasskeySchema = Type.Object(
  {
    for: Type.Enum(['sign_in', 'step_up', 'register'], {
      description: '`register` needs a sign-in of the last 15 minutes.',
    }),
  },
  strict,
)

export const PasskeyOptionsSchema = Type.Object(
  {
    options: {
      ...Open,
      description: 'For `navigator.credentials`, as JSON of WebAuthn Level 3.',
    },
    expires_at: { ...Timestamp, description: 'Answered once, and not later.' },
  },
  strict,
)

const Credential = {
  ...Open,
  description: 'What the browser gave, as `toJSON()` of WebAuthn Level 3 has it.',
}
export const ShownPasskeySchema = Type.Object({ credential: Credential }, strict)
export const NewPasskeySchema = Type.Object({ name: Name, credential: Credential }, strict)
export const RenamePasskeySchema = Type.Object({ name: Name }, strict)

const passkey = {
  passkey_id: PasskeyId,
  name: Name,
  synced: Type.Boolean({ description: 'Its maker keeps it in more than one device.' }),
  created_at: Timestamp,
  used_at: nullable(Timestamp),
}
export const PasskeySchema = Type.Object({ ...passkey, as_of: AsOf }, strict)
export const PasskeyListSchema = Type.Object(
  {
    items: Type.Array(Type.Object(passkey, { ...strict, description: 'A passkey.' })),
    as_of: AsOf,
  },
  strict,
)

const paging = { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) }
export const OwnSignInsQuery = Type.Object(paging, strict)
export const SignInsQuery = Type.Object(
  {
    staff_id: Type.Optional(StaffId),
    account_id: Type.Optional(AccountId),
    member_id: Type.Optional(Reference),
    kind: Type.Optional(Type.Enum([...SIGN_IN_EVENTS])),
    ...paging,
  },
  strict,
)

const SignInEventSchema = Type.Object(
  {
    at: Timestamp,
    kind: Type.Enum([...SIGN_IN_EVENTS]),
    way: nullable(Type.Enum([...WAYS_IN])),
    person: Type.Object(
      {
        staff_id: nullable(StaffId),
        account_id: nullable(AccountId),
        member_id: nullable(Type.String()),
        name: nullable(
          Type.String({ description: '`null`: a portal’s reader, who is no member.' }),
        ),
      },
      strict,
    ),
    session_id: nullable(Type.String()),
    browser: nullable(Type.String({ examples: ['Firefox · Windows'] })),
    address: nullable(
      Type.String({
        description: 'Where the request came from, without its last part.',
        examples: ['203.0.113.x'],
      }),
    ),
  },
  { ...strict, description: 'Something that happened at a door of the web app.' },
)
export const SignInsSchema = page(SignInEventSchema, 'A page of what happened.')
