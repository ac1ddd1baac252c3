import Type from 'typebox'
import {
  CASE_STATES,
  CaseId,
  CaseListedSchema,
  CaseSchema,
  CaseStepSchema,
} from '../schemas/cases.ts'
import { AccountId, Cursor, Limit, page, strict } from '../schemas/primitives.ts'
import { route } from './route.ts'

const tag = 'Cases'
const OfCase = Type.Object({ case_id: CaseId }, strict)
const aCase = { status: 200, description: 'The case.', schema: CaseSchema } as const

export const caseRoutes = {
  listCases: route({
    method: 'GET',
    path: '/v1/cases',
    permission: 'cases_work',
    idempotency: 'none',
    tag,
    summary: 'List cases: what a person has to look at',
    query: Type.Object(
      {
        state: Type.Optional(Type.Enum([...CASE_STATES])),
        account_id: Type.Optional(AccountId),
        cursor: Type.Optional(Cursor),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'The oldest first.',
      schema: page(CaseListedSchema, 'A page of cases.'),
    },
    problems: ['cursor_invalid'],
  }),
  getCase: route({
    method: 'GET',
    path: '/v1/cases/{case_id}',
    permission: 'cases_work',
    idempotency: 'none',
    tag,
    summary: 'Read a case with its steps',
    params: OfCase,
    success: aCase,
    problems: ['case_unknown'],
  }),
  addToCase: route({
    method: 'POST',
    path: '/v1/cases/{case_id}/steps',
    permission: 'cases_work',
    idempotency: 'none',
    tag,
    summary: 'Note something in a case, or close it',
    params: OfCase,
    body: CaseStepSchema,
    success: aCase,
    problems: ['case_unknown', 'case_closed'],
  }),
} as const
