import type { Language, Reader } from '../contract/explain/index.ts'
import { faultAt } from '../contract/problem-words/faults.ts'
import { isTimeZone } from '../contract/schemas/reader.ts'
import { ProblemError } from './problem-answer.ts'

/**
 * A zone that there is; UTC where none is named.
 * @throws ProblemError invalid_request
 */
export function timeZoneIn(name: string | undefined, location = 'query/time_zone'): string {
  if (name === undefined) return 'UTC'
  if (isTimeZone(name)) return name
  throw new ProblemError('invalid_request', { errors: [faultAt(location, 'time_zone_unknown')] })
}

export interface ReaderAsked {
  readonly lang?: Language
  readonly time_zone?: string
}

/** For whom an answer's sentences are written. */
export const readerIn = ({ lang = 'en', time_zone }: ReaderAsked): Reader => ({
  lang,
  timeZone: timeZoneIn(time_zone),
})
