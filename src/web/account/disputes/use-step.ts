import { useMutation, useQueryClient } from '@tanstack/react-query'
import { accountKey } from '../../app/account.ts'

/** A step in a case; what is shown of the account is read anew after it, also when it was refused. */
export function useStep(account: string, step: (words: string) => Promise<unknown>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: step,
    onSettled: () => queries.invalidateQueries({ queryKey: accountKey(account) }),
  })
}
