import { useQuery } from '@tanstack/react-query'
import { api } from '../app/client.ts'

const RARELY_MS = 60_000

/** Replies that are written once, those in force. */
export function useMacros() {
  const { data } = useQuery({
    queryKey: ['macros'],
    queryFn: ({ signal }) => api.support.macros({ signal }),
    staleTime: RARELY_MS,
  })
  return data?.items.filter(({ in_force }) => in_force).map(({ document }) => document) ?? []
}

/** What support may do, and by when; `undefined` until it is read, and where none was published. */
export function useSupportPolicy() {
  const { data } = useQuery({
    queryKey: ['support policies'],
    queryFn: ({ signal }) => api.support.policies({ signal }),
    staleTime: RARELY_MS,
  })
  return data?.items.find(({ in_force }) => in_force)?.document
}
