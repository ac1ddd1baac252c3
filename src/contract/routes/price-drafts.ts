import Type from 'typebox'
import { PriceBookSchema } from '../schemas/price-books.ts'
import {
  DraftChangeSchema,
  DraftId,
  DraftRevisionSchema,
  DraftSchema,
  DraftStateSchema,
  ImpactOrderSchema,
  ListedDraftSchema,
  NewDraftSchema,
  PriceImpactSchema,
} from '../schemas/price-drafts.ts'
import { Cursor, Limit, page, strict } from '../schemas/primitives.ts'
import { route } from './route.ts'

const tag = 'Price books'
const OfDraft = Type.Object({ draft_id: DraftId }, strict)
const aDraft = { status: 200, description: 'The draft.', schema: DraftSchema } as const
const own = { permission: 'operator', idempotency: 'none', tag } as const

export const priceDraftRoutes = {
  createPriceDraft: route({
    ...own,
    method: 'POST',
    path: '/v1/price_book_drafts',
    summary: 'Draft a price book',
    description: 'From a document, or from a published book whose prices are to come back.',
    body: NewDraftSchema,
    success: { ...aDraft, status: 201 },
    problems: ['price_book_unknown'],
  }),
  listPriceDrafts: route({
    ...own,
    method: 'GET',
    path: '/v1/price_book_drafts',
    summary: 'List drafts of price books',
    query: Type.Object(
      {
        state: Type.Optional(DraftStateSchema),
        cursor: Type.Optional(Cursor),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'The latest first.',
      schema: page(ListedDraftSchema, 'A page of drafts.'),
    },
    problems: ['cursor_invalid'],
  }),
  getPriceDraft: route({
    ...own,
    method: 'GET',
    path: '/v1/price_book_drafts/{draft_id}',
    summary: 'Read a draft and its faults',
    params: OfDraft,
    success: aDraft,
    problems: ['draft_unknown'],
  }),
  revisePriceDraft: route({
    ...own,
    method: 'PATCH',
    path: '/v1/price_book_drafts/{draft_id}',
    summary: 'Write a draft anew',
    description: 'Whoever does so is one of its authors from then on.',
    params: OfDraft,
    body: DraftChangeSchema,
    success: aDraft,
    problems: ['draft_unknown', 'draft_outdated'],
  }),
  publishPriceDraft: route({
    ...own,
    method: 'POST',
    path: '/v1/price_book_drafts/{draft_id}/publish',
    summary: 'Approve a draft and publish its book',
    description: 'For ever. Where two persons are needed, whoever approves is none of its authors.',
    params: OfDraft,
    body: DraftRevisionSchema,
    success: { status: 201, description: 'The price book.', schema: PriceBookSchema },
    problems: [
      'draft_unknown',
      'draft_outdated',
      'second_person_needed',
      'price_book_invalid',
      'price_book_exists',
    ],
  }),
  discardPriceDraft: route({
    ...own,
    method: 'POST',
    path: '/v1/price_book_drafts/{draft_id}/discard',
    summary: 'Give up a draft',
    params: OfDraft,
    body: DraftRevisionSchema,
    success: aDraft,
    problems: ['draft_unknown', 'draft_outdated'],
  }),
  previewPriceImpact: route({
    ...own,
    method: 'POST',
    path: '/v1/price_books/impact',
    summary: 'What a price book would have made of past calls',
    description:
      'Prices calls of an interval with another book, and says who would have paid more or less. Reads only; bounded, and says where it did not look at everything.',
    body: ImpactOrderSchema,
    success: { status: 200, description: 'The impact.', schema: PriceImpactSchema },
    problems: ['draft_unknown', 'price_book_unknown', 'price_book_invalid'],
  }),
} as const
