import type pg from 'pg'
import { formatInstant, type Instant } from '../../core/time/index.ts'

/*
 * What goes is the log and the body; the row of the notification stays with its key, since the key is what
 * makes a crossing told once. Nothing goes while a delivery is due or kept, nor while it was given up to an
 * endpoint that has not answered since and may yet be sent what was kept for it.
 */
const REMOVE = `
  with old as (
    select account_id, alert_key, notification_id from accounts.notification n
    where at < $1::timestamptz and body is not null
      and not exists (select from accounts.delivery d
        where d.account_id = n.account_id and d.notification_id = n.notification_id
          and (d.state in ('due', 'kept') or d.state = 'given_up' and exists (
            select from accounts.notification_endpoint p
            where p.account_id = d.account_id and p.endpoint_id = d.endpoint_id
              and p.failing_since is not null)))
      and not exists (select from accounts.delivery_attempt t
        where t.account_id = n.account_id and t.notification_id = n.notification_id
          and t.at >= $1::timestamptz)
    order by at limit $2::integer),
  attempts as (
    delete from accounts.delivery_attempt t using old o
    where t.account_id = o.account_id and t.notification_id = o.notification_id),
  deliveries as (
    delete from accounts.delivery d using old o
    where d.account_id = o.account_id and d.notification_id = o.notification_id
      and d.state not in ('due', 'kept'))
  update accounts.notification n set body = null from old o
  where n.account_id = o.account_id and n.alert_key = o.alert_key`

/**
 * Removes one page of notifications from before an instant, with their deliveries and attempts: of what has
 * been sent, given up or dropped. Returns how many.
 */
export async function removeNotifications(
  pool: pg.Pool,
  page: { readonly before: Instant; readonly limit: number },
): Promise<number> {
  const { rowCount } = await pool.query(REMOVE, [formatInstant(page.before), page.limit])
  return rowCount ?? 0
}
