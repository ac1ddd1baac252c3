import { derivedId } from '../control/ids.ts'

/** The id of a notification, which is the `webhook-id` too: it follows from what is told, and to whom. */
export const notificationId = (accountId: string, alertKey: string): string =>
  derivedId('msg', accountId, alertKey)
