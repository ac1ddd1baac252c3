import type pg from 'pg'
import { formatInstant, type Instant } from '../../core/time/index.ts'

/** Evidence of entries from before `before` is removed `at`. */
export interface Removal {
  readonly before: Instant
  readonly at: Instant
}

/** Writes down a limit before anything is removed by it: `verify` knows no shorter ones. */
export async function noteLimit(pool: pg.Pool, days: number, at: Instant): Promise<void> {
  await pool.query(NOTE_LIMIT, [days, formatInstant(at)])
}

const NOTE_LIMIT = `
  insert into control.evidence_limit (days, first_used_at)
  values ($1::integer, $2::timestamptz) on conflict (days) do nothing`

/**
 * Accounts with entries that have become too old, or with evidence that had to stay. Entries of an account
 * are in the order of time and without a gap, so that the next one tells whether there are any.
 */
export async function accountsWithOldEvidence(
  pool: pg.Pool,
  before: Instant,
  page: { readonly after: string; readonly limit: number },
): Promise<string[]> {
  const { rows } = await pool.query<{ account_id: string }>(OLD, [
    page.after,
    formatInstant(before),
    page.limit,
  ])
  return rows.map((row) => row.account_id)
}

const OLD = `
  select a.account_id from accounts.account a
  where a.account_id > $1::text and (
    exists (select from accounts.entry e
      where e.account_id = a.account_id and e.at < $2::timestamptz
        and e.seq = 1 + coalesce((select c.after_seq from accounts.evidence_cursor c
          where c.account_id = a.account_id), 0))
    or exists (select from accounts.evidence_kept k where k.account_id = a.account_id))
  order by a.account_id limit $3::integer`

/** What one page came to. */
export interface RemovedPage {
  readonly looked: number
  readonly removed: number
  /** The last entry that was looked at; 0: none was. */
  readonly lastSeq: number
}

/*
 * Of the entries that were looked at: evidence goes, unless a person or a case needs it, or its call is not
 * over (an attempt is in flight, it waits for its price or its usage). That is put on a list, and looked
 * at again in the next round.
 */
const REMOVE = `
  stays as materialized (
    select l.seq from looked l
    where l.has_evidence and l.call_id is not null and (
      exists (select from accounts.evidence_hold n
        where n.account_id = $1::text and n.call_id = l.call_id
          and (n.until is null or n.until > $3::timestamptz))
      or exists (select from accounts.hold h
        where h.account_id = $1::text and h.call_id = l.call_id)
      or exists (select from accounts.entry p
        where p.account_id = $1::text and p.pending is not null
          and p.request_id >= l.call_id and p.request_id <= l.call_id || '$'
          and not exists (select from accounts.entry c
            where c.account_id = $1::text and c.request_id = l.call_id and c.kind = 'complete')))
  ), removed as (
    update accounts.entry e set evidence = null, evidence_removed_at = $3::timestamptz
    from looked l
    where e.account_id = $1::text and e.seq = l.seq and l.has_evidence and e.evidence is not null
      and not exists (select from stays s where s.seq = l.seq)
    returning e.seq
  ), put as (
    insert into accounts.evidence_kept (account_id, seq)
    select $1::text, s.seq from stays s on conflict do nothing
  ), taken as (
    delete from accounts.evidence_kept k using looked l
    where k.account_id = $1::text and k.seq = l.seq
      and not exists (select from stays s where s.seq = l.seq)
  )`

const COUNTS = `
  select (select count(*) from looked)::integer as looked,
    (select count(*) from removed)::integer as removed,
    coalesce((select max(seq) from looked), 0)::text as last_seq`

const LOOKED = `
  e.seq, e.evidence is not null as has_evidence,
  case when e.evidence is not null then coalesce(e.body, e.excerpt) #>> '{call,call_id}' end as call_id`

const REMOVE_NEXT = `
  with looked as materialized (
    select ${LOOKED} from accounts.entry e
    where e.account_id = $1::text and e.at < $2::timestamptz
      and e.seq > coalesce((select c.after_seq from accounts.evidence_cursor c
        where c.account_id = $1::text), 0)
    order by e.seq limit $4::integer
  ), ${REMOVE}, moved as (
    insert into accounts.evidence_cursor as c (account_id, after_seq)
    select $1::text, max(l.seq) from looked l having max(l.seq) is not null
    on conflict (account_id) do update set after_seq = greatest(c.after_seq, excluded.after_seq)
  ) ${COUNTS}`

const REMOVE_KEPT = `
  with looked as materialized (
    select ${LOOKED}
    from accounts.evidence_kept k
    join accounts.entry e on e.account_id = k.account_id and e.seq = k.seq
    where k.account_id = $1::text and k.seq > $5::bigint and e.at < $2::timestamptz
    order by k.seq limit $4::integer
  ), ${REMOVE} ${COUNTS}`

interface Row {
  readonly looked: number
  readonly removed: number
  readonly last_seq: string
}

const pageOf = (row: Row): RemovedPage => ({
  looked: row.looked,
  removed: row.removed,
  lastSeq: parseInt(row.last_seq, 10),
})

/** The next entries of an account that have become too old. */
export async function removeNextEvidence(
  pool: pg.Pool,
  accountId: string,
  { before, at, limit }: Removal & { readonly limit: number },
): Promise<RemovedPage> {
  const values = [accountId, formatInstant(before), formatInstant(at), limit]
  const { rows } = await pool.query<Row>(REMOVE_NEXT, values)
  return pageOf(rows[0]!)
}

/** Entries whose evidence had to stay before, after a `seq`. */
export async function removeKeptEvidence(
  pool: pg.Pool,
  accountId: string,
  { before, at, limit, afterSeq }: Removal & { readonly limit: number; readonly afterSeq: number },
): Promise<RemovedPage> {
  const values = [accountId, formatInstant(before), formatInstant(at), limit, afterSeq]
  const { rows } = await pool.query<Row>(REMOVE_KEPT, values)
  return pageOf(rows[0]!)
}
