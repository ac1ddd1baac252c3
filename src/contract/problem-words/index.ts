import { PROBLEMS, type ProblemCode, problemOf } from '../problems.ts'
import { type Detail, detailText } from './details.ts'
import type { Fault } from './faults.ts'
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

/** What is said of one occurrence beside its code. */
export interface Occurrence {
  /** Instead of the catalogue's words. */
  readonly detail?: Detail
  /** Behind the words, in brackets; a text is a name or words of the operator, the same in each language. */
  readonly note?: Detail | string
  /** Which parts of the request are wrong. */
  readonly errors?: readonly Fault[]
}

/** The `detail` of a problem: the one place where it becomes text. */
export function problemDetail(
  code: ProblemCode,
  { detail, note }: Occurrence,
  lang: 'en' | 'ja',
): string {
  const words = detail ? detailText(detail, lang) : problemWords(code, lang)[1]
  if (note === undefined) return words
  return `${words} (${typeof note === 'string' ? note : detailText(note, lang)})`
}

/** Every code, for whoever lists them. */
export const PROBLEM_CODES: readonly ProblemCode[] = PROBLEMS.map(({ code }) => code)
