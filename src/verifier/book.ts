import { Lie, moment, same } from './amounts.ts'
import type { Body } from './body.ts'

export interface When {
  readonly prompt_tokens_above?: number
  readonly prompt_tokens_from?: number
  readonly tier?: string
  readonly speed?: string
  readonly region?: string
  readonly feature?: string
}

export interface Row {
  readonly model: string
  readonly kind: string
  readonly per_mtok: string
  readonly when?: When
}

export interface Multiplier {
  readonly id: string
  readonly multiplier: string
}

interface Promotion extends Multiplier {
  readonly from: string
  readonly until: string
  readonly plans?: readonly string[]
  readonly models?: readonly string[]
}

export interface Book {
  readonly id: string
  readonly currency: string
  readonly effective_from: string
  readonly rows: readonly Row[]
  readonly fees?: readonly { readonly model: string; readonly fee: string; readonly each: string }[]
  readonly aliases?: readonly { readonly pattern: string; readonly replace?: string }[]
  readonly weights?: readonly (Multiplier & { readonly when: When })[]
  readonly weights_rule?: string
  readonly promotions?: readonly Promotion[]
}

/** A price book as it was published, and when: it priced nothing before. */
export interface PublishedBook {
  readonly published_at: string
  readonly document: Book
}

/** How long a server may go on with the books that it knows. */
const TAKEN_UP_MS = 60_000

/** The book that is stated, if it was the latest in force at the call's time of those published by then. */
export function bookOf(body: Body, books: readonly PublishedBook[]): Book {
  const [at, known] = [moment(body.event_at), moment(body.at)]
  const index = books.findIndex(({ document }) => document.id === body.rating?.book)
  const own = books[index]
  if (!own) throw new Lie('price book', body.rating?.book, 'one that is in the file')
  const { document } = own
  const from = moment(document.effective_from)
  same('currency of the price book', document.currency, body.currency)
  if (from > at)
    throw new Lie('price book', `in force from ${document.effective_from}`, body.event_at)
  if (moment(own.published_at) > known + TAKEN_UP_MS)
    throw new Lie('price book', `published at ${own.published_at}`, body.at)
  // of two that begin at once the one published later is in force
  const later = books.find(({ document: other, published_at: published }, place) => {
    const begins = moment(other.effective_from)
    return (
      other.currency === body.currency &&
      moment(published) + TAKEN_UP_MS <= known &&
      begins <= at &&
      (begins > from || (begins === from && place > index))
    )
  })
  if (later) throw new Lie('price book', document.id, later.document.id)
  return document
}

/** Words that mean the ordinary tier, speed or region. */
const ORDINARY = {
  tier: ['standard', 'default', 'auto', 'on_demand', 'standard_only'],
  speed: ['standard'],
  region: ['global', 'not_available'],
} as const
export type Place = Readonly<Record<'tier' | 'speed' | 'region', string>>

export const word = (of: keyof Place, text: string | null | undefined): string =>
  text == null || (ORDINARY[of] as readonly string[]).includes(text) ? '' : text

export const from = (when: When = {}): number =>
  when.prompt_tokens_above === undefined
    ? (when.prompt_tokens_from ?? 0)
    : when.prompt_tokens_above + 1
