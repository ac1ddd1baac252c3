/**
 * A filter in a query: values between commas, each of them wanted, or unwanted behind `!`. `~` stands for
 * calls that have none. A comma, `!`, `~` or backslash that is part of a value has a backslash before it.
 */
export interface ValueFilter {
  /** A call has one of them; empty: any. `null` is a call without one. */
  readonly wanted: readonly (string | null)[]
  readonly unwanted: readonly (string | null)[]
}

/** What one filter can have: an address of a page stays an address. */
export const FILTER_VALUES_MAX = 50

/** `null`: it is not written as one. */
export function readFilter(text: string): ValueFilter | null {
  const wanted: (string | null)[] = []
  const unwanted: (string | null)[] = []
  for (const part of partsOf(text)) {
    const isUnwanted = part.startsWith('!')
    const value = readValue(isUnwanted ? part.slice(1) : part)
    if (value === undefined) return null
    const list = isUnwanted ? unwanted : wanted
    list.push(value)
  }
  return wanted.length + unwanted.length > FILTER_VALUES_MAX ? null : { wanted, unwanted }
}

/** The filter as a query has it; reading it again gives the same. */
export const writeFilter = ({ wanted, unwanted }: ValueFilter): string =>
  [...wanted.map(writeValue), ...unwanted.map((value) => `!${writeValue(value)}`)].join(',')

const NONE = '~'

const writeValue = (value: string | null): string =>
  value === null ? NONE : value.replaceAll(/[\\,]|^[!~]/g, (own) => `\\${own}`)

/** Cut at commas that have no backslash before them. */
const partsOf = (text: string): string[] =>
  text.match(/(?:\\[\s\S]|[^,\\])+|(?<=,|^)(?=,|$)/g) ?? []

const readValue = (part: string): string | null | undefined => {
  if (part === NONE) return null
  const value = part.replaceAll(/\\([\s\S])/g, '$1')
  return value === '' ? undefined : value
}
