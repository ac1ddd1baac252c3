import {
  DOCUMENT_FAULTS,
  type DocumentFaultCode,
  fillWords,
  type Told,
  type ValuesFor,
} from '../faults/index.ts'
import { type Nanos, parseNanos, ZERO } from '../money/index.ts'

export interface PlanProblem {
  /** JSON pointer into the document. */
  readonly location: string
  readonly message: string
  readonly fix: string
  /** The same for whoever says it in another language. */
  readonly told: Told<DocumentFaultCode>
}

export type Fields = Readonly<Record<string, unknown>>

/** Who reads a list of faults stops long before this. */
const PROBLEMS_MAX = 20
const ID = /^[a-z0-9][a-z0-9_-]{0,63}$/
const CONTROL = /[\p{Cc}\p{Surrogate}]/u

/** Collects problems; `undefined` from a reader means that one was noted. */
export class PlanReader {
  readonly problems: PlanProblem[] = []

  fail<Code extends DocumentFaultCode>(
    location: string,
    code: Code,
    ...[values]: ValuesFor<(typeof DOCUMENT_FAULTS)[Code]>
  ): undefined {
    return this.note(location, { code, values: values ?? {} })
  }

  note(location: string, told: Told<DocumentFaultCode>): undefined {
    if (this.problems.length >= PROBLEMS_MAX) return undefined
    const [message, fix] = DOCUMENT_FAULTS[told.code]
    this.problems.push({
      location,
      message: fillWords(message, told.values),
      fix: fillWords(fix, told.values),
      told,
    })
    return undefined
  }

  object(value: unknown, location: string, known: readonly string[]): Fields | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return this.fail(location, 'doc_not_object')
    for (const field of Object.keys(value))
      if (!known.includes(field))
        this.fail(`${location}/${field}`, 'doc_unknown_field', { known: known.join(', ') })
    return value as Fields
  }

  text(value: unknown, location: string, max: number): string {
    const fits = typeof value === 'string' && value.trim() !== '' && value.length <= max
    if (fits && !CONTROL.test(value)) return value
    this.fail(location, 'doc_not_text', { max })
    return ''
  }

  id(value: unknown, location: string): string {
    if (typeof value === 'string' && ID.test(value)) return value
    this.fail(location, 'doc_not_id')
    return ''
  }

  oneOf<T extends string>(value: unknown, location: string, allowed: readonly [T, ...T[]]): T {
    const found = allowed.find((candidate) => candidate === value)
    if (found !== undefined) return found
    this.fail(location, 'doc_not_allowed', { allowed: allowed.join(' or ') })
    return allowed[0]
  }

  list(value: unknown, location: string, max: number): readonly unknown[] {
    if (!Array.isArray(value)) {
      this.fail(location, 'doc_not_list')
      return []
    }
    if (value.length <= max) return value
    this.fail(location, 'doc_list_too_long', { count: value.length, max })
    return []
  }

  amount(value: unknown, location: string): Nanos {
    const amount = typeof value === 'string' ? parseNanos(value) : undefined
    if (amount !== undefined && amount > ZERO) return amount
    this.fail(location, 'doc_not_positive')
    return ZERO
  }
}
