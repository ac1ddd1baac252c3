import { useEffect } from 'react'
import { StateWord } from '../kit/index.ts'
import { shellWords } from '../words/shell.ts'
import { announce } from './announce.tsx'
import { useLiveStatus } from './live.tsx'
import { useWords } from './words.ts'

/** Whether what is on the screen follows the journal, or when it is tried again. */
export function LiveMark() {
  const words = useWords(shellWords)
  const status = useLiveStatus()
  const lost = status.state === 'lost' ? words.lost(Math.ceil(status.retryInMs / 1_000)) : null
  useEffect(() => {
    if (lost !== null) announce(lost)
  }, [lost])
  if (status.state === 'off') return null
  if (lost !== null)
    return (
      <StateWord tone="warn" icon="warn">
        {lost}
      </StateWord>
    )
  return status.state === 'live' ? (
    <StateWord tone="ok" icon="live">
      {words.live}
    </StateWord>
  ) : (
    <StateWord tone="muted" icon="clock">
      {words.connecting}
    </StateWord>
  )
}
