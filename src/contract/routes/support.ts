import Type from 'typebox'
import { ReaderQuery } from '../schemas/disputes.ts'
import { AccountId, Cursor, Limit, page, strict } from '../schemas/primitives.ts'
import {
  AccessSchema,
  MacroSchema,
  MacrosSchema,
  PublishedMacroSchema,
  PublishedSupportPolicySchema,
  SupportPoliciesSchema,
  SupportPolicySchema,
  UnmaskedSchema,
  UnmaskSchema,
} from '../schemas/support.ts'
import { route } from './route.ts'

const tag = 'Support'
const OfAccount = Type.Object({ account_id: AccountId }, strict)
const forEver = 'For ever. The same document again changes nothing.'

export const supportRoutes = {
  publishSupportPolicy: route({
    method: 'POST',
    path: '/v1/support_policies',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Publish what support may do, and by when',
    description: forEver,
    body: SupportPolicySchema,
    success: { status: 201, description: 'The policy.', schema: PublishedSupportPolicySchema },
    problems: ['support_policy_invalid', 'support_policy_exists'],
  }),
  listSupportPolicies: route({
    method: 'GET',
    path: '/v1/support_policies',
    permission: 'cases_work',
    idempotency: 'none',
    tag,
    summary: 'List the versions of the support policy',
    success: { status: 200, description: 'Every version.', schema: SupportPoliciesSchema },
    problems: [],
  }),
  publishMacro: route({
    method: 'POST',
    path: '/v1/macros',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Publish a reply that is written once',
    description: forEver,
    body: MacroSchema,
    success: { status: 201, description: 'The macro.', schema: PublishedMacroSchema },
    problems: ['macro_invalid', 'macro_exists'],
  }),
  listMacros: route({
    method: 'GET',
    path: '/v1/macros',
    permission: 'cases_work',
    idempotency: 'none',
    tag,
    summary: 'List the replies that are written once',
    success: { status: 200, description: 'Every version.', schema: MacrosSchema },
    problems: [],
  }),
  listAccess: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/access_log',
    permission: 'access_log_read',
    idempotency: 'none',
    tag,
    summary: 'Who of the operator has looked at an account, when, and at what',
    params: OfAccount,
    query: Type.Object(
      {
        ...ReaderQuery.properties,
        cursor: Type.Optional(Cursor),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'The latest first.',
      schema: page(AccessSchema, 'A page of looks.'),
    },
    problems: ['account_unknown', 'cursor_invalid'],
  }),
  unmaskAccount: route({
    method: 'POST',
    path: '/v1/accounts/{account_id}/unmask',
    permission: 'cases_work',
    idempotency: 'none',
    tag,
    summary: 'See names and addresses of an account for half an hour, with a reason',
    description: 'The reason stands in the access log, which the account reads.',
    params: OfAccount,
    body: UnmaskSchema,
    success: { status: 200, description: 'Until when.', schema: UnmaskedSchema },
    problems: ['account_unknown'],
  }),
} as const
