import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Search } from '../app/search.ts'

/** A link to the same screen with another state in its address. */
export function StateLink({
  change,
  children,
}: {
  readonly change: Search
  readonly children: ReactNode
}) {
  const search = (before: Search): Search => ({ ...before, ...change })
  return (
    <Link to="." search={search as never} resetScroll={false}>
      {children}
    </Link>
  )
}
