import { fill } from '../explain/format.ts'
import { date, list, type Place, say } from '../explain/place.ts'
import type { Language } from '../explain/words.ts'
import { casesEn } from './en.ts'
import { casesJa } from './ja.ts'
import { type CaseWords, MACRO_FACTS } from './words.ts'

const WORDS: Readonly<Record<Language, CaseWords>> = { en: casesEn, ja: casesJa }

export const caseWordsOf = (lang: Language): CaseWords => WORDS[lang]

type MacroFact = (typeof MACRO_FACTS)[number]
export type MacroFacts = Readonly<Record<MacroFact, string>>

const NAMED = /\{([^{}]*)\}/g

const namedIn = (text: string): string[] => [...text.matchAll(NAMED)].map(([, name = '']) => name)

/** What is wrong with a macro's texts: a fact that there is not, or that one language lacks. */
export function macroFaults(texts: {
  readonly en: string
  readonly ja: string
}): { readonly at: Language; readonly name: string }[] {
  const isFact = (name: string): boolean => MACRO_FACTS.some((own) => own === name)
  const [en, ja] = [namedIn(texts.en), namedIn(texts.ja)]
  const missing = (own: string[], others: string[], at: Language) =>
    [...new Set(own)]
      .filter((name) => !isFact(name) || !others.includes(name))
      .map((name) => ({ at, name }))
  return [...missing(en, ja, 'en'), ...missing(ja, en, 'ja')]
}

/** A macro with the facts of a case in it. */
export const macroText = (text: string, facts: MacroFacts): string => fill(text, { ...facts })

export interface Look {
  readonly at: string
  readonly staff_id: string
  readonly role: 'operator' | 'support_lead' | 'support'
  readonly objects: Readonly<Record<string, string>>
  readonly case_id: string | null
  readonly reason: string | null
}

/** A look of one of the operator's people, in a sentence. */
export function accessSentence(place: Place, look: Look): string {
  const { access, roles } = caseWordsOf(place.lang)
  const objects = list(place, Object.values(look.objects))
  const who = {
    role: roles[look.role],
    staff: look.staff_id,
    time: date(place, look.at),
  }
  const first =
    look.reason !== null
      ? say(access.unmasked, { ...who, reason: look.reason })
      : objects === ''
        ? say(access.looked, who)
        : say(access.lookedAt, { ...who, objects })
  return look.case_id === null ? first : `${first} ${say(access.forCase, { case: look.case_id })}`
}
