import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { type CallListed, take } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { isKnown, mergeCalls } from './rows.ts'

const FIRST = 100
const PAGE = 50
const FRESH_MAX = 1_000
const RUNNING_MAX = 200
/** Calls that begin write nothing into the journal, so that the feed does not tell of them. */
const RUNNING_EVERY_MS = 2_000

/** The latest calls; the live feed has them read on, and only what is new is read. */
export function useLatestCalls(account: string) {
  const queries = useQueryClient()
  const queryKey = accountKey(account, 'calls', 'live')
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => readOn(account, known(queries, queryKey), signal),
  })
}

const known = (queries: QueryClient, key: readonly unknown[]): readonly CallListed[] =>
  queries.getQueryData<readonly CallListed[]>(key) ?? []

async function readOn(
  account: string,
  before: readonly CallListed[],
  signal: AbortSignal,
): Promise<readonly CallListed[]> {
  if (before.length === 0) return take(api.calls.list(account, { limit: FIRST }, { signal }), FIRST)
  const seqs = new Map(before.map(({ receipt_id, seq }) => [receipt_id, seq]))
  const fresh: CallListed[] = []
  for await (const call of api.calls.list(account, { limit: PAGE }, { signal })) {
    fresh.push(call)
    if (fresh.length % PAGE === 0 && isKnown(seqs, fresh.slice(-PAGE / 2))) break
    if (fresh.length >= FRESH_MAX) return mergeCalls(before, fresh, false)
  }
  return mergeCalls(before, fresh, true)
}

export const useRunningCalls = (account: string) =>
  useQuery({
    queryKey: accountKey(account, 'calls', 'running'),
    queryFn: ({ signal }) =>
      take(api.calls.running(account, { limit: RUNNING_MAX }, { signal }), RUNNING_MAX),
    refetchInterval: RUNNING_EVERY_MS,
  })
