import Type from 'typebox'
import {
  OrderSchema,
  VerifyOrderSchema,
  VerifyRunId,
  VerifyRunSchema,
} from '../schemas/audit-log.ts'
import {
  AccountId,
  Cursor,
  Limit,
  page,
  printable,
  strict,
  Timestamp,
} from '../schemas/primitives.ts'
import { TABLE_TYPES, tableForms } from './forms.ts'
import { route } from './route.ts'

const tag = 'Audit log'
const own = { permission: 'operator', idempotency: 'none', tag } as const
const paging = { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) }

export const auditLogRoutes = {
  listOrders: route({
    ...own,
    method: 'GET',
    path: '/v1/audit_log',
    summary: 'Who did what: orders of the operator’s people, over all accounts',
    description:
      'Each is written before it is done. Calls that are metered with an operator token are in the journal only. As JSON or CSV.',
    query: Type.Object(
      {
        actor: Type.Optional(printable(128, 'Staff id, or id of an operator token.')),
        operation: Type.Optional(printable(64, 'An operation of this API.')),
        subject: Type.Optional(printable(64, 'What it is about: a tag of this API.')),
        account_id: Type.Optional(AccountId),
        from: Type.Optional({ ...Timestamp, description: 'Not before.' }),
        to: Type.Optional({ ...Timestamp, description: 'Before; not part of the interval.' }),
        ...paging,
        ...tableForms,
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'The latest first.',
      schema: page(OrderSchema, 'A page of orders.'),
      otherTypes: TABLE_TYPES,
    },
    problems: ['cursor_invalid'],
  }),
  startVerifyRun: route({
    ...own,
    method: 'POST',
    path: '/v1/verify/runs',
    summary: 'Check every entry, chain and sum, in the background',
    description: 'One run at a time. It reads only, and ends by itself after half an hour.',
    body: VerifyOrderSchema,
    success: { status: 201, description: 'The run.', schema: VerifyRunSchema },
    problems: ['verify_running', 'account_unknown'],
  }),
  listVerifyRuns: route({
    ...own,
    method: 'GET',
    path: '/v1/verify/runs',
    summary: 'List runs of verify',
    query: Type.Object(paging, strict),
    success: {
      status: 200,
      description: 'The latest first.',
      schema: page(VerifyRunSchema, 'A page of runs.'),
    },
    problems: ['cursor_invalid'],
  }),
  getVerifyRun: route({
    ...own,
    method: 'GET',
    path: '/v1/verify/runs/{verify_run_id}',
    summary: 'Read a run of verify: how far it is, and what it found',
    params: Type.Object({ verify_run_id: VerifyRunId }, strict),
    success: { status: 200, description: 'The run.', schema: VerifyRunSchema },
    problems: ['verify_run_unknown'],
  }),
} as const
