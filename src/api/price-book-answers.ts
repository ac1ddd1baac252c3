import type { FastifyBaseLogger } from 'fastify'
import { type Fault, faultAt } from '../contract/problem-words/faults.ts'
import { bookStates, type PriceBook, parsePriceBook } from '../core/pricing/index.ts'
import { formatInstant, instant } from '../core/time/index.ts'
import { type PriceBookRecord, readPriceBook } from '../store/control/index.ts'
import type { Services } from './deps.ts'
import { ProblemError } from './problem-answer.ts'
import { bookFaults } from './read-in.ts'

/** Writes books down as they stand now: whether a book is in force depends on all the others. */
export async function bookAnswers({ catalogue, nowMs }: Services) {
  const { books } = await catalogue.current()
  const states = bookStates(books, instant(nowMs()))
  return (book: PriceBookRecord) => ({
    price_book_id: book.bookId,
    currency: book.currency,
    effective_from: formatInstant(book.effectiveFrom),
    state: states.get(book.bookId) ?? 'scheduled',
    published_at: formatInstant(book.publishedAt),
    published_by: book.publishedBy,
  })
}

/** Everything that is wrong with a book, as a document and among those that are published. */
export async function faultsOf(
  pool: Services['pool'],
  document: unknown,
  place: string,
): Promise<{ readonly book: PriceBook | null; readonly faults: readonly Fault[] }> {
  const parsed = parsePriceBook(document)
  if (!parsed.ok) return { book: null, faults: bookFaults(parsed.problems, place) }
  return { book: parsed.book, faults: await correctionFaults(pool, parsed.book, place) }
}

/** A book that corrects another stands exactly in its place. */
async function correctionFaults(
  pool: Services['pool'],
  book: PriceBook,
  place: string,
): Promise<Fault[]> {
  const { corrects } = book.document
  if (corrects === undefined) return []
  const wrong = await readPriceBook(pool, corrects)
  const isSame = wrong?.currency === book.currency && wrong.effectiveFrom === book.effectiveFrom
  if (isSame && wrong.bookId !== book.id) return []
  return [faultAt(`${place}/corrects`, 'corrects_other')]
}

/** @throws ProblemError price_book_invalid */
export async function needBook(
  pool: Services['pool'],
  document: unknown,
  place: string,
): Promise<PriceBook> {
  const { book, faults } = await faultsOf(pool, document, place)
  if (!book || faults.length > 0) throw new ProblemError('price_book_invalid', { errors: faults })
  return book
}

/** What follows from a publication: it is in force here at once, and calls that waited are completed. */
export async function bookPublished(
  services: Services,
  book: PriceBookRecord & { readonly document: unknown },
  log: FastifyBaseLogger,
) {
  services.catalogue.forget()
  await services.engine.reloadCatalogue()
  // The answer does not wait for it: the book is published whether or not a call waits for it.
  services
    .onPricesPublished?.()
    .catch((error: unknown) => log.error({ err: error }, 'calls were not completed'))
  const json = await bookAnswers(services)
  return { ...json(book), document: book.document }
}
