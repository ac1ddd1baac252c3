import Type from 'typebox'
import { ROLES, STAFF_ROLES } from '../permissions.ts'
import { PasskeyOptionsSchema } from './passkeys.ts'
import { PortalSchema, portalChoices } from './portal.ts'
import { AccountId, AsOf, nullable, printable, Reference, strict, Timestamp } from './primitives.ts'
import { StaffId } from './staff.ts'

const SessionId = Type.String({
  pattern: '^[A-Za-z0-9._:-]{1,128}$',
  description: 'A session of a browser.',
  examples: ['sess_0198f3c2'],
})
export const OfSession = Type.Object({ session_id: SessionId }, strict)

const AccountRef = Type.Object({ id: AccountId, name: Type.String() }, strict)

const session = {
  session_id: SessionId,
  kind: Type.Enum(['member', 'staff', 'portal'], {
    description: '`portal`: for one account, inside another product.',
  }),
  user_agent: Type.String({ description: 'What the browser calls itself.' }),
  created_at: Timestamp,
  used_at: Timestamp,
  expires_at: Timestamp,
}

const SignedInSchema = Type.Object(
  {
    ...session,
    person: Type.Object({ name: Type.String(), email: nullable(Type.String()) }, strict),
    role: Type.Enum([...STAFF_ROLES, ...ROLES]),
    account: nullable(AccountRef),
    accounts: Type.Array(AccountRef, {
      description:
        'Of the e-mail address that the person has shown to read: those that the session can change to.',
    }),
    stepped_up_until: nullable({
      ...Timestamp,
      description: 'Until then money may be moved; `null`: a sign-in is asked for first.',
    }),
    has_password: Type.Boolean(),
    has_passkey: Type.Boolean(),
    portal: nullable(PortalSchema),
  },
  { ...strict, description: 'Who is signed in.' },
)

export const SessionSchema = Type.Object(
  {
    session: nullable(SignedInSchema),
    sign_in: Type.Object(
      {
        email: Type.Boolean({ description: 'Links are sent by e-mail.' }),
        passkey: Type.Boolean({
          description: 'Under the address of this request passkeys can be used.',
        }),
        oidc: nullable(
          Type.Object(
            { label: Type.String({ description: 'What the operator calls the provider.' }) },
            { ...strict, description: 'A provider of OpenID Connect; `null`: none.' },
          ),
        ),
      },
      { ...strict, description: 'How one can sign in.' },
    ),
    next: Type.Optional(
      nullable(
        Type.String({ description: 'After a provider has answered: where the app goes on.' }),
      ),
    ),
    second_factor: Type.Optional({
      ...PasskeyOptionsSchema,
      description: 'The password was right; a passkey is asked for as well.',
    }),
  },
  strict,
)

export const SessionListSchema = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        { ...session, current: Type.Boolean() },
        { ...strict, description: 'A session.' },
      ),
    ),
    as_of: AsOf,
  },
  strict,
)

const Token = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,128}$',
  description: 'What stands after `#token=` in the link.',
})
/** Counted in characters; what is too long is refused before it is hashed. */
const Password = Type.String({ minLength: 1, maxLength: 128, description: 'A password.' })

export const ConfirmSchema = Type.Object({ token: Token }, strict)
export const EmailSignInSchema = Type.Object(
  {
    email: printable(256, 'Address of a member.'),
    lang: Type.Optional(Type.Enum(['en', 'ja'])),
  },
  strict,
)
export const PasswordSignInSchema = Type.Object(
  {
    name: printable(256, 'E-mail address of a member, or id of a person of the operator.'),
    password: Password,
  },
  strict,
)
export const OwnPasswordSchema = Type.Object({ password: Password }, strict)
export const ChangeAccountSchema = Type.Object({ account_id: AccountId }, strict)
export const DoneSchema = Type.Object({ as_of: AsOf }, strict)

export const NewLinkSchema = Type.Union(
  [
    Type.Object({ staff_id: StaffId }, strict),
    Type.Object({ account_id: AccountId, member_id: Reference }, strict),
  ],
  { description: 'Who signs in with it.' },
)
export const NewPortalLinkSchema = Type.Object(
  {
    member_id: Type.Optional({ ...Reference, description: 'Acts as this member.' }),
    role: Type.Optional(
      Type.Enum([...ROLES], {
        description: 'Of a reader who is no member; `usage_viewer` unless told.',
      }),
    ),
    expires_in_s: Type.Optional(
      Type.Integer({ minimum: 30, maximum: 900, description: '300 unless told.' }),
    ),
    ...portalChoices,
  },
  strict,
)
export const LinkSchema = Type.Object(
  {
    path: Type.String({
      description: 'Of this server: put its address in front. Works once.',
      examples: ['/sign-in#token=…'],
    }),
    expires_at: Timestamp,
  },
  strict,
)
