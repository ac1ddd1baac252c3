import type { AuditRefs, DatedBook } from '../../../src/core/audit/index.ts'
import type { Step } from '../core/history.ts'
import type { Ledger } from '../core/ledger.ts'
import { Player } from '../core/player.ts'

/** A history of the real core, and when each of its price books was published. */
export function played(steps: readonly Step[]): { ledger: Ledger; books: DatedBook[] } {
  const player = new Player()
  const { ledger } = player
  const { books } = ledger.catalogue
  const dated: DatedBook[] = books.map(({ document }) => ({ document, publishedAt: null }))
  const push = books.push.bind(books)
  // nothing else happens in the millisecond in which a book is published
  books.push = (...added) => {
    ledger.wait(1)
    for (const { document } of added) dated.push({ document, publishedAt: ledger.now })
    return push(...added)
  }
  player.play(steps)
  return { ledger, books: dated }
}

export const refsOf = (ledger: Ledger, books: readonly DatedBook[]): AuditRefs => ({
  plans: ledger.catalogue.plans,
  books,
})
