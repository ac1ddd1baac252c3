import Type from 'typebox'
import { personal } from './personal.ts'
import { AsOf, nullable, Reference, strict, Timestamp } from './primitives.ts'
import { StaffId } from './staff.ts'

export const InviteSchema = Type.Object(
  {
    by: Type.Enum(['email', 'copy'], {
      description:
        '`email`: sent to the address of the member; `copy`: in the answer, to be handed over.',
    }),
    lang: Type.Optional(Type.Enum(['en', 'ja'])),
  },
  strict,
)

export const InvitationSchema = Type.Object(
  {
    path: nullable(
      Type.String({
        description:
          'Of this server: put its address in front. `null`: it was sent, and only its reader sees it.',
        examples: ['/sign-in#token=…'],
      }),
    ),
    expires_at: Timestamp,
  },
  strict,
)

const awaited = {
  email: personal(
    nullable(Type.String({ description: 'Where it was sent to; `null`: handed over.' })),
  ),
  expires_at: Timestamp,
}
const open = { ...strict, description: 'An invitation that nobody has taken yet.' }

export const InvitationListSchema = Type.Object(
  {
    items: Type.Array(Type.Object({ member_id: Reference, ...awaited }, open)),
    as_of: AsOf,
  },
  strict,
)

export const StaffInvitationListSchema = Type.Object(
  {
    items: Type.Array(Type.Object({ staff_id: StaffId, ...awaited }, open)),
    as_of: AsOf,
  },
  strict,
)
