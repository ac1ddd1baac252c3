import { readNanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import { conditionKey, rowCondition } from './conditions.ts'
import type { PriceBook, PriceRowDocument } from './types.ts'

/** The book in force at an instant: the latest `effective_from` not after it; of equals the later given. */
export function bookInForce(books: readonly PriceBook[], at: Instant): PriceBook | null {
  let best: PriceBook | null = null
  for (const book of books) {
    if (book.effectiveFrom <= at && (best === null || book.effectiveFrom >= best.effectiveFrom))
      best = book
  }
  return best
}

export type BookState = 'scheduled' | 'active' | 'retired'

/** How each book stands at an instant: one of each currency is in force, those before it have been. */
export function bookStates(books: readonly PriceBook[], at: Instant): Map<string, BookState> {
  const currencies = new Map<string, PriceBook[]>()
  for (const book of books)
    currencies.set(book.currency, [...(currencies.get(book.currency) ?? []), book])
  const states = new Map<string, BookState>()
  for (const own of currencies.values()) {
    const inForce = bookInForce(own, at)
    for (const book of own)
      states.set(
        book.id,
        book === inForce ? 'active' : book.effectiveFrom > at ? 'scheduled' : 'retired',
      )
  }
  return states
}

export interface BookDifference {
  readonly added: readonly PriceRowDocument[]
  readonly removed: readonly PriceRowDocument[]
  /** Rows of the same model, kind and condition whose price is another. */
  readonly changed: readonly { readonly from: PriceRowDocument; readonly to: PriceRowDocument }[]
}

/** What changes for customers from one book to the next: rows added, removed, priced differently. */
export function diffBooks(from: PriceBook, to: PriceBook): BookDifference {
  const before = rowsByKey(from)
  const after = rowsByKey(to)
  const added: PriceRowDocument[] = []
  const changed: { from: PriceRowDocument; to: PriceRowDocument }[] = []
  for (const [key, { row, price }] of after) {
    const old = before.get(key)
    if (!old) added.push(row)
    else if (old.price !== price) changed.push({ from: old.row, to: row })
  }
  const removed = [...before].filter(([key]) => !after.has(key)).map(([, { row }]) => row)
  return { added, removed, changed }
}

/** Rows by what they apply to, so that another spelling of a condition or a price is no change. */
function rowsByKey(book: PriceBook): Map<string, { row: PriceRowDocument; price: bigint }> {
  const rows = new Map<string, { row: PriceRowDocument; price: bigint }>()
  for (const row of book.document.rows) {
    const key = JSON.stringify([row.model, row.kind, conditionKey(rowCondition(row.when ?? {}))])
    rows.set(key, { row, price: readNanos(row.per_mtok) })
  }
  return rows
}
