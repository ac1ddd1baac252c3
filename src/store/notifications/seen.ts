import type pg from 'pg'
import { type Instant, instant } from '../../core/time/index.ts'

/** Up to which alert a reader has looked. */
export interface SeenUpTo {
  readonly at: Instant
  readonly notificationId: string
}

interface Reader {
  readonly accountId: string
  /** Who looks: `member:ann`, `key:key_1`, `staff:sam`. */
  readonly reader: string
}

/** `null`: nothing was marked yet. */
export async function readSeen(
  pool: pg.Pool,
  { accountId, reader }: Reader,
): Promise<SeenUpTo | null> {
  const { rows } = await pool.query<{ at: Date; notification_id: string }>(
    `select at, notification_id from accounts.alert_seen
     where account_id = $1::text and reader = $2::text`,
    [accountId, reader],
  )
  const [row] = rows
  return row ? { at: instant(row.at.getTime()), notificationId: row.notification_id } : null
}

/** Alerts after what was marked, counted up to `most`. */
export async function countUnread(
  pool: pg.Pool,
  { accountId, reader }: Reader,
  most: number,
): Promise<number> {
  const { rows } = await pool.query<{ unread: number }>(
    `select count(*)::integer as unread from (
       select from accounts.notification n
       where account_id = $1::text and covered_by is null and body is not null
         and not exists (select from accounts.alert_seen s
           where s.account_id = $1::text and s.reader = $2::text
             and (n.at, n.notification_id) <= (s.at, s.notification_id))
       order by at desc, notification_id desc limit $3::integer) as later`,
    [accountId, reader, most],
  )
  return rows[0]?.unread ?? 0
}

/** Marks an alert and all before it; never takes a mark back. `false`: the account has no such alert. */
export async function markSeen(
  pool: pg.Pool,
  { accountId, reader }: Reader,
  notificationId: string,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into accounts.alert_seen as s (account_id, reader, at, notification_id)
     select account_id, $2::text, at, notification_id from accounts.notification
     where account_id = $1::text and notification_id = $3::text and covered_by is null
     on conflict (account_id, reader) do update
       set (at, notification_id) = (
         select b.at, b.notification_id
         from (values (s.at, s.notification_id), (excluded.at, excluded.notification_id))
           as b(at, notification_id)
         order by b.at desc, b.notification_id desc limit 1)`,
    [accountId, reader, notificationId],
  )
  return (rowCount ?? 0) > 0
}
