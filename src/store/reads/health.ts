import type pg from 'pg'
import { formatInstant, type Instant } from '../../core/time/index.ts'

/** What only the database knows of the platform's health. */
export interface StoredHealth {
  readonly staleHolds: number
  readonly openHolds: number
  /** How long the oldest delivery is overdue; 0: none is. */
  readonly outboxLagMs: number
  readonly deliveriesRetried: number
  readonly unpriced: number
  readonly usageMissing: number
  readonly capsExceeded: number
  readonly parked: number
  readonly nodes: number
  readonly sealedHeads: number | null
}

interface Row {
  readonly stale_holds: number
  readonly open_holds: number
  readonly outbox_lag_ms: number
  readonly deliveries_retried: number
  readonly unpriced: number
  readonly usage_missing: number
  readonly caps_exceeded: number
  readonly parked: number
  readonly nodes: number
  readonly sealed_heads: number | null
}

/**
 * Counted by the indexes of what is open, so that it costs what is wrong and not what was ever done; a
 * parking opens a case. A server that runs jobs listens for them on a connection of its own.
 */
const HEALTH = {
  name: 'read-health',
  text: `
    select
      (select count(*) from accounts.hold
       where expires_at < $2::timestamptz)::integer as stale_holds,
      (select count(*) from accounts.hold)::integer as open_holds,
      (select coalesce(extract(epoch from $1::timestamptz - min(next_at)) * 1000, 0)
       from accounts.delivery
       where next_at is not null and next_at < $1::timestamptz)::double precision as outbox_lag_ms,
      (select count(*) from accounts.delivery
       where next_at is not null and tries > 0)::integer as deliveries_retried,
      (select count(*) from accounts.entry e where e.pending = 'unpriced' and not exists (
         select from accounts.entry c where c.account_id = e.account_id
           and c.request_id = coalesce(e.body, e.excerpt) #>> '{call,call_id}' and c.kind = 'complete'
       ))::integer as unpriced,
      (select count(*) from accounts.entry e where e.pending = 'usage_missing' and not exists (
         select from accounts.entry c where c.account_id = e.account_id
           and c.request_id = coalesce(e.body, e.excerpt) #>> '{call,call_id}' and c.kind = 'complete'
       ))::integer as usage_missing,
      (select count(*) from accounts.finding
       where found_at >= $3::timestamptz and rule = 'cap_exceeded'
         and status <> 'dismissed')::integer as caps_exceeded,
      (select count(distinct a.account_id) from control.case_file c
       join accounts.account a on a.account_id = c.account_id
       where c.origin in ('self_check', 'person_asked')
         and a.state ->> 'parked' is not null)::integer as parked,
      (select count(*) from pg_stat_activity
       where datname = current_database() and application_name = 'everycent jobs'
         and query ilike 'listen %')::integer as nodes,
      (select max(size) from control.log_checkpoint)::integer as sealed_heads`,
}

export async function readHealth(
  pool: pg.Pool,
  at: { readonly now: Instant; readonly staleBefore: Instant; readonly foundSince: Instant },
): Promise<StoredHealth> {
  const { rows } = await pool.query<Row>({
    ...HEALTH,
    values: [formatInstant(at.now), formatInstant(at.staleBefore), formatInstant(at.foundSince)],
  })
  const row = rows[0]!
  return {
    staleHolds: row.stale_holds,
    openHolds: row.open_holds,
    outboxLagMs: row.outbox_lag_ms,
    deliveriesRetried: row.deliveries_retried,
    unpriced: row.unpriced,
    usageMissing: row.usage_missing,
    capsExceeded: row.caps_exceeded,
    parked: row.parked,
    nodes: row.nodes,
    sealedHeads: row.sealed_heads,
  }
}

const DURABLE = ['fsync', 'synchronous_commit', 'full_page_writes'] as const

/** Settings with which what was acknowledged could be lost. */
export async function unsafeSettings(pool: pg.Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select name from pg_settings
     where name = any($1::text[])
       and (setting = 'off' or (name = 'synchronous_commit' and setting = 'local'))
     order by name`,
    [[...DURABLE]],
  )
  return rows.map((row) => row.name)
}
