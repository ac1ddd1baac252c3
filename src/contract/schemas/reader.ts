import Type from 'typebox'
import { LANGUAGES } from '../explain/words.ts'

export const TimeZoneSchema = Type.String({
  pattern: '^[A-Za-z0-9+_/-]{1,64}$',
  description: 'IANA time zone.',
  examples: ['Asia/Tokyo'],
})

/** In which zone sentences say their times. */
export const TimeZoneAsked = Type.Optional({
  ...TimeZoneSchema,
  description: 'IANA time zone of the times in the sentences; UTC unless told.',
})

export const LangAsked = Type.Optional(
  Type.Enum([...LANGUAGES], { description: '`en` unless told.' }),
)

/** For whom sentences with times in them are written: of every route that answers with such. */
export const readerQuery = { lang: LangAsked, time_zone: TimeZoneAsked }

/** A name that follows the schema may yet be none that the database of zones has. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
