import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { take } from '../../client/index.ts'
import { serverNow } from '../app/clock.ts'

const STEP = 50
const REFRESH_MS = 15_000

interface ListingOptions<Item> {
  readonly key: readonly unknown[]
  readonly read: (signal: AbortSignal) => AsyncIterable<Item>
  readonly enabled?: boolean
  /** Read again by itself: for lists on which others work at the same time. */
  readonly refresh?: boolean
}

/** The beginning of a long list, more of it when asked, with the time at which it was read. */
export function useListing<Item>({ key, read, enabled = true, refresh }: ListingOptions<Item>) {
  const [count, setCount] = useState(STEP)
  const query = useQuery({
    queryKey: [...key, count],
    queryFn: async ({ signal }) => {
      const items = await take(read(signal), count + 1)
      const as_of = new Date(serverNow()).toISOString()
      return { items: items.slice(0, count), hasMore: items.length > count, as_of }
    },
    // More of the same list keeps what is shown; another list does not show the one before.
    placeholderData: (before, own) => (isSame(own?.queryKey, key) ? before : undefined),
    enabled,
    ...(refresh && { refetchInterval: REFRESH_MS }),
  })
  return { query, showMore: () => setCount((before) => before + STEP) }
}

const isSame = (full: readonly unknown[] | undefined, key: readonly unknown[]): boolean =>
  JSON.stringify(full?.slice(0, -1)) === JSON.stringify(key)
