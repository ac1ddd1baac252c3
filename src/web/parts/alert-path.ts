import { fieldsOf, listOf, textOf } from './facts.ts'

/** An address below the account's: the screen, and its state. */
export interface AlertPath {
  readonly screen: string
  readonly search?: Readonly<Record<string, string>>
}

const RELOAD: AlertPath = { screen: 'controls', search: { tab: 'reload' } }

const purchase = (id: string): AlertPath =>
  id === '' ? { screen: 'payment' } : { screen: 'payment', search: { purchase: id } }

/** A refund of one call speaks of its receipt; of several, of what the audit has found. */
function refunded(facts: Readonly<Record<string, unknown>>): AlertPath {
  const [first, ...others] = listOf(facts.refunds)
  const call = textOf(fieldsOf(first).call_id)
  return call === '' || others.length > 0
    ? { screen: 'disputes' }
    : { screen: `receipts/${call.replace(/^call_/, 'rcpt_')}` }
}

/** What an alert speaks of; `null`: a kind of a newer server, or nothing that has a screen. */
export function alertPath(given: unknown): AlertPath | null {
  const facts = fieldsOf(given)
  const of = (name: string): string => textOf(facts[name])
  const paths: Readonly<Record<string, () => AlertPath>> = {
    window_level: () => ({ screen: '' }),
    window_forecast: () => ({ screen: '' }),
    window_reset: () => ({ screen: '' }),
    cap_level: () => ({ screen: 'controls' }),
    cap_forecast: () => ({ screen: 'controls' }),
    cap_changed: () => ({ screen: 'controls' }),
    paid_use_started: () => ({ screen: 'controls' }),
    paid_use_changed: () => ({ screen: 'controls' }),
    spend_anomaly: () => ({ screen: '' }),
    lot_expiring: () => ({ screen: 'credits' }),
    campaign_open: () => ({ screen: 'credits' }),
    incident_remedied: () => ({ screen: 'credits' }),
    refund_given: () => refunded(facts),
    reload_done: () => purchase(of('payment_id')),
    reload_declined: () => RELOAD,
    payment_failed: () => ({ screen: 'payment' }),
    statement_ready: () => ({ screen: `statements/${of('number')}` }),
    case_received: () => ({ screen: `disputes/${of('case_id')}` }),
    case_decided: () => ({ screen: `disputes/${of('case_id')}` }),
    case_refunded: () => ({ screen: `disputes/${of('case_id')}` }),
    case_overdue: () => ({ screen: `disputes/${of('case_id')}` }),
    export_ready: () => ({ screen: 'usage' }),
    export_failed: () => ({ screen: 'usage' }),
    endpoint_disabled: () => ({ screen: 'alerts', search: { tab: 'endpoints' } }),
  }
  const kind = of('kind')
  return Object.hasOwn(paths, kind) ? (paths[kind]?.() ?? null) : null
}
