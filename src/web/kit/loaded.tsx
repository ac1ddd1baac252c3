import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useWords } from '../app/words.ts'
import { kitWords } from '../words/kit.ts'
import css from './loaded.module.css'
import { ProblemNotice } from './notice.tsx'

/**
 * What a query has brought. While it is being read: a quiet placeholder. When reading failed and something
 * older is known, the older stays with the problem above it, its age at its foot; never a zero.
 */
export function Loaded<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T>
  readonly children: (value: T) => ReactNode
}) {
  const words = useWords(kitWords)
  const { data, error, refetch } = query
  const problem = error && <ProblemNotice error={error} onRetry={() => void refetch()} />
  if (data !== undefined)
    return (
      <>
        {problem}
        {children(data)}
      </>
    )
  if (problem) return problem
  return (
    <div className={css.waiting} role="status">
      <span className="visually-hidden">{words.loading}</span>
      <span className={css.line} />
      <span className={css.line} />
      <span className={css.line} />
    </div>
  )
}
