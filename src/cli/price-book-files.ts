import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { bookInForce, type PriceBook, parsePriceBook } from '../core/pricing/index.ts'
import { formatInstant, type Instant } from '../core/time/index.ts'
import { CliError, usageError } from './exit.ts'
import { readText } from './json-file.ts'
import { packageRoot } from './root.ts'

const PROBLEMS_SHOWN = 10

/** Where the books lie that come with the program. */
const defaultBooksFolder = (): string => join(packageRoot(), 'data', 'price-books')

/** Reads a price book from a file; everything that is wrong with it is said at once. */
export function readPriceBook(file: string, cwd: string): PriceBook {
  return parseBookText(readText(file, cwd), file)
}

function parseBookText(text: string, file: string): PriceBook {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    throw usageError(`The price book ${file} is not JSON.`, {
      why: reasonOf(error),
      next: 'Correct it there.',
    })
  }
  const parsed = parsePriceBook(document)
  if (parsed.ok) return parsed.book
  const { problems } = parsed
  const shown = problems
    .slice(0, PROBLEMS_SHOWN)
    .map(({ path, message }) => `- ${path || 'it'} ${message}`)
  const more = problems.length - shown.length
  throw usageError(`The price book ${file} is not valid, so nothing of it is used.`, {
    why: [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n'),
    next: 'Correct it there; a negative or inexact price never loads.',
  })
}

/** Of the books that come with the program, the one in force at an instant. */
export function defaultPriceBook(at: Instant, folder = defaultBooksFolder()): PriceBook {
  const book = bookInForce(booksOf(folder), at)
  if (book) return book
  throw new CliError(
    `No price book that comes with the program is in force at ${formatInstant(at)}.`,
    {
      next: 'Give one with --book FILE, or another time with --at.',
      code: 'no_price_book',
    },
  )
}

/** All books that come with the program, for calls of any date. */
export const defaultPriceBooks = (): PriceBook[] => booksOf(defaultBooksFolder())

/** Every book of a folder, in the order of their names. */
function booksOf(folder: string): PriceBook[] {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readPriceBook(join(folder, name), folder))
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
