import type { Instant } from '../time/index.ts'
import type { PriceBook, PriceRowDocument } from './types.ts'

/** The book in force at an instant: the latest `effective_from` not after it; of equals the later published. */
export function bookInForce(books: readonly PriceBook[], at: Instant): PriceBook | null {
  let best: PriceBook | null = null
  for (const book of books)
    if (book.effectiveFrom <= at && (best === null || book.effectiveFrom >= best.effectiveFrom))
      best = book
  return best
}

export interface BookDifference {
  readonly added: readonly PriceRowDocument[]
  readonly removed: readonly PriceRowDocument[]
  readonly changed: readonly { readonly from: PriceRowDocument; readonly to: PriceRowDocument }[]
}

const rowKey = (row: PriceRowDocument): string =>
  JSON.stringify([
    row.model,
    row.kind,
    row.when?.tier ?? null,
    row.when?.speed ?? null,
    row.when?.region ?? null,
    row.when?.prompt_tokens_above ?? null,
    row.when?.prompt_tokens_from ?? null,
  ])

/** What changes for customers between two books: rows added, removed, priced differently. */
export function diffBooks(from: PriceBook, to: PriceBook): BookDifference {
  const old = new Map(from.document.rows.map((row) => [rowKey(row), row]))
  const fresh = new Map(to.document.rows.map((row) => [rowKey(row), row]))
  return {
    added: [...fresh].filter(([key]) => !old.has(key)).map(([, row]) => row),
    removed: [...old].filter(([key]) => !fresh.has(key)).map(([, row]) => row),
    changed: [...fresh].flatMap(([key, row]) => {
      const before = old.get(key)
      return before && before.per_mtok !== row.per_mtok ? [{ from: before, to: row }] : []
    }),
  }
}
