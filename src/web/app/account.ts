import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { api } from './client.ts'

/** Whose screens these are: every address below `/a/` names an account. */
export function useAccountId(): string {
  const { account } = useParams({ strict: false }) as { readonly account?: string }
  if (account === undefined) throw new Error('this screen belongs below /a/{account}')
  return account
}

/** Keys of queries of one account: the live feed refreshes all that begin like this. */
export const accountKey = (account: string, ...rest: readonly unknown[]): readonly unknown[] => [
  'account',
  account,
  ...rest,
]

/** Windows, lots, caps and calls in flight, as the gate sees them. Refreshed by the live feed. */
export const useAccountState = (account: string) =>
  useQuery({
    queryKey: accountKey(account, 'state'),
    queryFn: ({ signal }) => api.accounts.state(account, { signal }),
    refetchInterval: 30_000,
  })
