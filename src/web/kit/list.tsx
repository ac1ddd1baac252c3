import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { useWords } from '../app/words.ts'
import { kitWords } from '../words/kit.ts'
import { Button } from './button.tsx'
import { ProblemNotice } from './notice.tsx'

/** The foot of a list that is read page by page. */
export function More({
  query,
}: {
  readonly query: Pick<
    UseInfiniteQueryResult,
    'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage' | 'error'
  >
}) {
  const words = useWords(kitWords)
  if (query.error)
    return <ProblemNotice error={query.error} onRetry={() => void query.fetchNextPage()} />
  if (!query.hasNextPage) return null
  return (
    <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
      {words.more}
    </Button>
  )
}
