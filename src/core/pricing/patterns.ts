import type { BookFaultCode, Told } from '../faults/index.ts'
import { plainly } from './check.ts'

/**
 * Patterns come from a document and run on ids that others choose, so only patterns whose cost is
 * small for every input are taken: no repetition inside a repetition, no choice inside one, no look-
 * around, no back-references, and few repetitions in all.
 */

export const PATTERN_MAX = 100
/** Longer ids are never looked up by pattern. */
export const ALIASED_ID_MAX = 200
const UNBOUNDED_MAX = 2
const VARIABLE_MAX = 4

interface Group {
  /** Holds a repetition or a choice, so that it may not be repeated itself. */
  variable: boolean
}

interface Scan {
  readonly pattern: string
  index: number
  readonly groups: Group[]
  /** The group that was closed just before, if one was. */
  closed: Group | null
  unbounded: number
  variable: number
}

const ESCAPES_REFUSED = /^\\(?:[1-9]|k)/
const QUANTIFIER = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/

/** What is wrong with a pattern, `null` when it is safe. */
export function patternProblem(pattern: string): Told<BookFaultCode> | null {
  if (pattern === '') return plainly('book_empty')
  if (pattern.length > PATTERN_MAX) return { code: 'book_too_long', values: { max: PATTERN_MAX } }
  if (!isRegex(pattern)) return plainly('book_not_regex')
  const scan: Scan = {
    pattern,
    index: 0,
    groups: [{ variable: false }],
    closed: null,
    unbounded: 0,
    variable: 0,
  }
  while (scan.index < pattern.length) {
    const problem = step(scan)
    if (problem !== null) return problem
  }
  return null
}

function isRegex(pattern: string): boolean {
  try {
    new RegExp(pattern)
    return true
  } catch {
    return false
  }
}

function step(scan: Scan): Told<BookFaultCode> | null {
  const rest = scan.pattern.slice(scan.index)
  const quantifier = QUANTIFIER.exec(rest)
  if (quantifier) return repeat(scan, quantifier)
  if (ESCAPES_REFUSED.test(rest)) return plainly('book_back_reference')
  scan.closed = null
  const char = rest.charAt(0)
  if (char === '(') return open(scan, rest)
  if (char === ')') close(scan)
  else if (char === '|') markVariable(scan)
  scan.index += lengthOf(rest, char)
  return null
}

/** How far one element of the pattern reaches: an escape is two, a class goes to its bracket. */
function lengthOf(rest: string, char: string): number {
  if (char === '\\') return 2
  if (char !== '[') return 1
  let index = 1
  while (index < rest.length && rest[index] !== ']') index += rest[index] === '\\' ? 2 : 1
  return index + 1
}

function open(scan: Scan, rest: string): Told<BookFaultCode> | null {
  const isPlain = !rest.startsWith('(?')
  if (!isPlain && !rest.startsWith('(?:')) return plainly('book_look_around')
  scan.groups.push({ variable: false })
  scan.index += isPlain ? 1 : 3
  return null
}

function close(scan: Scan): void {
  const group = scan.groups.pop() ?? { variable: false }
  scan.closed = group
  if (group.variable) markVariable(scan)
}

function markVariable(scan: Scan): void {
  const inner = scan.groups.at(-1)
  if (inner) inner.variable = true
}

function repeat(scan: Scan, match: RegExpExecArray): Told<BookFaultCode> | null {
  const [text, least, comma, most] = match
  scan.index += text.length
  const fixed = least !== undefined && (comma === '' || least === most)
  if (scan.closed?.variable) return plainly('book_nested_repeat')
  scan.closed = { variable: true }
  if (fixed) return null
  markVariable(scan)
  scan.variable += 1
  if (text !== '?') scan.unbounded += 1
  return scan.unbounded > UNBOUNDED_MAX || scan.variable > VARIABLE_MAX
    ? {
        code: 'book_too_many_repeats',
        values: { unbounded: UNBOUNDED_MAX, variable: VARIABLE_MAX },
      }
    : null
}
