import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { accountKey } from './account.ts'
import { followShared, type LiveState } from './shared-feed.ts'

const LiveContext = createContext<LiveState>({ state: 'off' })

/** Whether this screen is live; where not, when the next try is. */
export const useLiveStatus = (): LiveState => useContext(LiveContext)

const REFRESH_MS = 400

interface LiveProviderProps {
  readonly account: string
  readonly children: ReactNode
}

/** Reads what is on the screen again soon after entries came: a burst of calls is one refresh and not hundreds. */
export function LiveProvider({ account, children }: LiveProviderProps) {
  const queries = useQueryClient()
  const [status, setStatus] = useState<LiveState>({ state: 'connecting' })
  useEffect(() => {
    const ended = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const refresh = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined
        void queries.invalidateQueries({ queryKey: accountKey(account) })
      }, REFRESH_MS)
    }
    const onStatus = (fresh: LiveState): void => {
      setStatus(fresh)
      // What happened while nothing was heard.
      if (fresh.state === 'live') refresh()
    }
    followShared(account, { onEntry: refresh, onStatus }, ended.signal)
    return () => {
      ended.abort()
      clearTimeout(timer)
    }
  }, [account, queries])
  return <LiveContext value={status}>{children}</LiveContext>
}
