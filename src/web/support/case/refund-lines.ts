import {
  formatNanos,
  type Nanos,
  readNanos,
  subtractToZero,
  sum,
  ZERO,
} from '../../../core/money/index.ts'
import type { Compared } from './comparison.tsx'

/** How much of a call goes back: what is due, all that is left of the charge, or another amount. */
export type Choice = 'none' | 'due' | 'all' | 'other'

export interface LineChoice {
  readonly choice: Choice
  /** Exact decimal text as it was typed, with `other`. */
  readonly typed: string
}

/** What was drawn for a call less what went back: no refund of it is above this. */
export function leftOf(call: Compared): string {
  const drawn = sum(call.funding.map(({ actual }) => readNanos(actual)))
  return formatNanos(subtractToZero(drawn, readNanos(call.given_back)))
}

export const firstChoice = (call: Compared): LineChoice => {
  if (readNanos(call.due) > ZERO) return { choice: 'due', typed: '' }
  return { choice: readNanos(leftOf(call)) > ZERO ? 'all' : 'none', typed: '' }
}

/** The amount that a choice comes to; `undefined`: what was typed is no amount above zero. */
export function amountOf(call: Compared, { choice, typed }: LineChoice): string | undefined {
  if (choice === 'none') return '0'
  if (choice === 'due') return call.due
  if (choice === 'all') return leftOf(call)
  const read = readTyped(typed)
  return read === undefined || read <= ZERO ? undefined : formatNanos(read)
}

function readTyped(typed: string): Nanos | undefined {
  const text = typed.trim()
  return /^\d{1,12}(\.\d{1,9})?$/.test(text) ? readNanos(text) : undefined
}

export const totalOf = (amounts: readonly string[]): string =>
  formatNanos(sum(amounts.map(readNanos)))

/** Whether a second person has to agree; `null`: no limit. */
export const isAbove = (total: string, alone: string | null): boolean =>
  alone !== null && readNanos(total) > readNanos(alone)
