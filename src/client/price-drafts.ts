import { type Body, type CallOptions, perform, type QueryParams } from './operations.ts'
import { pages } from './pages.ts'
import type { Transport } from './transport.ts'

/** Price books on their way: written, looked at by a second person, published. */
export function priceDraftMethods(transport: Transport) {
  return {
    /** Tried once: a repeat would make another. */
    create: (body: Body<'createPriceDraft'>, options?: CallOptions) =>
      perform(transport, 'createPriceDraft', { body }, options),
    list: (query: QueryParams<'listPriceDrafts'> = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listPriceDrafts', { query: page }, options)),
    get: (draft_id: string, options?: CallOptions) =>
      perform(transport, 'getPriceDraft', { params: { draft_id } }, options),
    revise: (draft_id: string, body: Body<'revisePriceDraft'>, options?: CallOptions) =>
      perform(transport, 'revisePriceDraft', { params: { draft_id }, body }, options),
    publish: (draft_id: string, body: Body<'publishPriceDraft'>, options?: CallOptions) =>
      perform(transport, 'publishPriceDraft', { params: { draft_id }, body }, options),
    discard: (draft_id: string, body: Body<'discardPriceDraft'>, options?: CallOptions) =>
      perform(transport, 'discardPriceDraft', { params: { draft_id }, body }, options),
    /** What a book would have made of past calls. Reads only. */
    impact: (body: Body<'previewPriceImpact'>, options?: CallOptions) =>
      perform(transport, 'previewPriceImpact', { body }, options),
  }
}
