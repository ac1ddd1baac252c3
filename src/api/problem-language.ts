import { explainBlock, inUtc } from '../contract/explain/index.ts'
import { faultTexts } from '../contract/problem-words/faults.ts'
import { problemDetail, problemWords } from '../contract/problem-words/index.ts'
import type { ProblemCode } from '../contract/problems.ts'
import type { Problem } from '../contract/schemas/problem.ts'
import { type Answer, PROBLEM_TYPE } from './problem-answer.ts'

type Language = 'en' | 'ja'

/** The language that a request prefers of those that problems have (RFC 9110, Accept-Language). */
export function preferredLanguage(header: string | undefined): Language {
  const weighed = (header ?? '').split(',').map((part) => {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
    const q = parameters.map((own) => /^\s*q=([0-9.]{1,5})\s*$/.exec(own)?.[1]).find(Boolean)
    return { tag, q: q === undefined ? 1 : Number(q) }
  })
  const best = (lang: Language): number =>
    Math.max(0, ...weighed.filter(({ tag }) => tag.split('-')[0] === lang).map(({ q }) => q))
  return best('ja') > best('en') ? 'ja' : 'en'
}

/**
 * A problem in the language of whoever asks: its words change, and nothing that a program reads. So do those of
 * an answer that says what is wrong with a document.
 */
export function inLanguage(answer: Answer, lang: Language): Answer {
  const { occurrence: { errors } = {} } = answer
  if (answer.contentType !== PROBLEM_TYPE && !errors) return answer
  const headers = { ...answer.headers, 'content-language': lang, vary: 'accept-language' }
  if (lang === 'en') return { ...answer, headers }
  const faults = errors && { errors: faultTexts(errors, lang) }
  if (answer.contentType !== PROBLEM_TYPE)
    return { ...answer, headers, body: { ...(answer.body as object), ...faults } }
  const body = answer.body as Problem
  const code = body.code as ProblemCode
  const [title] = problemWords(code, lang)
  const detail = body.block
    ? explainBlock(body.block, inUtc(lang)).join('')
    : problemDetail(code, answer.occurrence ?? {}, lang)
  return { ...answer, headers, body: { ...body, title, detail, ...faults } }
}
