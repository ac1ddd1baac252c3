import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { take } from '../../client/index.ts'

const STEP = 50
const PAGE = 100

/**
 * A list from its beginning, as far as it has been asked for. It is read anew as a whole, so that what the
 * live feed brings stands in its right place.
 */
export function useGrowingList<T>(
  key: readonly unknown[],
  read: (limit: number, signal: AbortSignal) => AsyncIterable<T>,
) {
  const [count, setCount] = useState(STEP)
  const query = useQuery({
    queryKey: [...key, count],
    // One more than is shown: whether there is more to show.
    queryFn: ({ signal }) => take(read(PAGE, signal), count + 1),
    placeholderData: keepPreviousData,
  })
  return {
    query,
    items: (query.data ?? []).slice(0, count),
    more: {
      hasNextPage: (query.data?.length ?? 0) > count,
      isFetchingNextPage: query.isPlaceholderData,
      error: null,
      fetchNextPage: async () => setCount(count + STEP) as never,
    },
  }
}
