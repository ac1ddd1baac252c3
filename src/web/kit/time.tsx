import { createContext, useContext } from 'react'
import { serverNow } from '../app/clock.ts'
import { dateOnly, dateTime, duration, moment, timeOfDay } from '../app/format.ts'
import { useLang, useTimeZone } from '../app/preferences.ts'
import { useWords } from '../app/words.ts'
import { kitWords } from '../words/kit.ts'
import { useAge } from './as-of.tsx'

/** Inside of it times do not repeat their zone: a table would say it in every row. */
export const ZoneIsKnown = createContext(false)

/** `call`: to the second, as calls are told apart. */
type TimeForm = 'full' | 'call' | 'date' | 'time'

/** A moment in the reader's zone; the machine-readable form in UTC. */
export function Time({ at, form = 'full' }: { readonly at: string; readonly form?: TimeForm }) {
  const place = { lang: useLang(), timeZone: useTimeZone() }
  const now = new Date(serverNow()).toISOString()
  const full = dateTime(at, place, now)
  const isBrief = useContext(ZoneIsKnown)
  const texts: Readonly<Record<TimeForm, () => string>> = {
    full: () => (isBrief ? moment(at, place, { now, precision: 'minute' }) : full),
    call: () => moment(at, place, { now, precision: 'second' }),
    date: () => dateOnly(at, place),
    time: () => timeOfDay(at, place),
  }
  const text = texts[form]()
  return (
    <time dateTime={at} title={text === full ? at : full}>
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
