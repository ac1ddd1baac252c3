import { useEffect, useState } from 'react'
import { serverNow } from '../app/clock.ts'
import { timeOfDay } from '../app/format.ts'
import { useLang, useTimeZone } from '../app/preferences.ts'
import { useWords } from '../app/words.ts'
import { kitWords } from '../words/kit.ts'
import css from './as-of.module.css'
import { Icon } from './icons.tsx'

const GREY_AFTER_MS = 10_000
const AMBER_AFTER_MS = 60_000
const TICK_MS = 5_000

/** How old something is by the server's clock, again every few seconds. */
export function useAge(at: string): number {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    setNow(serverNow())
    const timer = setInterval(() => setNow(serverNow()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, Math.max(now, serverNow()) - Date.parse(at))
}

/** From when a figure is, and which journal entry it knows of as the last: what is old looks old. */
export function AsOf({ as_of, seq }: { readonly as_of: string; readonly seq?: number }) {
  const words = useWords(kitWords)
  const lang = useLang()
  const timeZone = useTimeZone()
  const age = useAge(as_of)
  const text = words.asOf(
    words.zoned(timeOfDay(as_of, { lang, timeZone }), timeZone),
    seq === undefined ? null : new Intl.NumberFormat(lang).format(seq),
  )
  const old = age > AMBER_AFTER_MS
  return (
    <span className={old ? css.old : age > GREY_AFTER_MS ? css.grey : css.fresh}>
      {old && <Icon name="clock" />} {text}
      {age > GREY_AFTER_MS && ` · ${words.old(age)}`}
    </span>
  )
}
