import { type Fault, faultAt } from '../../contract/problem-words/faults.ts'
import { IMPACT_CALLS } from '../../contract/schemas/price-drafts.ts'
import type { PriceBookDocument } from '../../core/pricing/types.ts'
import { DAY_MS, formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { impactOfBook } from '../../engine/prices/impact.ts'
import {
  createDraft,
  discardDraft,
  type ListedDraft,
  listDrafts,
  type PriceDraft,
  publishDraft,
  readDraft,
  readPriceBook,
  reviseDraft,
} from '../../store/control/index.ts'
import { type Caller, callerId } from '../caller.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, type Inbound, ok, withErrors } from '../handler.ts'
import { bookPublished, faultsOf, needBook } from '../price-book-answers.ts'
import { impactJson } from '../price-impact-answer.ts'
import { ProblemError } from '../problem-answer.ts'
import { instantIn } from '../read-in.ts'

type Drafts =
  | 'createPriceDraft'
  | 'listPriceDrafts'
  | 'getPriceDraft'
  | 'revisePriceDraft'
  | 'publishPriceDraft'
  | 'discardPriceDraft'
  | 'previewPriceImpact'

/** A shared token is nobody's in particular, so where two persons are needed it is none of them. */
const isNobody = (caller: Caller): boolean => caller.type === 'operator' && !caller.isPerson

export const priceDraftHandlers: Handlers<Drafts> = {
  createPriceDraft: async ({ body, caller }, services) => {
    const { pool, ids, nowMs, approvals } = services
    if (approvals === 'two' && isNobody(caller)) throw new ProblemError('second_person_needed')
    const draft = await createDraft(pool, {
      draftId: ids('draft'),
      document: await documentIn(pool, body),
      note: body.note ?? null,
      by: callerId(caller),
      at: instant(nowMs()),
    })
    return await draftAnswer(services, draft, created)
  },

  listPriceDrafts: async ({ query }, { pool, nowMs }) => {
    const limit = query.limit ?? PAGE_DEFAULT
    const found = await listDrafts(pool, {
      state: query.state ?? null,
      before: decodeCursor('price_drafts', ['number', 'string'], query.cursor),
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(found, limit, (last) =>
      encodeCursor('price_drafts', [last.createdAt, last.draftId]),
    )
    const as_of = formatInstant(instant(nowMs()))
    return ok({ items: items.map(headingJson), next_cursor, as_of })
  },

  getPriceDraft: async ({ params }, services) =>
    draftAnswer(services, await needed(services, params.draft_id)),

  revisePriceDraft: async ({ params, body, caller }, services) => {
    if (services.approvals === 'two' && isNobody(caller))
      throw new ProblemError('second_person_needed')
    await needed(services, params.draft_id)
    const change = changeBy(params.draft_id, { body, caller }, services)
    const { document, note } = body
    const revised = await reviseDraft(services.pool, change, { document, note })
    if (!revised) throw new ProblemError('draft_outdated')
    return await draftAnswer(services, revised)
  },

  publishPriceDraft: async ({ params, body, caller, request }, services) => {
    const draft = await needed(services, params.draft_id)
    needSecond(draft, caller, services)
    const book = await needBook(services.pool, draft.document, 'document')
    const change = changeBy(draft.draftId, { body, caller }, services)
    const result = await publishDraft(services.pool, change, {
      document: book.document,
      effectiveFrom: book.effectiveFrom,
      at: change.at,
      by: change.by,
    })
    if (result.status === 'draft_outdated') throw new ProblemError('draft_outdated')
    if (result.status === 'id_taken') throw new ProblemError('price_book_exists')
    return created(await bookPublished(services, result.book, request.log))
  },

  discardPriceDraft: async ({ params, body, caller }, services) => {
    await needed(services, params.draft_id)
    const change = changeBy(params.draft_id, { body, caller }, services)
    if (!(await discardDraft(services.pool, change))) throw new ProblemError('draft_outdated')
    return draftAnswer(services, await needed(services, params.draft_id))
  },

  previewPriceImpact: async ({ body }, services) => {
    const { pool, nowMs } = services
    const book = await needBook(pool, await documentNamed(services, body), 'document')
    const until = body.to === undefined ? instant(nowMs()) : instantIn(body.to)
    const from = body.from === undefined ? instant(until - WEEK_MS) : instantIn(body.from)
    needSpan(from, until)
    const impact = await impactOfBook(
      pool,
      {
        ...{ book, from, until },
        callsMax: body.sample ?? IMPACT_CALLS.unlessTold,
        endsAtMs: nowMs() + WITHIN_MS,
      },
      nowMs,
    )
    return ok(impactJson({ impact, book, from, until, at: instant(nowMs()) }))
  },
}

const WEEK_MS = 7 * DAY_MS
const SPAN_MAX_MS = 31 * DAY_MS
/** How long a preview looks before it answers with what it has. */
const WITHIN_MS = 10_000

function needSpan(from: Instant, until: Instant): void {
  if (from < until && until - from <= SPAN_MAX_MS) return
  throw invalid(faultAt('body/to', 'span_too_long'))
}

const invalid = (fault: Fault): ProblemError =>
  new ProblemError('invalid_request', { errors: [fault] })

function needSecond(draft: PriceDraft, caller: Caller, { approvals }: Services): void {
  if (approvals !== 'two') return
  if (isNobody(caller) || draft.authors.includes(callerId(caller)))
    throw new ProblemError('second_person_needed')
}

async function documentIn(
  pool: Services['pool'],
  { document, based_on: old }: Inbound<'createPriceDraft'>['body'],
): Promise<Readonly<Record<string, unknown>>> {
  if ((document === undefined) === (old === undefined))
    throw invalid(faultAt('body/document', 'draft_and_document'))
  if (document !== undefined) return document
  const book = await readPriceBook(pool, old!.price_book_id)
  if (!book) throw new ProblemError('price_book_unknown')
  const { corrects: _, ...prices } = book.document
  return { ...prices, id: old!.id, effective_from: old!.effective_from }
}

async function documentNamed(
  services: Services,
  { document, draft_id, price_book_id }: Inbound<'previewPriceImpact'>['body'],
): Promise<Readonly<Record<string, unknown>> | PriceBookDocument> {
  const named = [document, draft_id, price_book_id].filter((own) => own !== undefined)
  if (named.length !== 1) throw invalid(faultAt('body/document', 'book_named_once'))
  if (document !== undefined) return document
  if (draft_id !== undefined) return (await needed(services, draft_id)).document
  const book = await readPriceBook(services.pool, price_book_id!)
  if (!book) throw new ProblemError('price_book_unknown')
  return book.document
}

async function needed({ pool }: Services, draftId: string): Promise<PriceDraft> {
  const draft = await readDraft(pool, draftId)
  if (!draft) throw new ProblemError('draft_unknown')
  return draft
}

const changeBy = (
  draftId: string,
  { body, caller }: { readonly body: { readonly revision: number }; readonly caller: Caller },
  { nowMs }: Services,
) => ({ draftId, revision: body.revision, by: callerId(caller), at: instant(nowMs()) })

const headingJson = (draft: ListedDraft) => ({
  draft_id: draft.draftId,
  state: draft.state,
  revision: draft.revision,
  price_book_id: draft.bookId,
  currency: draft.currency,
  effective_from: draft.effectiveFrom,
  note: draft.note,
  authors: draft.authors,
  approved_by: draft.approvedBy,
  created_at: formatInstant(draft.createdAt),
  updated_at: formatInstant(draft.updatedAt),
})

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

async function draftAnswer({ pool, nowMs }: Services, draft: PriceDraft, answer = ok) {
  const { document } = draft
  const heading = headingJson({
    ...draft,
    bookId: textOrNull(document.id),
    currency: textOrNull(document.currency),
    effectiveFrom: textOrNull(document.effective_from),
  })
  const { faults } = await faultsOf(pool, document, 'document')
  const as_of = formatInstant(instant(nowMs()))
  return withErrors(answer({ ...heading, document, errors: [], as_of }), faults)
}
