import { useQuery } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'

export type ListedBook = Answer<'listPriceBooks'>['items'][number]
export type Book = Answer<'getPriceBook'>
export type Draft = Answer<'getPriceDraft'>
export type ListedDraft = Answer<'listPriceDrafts'>['items'][number]
export type DraftState = ListedDraft['state']

/** The first page of a list that the client reads page by page. */
async function firstOf<Item>(pages: AsyncIterable<Item>, most: number): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of pages) {
    items.push(item)
    if (items.length >= most) break
  }
  return items
}

const LISTED_MAX = 200

export const useBooks = () =>
  useQuery({
    queryKey: ['price-books'],
    queryFn: ({ signal }) =>
      firstOf(api.priceBooks.list({ limit: LISTED_MAX }, { signal }), LISTED_MAX),
  })

export const useBook = (id: string | undefined) =>
  useQuery({
    queryKey: ['price-books', id],
    queryFn: ({ signal }) => api.priceBooks.get(id ?? '', { signal }),
    enabled: id !== undefined,
  })

export const useDrafts = (state: DraftState | undefined) =>
  useQuery({
    queryKey: ['price-drafts', 'list', state],
    queryFn: ({ signal }) =>
      firstOf(
        api.priceDrafts.list({ limit: LISTED_MAX, ...(state && { state }) }, { signal }),
        LISTED_MAX,
      ),
  })

export const useDraft = (id: string | undefined) =>
  useQuery({
    queryKey: ['price-drafts', id],
    queryFn: ({ signal }) => api.priceDrafts.get(id ?? '', { signal }),
    enabled: id !== undefined,
  })
