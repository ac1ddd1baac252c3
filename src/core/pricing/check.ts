import { type Nanos, parseNanos } from '../money/index.ts'

/** One thing that is wrong with a document, where, and in words that say what to do. */
export interface Problem {
  /** Such as `rows[3].per_mtok`; empty for the document itself. */
  readonly path: string
  readonly message: string
}

export type Fields = Readonly<Record<string, unknown>>

/** Enough to mend a document; a book of 20,000 wrong rows does not need 20,000 sentences. */
const PROBLEMS_MAX = 200

export class Problems {
  readonly list: Problem[] = []

  add(path: string, message: string): void {
    if (this.list.length < PROBLEMS_MAX) this.list.push({ path, message })
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
    problems.add(path, 'must be an object')
    return null
  }
  for (const name of Object.keys(value)) {
    if (!allowed.includes(name))
      problems.add(at(path, name), `unknown field "${name}"; known are ${allowed.join(', ')}`)
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
    if (options.required) problems.add(name, 'is missing: it must be a list')
    return
  }
  if (!Array.isArray(value)) {
    problems.add(name, 'must be a list')
    return
  }
  if (value.length > options.max) {
    problems.add(name, `has ${value.length} items, and ${options.max} are allowed`)
    return
  }
  for (const [index, item] of value.entries()) yield { item, path: `${name}[${index}]` }
}

const TEXT_MAX = 500
const CONTROL = /\p{Cc}/u

export function checkText(fields: Fields, name: string, path: string, problems: Problems): void {
  const value = fields[name]
  const where = at(path, name)
  if (value === undefined) problems.add(where, 'is missing')
  else if (typeof value !== 'string') problems.add(where, 'must be a string')
  else if (value.trim() === '') problems.add(where, 'must not be empty')
  else if (value.length > TEXT_MAX) problems.add(where, `must be at most ${TEXT_MAX} characters`)
  else if (CONTROL.test(value)) problems.add(where, 'must not contain control characters')
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
    problems.add(at(path, name), 'must be a whole number of tokens, 0 or more')
}

const PLAIN_DECIMAL = /^-?\d+(?:\.\d+)?$/

/** A price: a decimal string of at most nine decimals, never a number and never below zero. */
export function checkPrice(fields: Fields, name: string, path: string, problems: Problems): void {
  const message = priceProblem(fields[name])
  if (message !== null) problems.add(at(path, name), message)
}

function priceProblem(value: unknown): string | null {
  if (value === undefined) return 'is missing'
  if (typeof value === 'number')
    return `is the number ${value}: write it as a decimal string, such as "0.25", since a float is not exact`
  if (typeof value !== 'string') return 'must be a decimal string, such as "0.25"'
  const amount = parseNanos(value)
  if (amount !== undefined) return amountProblem(value, amount)
  if (!PLAIN_DECIMAL.test(value)) return `"${value}" is not a decimal number, such as "0.25"`
  if (value.startsWith('-')) return NEGATIVE
  const decimals = value.split('.')[1]?.length ?? 0
  return decimals > 9
    ? `has ${decimals} decimals, and 9 are the most: money is counted in billionths`
    : `"${value}" is not written plainly: no leading zeros, and at most 18 digits before the point`
}

const NEGATIVE = 'is negative: a price below zero never loads'

const amountProblem = (text: string, amount: Nanos): string | null =>
  amount < 0n || text.startsWith('-') ? NEGATIVE : null
