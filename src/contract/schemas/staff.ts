import Type from 'typebox'
import { STAFF_ROLES } from '../permissions.ts'
import { AsOf, Name, nullable, printable, strict, Timestamp } from './primitives.ts'

export const StaffId = Type.String({
  pattern: '^[A-Za-z0-9._:-]{1,128}$',
  description: 'Id of a person who works for the operator.',
  examples: ['staff_0198f3c2'],
})

const Role = Type.Enum([...STAFF_ROLES], {
  description:
    '`support` sees accounts and works on cases, `support_lead` also approves what is above an agent’s limits, `operator` may do everything.',
})

const Email = printable(256, 'By which a provider of sign-in knows the person; nobody else has it.')

const staff = {
  staff_id: StaffId,
  name: Name,
  role: Role,
  email: nullable(Email),
  status: Type.Enum(['active', 'removed']),
  prefix: nullable(
    Type.String({ description: 'The first characters of the token; `null`: there is none.' }),
  ),
  created_at: Timestamp,
}

export const StaffSchema = Type.Object(staff, strict)

export const NewStaffSchema = Type.Object(
  {
    ...staff,
    token: Type.String({
      description: 'The token itself: shown in this answer only.',
      examples: ['ec_staff_…'],
    }),
  },
  strict,
)

export const AddStaffSchema = Type.Object(
  {
    staff_id: Type.Optional(StaffId),
    name: Name,
    role: Role,
    email: Type.Optional(nullable(Email)),
  },
  strict,
)

export const ChangeStaffSchema = Type.Object(
  {
    name: Type.Optional(Name),
    role: Type.Optional(Role),
    email: Type.Optional(nullable(Email)),
  },
  { ...strict, minProperties: 1 },
)

export const StaffListSchema = Type.Object({ items: Type.Array(StaffSchema), as_of: AsOf }, strict)
