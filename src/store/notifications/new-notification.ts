import type { Alert } from '../../core/alerts/index.ts'
import type { Instant } from '../../core/time/index.ts'
import { derivedId } from '../control/ids.ts'
import type { NewNotification, NotificationBody } from './alerts.ts'

/** The id of a notification, which is the `webhook-id` too: it follows from what is told, and to whom. */
export const notificationId = (accountId: string, alertKey: string): string =>
  derivedId('msg', accountId, alertKey)

/**
 * An alert as it is entered. Whoever knows of an event (a reload that was declined) enters it so, with a key
 * that follows from the event: `reload_declined:<payment id>`.
 */
export const newNotification = (
  about: Omit<NotificationBody, 'facts'>,
  alert: Alert,
  at: Instant,
): NewNotification => ({
  accountId: about.account_id,
  alertKey: alert.key,
  notificationId: notificationId(about.account_id, alert.key),
  kind: alert.facts.kind,
  coveredBy: null,
  at,
  body: {
    account_id: about.account_id,
    account_name: about.account_name,
    currency: about.currency,
    as_of: about.as_of,
    seq: about.seq,
    facts: alert.facts,
  },
})
