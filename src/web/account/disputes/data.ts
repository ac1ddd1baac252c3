import { useQuery } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useReader } from '../../app/preferences.ts'
import type { Tone } from '../../kit/index.ts'

export type Dispute = Answer<'getDispute'>
export type DisputeListed = Answer<'listDisputes'>['items'][number]
export type Finding = Answer<'getFinding'>

/** A case with its letter in the language and the time zone of the reader. */
export function useDispute(account: string, id: string) {
  const reader = useReader()
  return useQuery({
    queryKey: accountKey(account, 'dispute', id, reader),
    queryFn: ({ signal }) => api.disputes.get(account, id, reader, { signal }),
    refetchInterval: 15_000,
  })
}

const ENDED: readonly DisputeListed['state'][] = ['settled', 'closed', 'withdrawn', 'merged']
export const hasEnded = ({ state }: Pick<DisputeListed, 'state'>): boolean => ENDED.includes(state)

export const STATE_TONES: Readonly<Record<DisputeListed['state'], Tone>> = {
  received: 'accent',
  checked: 'accent',
  decided: 'accent',
  posted: 'ok',
  sent: 'ok',
  settled: 'ok',
  closed: 'muted',
  appealed: 'accent',
  reopened: 'accent',
  withdrawn: 'muted',
  merged: 'muted',
}

export const FINDING_TONES: Readonly<Record<Finding['status'], Tone>> = {
  open: 'warn',
  refunding: 'accent',
  remedied: 'ok',
  proposed: 'accent',
  recorded: 'muted',
  superseded: 'ok',
  dismissed: 'muted',
}
