import { type Nanos, parseNanos, ZERO } from '../money/index.ts'

export interface PlanProblem {
  /** JSON pointer into the document. */
  readonly location: string
  readonly message: string
  readonly fix: string
}

export type Fields = Readonly<Record<string, unknown>>

/** Who reads a list of faults stops long before this. */
const PROBLEMS_MAX = 20
const ID = /^[a-z0-9][a-z0-9_-]{0,63}$/
const CONTROL = /[\p{Cc}\p{Surrogate}]/u

/** Collects problems; `undefined` from a reader means that one was noted. */
export class PlanReader {
  readonly problems: PlanProblem[] = []

  fail(location: string, message: string, fix: string): undefined {
    if (this.problems.length < PROBLEMS_MAX) this.problems.push({ location, message, fix })
    return undefined
  }

  object(value: unknown, location: string, known: readonly string[]): Fields | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return this.fail(location, 'is not an object', 'Write an object in braces.')
    for (const field of Object.keys(value))
      if (!known.includes(field))
        this.fail(`${location}/${field}`, 'is not a known field', `Known: ${known.join(', ')}.`)
    return value as Fields
  }

  text(value: unknown, location: string, max: number): string {
    const fits = typeof value === 'string' && value.trim() !== '' && value.length <= max
    if (fits && !CONTROL.test(value)) return value
    this.fail(location, 'is not a text', `Write 1 to ${max} printable characters.`)
    return ''
  }

  id(value: unknown, location: string): string {
    if (typeof value === 'string' && ID.test(value)) return value
    const fix = 'Use 1 to 64 of a-z, 0-9, _ and -, beginning with a letter or digit.'
    this.fail(location, 'is not an id', fix)
    return ''
  }

  oneOf<T extends string>(value: unknown, location: string, allowed: readonly [T, ...T[]]): T {
    const found = allowed.find((candidate) => candidate === value)
    if (found !== undefined) return found
    this.fail(location, 'is not one of the allowed words', `Use ${allowed.join(' or ')}.`)
    return allowed[0]
  }

  list(value: unknown, location: string, max: number): readonly unknown[] {
    if (!Array.isArray(value)) {
      this.fail(location, 'is not a list', 'Write a list in brackets.')
      return []
    }
    if (value.length <= max) return value
    this.fail(location, `has ${value.length} items`, `Use at most ${max}.`)
    return []
  }

  amount(value: unknown, location: string): Nanos {
    const amount = typeof value === 'string' ? parseNanos(value) : undefined
    if (amount !== undefined && amount > ZERO) return amount
    this.fail(
      location,
      'is not a positive amount',
      'Write a decimal string with at most 9 decimals, such as "5.00".',
    )
    return ZERO
  }
}
