import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Case } from './case.tsx'

/** A step in a case: its answer is the case as it is then, and all lists are read again. */
export function useStep<Given = void>(
  take: (given: Given) => Promise<Case>,
  onDone: () => void = () => {},
) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: take,
    onSuccess: (own) => {
      onDone()
      queries.setQueryData(['cases', 'one', own.case_id], own)
      return queries.invalidateQueries({ queryKey: ['cases'] })
    },
  })
}

/** What every dialog of a case is given. */
export interface StepProps {
  readonly own: Case
  readonly onClose: () => void
}
