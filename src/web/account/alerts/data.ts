import { useQuery } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'

export type Told = Answer<'listAlerts'>['items'][number]
export type Kind = Told['kind']
export type Endpoint = Answer<'listEndpoints'>['items'][number]
export type Attempt = Answer<'listDeliveries'>['items'][number]
export type Settings = Answer<'getAlertSettings'>

export const useEndpoints = (account: string) =>
  useQuery({
    queryKey: accountKey(account, 'endpoints'),
    queryFn: ({ signal }) => api.alerts.endpoints(account, { signal }),
  })
