import type { Reader } from '../explain/place.ts'
import { LANGUAGES, type Language } from '../explain/words.ts'

export { fill, formatCount, formatSum } from '../explain/format.ts'
export {
  capAmount,
  capName,
  date,
  list,
  lotName,
  money,
  type Place,
  placeOf,
  type Reader,
  say,
  windowName,
  word,
} from '../explain/place.ts'
export type { Language } from '../explain/words.ts'

/** The same in each language. */
export type Said = Readonly<Record<Language, string>>

export const inEach = (timeZone: string, tell: (reader: Reader) => string): Said =>
  Object.fromEntries(LANGUAGES.map((lang) => [lang, tell({ lang, timeZone })])) as Said
