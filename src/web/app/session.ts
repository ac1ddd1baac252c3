import { queryOptions, useQuery } from '@tanstack/react-query'
import { type Permission, reachOf } from '../../contract/permissions.ts'
import { api } from './client.ts'

type Answer = Awaited<ReturnType<typeof api.session.read>>
export type Session = NonNullable<Answer['session']>

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }): Promise<Answer> => api.session.read({ signal }),
  staleTime: 60_000,
})

/** Who is signed in; `undefined` while that is being read, `null`: nobody. */
export const useSession = (): Session | null | undefined => useQuery(sessionQuery).data?.session

/** Whether the server would let this person do such a thing at all; it decides anew each time. */
export function useMay(): (permission: Permission | undefined) => boolean {
  const session = useSession()
  return (permission) =>
    permission === undefined || (session != null && reachOf(permission, session.role) !== 'none')
}
