export interface Paging {
  readonly cursor?: string
  readonly limit?: number
}

interface Page<T> {
  readonly items: readonly T[]
  readonly next_cursor: string | null
}

/** Every item of a list, page by page, as they are asked for. */
export async function* pages<Q extends Paging, T>(
  query: Q,
  read: (page: Q) => Promise<Page<T>>,
): AsyncGenerator<T> {
  let page = await read(query)
  for (;;) {
    yield* page.items
    if (page.next_cursor === null) return
    page = await read({ ...query, cursor: page.next_cursor })
  }
}

/** The items of a list, `count` of them at most. */
export async function take<T>(
  items: AsyncIterable<T>,
  count = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const taken: T[] = []
  if (count <= 0) return taken
  for await (const item of items) {
    taken.push(item)
    if (taken.length >= count) break
  }
  return taken
}
