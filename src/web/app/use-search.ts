import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { Search } from './search.ts'

type Change = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * The state of a screen as its address has it, and a change of it: a name with `undefined` goes.
 * `replace`: typing and sliding make no history of their own.
 */
export function useUrlState(): readonly [
  Search,
  (change: Change, options?: { readonly replace?: boolean }) => void,
] {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const change = useCallback(
    (changed: Change, options: { readonly replace?: boolean } = {}) => {
      void navigate({
        to: '.',
        search: ((before: Search) => ({ ...before, ...changed })) as never,
        replace: options.replace ?? false,
        resetScroll: false,
      })
    },
    [navigate],
  )
  return [search, change]
}
