import Type from 'typebox'
import { InvitationListSchema, InvitationSchema, InviteSchema } from '../schemas/invitations.ts'
import { AccountId, Reference, strict } from '../schemas/primitives.ts'
import { DoneSchema } from '../schemas/sessions.ts'
import { route } from './route.ts'

const tag = 'Team'
const ofMember = {
  path: '/v1/accounts/{account_id}/members/{member_id}/invitation',
  permission: 'members_write',
  idempotency: 'none',
  tag,
  params: Type.Object({ account_id: AccountId, member_id: Reference }, strict),
} as const

export const invitationRoutes = {
  inviteMember: route({
    ...ofMember,
    method: 'POST',
    summary: 'Invite a member who has not come in yet; an earlier invitation ends',
    description: 'The link works once, for 7 days.',
    body: InviteSchema,
    success: { status: 201, description: 'The invitation.', schema: InvitationSchema },
    problems: ['account_unknown', 'member_unknown', 'member_has_come_in', 'channel_unavailable'],
  }),
  takeBackInvitation: route({
    ...ofMember,
    method: 'DELETE',
    summary: 'Take an invitation back; a repeat changes nothing',
    success: { status: 200, description: 'It is done.', schema: DoneSchema },
    problems: ['account_unknown', 'member_unknown'],
  }),
  listInvitations: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/invitations',
    permission: 'members_write',
    idempotency: 'none',
    tag,
    summary: 'List invitations that nobody has taken yet',
    params: Type.Object({ account_id: AccountId }, strict),
    success: { status: 200, description: 'All of them.', schema: InvitationListSchema },
    problems: ['account_unknown'],
  }),
} as const
