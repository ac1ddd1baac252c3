import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { EverycentProblem, type Receipt } from '../../../client/index.ts'
import { accountKey, useAccountId } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { cardOfEntry } from '../../parts/stopped.ts'

const PENDING_AGAIN_MS = 3_000

const isPending = (error: unknown): boolean =>
  error instanceof EverycentProblem && error.code === 'receipt_pending'

/** Absent and forbidden look the same: both are `receipt_unknown`. */
const isAbsent = (error: unknown): boolean =>
  error instanceof EverycentProblem &&
  (error.code === 'receipt_unknown' || error.code === 'invalid_request')

/** The receipt of the address; while its call runs, it is asked for again and again. */
export function useReceipt() {
  const account = useAccountId()
  const { receipt: id = '' } = useParams({ strict: false }) as { readonly receipt?: string }
  const query = useQuery({
    queryKey: accountKey(account, 'receipt', id),
    queryFn: ({ signal }) => api.calls.receipt(id, { account_id: account }, { signal }),
    retry: false,
    refetchInterval: ({ state }) => (isPending(state.error) ? PENDING_AGAIN_MS : false),
  })
  return { account, id, query, missing: query.data === undefined ? missing(query.error) : null }
}

const missing = (error: unknown): 'pending' | 'absent' | null =>
  isPending(error) ? 'pending' : isAbsent(error) ? 'absent' : null

const MS = 1

/** The card of a call that was refused, from the journal entry that refused it. */
export function useBlockCard(receipt: Receipt | undefined) {
  const refused = receipt?.attempts.findLast(({ state }) => state === 'refused')
  const account = receipt?.account_id ?? ''
  return useQuery({
    queryKey: accountKey(account, 'refusal', refused?.seq),
    queryFn: async ({ signal }) => {
      const at = refused?.at ?? ''
      const to = new Date(Date.parse(at) + MS).toISOString()
      const entries = api.accounts.entries(account, { from: at, to }, { signal })
      for await (const entry of entries) if (entry.seq === refused?.seq) return cardOfEntry(entry)
      return null
    },
    enabled: receipt?.status === 'refused' && refused !== undefined,
  })
}
