import type { PlanReader } from './plan-reader.ts'
import type { Translations } from './types.ts'

/** Every entry of a call under the rule keeps all of them: so many, and no more. */
const TRANSLATIONS_MAX = 8
/** A language tag of BCP 47, in its usual case. */
const LANGUAGE = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/

/** A text in other languages, each of at most `max` characters. */
export function readTranslations(
  reader: PlanReader,
  value: unknown,
  { location, max }: { readonly location: string; readonly max: number },
): Translations {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const texts = isObject ? Object.entries(value) : []
  if (texts.length === 0 || texts.length > TRANSLATIONS_MAX)
    reader.fail(location, 'plan_not_translations', { max: TRANSLATIONS_MAX })
  for (const [language] of texts)
    if (!LANGUAGE.test(language)) reader.fail(`${location}/${language}`, 'plan_not_language')
  return Object.fromEntries(
    texts.map(([language, text]) => [language, reader.text(text, `${location}/${language}`, max)]),
  )
}
