import { explainPlan, type Language } from '../../contract/explain/index.ts'
import { parsePlan } from '../../core/funding/plan-document.ts'
import { diffBooks, type PriceBook, parsePriceBook } from '../../core/pricing/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import {
  createPlan,
  listPlans,
  listPriceBooks,
  movePlan,
  type PlanRecord,
  publishPriceBook,
  readPlan,
  readPriceBook,
} from '../../store/control/index.ts'
import { callerId } from '../caller.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, ok, withErrors } from '../handler.ts'
import { bookAnswers, bookPublished, needBook } from '../price-book-answers.ts'
import { type Answer, ProblemError } from '../problem-answer.ts'
import { bookFaults, documentFaults } from '../read-in.ts'

type Plans = 'createPlan' | 'listPlans' | 'getPlan' | 'publishPlan' | 'retirePlan'

export const planHandlers: Handlers<Plans> = {
  createPlan: async ({ body }, { pool, nowMs }) => {
    const parsed = parsePlan(body)
    if (!parsed.ok)
      throw new ProblemError('plan_invalid', {
        errors: documentFaults(parsed.problems),
      })
    const result = await createPlan(pool, body, instant(nowMs()))
    if (result.status === 'version_taken') throw new ProblemError('plan_exists')
    if (result.status === 'no_version_left')
      throw new ProblemError('plan_exists', {
        detail: { code: 'plan_versions_used_up' },
      })
    return result.status === 'created' ? created(planJson(result.plan)) : ok(planJson(result.plan))
  },

  listPlans: async ({ query, caller }, { pool, nowMs }) => {
    const limit = query.limit ?? PAGE_DEFAULT
    const after = decodeCursor('plans', ['string', 'number'], query.cursor)
    const rows = await listPlans(pool, {
      status: caller.type === 'key' ? 'published' : (query.status ?? null),
      after: after && { planId: after[0], version: after[1] },
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(rows, limit, (last) =>
      encodeCursor('plans', [last.planId, last.version]),
    )
    return ok({
      items: items.map((plan) => planJson(plan, query.lang)),
      next_cursor,
      as_of: formatInstant(instant(nowMs())),
    })
  },

  getPlan: async ({ params, query, caller }, { pool }) => {
    const plan = await readPlan(pool, params.plan_id, params.version)
    if (!plan || (plan.status === 'draft' && caller.type === 'key'))
      throw new ProblemError('plan_unknown')
    return ok(planJson(plan, query.lang))
  },

  publishPlan: ({ params }, services) => move(params, 'published', services),
  retirePlan: ({ params }, services) => move(params, 'retired', services),
}

async function move(
  params: { readonly plan_id: string; readonly version: number },
  to: 'published' | 'retired',
  { pool, engine, catalogue }: Services,
): Promise<Answer> {
  const result = await movePlan(pool, { planId: params.plan_id, version: params.version }, to)
  if (result.status === 'unknown') throw new ProblemError('plan_unknown')
  if (result.status === 'not_allowed') throw new ProblemError('plan_not_draft')
  if (result.status === 'window_differs')
    throw new ProblemError('window_differs', {
      detail: {
        code: 'window_means_other',
        values: { window: result.conflict.windowId, plan: result.conflict.plan },
      },
    })
  catalogue.forget()
  await engine.reloadCatalogue()
  return ok(planJson(result.plan))
}

const planJson = (plan: PlanRecord, lang: Language = 'en') => ({
  plan: `${plan.planId}@${plan.version}`,
  plan_id: plan.planId,
  version: plan.version,
  status: plan.status,
  created_at: formatInstant(plan.createdAt),
  document: plan.document,
  says: explainPlan(plan.document, lang),
})

type Books =
  | 'publishPriceBook'
  | 'validatePriceBook'
  | 'listPriceBooks'
  | 'getPriceBook'
  | 'diffPriceBooks'

export const priceBookHandlers: Handlers<Books> = {
  publishPriceBook: async ({ body, caller, request }, services) => {
    const book = await needBook(services.pool, body, 'body')
    if (services.approvals === 'two' && !(await isPublished(services.pool, body)))
      throw new ProblemError('second_person_needed')
    const result = await publishPriceBook(services.pool, {
      document: body,
      effectiveFrom: book.effectiveFrom,
      at: instant(services.nowMs()),
      by: callerId(caller),
    })
    if (result.status === 'id_taken') throw new ProblemError('price_book_exists')
    const answer = await bookPublished(services, result.book, request.log)
    return result.status === 'published' ? created(answer) : ok(answer)
  },

  validatePriceBook: async ({ body }) => {
    const parsed = parsePriceBook(body)
    return withErrors(
      ok({ valid: parsed.ok }),
      parsed.ok ? [] : bookFaults(parsed.problems, 'body'),
    )
  },

  listPriceBooks: async ({ query }, services) => {
    const { pool, nowMs } = services
    const limit = query.limit ?? PAGE_DEFAULT
    const after = decodeCursor('price_books', ['number', 'string'], query.cursor)
    const rows = await listPriceBooks(pool, {
      after: after && { publishedAt: instant(after[0]), bookId: after[1] },
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(rows, limit, (last) =>
      encodeCursor('price_books', [last.publishedAt, last.bookId]),
    )
    const json = await bookAnswers(services)
    return ok({ items: items.map(json), next_cursor, as_of: formatInstant(instant(nowMs())) })
  },

  getPriceBook: async ({ params }, services) => {
    const book = await readPriceBook(services.pool, params.price_book_id)
    if (!book) throw new ProblemError('price_book_unknown')
    const json = await bookAnswers(services)
    return ok({ ...json(book), document: book.document })
  },

  diffPriceBooks: async ({ params }, { pool }) => {
    const [from, to] = await Promise.all([
      parsedBook(pool, params.price_book_id),
      parsedBook(pool, params.other_id),
    ])
    return ok({ from: from.id, to: to.id, ...diffBooks(from, to) })
  },
}

/** Publishing again what is there changes nothing, so it needs nobody. */
async function isPublished(
  pool: Services['pool'],
  body: { readonly id: string },
): Promise<boolean> {
  const known = await readPriceBook(pool, body.id)
  return known !== null
}

async function parsedBook(pool: Services['pool'], id: string): Promise<PriceBook> {
  const stored = await readPriceBook(pool, id)
  if (!stored) throw new ProblemError('price_book_unknown')
  const parsed = parsePriceBook(stored.document)
  if (!parsed.ok) throw new Error(`stored price book ${id} cannot be read`)
  return parsed.book
}
