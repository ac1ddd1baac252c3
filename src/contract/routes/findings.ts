import Type from 'typebox'
import {
  DismissFindingSchema,
  FindingKey,
  FindingSchema,
  FindingStatusSchema,
  PublishedRemedyPolicySchema,
  RemedyPoliciesSchema,
  RemedyPolicySchema,
  RuleSchema,
} from '../schemas/findings.ts'
import { AccountId, Cursor, Limit, page, strict } from '../schemas/primitives.ts'
import { route } from './route.ts'

const tag = 'Findings'
const OfFinding = Type.Object({ account_id: AccountId, finding_key: FindingKey }, strict)
const aFinding = { status: 200, description: 'The finding.', schema: FindingSchema } as const
const aPage = {
  status: 200,
  description: 'The latest found first.',
  schema: page(FindingSchema, 'A page of findings.'),
} as const
const filters = {
  rule: Type.Optional(RuleSchema),
  status: Type.Optional(FindingStatusSchema),
  cursor: Type.Optional(Cursor),
  limit: Type.Optional(Limit),
}

export const findingRoutes = {
  listFindings: route({
    method: 'GET',
    path: '/v1/findings',
    permission: 'findings_write',
    idempotency: 'none',
    tag,
    summary: 'List what the audit has found in all accounts',
    query: Type.Object(filters, strict),
    success: aPage,
    problems: ['cursor_invalid'],
  }),
  listAccountFindings: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/findings',
    permission: 'findings_read',
    idempotency: 'none',
    tag,
    summary: 'List what the audit has found in an account, and what was given back',
    params: Type.Object({ account_id: AccountId }, strict),
    query: Type.Object(filters, strict),
    success: aPage,
    problems: ['account_unknown', 'cursor_invalid'],
  }),
  getFinding: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/findings/{finding_key}',
    permission: 'findings_read',
    idempotency: 'none',
    tag,
    summary: 'Read one finding',
    params: OfFinding,
    success: aFinding,
    problems: ['account_unknown', 'finding_unknown'],
  }),
  checkAccount: route({
    method: 'POST',
    path: '/v1/accounts/{account_id}/check',
    permission: 'findings_read',
    idempotency: 'none',
    tag,
    summary: 'Audit an account now, and list what is found',
    description: 'Nobody has to wait for the next round: what a dispute would look at first.',
    params: Type.Object({ account_id: AccountId }, strict),
    success: aPage,
    problems: ['account_unknown'],
  }),
  approveFinding: route({
    method: 'POST',
    path: '/v1/accounts/{account_id}/findings/{finding_key}/approve',
    permission: 'findings_write',
    idempotency: 'none',
    tag,
    summary: 'Give back what a finding proposes, whatever the ceilings say',
    description: 'A repeat gives nothing back a second time.',
    params: OfFinding,
    success: aFinding,
    problems: ['account_unknown', 'finding_unknown', 'finding_decided'],
  }),
  dismissFinding: route({
    method: 'POST',
    path: '/v1/accounts/{account_id}/findings/{finding_key}/dismiss',
    permission: 'findings_write',
    idempotency: 'none',
    tag,
    summary: 'Say that a finding is none, and why',
    params: OfFinding,
    body: DismissFindingSchema,
    success: aFinding,
    problems: ['account_unknown', 'finding_unknown', 'finding_decided'],
  }),
  publishRemedyPolicy: route({
    method: 'POST',
    path: '/v1/remedy_policies',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Publish what is done with findings: a version, for ever',
    body: RemedyPolicySchema,
    success: { status: 201, description: 'The policy.', schema: PublishedRemedyPolicySchema },
    problems: ['remedy_policy_invalid', 'remedy_policy_exists'],
  }),
  listRemedyPolicies: route({
    method: 'GET',
    path: '/v1/remedy_policies',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'List the versions of what is done with findings',
    success: { status: 200, description: 'Every version.', schema: RemedyPoliciesSchema },
    problems: [],
  }),
} as const
