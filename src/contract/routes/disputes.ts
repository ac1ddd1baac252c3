import Type from 'typebox'
import { CaseId, CaseWordsSchema } from '../schemas/cases.ts'
import {
  AskPersonSchema,
  DisputeListedSchema,
  DisputeSchema,
  OpenDisputeSchema,
  ReaderQuery,
} from '../schemas/disputes.ts'
import { AccountId, Cursor, Limit, page, strict } from '../schemas/primitives.ts'
import { route } from './route.ts'

const tag = 'Disputes'
const OfAccount = Type.Object({ account_id: AccountId }, strict)
const OfDispute = Type.Object({ account_id: AccountId, case_id: CaseId }, strict)
const aDispute = { status: 200, description: 'The dispute.', schema: DisputeSchema } as const
const opened = { status: 201, description: 'The case.', schema: DisputeSchema } as const
const write = {
  method: 'POST',
  permission: 'cases_open',
  idempotency: 'none',
  tag,
  params: OfDispute,
  success: aDispute,
} as const
const problems = ['account_unknown', 'case_unknown', 'case_closed', 'case_step'] as const

export const disputeRoutes = {
  openDispute: route({
    ...write,
    path: '/v1/accounts/{account_id}/disputes',
    idempotency: 'header',
    params: OfAccount,
    summary: 'Object to calls, to a period or to a purchase',
    description:
      'What it is about is checked at once, and the answer has what was found and what is offered for it.',
    body: OpenDisputeSchema,
    success: opened,
    problems: ['account_unknown', 'charge_unknown', 'purchase_unknown', 'request_conflict'],
  }),
  listDisputes: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/disputes',
    permission: 'cases_read',
    idempotency: 'none',
    tag,
    summary: 'List the disputes and questions of an account',
    params: OfAccount,
    query: Type.Object({ cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) }, strict),
    success: {
      status: 200,
      description: 'What is due first.',
      schema: page(DisputeListedSchema, 'A page of disputes.'),
    },
    problems: ['account_unknown', 'cursor_invalid'],
  }),
  getDispute: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/disputes/{case_id}',
    permission: 'cases_read',
    idempotency: 'none',
    tag,
    summary: 'Where a dispute stands: each step with its time, and what can be done',
    params: OfDispute,
    query: ReaderQuery,
    success: aDispute,
    problems: ['account_unknown', 'case_unknown'],
  }),
  acceptOffer: route({
    ...write,
    path: '/v1/accounts/{account_id}/disputes/{case_id}/accept',
    summary: 'Take what is offered: it is given back at once, and the case ends',
    problems,
  }),
  writeInDispute: route({
    ...write,
    path: '/v1/accounts/{account_id}/disputes/{case_id}/messages',
    summary: 'Write to whoever works on it',
    body: CaseWordsSchema,
    problems,
  }),
  withdrawDispute: route({
    ...write,
    path: '/v1/accounts/{account_id}/disputes/{case_id}/withdraw',
    summary: 'Take a dispute back',
    problems,
  }),
  appealDecision: route({
    ...write,
    path: '/v1/accounts/{account_id}/disputes/{case_id}/appeal',
    summary: 'Object to a decision: somebody else decides anew',
    body: CaseWordsSchema,
    problems: [...problems, 'appeal_over'],
  }),
  askForPerson: route({
    ...write,
    path: '/v1/accounts/{account_id}/person',
    idempotency: 'header',
    params: OfAccount,
    summary: 'Ask for a person: in a case that is open, or in one of its own',
    body: AskPersonSchema,
    success: opened,
    problems: ['account_unknown', 'case_unknown', 'request_conflict'],
  }),
} as const
