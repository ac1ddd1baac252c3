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
  say,
  windowName,
  word,
} from '../explain/place.ts'
export type { Language } from '../explain/words.ts'

/** The same in each language. */
export type Said = Readonly<Record<Language, string>>

export const inEach = (tell: (lang: Language) => string): Said =>
  Object.fromEntries(LANGUAGES.map((lang) => [lang, tell(lang)])) as Said
