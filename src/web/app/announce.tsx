import { useEffect, useState } from 'react'

const BETWEEN_MS = 10_000

let say: ((text: string) => void) | undefined
let last = 0
let waiting: ReturnType<typeof setTimeout> | undefined

/** Reads something aloud when the reader is free: the newest, at most once in ten seconds. */
export function announce(text: string): void {
  clearTimeout(waiting)
  const due = Math.max(0, last + BETWEEN_MS - performance.now())
  waiting = setTimeout(() => {
    last = performance.now()
    say?.(text)
  }, due)
}

/** The only live region of the page. */
export function LiveRegion() {
  const [text, setText] = useState('')
  useEffect(() => {
    say = setText
    return () => {
      say = undefined
    }
  }, [])
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  )
}
