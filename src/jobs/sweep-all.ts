const PAGE_MAX = 500

interface Failure {
  /** What failed, for people. */
  readonly name: string
  readonly error: unknown
}

/** Some things of a round could not be done; the others were. */
export class SomeFailed extends Error {
  readonly done: number
  readonly failed: number

  constructor(done: number, failures: readonly Failure[]) {
    const first = failures[0]!
    const why = first.error instanceof Error ? first.error.message : String(first.error)
    super(
      `${failures.length} of ${done + failures.length} failed, the first ${first.name}: ${why}`,
      {
        cause: first.error,
      },
    )
    this.name = 'SomeFailed'
    this.done = done
    this.failed = failures.length
  }
}

/** Does things whatever happens to one, and keeps count. */
export class Tries {
  done = 0
  readonly #failures: Failure[] = []

  /** Work that answers `false` had nothing to do. */
  async all<T>(
    items: readonly T[],
    nameOf: (item: T) => string,
    work: (item: T) => Promise<unknown>,
  ): Promise<void> {
    const results = await Promise.allSettled(items.map(async (item) => work(item)))
    for (const [index, result] of results.entries())
      if (result.status === 'rejected')
        this.#failures.push({ name: nameOf(items[index] as T), error: result.reason })
      else if (result.value !== false) this.done += 1
  }

  /**
   * How many were done.
   * @throws SomeFailed
   */
  count(): number {
    if (this.#failures.length > 0) throw new SomeFailed(this.done, this.#failures)
    return this.done
  }
}

export interface Sweep<T> {
  /** Begins after an item of the page before, so that items that fail for ever hold nobody up. */
  readonly page: (after: T | null, limit: number) => Promise<readonly T[]>
  readonly nameOf: (item: T) => string
  /** `false`: it had nothing to do. */
  readonly work: (item: T) => Promise<unknown>
  /** Items of one page at most. */
  readonly pageMax?: number
}

/**
 * Does every item of every page, whatever happens to one. Returns how many were done. The items of a page
 * are done at once, so `pageMax` is small where each of them needs much memory.
 * @throws SomeFailed after all of them
 */
export async function sweepAll<T>({
  page,
  nameOf,
  work,
  pageMax = PAGE_MAX,
}: Sweep<T>): Promise<number> {
  const tries = new Tries()
  let last: T | null = null
  for (;;) {
    const items: readonly T[] = await page(last, pageMax)
    await tries.all(items, nameOf, work)
    last = items.at(-1) ?? null
    if (items.length < pageMax) return tries.count()
  }
}

/**
 * Does all of them, whatever happens to one. Returns how many were done.
 * @throws SomeFailed after all of them
 */
export async function eachOf<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  work: (item: T) => Promise<unknown>,
): Promise<number> {
  const tries = new Tries()
  await tries.all(items, nameOf, work)
  return tries.count()
}
