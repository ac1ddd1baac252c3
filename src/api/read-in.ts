import type { Fault } from '../contract/problem-words/faults.ts'
import type { PlanProblem } from '../core/funding/plan-reader.ts'
import { type Nanos, readNanos } from '../core/money/index.ts'
import type { Problem } from '../core/pricing/index.ts'
import { type Instant, parseInstant } from '../core/time/index.ts'

/** A time that the schema has let through. */
export function instantIn(text: string): Instant {
  const at = parseInstant(text)
  if (at === undefined) throw new Error('the schema let through what is not a time')
  return at
}

export const instantOrNull = (text: string | null | undefined): Instant | null =>
  text === null || text === undefined ? null : instantIn(text)

/** An amount that the schema has let through. */
export const amountIn = (text: string): Nanos => readNanos(text)

/** Faults of a plan, a campaign, an incident, where they are in the request. */
export const documentFaults = (problems: readonly PlanProblem[], place = 'body'): Fault[] =>
  problems.map(({ location, told }) => ({ location: `${place}${location}`, told }))

/** Faults of a price book, with JSON pointers like all others. */
export const bookFaults = (problems: readonly Problem[], place: string): Fault[] =>
  problems.map(({ path, told }) => ({ location: pointer(path, place), told }))

function pointer(path: string, place: string): string {
  if (path === '(document)') return place
  const parts = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.')
  return [place, ...parts.filter((part) => part !== '')].join('/')
}
