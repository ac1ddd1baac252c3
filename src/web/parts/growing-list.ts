import type { QueryMeta } from '@tanstack/react-query'
import { useListing } from './listing.ts'

const PAGE = 100

/**
 * A list from its beginning, as far as it has been asked for, in the form that `More` takes. It is read anew
 * as a whole, so that what the live feed brings stands in its right place.
 */
export function useGrowingList<T>(
  key: readonly unknown[],
  read: (limit: number, signal: AbortSignal) => AsyncIterable<T>,
  options: { readonly meta?: QueryMeta } = {},
) {
  const { query, more } = useListing(key, ({ signal }) => read(PAGE, signal), options)
  return {
    query,
    items: query.data?.items ?? [],
    more: {
      hasNextPage: query.data?.hasMore ?? false,
      isFetchingNextPage: query.isPlaceholderData,
      error: null,
      fetchNextPage: async () => more() as never,
    },
  }
}
