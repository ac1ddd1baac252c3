import type { Instant } from '../time/index.ts'
import type { PriceBook } from './types.ts'

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
