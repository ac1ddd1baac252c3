import { type Query, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { accountKey } from './account.ts'
import { followShared, type LiveState } from './shared-feed.ts'

const LiveContext = createContext<LiveState>({ state: 'off' })

/** Whether this screen is live; where not, when the next try is. */
export const useLiveStatus = (): LiveState => useContext(LiveContext)

const REFRESH_MS = 400
/** Between two readings of what the server has to add up: an account under load would have it do nothing else. */
const HEAVY_REFRESH_MS = 5_000

/** For `meta` of a query that takes the server more than a moment: it is read again more rarely. */
export const HEAVY = { isHeavy: true } as const
/** What was read page by page, and more than one, stays as it is until its reader asks. */
const hasGrown = ({ state }: Query): boolean => {
  const { pages } = (state.data ?? {}) as { readonly pages?: readonly unknown[] }
  return pages !== undefined && pages.length > 1
}

const isOf =
  (isHeavy: boolean) =>
  (query: Query): boolean =>
    (query.meta?.isHeavy === true) === isHeavy && !hasGrown(query)

interface LiveProviderProps {
  readonly account: string
  readonly children: ReactNode
}

/**
 * Reads what is on the screen again soon after entries came: a burst of calls is one refresh and not hundreds.
 * What is heavy waits some seconds, and, while nobody looks at the page, until somebody does.
 */
export function LiveProvider({ account, children }: LiveProviderProps) {
  const queries = useQueryClient()
  const [status, setStatus] = useState<LiveState>({ state: 'connecting' })
  useEffect(() => {
    const ended = new AbortController()
    const queryKey = accountKey(account)
    const light = later(REFRESH_MS, () => {
      void queries.invalidateQueries({ queryKey, predicate: isOf(false) })
    })
    const heavy = later(HEAVY_REFRESH_MS, () => {
      void queries.invalidateQueries({ queryKey, predicate: isOf(true) })
    })
    let isMissed = false
    const refresh = (): void => {
      light.ask()
      if (document.hidden) isMissed = true
      else heavy.ask()
    }
    const onVisible = (): void => {
      if (document.hidden) {
        isMissed = heavy.drop() || isMissed
      } else if (isMissed) {
        isMissed = false
        heavy.ask()
      }
    }
    document.addEventListener('visibilitychange', onVisible)
    const onStatus = (fresh: LiveState): void => {
      setStatus(fresh)
      // What happened while nothing was heard.
      if (fresh.state === 'live') refresh()
    }
    followShared(account, { onEntry: refresh, onStatus }, ended.signal)
    return () => {
      ended.abort()
      document.removeEventListener('visibilitychange', onVisible)
      light.drop()
      heavy.drop()
    }
  }, [account, queries])
  return <LiveContext value={status}>{children}</LiveContext>
}

/** Does something a while after it was first asked for, once for all who ask meanwhile. */
function later(ms: number, act: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    ask: (): void => {
      timer ??= setTimeout(() => {
        timer = undefined
        act()
      }, ms)
    },
    /** Whether something was still to be done. */
    drop: (): boolean => {
      const isWaiting = timer !== undefined
      clearTimeout(timer)
      timer = undefined
      return isWaiting
    },
  }
}
