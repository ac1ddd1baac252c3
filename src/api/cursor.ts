import { ProblemError } from './problem-answer.ts'

type Part = string | number

/** A cursor is where the next page begins, in a form that nobody should want to make by hand. */
export const encodeCursor = (list: string, parts: readonly Part[]): string =>
  Buffer.from(JSON.stringify([list, ...parts])).toString('base64url')

/** Reads a cursor of this list; `null` when none was given. */
export function decodeCursor<const T extends readonly ('string' | 'number')[]>(
  list: string,
  types: T,
  cursor: string | undefined,
): { -readonly [I in keyof T]: T[I] extends 'string' ? string : number } | null {
  if (cursor === undefined) return null
  const [own, ...parts] = parse(cursor)
  const fits =
    own === list &&
    parts.length === types.length &&
    parts.every((part, index) => isPart(part, types[index]))
  if (!fits) throw new ProblemError('cursor_invalid')
  return parts as never
}

function parse(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

const TEXT = /^[\x20-\x7e]{1,300}$/

const isPart = (part: unknown, type: string | undefined): boolean =>
  type === 'number'
    ? typeof part === 'number' && Number.isSafeInteger(part) && part >= 0 && part <= TIME_MAX_MS
    : typeof part === 'string' && TEXT.test(part)

/** Of numbers, times are the largest: 9999-12-31. */
const TIME_MAX_MS = 253_402_300_799_999

export const PAGE_DEFAULT = 50

/** Cuts a list of one more than the page has, and says where the next page begins. */
export function pageOf<T>(
  items: readonly T[],
  limit: number,
  cursorOf: (last: T) => string,
): { readonly items: readonly T[]; readonly next_cursor: string | null } {
  const shown = items.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown,
    next_cursor: items.length > limit && last !== undefined ? cursorOf(last) : null,
  }
}
