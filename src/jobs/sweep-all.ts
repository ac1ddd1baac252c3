const PAGE_MAX = 500

/** Some things of a round could not be done; the others were. */
export class SomeFailed extends Error {
  readonly done: number
  readonly failed: number

  constructor(done: number, failures: readonly unknown[]) {
    const [first] = failures
    const why = first instanceof Error ? first.message : String(first)
    super(`${failures.length} of ${done + failures.length} failed, the first with: ${why}`, {
      cause: first,
    })
    this.name = 'SomeFailed'
    this.done = done
    this.failed = failures.length
  }
}

/**
 * Does every item of every page, whatever happens to one. Each page begins after the last item of the
 * one before, so that items that fail for ever hold nobody up. Returns how many were done; work that
 * answers `false` had nothing to do.
 * @throws SomeFailed after all of them
 */
export async function sweepAll<T>(
  page: (after: T | null, limit: number) => Promise<readonly T[]>,
  work: (item: T) => Promise<unknown>,
): Promise<number> {
  let last: T | null = null
  let done = 0
  const failures: unknown[] = []
  for (;;) {
    const items: readonly T[] = await page(last, PAGE_MAX)
    for (const result of await Promise.allSettled(items.map(async (item) => work(item)))) {
      if (result.status === 'rejected') failures.push(result.reason)
      else if (result.value !== false) done += 1
    }
    last = items.at(-1) ?? null
    if (items.length < PAGE_MAX) break
  }
  if (failures.length > 0) throw new SomeFailed(done, failures)
  return done
}
