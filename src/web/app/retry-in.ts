import { useEffect, useState } from 'react'
import { useLiveStatus } from './live.tsx'

const SECOND_MS = 1_000

/** Seconds until the live view is tried again, counted down; `null`: it is not lost. */
export function useRetryIn(): number | null {
  const status = useLiveStatus()
  const [leftMs, setLeftMs] = useState(0)
  useEffect(() => {
    if (status.state !== 'lost') return
    const until = performance.now() + status.retryInMs
    const tell = () => setLeftMs(Math.max(0, until - performance.now()))
    tell()
    const timer = setInterval(tell, SECOND_MS)
    return () => clearInterval(timer)
  }, [status])
  return status.state === 'lost' ? Math.ceil(leftMs / SECOND_MS) : null
}
