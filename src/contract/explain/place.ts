import { en } from './en.ts'
import {
  fill,
  formatDate,
  formatExact,
  formatList,
  formatMoney,
  formatReset,
  sentence,
  type Values,
} from './format.ts'
import { ja } from './ja.ts'
import {
  type Language,
  NAMED_WINDOWS,
  type NamedWindow,
  type Template,
  type Words,
} from './words.ts'

const WORDS: Readonly<Record<Language, Words>> = { en, ja }

export const wordsOf = (lang: Language): Words => WORDS[lang]

/** Who reads: in which language, and in which zone the times are. */
export interface Reader {
  readonly lang: Language
  /** IANA name; sentences name it beside every time. */
  readonly timeZone: string
}

/** Of a reader whose zone nobody knows. */
export const inUtc = (lang: Language): Reader => ({ lang, timeZone: 'UTC' })

/** Where a sentence is read: its language, zone, currency, and the moment it speaks of. */
export interface Place {
  readonly lang: Language
  readonly words: Words
  readonly timeZone: string
  readonly currency: string | null
  /** The moment it speaks of; `null`: unknown, then times are only absolute. */
  readonly now: string | null
}

export const placeOf = (
  reader: Reader,
  about: { readonly currency: string | null; readonly as_of: string | null },
): Place => ({
  lang: reader.lang,
  words: WORDS[reader.lang],
  timeZone: reader.timeZone,
  currency: about.currency,
  now: about.as_of,
})

export const money = (place: Place, amount: string): string =>
  formatMoney(amount, place.currency, place.lang)
export const exact = (place: Place, amount: string): string => formatExact(amount, place.currency)
export const date = (place: Place, at: string): string => formatDate(at, place, place.now ?? at)
export const reset = (place: Place, at: string): string =>
  place.now === null ? date(place, at) : formatReset(at, place, place.now)
export const list = (place: Place, items: readonly string[]): string =>
  formatList(items, place.lang)
export const say = (template: Template, values: Values = {}): string => sentence(template, values)

/** The words of a code. A code of a newer version is named as it is, never hidden. */
export function word<C extends string>(
  words: Readonly<Record<C, Template>>,
  code: string,
): Template | undefined {
  return Object.hasOwn(words, code) ? words[code as C] : undefined
}

const isNamed = (id: string): id is NamedWindow => (NAMED_WINDOWS as readonly string[]).includes(id)

export const windowName = (place: Place, id: string): string =>
  isNamed(id) ? place.words.windows[id] : fill(place.words.windowNamed, { id })

/** The name of a window as a heading or in a column: `Session window`. */
export const windowTitle = (id: string, lang: Language): string => {
  const { windowTitles, windowTitled } = WORDS[lang]
  return isNamed(id) ? windowTitles[id] : fill(windowTitled, { id })
}

export const windowNames = (place: Place, ids: readonly string[]): string =>
  ids.length === 0
    ? place.words.sources.included
    : list(
        place,
        ids.map((id) => windowName(place, id)),
      )

export interface NamedCap {
  readonly scope: string
  readonly scope_id: string | null
  readonly period: string
  readonly amount: string
}

export const capName = (place: Place, cap: Pick<NamedCap, 'scope' | 'scope_id'>): string =>
  fill(word(place.words.capOf, cap.scope) ?? place.words.capOf.account, { id: cap.scope_id ?? '' })

export const capAmount = (place: Place, cap: Pick<NamedCap, 'period' | 'amount'>): string =>
  fill(word(place.words.capPeriods, cap.period) ?? place.words.capPeriods.lifetime, {
    amount: money(place, cap.amount),
  })

export const capWithNumbers = (place: Place, cap: NamedCap): string =>
  fill(place.words.receipt.capWithNumbers, {
    cap: capName(place, cap),
    amount: capAmount(place, cap),
  })

export interface NamedLot {
  readonly name: string
  readonly category: 'paid' | 'promotional' | null
}

export function lotName(place: Place, { name, category }: NamedLot): string {
  const { sources } = place.words
  if (category === 'paid') return fill(sources.paidLot, { name })
  return fill(category === 'promotional' ? sources.promotionalLot : sources.lot, { name })
}
