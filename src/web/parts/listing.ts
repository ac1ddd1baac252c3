import { keepPreviousData, type QueryMeta, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { take } from '../../client/index.ts'

const PAGE = 50

/** A list of the API, so many items of it as have been asked for. */
export function useListing<T>(
  key: readonly unknown[],
  read: (options: { readonly signal: AbortSignal }) => AsyncIterable<T>,
  { every, meta }: { readonly every?: number; readonly meta?: QueryMeta } = {},
) {
  const [wanted, setWanted] = useState(PAGE)
  const query = useQuery({
    queryKey: [...key, 'first', wanted],
    queryFn: ({ signal }) => take(read({ signal }), wanted + 1),
    select: (items) => ({ items: items.slice(0, wanted), hasMore: items.length > wanted }),
    placeholderData: keepPreviousData,
    ...(every !== undefined && { refetchInterval: every }),
    ...(meta && { meta }),
  })
  return { query, more: () => setWanted((count) => count + PAGE) }
}
