import { serverNow } from '../app/clock.ts'
import { dateOnly, dateTime, duration, timeOfDay } from '../app/format.ts'
import { useLang, useTimeZone } from '../app/preferences.ts'
import { useWords } from '../app/words.ts'
import { kitWords } from '../words/kit.ts'
import { useAge } from './as-of.tsx'

/** A moment in the reader's zone; the machine-readable form in UTC. */
export function Time({
  at,
  form = 'full',
}: {
  readonly at: string
  readonly form?: 'full' | 'date' | 'time'
}) {
  const place = { lang: useLang(), timeZone: useTimeZone() }
  const full = dateTime(at, place, new Date(serverNow()).toISOString())
  const text = form === 'full' ? full : form === 'date' ? dateOnly(at, place) : timeOfDay(at, place)
  return (
    <time dateTime={at} title={form === 'full' ? at : full}>
      {text}
    </time>
  )
}

/** Relative and absolute together, counted by the server's clock. */
export function ResetTime({ at }: { readonly at: string }) {
  const words = useWords(kitWords)
  const lang = useLang()
  const timeZone = useTimeZone()
  useAge(at)
  const now = serverNow()
  const left = Date.parse(at) - now
  if (left <= 0) return <span>{words.resetPassed}</span>
  return (
    <time dateTime={at}>
      {words.resets(
        duration(left, lang),
        dateTime(at, { lang, timeZone }, new Date(now).toISOString()),
      )}
    </time>
  )
}

/** Whether a moment has passed, by the server's clock; looked at again every few seconds. */
export function usePassed(at: string | null): boolean {
  useAge(at ?? new Date(0).toISOString())
  return at !== null && Date.parse(at) <= serverNow()
}
