import type { Kind } from './data.ts'

/** Kinds of alerts as they belong together. */
export const KIND_GROUPS = [
  ['windows', ['window_level', 'window_forecast', 'window_reset']],
  ['caps', ['cap_level', 'cap_forecast', 'cap_changed']],
  ['spend', ['paid_use_started', 'paid_use_changed', 'spend_anomaly']],
  ['credit', ['lot_expiring', 'campaign_open', 'refund_given', 'incident_remedied']],
  ['payments', ['reload_done', 'reload_declined', 'payment_failed', 'statement_ready']],
  ['cases', ['case_received', 'case_decided', 'case_refunded', 'case_overdue']],
  ['exports', ['export_ready', 'export_failed']],
  ['channels', ['endpoint_disabled']],
] as const satisfies readonly (readonly [string, readonly Kind[]])[]

export const KINDS: readonly Kind[] = KIND_GROUPS.flatMap(([, kinds]) => kinds)
