import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect } from 'react'
import { EverycentProblem } from '../../client/index.ts'
import { serverNow } from './clock.ts'
import { type Over, portalOver } from './portal.ts'
import { useSession } from './session.ts'

/** Leaves the screens of a portal for the page that says what next; nothing of the account stays. */
export function useEndPortal(): (over: Over) => void {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return useCallback(
    (over) => {
      queries.clear()
      void navigate({ href: portalOver(over), replace: true })
    },
    [queries, navigate],
  )
}

const isOver = (error: unknown): boolean =>
  error instanceof EverycentProblem && error.code === 'unauthenticated'

/** Ends a portal when its hour is over, or when the server knows its session no more. */
export function PortalEnd() {
  const session = useSession()
  const end = useEndPortal()
  const queries = useQueryClient()
  const expiresAt = session?.portal ? session.expires_at : null
  useEffect(() => {
    if (expiresAt === null) return
    const timer = setTimeout(() => end('expired'), Date.parse(expiresAt) - serverNow())
    const stop = queries.getQueryCache().subscribe((event) => {
      if (event.type === 'updated' && isOver(event.query.state.error)) end('expired')
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [expiresAt, end, queries])
  return null
}
