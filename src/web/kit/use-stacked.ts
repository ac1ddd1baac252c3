import { type RefObject, useLayoutEffect, useState } from 'react'
import { useLang } from '../app/preferences.ts'

/** Tables of cards are cards up to this width of their place. */
const CARDS_MAX_PX = 560
/** A table that does not fit becomes cards up to this width; in a wider place it scrolls. */
const OVERFLOW_MAX_PX = 720

/**
 * Whether the rows of a table stand as cards: measured, because how wide a table has to be depends on the
 * language and on what is in it.
 */
export function useStacked(
  place: RefObject<HTMLElement | null>,
  { always, rows }: { readonly always: boolean; readonly rows: number },
): boolean {
  const lang = useLang()
  /** The width that the table was found to need; `null`: what there is suffices. */
  const [needed, setNeeded] = useState<number | null>(null)
  const [width, setWidth] = useState(Number.POSITIVE_INFINITY)
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words and other rows need another width
  useLayoutEffect(() => setNeeded(null), [lang, rows])
  const isStacked = always
    ? width <= CARDS_MAX_PX
    : needed !== null && width < needed && width <= OVERFLOW_MAX_PX
  // An empty table may not be there at all.
  const isEmpty = rows === 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place is there once there are rows
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return
    const measure = (): void => {
      setWidth(element.clientWidth)
      if (!isStacked && element.scrollWidth > element.clientWidth) setNeeded(element.scrollWidth)
    }
    measure()
    const observer = new ResizeObserver(measure)
    for (const one of [element, ...element.children]) observer.observe(one)
    return () => observer.disconnect()
  }, [place, isStacked, isEmpty])
  return isStacked
}
