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

/** Everything that a list holds, where that is known to be little. */
export async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
