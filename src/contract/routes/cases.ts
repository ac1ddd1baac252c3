import Type from 'typebox'
import {
  AssignSchema,
  CaseId,
  CaseListedSchema,
  CaseOriginSchema,
  CaseRefundSchema,
  CaseSchema,
  CaseStateSchema,
  CaseStepSchema,
  CaseViewSchema,
  CaseWordsSchema,
  EscalateSchema,
  MergeSchema,
  RejectSchema,
  ReplySchema,
  SampleSchema,
  SamplingSchema,
} from '../schemas/cases.ts'
import { AccountId, Cursor, Limit, page, strict } from '../schemas/primitives.ts'
import { route } from './route.ts'

const tag = 'Cases'
const OfCase = Type.Object({ case_id: CaseId }, strict)
const aCase = { status: 200, description: 'The case.', schema: CaseSchema } as const
const work = {
  method: 'POST',
  permission: 'cases_work',
  idempotency: 'none',
  tag,
  params: OfCase,
  success: aCase,
} as const
const step = ['case_unknown', 'case_closed', 'case_step'] as const

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
        view: Type.Optional(CaseViewSchema),
        state: Type.Optional(CaseStateSchema),
        origin: Type.Optional(CaseOriginSchema),
        account_id: Type.Optional(AccountId),
        cursor: Type.Optional(Cursor),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'What is due first; without a time, the oldest first.',
      schema: page(CaseListedSchema, 'A page of cases.'),
    },
    problems: ['cursor_invalid'],
  }),
  getCase: route({
    ...work,
    method: 'GET',
    path: '/v1/cases/{case_id}',
    summary: 'Read a case with its steps',
    problems: ['case_unknown'],
  }),
  addToCase: route({
    ...work,
    path: '/v1/cases/{case_id}/steps',
    summary: 'Note something in a case, or close it',
    description:
      'Notes are for the operator’s people. A dispute is decided, and not simply closed.',
    body: CaseStepSchema,
    problems: step,
  }),
  takeCase: route({
    ...work,
    path: '/v1/cases/{case_id}/take',
    summary: 'Take a case: it is yours',
    problems: step,
  }),
  assignCase: route({
    ...work,
    path: '/v1/cases/{case_id}/assignee',
    summary: 'Give a case to somebody, or to nobody',
    body: AssignSchema,
    problems: [...step, 'staff_unknown'],
  }),
  replyInCase: route({
    ...work,
    path: '/v1/cases/{case_id}/replies',
    summary: 'Write to the account, in your words or with a macro',
    body: ReplySchema,
    problems: [...step, 'macro_unknown'],
  }),
  escalateCase: route({
    ...work,
    path: '/v1/cases/{case_id}/escalate',
    summary: 'Hand a case over to others',
    body: EscalateSchema,
    problems: step,
  }),
  refundInCase: route({
    ...work,
    path: '/v1/cases/{case_id}/refunds',
    summary: 'Give something back in a case, or ask for it above your limit',
    description:
      'Within the limits of the support policy it is decided and posted at once; above them it waits for a second person.',
    body: CaseRefundSchema,
    problems: [
      ...step,
      'approval_by_another',
      'refund_line_invalid',
      'reason_unknown',
      'purchase_unknown',
      'purchase_not_credited',
      'not_refundable',
      'refund_in_progress',
      'processor_unavailable',
    ],
  }),
  approveCaseRefund: route({
    ...work,
    permission: 'cases_approve',
    path: '/v1/cases/{case_id}/refunds/approve',
    summary: 'Agree to a refund that waits for a second person',
    problems: [...step, 'approval_by_another', 'approval_limit'],
  }),
  denyCaseRefund: route({
    ...work,
    permission: 'cases_approve',
    path: '/v1/cases/{case_id}/refunds/deny',
    summary: 'Refuse a refund that waits for a second person; the case goes on',
    body: CaseWordsSchema,
    problems: [...step, 'approval_by_another'],
  }),
  rejectCase: route({
    ...work,
    path: '/v1/cases/{case_id}/reject',
    summary: 'Decide that nothing is given back, with the reason for the letter',
    body: RejectSchema,
    problems: [...step, 'approval_by_another', 'reason_unknown'],
  }),
  mergeCase: route({
    ...work,
    path: '/v1/cases/{case_id}/merge',
    summary: 'End a case in favour of another one of the account',
    body: MergeSchema,
    problems: step,
  }),
  reopenCase: route({
    ...work,
    permission: 'cases_approve',
    path: '/v1/cases/{case_id}/reopen',
    summary: 'Open a case again that has ended',
    body: CaseWordsSchema,
    problems: ['case_unknown', 'case_step'],
  }),
  sampleCase: route({
    ...work,
    path: '/v1/cases/{case_id}/sample',
    summary: 'Say whether an automatic decision was right',
    description: 'Where it was not, the case is opened again, for a person.',
    body: SampleSchema,
    problems: ['case_unknown', 'case_step'],
  }),
  getSampling: route({
    method: 'GET',
    path: '/v1/case_sampling',
    permission: 'cases_work',
    idempotency: 'none',
    tag,
    summary: 'How often people agree with automatic decisions',
    success: { status: 200, description: 'Counts.', schema: SamplingSchema },
    problems: [],
  }),
} as const
