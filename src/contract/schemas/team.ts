import Type from 'typebox'
import { CAP_RAISERS, ROLES } from '../permissions.ts'
import { personal } from './personal.ts'
import {
  AccountId,
  Amount,
  AmountIn,
  AsOf,
  CurrencyCode,
  Name,
  nullable,
  printable,
  Reason,
  Reference,
  Seq,
  strict,
  Timestamp,
} from './primitives.ts'
import { cap } from './state.ts'

const RoleSchema = Type.Enum([...ROLES], {
  description:
    '`owner`: everything, and alone turns paid use on or off; `billing`: money and caps, no calls and no keys; `admin`: members, projects, keys and caps; `developer`: calls, the own use and the own keys; `usage_viewer`: sees all use, changes nothing.',
})
const Email = Type.String({
  pattern:
    '^[^\\s@\\u0000-\\u001f\\u007f-\\u009f]{1,64}@[^\\s@\\u0000-\\u001f\\u007f-\\u009f]{1,190}$',
  description: 'E-mail address.',
  examples: ['lena@northwind.example'],
})

export const ActorSchema = Type.Object(
  {
    type: Type.Enum(['key', 'operator', 'support', 'member', 'system']),
    id: Type.String(),
    from: Type.Optional(Type.String()),
  },
  { ...strict, description: 'Who did it, and from where.' },
)

const member = {
  member_id: Reference,
  account_id: AccountId,
  name: personal(Type.String()),
  email: personal(nullable(Type.String())),
  role: RoleSchema,
  status: Type.Enum(['active', 'removed']),
  version: Type.Integer({ minimum: 1, description: 'One more with every change.' }),
  created_at: Timestamp,
  updated_at: Timestamp,
}

export const MemberSchema = Type.Object({ ...member, as_of: AsOf }, strict)

export const MemberListSchema = Type.Object(
  { items: Type.Array(Type.Object(member, strict)), as_of: AsOf },
  { ...strict, description: 'Removed members too.' },
)

export const AddMemberSchema = Type.Object(
  {
    member_id: Reference,
    name: Name,
    email: Type.Optional(nullable(Email)),
    role: RoleSchema,
  },
  { ...strict, description: 'The member id is the request id: a repeat adds nobody twice.' },
)

export const ChangeMemberSchema = Type.Object(
  {
    name: Type.Optional(Name),
    email: Type.Optional(nullable(Email)),
    role: Type.Optional(RoleSchema),
    status: Type.Optional(
      Type.Literal('active', { description: 'Takes a removed member up again, without keys.' }),
    ),
  },
  {
    ...strict,
    minProperties: 1,
    description:
      'What is not named stays. Who becomes an owner or a billing member needs new keys: others may know the old ones.',
  },
)

export const MemberHistorySchema = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          version: Type.Integer({ minimum: 1 }),
          name: personal(Type.String()),
          email: personal(nullable(Type.String())),
          role: RoleSchema,
          status: Type.Enum(['active', 'removed']),
          at: Timestamp,
          actor: ActorSchema,
        },
        strict,
      ),
    ),
    as_of: AsOf,
  },
  { ...strict, description: 'What the member was made, by whom, when; the latest first.' },
)

const project = {
  project_id: Reference,
  account_id: AccountId,
  name: Type.String(),
  status: Type.Enum(['active', 'archived']),
  created_at: Timestamp,
  updated_at: Timestamp,
}

export const ProjectSchema = Type.Object({ ...project, as_of: AsOf }, strict)
export const ProjectListSchema = Type.Object(
  { items: Type.Array(Type.Object(project, strict)), as_of: AsOf },
  strict,
)
export const AddProjectSchema = Type.Object({ project_id: Reference, name: Name }, strict)
export const ChangeProjectSchema = Type.Object(
  {
    name: Type.Optional(Name),
    status: Type.Optional(Type.Enum(['active', 'archived'])),
  },
  { ...strict, minProperties: 1, description: 'An archived project keeps its caps and its calls.' },
)

export const CapChainSchema = Type.Object(
  {
    account_id: AccountId,
    currency: CurrencyCode,
    of: Type.Object(
      {
        member_id: nullable(Type.String()),
        key_id: nullable(Type.String()),
        project_id: nullable(Type.String()),
        session_id: nullable(Type.String()),
        model: nullable(Type.String()),
      },
      strict,
    ),
    items: Type.Array(
      Type.Object(
        {
          ...cap,
          source: Type.Enum(
            [
              'account',
              'member',
              'each_member',
              'key',
              'each_key',
              'project',
              'each_project',
              'model',
            ],
            { description: 'Where the cap comes from; `each_…`: one cap on each of them.' },
          ),
          changeable_by: Type.Array(Type.Enum([...CAP_RAISERS]), {
            description: 'Roles whose members can raise it; others can ask for more.',
          }),
        },
        strict,
      ),
      { description: 'Every cap that could stop a call: the one with least left first.' },
    ),
    as_of: AsOf,
    seq: Seq,
  },
  strict,
)

const CapRequestState = Type.Enum(['requested', 'approved', 'denied', 'expired', 'withdrawn'])

export const capRequest = {
  request_id: Reference,
  account_id: AccountId,
  state: CapRequestState,
  cap_id: Type.String(),
  for: nullable(Type.String({ description: 'Whose limit, of a cap on each.' })),
  member_id: nullable(Type.String({ description: 'Who asks.' })),
  amount: Amount,
  until: nullable({ ...Timestamp, description: 'When the raise is to end; `null`: not at all.' }),
  reason: Type.String(),
  requested_by: ActorSchema,
  requested_at: Timestamp,
  expires_at: { ...Timestamp, description: 'From then on nobody can decide it any more.' },
  decision: nullable(
    Type.Object(
      {
        decided_by: ActorSchema,
        at: Timestamp,
        amount: nullable({ ...Amount, description: 'What was granted.' }),
        until: nullable(Timestamp),
        reason: nullable(Type.String()),
      },
      strict,
    ),
  ),
}

export const CapRequestSchema = Type.Object({ ...capRequest, as_of: AsOf, seq: Seq }, strict)

export const CapRequestStateSchema = CapRequestState

const Until = nullable({
  ...Timestamp,
  description: 'The instant at which the raise ends; `null`: it stays.',
})

export const RequestRaiseSchema = Type.Object(
  {
    cap_id: Reference,
    amount: AmountIn,
    until: Until,
    reason: Reason,
    for: Type.Optional({
      ...Reference,
      description: 'Of a cap on each: whose limit. The caller’s own unless told.',
    }),
    member_id: Type.Optional({ ...Reference, description: 'Who asks, where another asks for it.' }),
    expires_in_days: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 90,
        description: 'How long it can be decided; 14 unless told.',
      }),
    ),
  },
  strict,
)

export const ApproveRaiseSchema = Type.Object(
  {
    amount: Type.Optional({ ...AmountIn, description: 'What was asked for, unless told.' }),
    until: Type.Optional(Until),
    reason: Type.Optional(printable(500, 'A word to the member.')),
  },
  strict,
)

export const DenyRaiseSchema = Type.Object({ reason: Reason }, strict)
