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

/** Kinds of alerts as they belong together. */
export const KIND_GROUPS = [
  ['windows', ['window_level', 'window_forecast', 'window_reset']],
  ['caps', ['cap_level', 'cap_forecast', 'cap_changed']],
  ['spend', ['paid_use_started', 'paid_use_changed', 'spend_anomaly']],
  ['credit', ['lot_expiring', 'campaign_open', 'refund_given', 'incident_remedied']],
  ['payments', ['reload_done', 'reload_declined', 'payment_failed', 'statement_ready']],
  ['cases', ['case_received', 'case_decided', 'case_refunded', 'case_overdue']],
  ['channels', ['endpoint_disabled']],
] as const satisfies readonly (readonly [string, readonly Kind[]])[]

export const KINDS: readonly Kind[] = KIND_GROUPS.flatMap(([, kinds]) => kinds)
