import Type from 'typebox'
import { PlanSimulationSchema, SimulationOrderSchema } from '../schemas/plan-simulation.ts'
import { PlanDocumentSchema, PlanSchema, PlanStatusSchema } from '../schemas/plans.ts'
import {
  BookDifferenceSchema,
  PriceBookCheckSchema,
  PriceBookDocumentSchema,
  PriceBookListedSchema,
  PriceBookSchema,
} from '../schemas/price-books.ts'
import { BookId, Cursor, Limit, Open, PlanId, page, strict } from '../schemas/primitives.ts'
import { LangAsked as lang } from '../schemas/reader.ts'
import { route } from './route.ts'

const paging = { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) }
const VersionParams = Type.Object(
  { plan_id: PlanId, version: Type.Integer({ minimum: 1, maximum: 1_000_000 }) },
  strict,
)
const plan = { status: 200, description: 'The plan version.', schema: PlanSchema } as const
const book = { status: 200, description: 'The price book.', schema: PriceBookSchema } as const

export const catalogueRoutes = {
  createPlan: route({
    method: 'POST',
    path: '/v1/plans',
    permission: 'operator',
    idempotency: 'none',
    tag: 'Plans',
    summary: 'Draft a plan version',
    description: 'The same document again gives the version that is there.',
    body: PlanDocumentSchema,
    success: { ...plan, status: 201 },
    problems: ['plan_invalid', 'plan_exists'],
  }),
  listPlans: route({
    method: 'GET',
    path: '/v1/plans',
    permission: 'catalogue',
    idempotency: 'none',
    tag: 'Plans',
    summary: 'List plan versions',
    description: 'Account keys see published versions only.',
    query: Type.Object({ status: Type.Optional(PlanStatusSchema), lang, ...paging }, strict),
    success: {
      status: 200,
      description: 'By id and version.',
      schema: page(PlanSchema, 'A page of plan versions.'),
    },
    problems: ['cursor_invalid'],
  }),
  getPlan: route({
    method: 'GET',
    path: '/v1/plans/{plan_id}/{version}',
    permission: 'catalogue',
    idempotency: 'none',
    tag: 'Plans',
    summary: 'Read a plan version',
    description: 'Account keys do not see drafts.',
    params: VersionParams,
    query: Type.Object({ lang }, strict),
    success: plan,
    problems: ['plan_unknown'],
  }),
  publishPlan: route({
    method: 'POST',
    path: '/v1/plans/{plan_id}/{version}/publish',
    permission: 'operator',
    idempotency: 'none',
    tag: 'Plans',
    summary: 'Publish a plan version',
    description:
      'A repeat changes nothing. The id of a calendar window means one length in all plans.',
    params: VersionParams,
    success: plan,
    problems: ['plan_unknown', 'plan_not_draft', 'window_differs'],
  }),
  retirePlan: route({
    method: 'POST',
    path: '/v1/plans/{plan_id}/{version}/retire',
    permission: 'operator',
    idempotency: 'none',
    tag: 'Plans',
    summary: 'Retire a plan version',
    description: 'Accounts that have it keep it; none can change to it. A repeat changes nothing.',
    params: VersionParams,
    success: plan,
    problems: ['plan_unknown', 'plan_not_draft'],
  }),
  simulatePlan: route({
    method: 'POST',
    path: '/v1/plans/simulate',
    permission: 'operator',
    idempotency: 'none',
    tag: 'Plans',
    summary: 'What a plan would have made of what an account did',
    description:
      'Decides the calls of an interval once more, as if the account had been on the plan: who would have carried what, by day, beside what really happened. Reads only; bounded.',
    body: SimulationOrderSchema,
    success: { status: 200, description: 'The simulation.', schema: PlanSimulationSchema },
    problems: ['plan_invalid', 'account_unknown', 'currency_mismatch'],
  }),
  publishPriceBook: route({
    method: 'POST',
    path: '/v1/price_books',
    permission: 'operator',
    idempotency: 'none',
    tag: 'Price books',
    summary: 'Publish a price book',
    description:
      'For ever: versions are immutable, and the same document again gives what is there. Calls without a price that it prices are completed.',
    body: PriceBookDocumentSchema,
    success: { ...book, status: 201 },
    problems: ['price_book_invalid', 'price_book_exists'],
  }),
  validatePriceBook: route({
    method: 'POST',
    path: '/v1/price_books/validate',
    permission: 'operator',
    idempotency: 'none',
    tag: 'Price books',
    summary: 'Check a price book',
    description: 'Nothing is stored.',
    body: Open,
    success: { status: 200, description: 'Its faults, if any.', schema: PriceBookCheckSchema },
    problems: [],
  }),
  listPriceBooks: route({
    method: 'GET',
    path: '/v1/price_books',
    permission: 'catalogue',
    idempotency: 'none',
    tag: 'Price books',
    summary: 'List price books',
    query: Type.Object(paging, strict),
    success: {
      status: 200,
      description: 'The latest publication first.',
      schema: page(PriceBookListedSchema, 'A page of price books.'),
    },
    problems: ['cursor_invalid'],
  }),
  getPriceBook: route({
    method: 'GET',
    path: '/v1/price_books/{price_book_id}',
    permission: 'catalogue',
    idempotency: 'none',
    tag: 'Price books',
    summary: 'Read a price book',
    params: Type.Object({ price_book_id: BookId }, strict),
    success: book,
    problems: ['price_book_unknown'],
  }),
  diffPriceBooks: route({
    method: 'GET',
    path: '/v1/price_books/{price_book_id}/diff/{other_id}',
    permission: 'catalogue',
    idempotency: 'none',
    tag: 'Price books',
    summary: 'Compare two price books',
    params: Type.Object({ price_book_id: BookId, other_id: BookId }, strict),
    success: {
      status: 200,
      description: 'What changes from the first to the second.',
      schema: BookDifferenceSchema,
    },
    problems: ['price_book_unknown'],
  }),
} as const
