import { queryOptions, useQuery } from '@tanstack/react-query'
import { type Permission, reachOf } from '../../contract/permissions.ts'
import { readSession, type Session } from './session-wire.ts'

export type { Session } from './session-wire.ts'

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => readSession(signal),
  staleTime: 60_000,
})

/** Who is signed in; `undefined` while that is being read, `null`: nobody. */
export const useSession = (): Session | null | undefined => useQuery(sessionQuery).data

/** Whether the server would let this person do such a thing at all; it decides anew each time. */
export function useMay(): (permission: Permission | undefined) => boolean {
  const session = useSession()
  return (permission) =>
    permission === undefined || (session != null && reachOf(permission, session.role) !== 'none')
}
