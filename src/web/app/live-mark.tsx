import { useEffect } from 'react'
import { StateWord } from '../kit/index.ts'
import { shellWords } from '../words/shell.ts'
import { announce } from './announce.tsx'
import { useLiveStatus } from './live.tsx'
import { useRetryIn } from './retry-in.ts'
import { useWords } from './words.ts'

/** Whether what is on the screen follows the journal, or when it is tried again. */
export function LiveMark() {
  const words = useWords(shellWords)
  const status = useLiveStatus()
  const retryIn = useRetryIn()
  // who listens hears it once a try, and not every second
  useEffect(() => {
    if (status.state === 'lost') announce(words.lost(Math.ceil(status.retryInMs / 1_000)))
  }, [status, words])
  if (status.state === 'off') return null
  if (retryIn !== null)
    return (
      <StateWord tone="warn" icon="warn">
        {words.lost(retryIn)}
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
