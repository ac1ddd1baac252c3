import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api } from '../../app/client.ts'
import { homeOf } from '../../app/home.ts'
import { enterPortal } from '../../app/portal.ts'
import { sessionQuery } from '../../app/session.ts'
import { ownPath } from './own-path.ts'

type Answer = Awaited<ReturnType<typeof api.session.read>>

/** Where somebody wanted to go before signing in: an address of this app only, never of another site. */
export const wanted = (): string | null =>
  ownPath(new URLSearchParams(location.search).get('next'), location.origin)

/** Signs in by whatever `attempt` does, forgets what the one before has seen, and goes on. */
export function useSignIn<Given>(attempt: (given: Given) => Promise<Answer>) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: attempt,
    onSuccess: async (answer) => {
      queries.clear()
      queries.setQueryData(sessionQuery.queryKey, answer)
      if (answer.session?.portal) enterPortal(answer.session.portal)
      if (answer.session)
        await navigate({
          href: ownPath(answer.next, location.origin) ?? wanted() ?? homeOf(answer.session),
          replace: true,
        })
    },
  })
}

export const withLink = (token: string): Promise<Answer> => api.session.withLink(token)
export const withPasskey = (credential: Record<string, unknown>): Promise<Answer> =>
  api.session.withPasskey(credential)

const tokenOfAddress = (): string | null => new URLSearchParams(location.hash.slice(1)).get('token')

/**
 * Hands on what stands after `#token=`: once, and out of the address at once. A link that is opened where
 * this page is open already changes no more than that.
 * @returns whether a token has come.
 */
export function useTokenOfAddress(handOn: (token: string) => void): boolean {
  const [hasCome, setHasCome] = useState(() => tokenOfAddress() !== null)
  useEffect(() => {
    const look = (): void => {
      const token = tokenOfAddress()
      if (token === null) return
      history.replaceState(history.state, '', location.pathname + location.search)
      setHasCome(true)
      handOn(token)
    }
    look()
    addEventListener('hashchange', look)
    return () => removeEventListener('hashchange', look)
  }, [handOn])
  return hasCome
}
