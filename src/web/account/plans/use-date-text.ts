import { dateOnly } from '../../app/format.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'

/** The day of a moment where the reader is, for sentences. */
export function useDateText(): (at: string) => string {
  const place = { lang: useLang(), timeZone: useTimeZone() }
  return (at) => dateOnly(at, place)
}
