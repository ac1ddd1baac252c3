import Type from 'typebox'
import { AsOf, nullable, strict, Timestamp } from './primitives.ts'

const IdentityId = Type.String({
  pattern: '^[A-Za-z0-9._:-]{1,128}$',
  description: 'A subject of a provider, bound to a person.',
  examples: ['idy_0198f3c2'],
})
export const OfIdentity = Type.Object({ identity_id: IdentityId }, strict)

/** Within this site: neither another host nor anything that browsers take for one. */
const OwnPath = Type.String({
  pattern: '^/(?![/\\\\])[^\\\\\\u0000-\\u0020]{0,500}$',
  description: 'Where the app goes on afterwards: an address of its own.',
})

export const AskProviderSchema = Type.Object(
  {
    connect: Type.Boolean({
      description:
        'Binds the subject to whoever is signed in; needs a sign-in of the last 15 minutes. Else it signs in.',
    }),
    again: Type.Optional(
      Type.Boolean({ description: 'The provider asks anew, although it knows its person.' }),
    ),
    next: Type.Optional(OwnPath),
  },
  strict,
)
export const ProviderUrlSchema = Type.Object(
  {
    url: Type.String({ description: 'Of the provider: the browser goes there.' }),
    expires_at: { ...Timestamp, description: 'Answered once, and not later.' },
  },
  strict,
)
export const ProviderAnswerSchema = Type.Object(
  {
    query: Type.String({
      maxLength: 8_192,
      description: 'What stands after `?` in the address that the provider has sent back to.',
    }),
  },
  strict,
)

export const IdentityListSchema = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          identity_id: IdentityId,
          issuer: Type.String(),
          shown: Type.String({ description: 'As the provider shows it.' }),
          created_at: Timestamp,
          used_at: nullable(Timestamp),
        },
        { ...strict, description: 'A subject of a provider.' },
      ),
    ),
    as_of: AsOf,
  },
  strict,
)
