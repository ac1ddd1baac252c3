const PAGE_MAX = 500

/**
 * Does every item of every page, whatever happens to one, and then tells the first failure. Each page
 * begins after the last item of the one before, so that items that fail for ever hold nobody up.
 * Returns how many were done; work that answers `false` had nothing to do. The items of a page are done at
 * once, so `pageMax` is small where each of them needs much memory.
 */
export async function sweepAll<T>(
  page: (after: T | null, limit: number) => Promise<readonly T[]>,
  work: (item: T) => Promise<unknown>,
  pageMax = PAGE_MAX,
): Promise<number> {
  let last: T | null = null
  let done = 0
  const failures: unknown[] = []
  for (;;) {
    const items: readonly T[] = await page(last, pageMax)
    for (const result of await Promise.allSettled(items.map(async (item) => work(item)))) {
      if (result.status === 'rejected') failures.push(result.reason)
      else if (result.value !== false) done += 1
    }
    last = items.at(-1) ?? null
    if (items.length < pageMax) break
  }
  if (failures.length > 0) throw failures[0]
  return done
}
