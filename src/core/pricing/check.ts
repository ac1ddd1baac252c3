import {
  BOOK_FAULTS,
  type BookFaultCode,
  fillWords,
  type Told,
  type ValuesFor,
} from '../faults/index.ts'
import { type Nanos, parseNanos } from '../money/index.ts'

/** One thing that is wrong with a document, where, and in words that say what to do. */
export interface Problem {
  /** Such as `rows[3].per_mtok`; empty for the document itself. */
  readonly path: string
  readonly message: string
  /** The same for whoever says it in another language. */
  readonly told: Told<BookFaultCode>
}

export type Fields = Readonly<Record<string, unknown>>

/** Enough to mend a document; a book of 20,000 wrong rows does not need 20,000 sentences. */
const PROBLEMS_MAX = 200

export class Problems {
  readonly list: Problem[] = []

  add<Code extends BookFaultCode>(
    path: string,
    code: Code,
    ...[values]: ValuesFor<(typeof BOOK_FAULTS)[Code]>
  ): void {
    this.note(path, { code, values: values ?? {} })
  }

  note(path: string, told: Told<BookFaultCode>): void {
    if (this.list.length < PROBLEMS_MAX)
      this.list.push({ path, message: fillWords(BOOK_FAULTS[told.code], told.values), told })
  }
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const at = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

/** An object with no fields but these; `null` when it is none. Unknown fields are named. */
export function checkObject(
  value: unknown,
  path: string,
  allowed: readonly string[],
  problems: Problems,
): Fields | null {
  if (!isFields(value)) {
    problems.add(path, 'book_not_object')
    return null
  }
  for (const name of Object.keys(value)) {
    if (!allowed.includes(name))
      problems.add(at(path, name), 'book_unknown_field', { name, known: allowed.join(', ') })
  }
  return value
}

/** The items of a list with their paths; none when it is missing and may be. */
export function* checkList(
  fields: Fields,
  name: string,
  options: { readonly required?: boolean; readonly max: number },
  problems: Problems,
): Generator<{ item: unknown; path: string }> {
  const value = fields[name]
  if (value === undefined) {
    if (options.required) problems.add(name, 'book_list_missing')
    return
  }
  if (!Array.isArray(value)) {
    problems.add(name, 'book_not_list')
    return
  }
  if (value.length > options.max) {
    problems.add(name, 'book_list_too_long', { count: value.length, max: options.max })
    return
  }
  for (const [index, item] of value.entries()) yield { item, path: `${name}[${index}]` }
}

const TEXT_MAX = 500
const CONTROL = /\p{Cc}/u

export function checkText(fields: Fields, name: string, path: string, problems: Problems): void {
  const value = fields[name]
  const where = at(path, name)
  if (value === undefined) problems.add(where, 'book_missing')
  else if (typeof value !== 'string') problems.add(where, 'book_not_string')
  else if (value.trim() === '') problems.add(where, 'book_empty')
  else if (value.length > TEXT_MAX) problems.add(where, 'book_too_long', { max: TEXT_MAX })
  else if (CONTROL.test(value)) problems.add(where, 'book_control')
}

export function checkOptionalText(
  fields: Fields,
  names: readonly string[],
  path: string,
  problems: Problems,
): void {
  for (const name of names) {
    if (fields[name] !== undefined) checkText(fields, name, path, problems)
  }
}

export function checkCount(fields: Fields, name: string, path: string, problems: Problems): void {
  const value = fields[name]
  if (value === undefined) return
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    problems.add(at(path, name), 'book_not_count')
}

const PLAIN_DECIMAL = /^-?\d+(?:\.\d+)?$/

/** A price: a decimal string of at most nine decimals, never a number and never below zero. */
export function checkPrice(fields: Fields, name: string, path: string, problems: Problems): void {
  const told = priceProblem(fields[name])
  if (told !== null) problems.note(at(path, name), told)
}

function priceProblem(value: unknown): Told<BookFaultCode> | null {
  if (value === undefined) return plainly('book_missing')
  if (typeof value === 'number') return { code: 'book_price_number', values: { value } }
  if (typeof value !== 'string') return plainly('book_price_not_text')
  const amount = parseNanos(value)
  if (amount !== undefined) return amountProblem(value, amount)
  if (!PLAIN_DECIMAL.test(value)) return { code: 'book_price_not_decimal', values: { value } }
  if (value.startsWith('-')) return plainly('book_price_negative')
  const decimals = value.split('.')[1]?.length ?? 0
  return decimals > 9
    ? { code: 'book_price_too_fine', values: { decimals } }
    : { code: 'book_price_not_plain', values: { value } }
}

/** A fault that needs no values. */
export const plainly = (code: BookFaultCode): Told<BookFaultCode> => ({ code, values: {} })

const amountProblem = (text: string, amount: Nanos): Told<BookFaultCode> | null =>
  amount < 0n || text.startsWith('-') ? plainly('book_price_negative') : null
