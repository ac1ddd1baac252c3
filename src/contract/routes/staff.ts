import Type from 'typebox'
import {
  InvitationSchema,
  InviteSchema,
  StaffInvitationListSchema,
} from '../schemas/invitations.ts'
import { strict } from '../schemas/primitives.ts'
import { DoneSchema } from '../schemas/sessions.ts'
import {
  AddStaffSchema,
  ChangeStaffSchema,
  NewStaffSchema,
  StaffId,
  StaffListSchema,
  StaffSchema,
} from '../schemas/staff.ts'
import { route } from './route.ts'

const OfStaff = Type.Object({ staff_id: StaffId }, strict)
const tag = 'Staff'
const aPerson = { status: 200, description: 'The person.', schema: StaffSchema } as const

const ofInvitation = {
  path: '/v1/staff/{staff_id}/invitation',
  permission: 'staff_write',
  idempotency: 'none',
  tag,
  params: OfStaff,
} as const

export const staffRoutes = {
  addStaff: route({
    method: 'POST',
    path: '/v1/staff',
    permission: 'staff_write',
    idempotency: 'none',
    tag,
    summary: 'Add a person who works for the operator; the answer has the token',
    body: AddStaffSchema,
    success: { status: 201, description: 'The person and the token.', schema: NewStaffSchema },
    problems: ['staff_exists'],
  }),
  listStaff: route({
    method: 'GET',
    path: '/v1/staff',
    permission: 'staff_write',
    idempotency: 'none',
    tag,
    summary: 'List the people who work for the operator',
    success: { status: 200, description: 'The first one first.', schema: StaffListSchema },
    problems: [],
  }),
  changeStaff: route({
    method: 'PATCH',
    path: '/v1/staff/{staff_id}',
    permission: 'staff_write',
    idempotency: 'none',
    tag,
    summary: 'Change a person’s name, role or address',
    params: OfStaff,
    body: ChangeStaffSchema,
    success: aPerson,
    problems: ['staff_unknown', 'staff_exists'],
  }),
  removeStaff: route({
    method: 'DELETE',
    path: '/v1/staff/{staff_id}',
    permission: 'staff_write',
    idempotency: 'none',
    tag,
    summary: 'Remove a person, and end the token',
    description: 'What the person did stays on record. A repeat changes nothing.',
    params: OfStaff,
    success: aPerson,
    problems: ['staff_unknown'],
  }),
  renewStaffToken: route({
    method: 'POST',
    path: '/v1/staff/{staff_id}/token',
    permission: 'staff_write',
    idempotency: 'none',
    tag,
    summary: 'Make a new token for a person; the old one ends at once',
    params: OfStaff,
    success: { status: 200, description: 'The person and the token.', schema: NewStaffSchema },
    problems: ['staff_unknown'],
  }),
  inviteStaff: route({
    ...ofInvitation,
    method: 'POST',
    summary: 'Invite a person who has not come in yet; an earlier invitation ends',
    description: 'The link works once, for 7 days.',
    body: InviteSchema,
    success: { status: 201, description: 'The invitation.', schema: InvitationSchema },
    problems: ['staff_unknown', 'staff_has_come_in', 'channel_unavailable'],
  }),
  takeBackStaffInvitation: route({
    ...ofInvitation,
    method: 'DELETE',
    summary: 'Take an invitation of a person back; a repeat changes nothing',
    success: { status: 200, description: 'It is done.', schema: DoneSchema },
    problems: ['staff_unknown'],
  }),
  listStaffInvitations: route({
    method: 'GET',
    path: '/v1/staff/invitations',
    permission: 'staff_write',
    idempotency: 'none',
    tag,
    summary: 'List invitations of your people that nobody has taken yet',
    success: { status: 200, description: 'All of them.', schema: StaffInvitationListSchema },
    problems: [],
  }),
} as const
