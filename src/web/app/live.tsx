import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import type { EntryAnswer } from '../../client/index.ts'
import { accountKey } from './account.ts'
import { followShared, type LiveState } from './shared-feed.ts'

type Listener = (entry: EntryAnswer) => void

interface Live {
  readonly status: LiveState
  readonly listen: (listener: Listener) => () => void
}

const LiveContext = createContext<Live>({ status: { state: 'off' }, listen: () => () => {} })

/** Whether this screen is live; where not, when the next try is. */
export const useLiveStatus = (): LiveState => useContext(LiveContext).status

const REFRESH_MS = 400

interface LiveProviderProps {
  readonly account: string
  readonly children: ReactNode
}

/**
 * Tells each entry to whoever listens, and reads what is on the screen again soon after entries came: a
 * burst of calls is one refresh and not hundreds.
 */
export function LiveProvider({ account, children }: LiveProviderProps) {
  const queries = useQueryClient()
  const [status, setStatus] = useState<LiveState>({ state: 'connecting' })
  const listeners = useRef(new Set<Listener>())
  const [listen] = useState(() => (listener: Listener) => {
    listeners.current.add(listener)
    return () => void listeners.current.delete(listener)
  })
  useEffect(() => {
    const ended = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const refresh = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined
        void queries.invalidateQueries({ queryKey: accountKey(account) })
      }, REFRESH_MS)
    }
    const onEntry = (entry: EntryAnswer): void => {
      for (const listener of listeners.current) listener(entry)
      refresh()
    }
    const onStatus = (fresh: LiveState): void => {
      setStatus(fresh)
      // What happened while nothing was heard.
      if (fresh.state === 'live') refresh()
    }
    followShared(account, { onEntry, onStatus }, ended.signal)
    return () => {
      ended.abort()
      clearTimeout(timer)
    }
  }, [account, queries])
  return <LiveContext value={{ status, listen }}>{children}</LiveContext>
}
