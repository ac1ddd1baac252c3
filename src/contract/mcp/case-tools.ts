import Type from 'typebox'
import { caseRoutes } from '../routes/cases.ts'
import { disputeRoutes } from '../routes/disputes.ts'
import { CaseId, CaseSchema } from '../schemas/cases.ts'
import { AskPersonSchema, DisputeSchema, OpenDisputeSchema } from '../schemas/disputes.ts'
import { Cursor, Limit, strict } from '../schemas/primitives.ts'
import { ABOUT, CONFIRMED, FOR_READER } from './answer.ts'
import { tool } from './tool.ts'

const reads = { scope: 'everycent:read', effect: 'reads' } as const
const asks = { scope: 'everycent:money', effect: 'asks' } as const
const desk = { scope: 'everycent:support', effect: 'reads' } as const

/** What the account itself has objected to or asked. */
export const caseTools = {
  list_my_cases: tool({
    ...reads,
    title: 'Disputes and questions of the account',
    description:
      'The disputes and questions that the account has opened, with where each stands and when its next step is due. Ask this before opening another one about the same thing.',
    uses: ['getAccount', 'listDisputes'],
    input: Type.Object(
      { ...ABOUT, cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) },
      strict,
    ),
    result: disputeRoutes.listDisputes.success.schema,
  }),
  get_my_case: tool({
    ...reads,
    title: 'Where a dispute stands',
    description:
      'A dispute or a question of the account: what our check has found, what is offered, each step with its time, the decision in words, and what can be done now.',
    uses: ['getAccount', 'getDispute'],
    input: Type.Object({ ...ABOUT, case_id: CaseId }, strict),
    result: DisputeSchema,
  }),
} as const

/** For the operator's people who work on cases, whosever account they are about. */
export const deskTools = {
  list_cases: tool({
    ...desk,
    title: 'Cases that people work on',
    description:
      'Cases of all accounts, what is due first: of whoever asks, of nobody, late ones, refunds that wait for a second person. For the people of the operator.',
    uses: ['listCases'],
    input: Type.Object({ ...FOR_READER, ...caseRoutes.listCases.query.properties }, strict),
    result: caseRoutes.listCases.success.schema,
  }),
  get_case: tool({
    ...desk,
    title: 'A case with its steps',
    description:
      'A case as whoever works on it sees it: what is at stake, the tracker, every step with its words, and what may still be given back alone. The look is in the access log of the account.',
    uses: ['getCase'],
    input: Type.Object({ ...FOR_READER, case_id: CaseId }, strict),
    result: CaseSchema,
  }),
} as const

export const caseOrders = {
  open_dispute: tool({
    ...asks,
    title: 'Object to a charge',
    description:
      'Opens a dispute about calls, a period or a purchase. It is checked at once, and the answer says what was found and what is offered. Moves no money by itself: an offer is taken by a person. Asks for a confirmation first.',
    uses: ['getAccount', 'openDispute', 'getDispute'],
    input: Type.Object({ ...ABOUT, ...OpenDisputeSchema.properties, ...CONFIRMED }, strict),
    result: DisputeSchema,
  }),
  talk_to_a_person: tool({
    ...asks,
    title: 'Ask for a person',
    description:
      'Asks for a person of the operator, in a case that is open or in one of its own. Use it whenever somebody asks for a person, and never talk them out of it. Asks for a confirmation first.',
    uses: ['getAccount', 'getDispute', 'askForPerson'],
    input: Type.Object({ ...ABOUT, ...AskPersonSchema.properties, ...CONFIRMED }, strict),
    result: DisputeSchema,
  }),
} as const
