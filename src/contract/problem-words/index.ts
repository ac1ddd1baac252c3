import { PROBLEMS, type ProblemCode, problemOf } from '../problems.ts'
import { JA_EDGE } from './ja-edge.ts'
import { JA_REFUSALS } from './ja-refusals.ts'
import type { Words } from './words.ts'

const JA: Readonly<Record<ProblemCode, Words>> = { ...JA_REFUSALS, ...JA_EDGE }

/** Title and meaning of a problem in a language: what codes and other fields say does not depend on it. */
export function problemWords(code: ProblemCode, lang: 'en' | 'ja'): Words {
  if (lang === 'ja') return JA[code]
  const { title, detail } = problemOf(code)
  return [title, detail]
}

/** Every code, for whoever lists them. */
export const PROBLEM_CODES: readonly ProblemCode[] = PROBLEMS.map(({ code }) => code)
