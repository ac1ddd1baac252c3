import { useQuery } from '@tanstack/react-query'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'

/** A statement by its number, or the cycle that runs as `open`. */
export const useStatement = (account: string, number: string) =>
  useQuery({
    queryKey: accountKey(account, 'statement', number),
    queryFn: ({ signal }) => api.statements.get(account, number, { signal }),
  })

export const useInvoices = (account: string) =>
  useQuery({
    queryKey: accountKey(account, 'invoices'),
    queryFn: ({ signal }) => api.invoices.list(account, { signal }),
  })
