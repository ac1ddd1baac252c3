import { outputTokens, type TokenKind, type Usage, type UsageFlag } from './usage.ts'

/** Reading of untrusted JSON: nothing here throws, whatever the provider sent. */

export type Fields = Readonly<Record<string, unknown>>

/** Quantities while they are being read. */
export type Tokens = Partial<Record<TokenKind, number>>

/** What was wrong with a reading so far. */
export type Notes = Set<UsageFlag>

const NO_FIELDS: Fields = {}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : NO_FIELDS)

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** A non-empty string, or `null`. */
export const wordOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

/** Whether there is text: what was delivered to somebody. */
export const hasText = (value: unknown): boolean => typeof value === 'string' && value !== ''

/** More than any call can use. A -1 that was read without its sign (4,294,967,295) is beyond it. */
const COUNT_MAX = 1_000_000_000

/**
 * A count of tokens or units. Missing and `null` are absent (`undefined`); anything that is not a whole
 * number from 0 to a billion is noted as `malformed_count` and read as absent.
 */
export function countOf(value: unknown, notes: Notes): number | undefined {
  if (value === undefined || value === null) return undefined
  const count = value as number
  if (Number.isInteger(value) && count >= 0 && count <= COUNT_MAX) return count === 0 ? 0 : count
  notes.add('malformed_count')
  return undefined
}

/** The first of the names that the record states (with something other than `null`). */
export function firstOf(fields: Fields, names: readonly string[]): unknown {
  for (const name of names) {
    const value = fields[name]
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

/** What an `error` member says: an object, or nothing but a text. */
export const isError = (value: unknown): boolean => isFields(value) || hasText(value)

/**
 * The usage object of a response: its `member`, or the value itself when it is a bare usage object
 * (it states one of `names`). `null` when there is none: missing usage is not zero usage.
 */
export function usageFields(
  response: Fields,
  member: string,
  names: readonly string[],
): Fields | null {
  if (member in response) return isFields(response[member]) ? response[member] : null
  return names.some((name) => name in response) ? response : null
}

export interface UsageParts {
  readonly tokens: Tokens
  readonly fees?: Readonly<Record<string, number>>
  readonly notes: Notes
}

/** `null` when nothing at all was stated, so that an empty object is missing usage too. */
export function usageFrom({ tokens, fees = {}, notes }: UsageParts): Usage | null {
  const silent =
    Object.keys(tokens).length === 0 && Object.keys(fees).length === 0 && notes.size === 0
  return silent ? null : { tokens, fees, estimated: [], flags: [...notes] }
}

/** Notes a provider that reports no output for an answer in which there is some. */
export function noteZeroOutput(usage: Usage | null, delivered: boolean): Usage | null {
  if (!usage || !delivered || usage.flags.includes('zero_reported_with_output')) return usage
  const reported = usage.tokens.output !== undefined || usage.tokens.reasoning !== undefined
  if (!reported || outputTokens(usage) > 0) return usage
  return { ...usage, flags: [...usage.flags, 'zero_reported_with_output'] }
}
