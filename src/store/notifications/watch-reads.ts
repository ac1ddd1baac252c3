import type pg from 'pg'
import {
  type AlertSettingsDocument,
  type ArmedWindow,
  TOLD_KINDS,
} from '../../core/alerts/index.ts'
import type { Cap } from '../../core/funding/types.ts'
import { decodeState, type EntryBody } from '../../core/ledger/index.ts'
import type { AccountCap, AccountState } from '../../core/ledger/state.ts'
import type { Nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'

/** An account as a look for alerts needs it, from one statement. */
export interface WatchedAccount {
  readonly state: AccountState
  readonly name: string
  readonly settings: AlertSettingsDocument
  readonly armed: readonly ArmedWindow[]
  readonly scopedCaps: readonly AccountCap[]
  readonly changes: readonly EntryBody[]
}

interface Row {
  readonly state: string
  readonly settings: AlertSettingsDocument | null
  readonly armed: readonly ArmedWindow[] | null
  readonly caps: readonly CapRow[] | null
  readonly changes: readonly EntryBody[] | null
}

interface CapRow {
  readonly cap_id: string
  readonly scope: string
  readonly scope_id: string | null
  readonly period: string
  readonly amount: string
  readonly counts: string
  readonly counters:
    | readonly { readonly bucket: string; readonly spent: string; readonly held: string }[]
    | null
}

/** Caps of members, keys and projects that are looked at; the rest of a larger account is not. */
const CAPS_MAX = 500
export const CHANGES_MAX = 250

const WATCHED = {
  name: 'read-watched-accounts',
  text: `
    select a.state::text as state, s.document as settings, w.armed,
      (select json_agg(c) from (
        select p.cap_id, p.scope, p.scope_id, p.period, p.amount::text as amount, p.counts,
          (select json_agg(json_build_object('bucket', n.bucket, 'spent', n.spent::text,
              'held', n.held::text)) from (
            select bucket, spent, held from accounts.cap_counter
            where account_id = a.account_id and cap_id = p.cap_id and bucket not like 'session:%'
            order by bucket desc limit 2) n) as counters
        from accounts.spend_cap p where p.account_id = a.account_id
        order by p.cap_id limit $2::integer) c) as caps,
      (select json_agg(e.body order by e.seq) from (
        select body, seq from accounts.entry
        where account_id = a.account_id and kind in (${TOLD_KINDS.map((kind) => `'${kind}'`).join(', ')}) and seq > coalesce(w.seq, 0)
        order by seq limit $3::integer) e) as changes
    from accounts.account a
    left join accounts.alert_watch w on w.account_id = a.account_id
    left join accounts.alert_settings s on s.account_id = a.account_id
    where a.account_id = any($1::text[])`,
}

export async function readWatched(
  pool: pg.Pool,
  accountIds: readonly string[],
): Promise<readonly WatchedAccount[]> {
  const { rows } = await pool.query<Row>({
    ...WATCHED,
    values: [accountIds, CAPS_MAX, CHANGES_MAX],
  })
  return rows.map((row) => {
    const state = decodeState(JSON.parse(row.state))
    return {
      state,
      name: state.name,
      settings: row.settings ?? {},
      armed: row.armed ?? [],
      scopedCaps: (row.caps ?? []).map(capOf),
      changes: row.changes ?? [],
    }
  })
}

const capOf = (row: CapRow): AccountCap => ({
  cap: {
    id: row.cap_id,
    scope: row.scope as Cap['scope'],
    scopeId: row.scope_id,
    period: row.period as Cap['period'],
    amount: BigInt(row.amount) as Nanos,
    counts: row.counts as Cap['counts'],
  },
  counters: (row.counters ?? []).map((own) => ({
    bucket: own.bucket,
    spent: BigInt(own.spent) as Nanos,
    held: BigInt(own.held) as Nanos,
  })),
  removed: false,
})

export interface HourRange {
  readonly accountId: string
  readonly from: Instant
  readonly to: Instant
}

export interface HourSums {
  readonly accountId: string
  /** Promotional, paid and overage. */
  readonly money: Nanos
  readonly paid: Nanos
  /** Hours with any. */
  readonly hours: number
}

/** Sums of whole hours `[from, to)`, one row an account that has any. */
export async function sumHours(
  pool: pg.Pool,
  ranges: readonly HourRange[],
): Promise<readonly HourSums[]> {
  if (ranges.length === 0) return []
  const { rows } = await pool.query<{
    account_id: string
    money: string
    paid: string
    hours: string
  }>({
    name: 'sum-watched-hours',
    text: `
      select g.account_id, sum(u.money)::text as money, sum(u.paid)::text as paid,
        count(*) filter (where u.money > 0)::text as hours
      from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) as g(account_id, "from", "to")
      cross join lateral (
        select sum(promotional + paid + overage) as money, sum(paid + overage) as paid
        from accounts.usage_hour h
        where h.account_id = g.account_id and h.hour >= g."from" and h.hour < g."to"
        group by h.hour) u
      group by g.account_id`,
    values: [
      ranges.map((range) => range.accountId),
      ranges.map((range) => formatInstant(range.from)),
      ranges.map((range) => formatInstant(range.to)),
    ],
  })
  return rows.map((row) => ({
    accountId: row.account_id,
    money: BigInt(row.money) as Nanos,
    paid: BigInt(row.paid) as Nanos,
    hours: parseInt(row.hours, 10),
  }))
}

/** Accounts in which time alone may have crossed something. */
export async function dueWatches(
  pool: pg.Pool,
  at: Instant,
  page: { readonly after: DueWatch | null; readonly limit: number },
): Promise<DueWatch[]> {
  const { after, limit } = page
  const { rows } = await pool.query<DueWatch>(
    `select account_id, due_at::text as due from accounts.alert_watch
     where due_at <= $1::timestamptz and (due_at, account_id) > ($3::timestamptz, $4::text)
     order by due_at, account_id limit $2::integer`,
    [formatInstant(at), limit, after?.due ?? '-infinity', after?.account_id ?? ''],
  )
  return rows
}

export interface DueWatch {
  readonly account_id: string
  /** As the database wrote it, for the next page. */
  readonly due: string
}

export interface Unseen {
  /** Accounts that moved since they were looked at, of those that were compared. */
  readonly accountIds: readonly string[]
  /** The last account that was compared; `null` at the end. */
  readonly scannedTo: string | null
}

/**
 * Compares a stretch of all accounts with how far they were looked through: what a crash left behind. `offset 0`
 * keeps that a look-up, or it were read of all accounts for a stretch.
 */
export async function unseenAccounts(
  pool: pg.Pool,
  after: string,
  scanned: number,
): Promise<Unseen> {
  const { rows } = await pool.query<{ account_id: string; unseen: boolean }>(
    `select a.account_id, coalesce(w.seq < a.seq, true) as unseen
     from (select account_id, seq from accounts.account
       where account_id > $1::text order by account_id limit $2::integer) a
     left join lateral (
       select seq from accounts.alert_watch where account_id = a.account_id offset 0) w on true
     order by a.account_id`,
    [after, scanned],
  )
  return {
    accountIds: rows.filter((row) => row.unseen).map((row) => row.account_id),
    scannedTo: rows.length < scanned ? null : (rows.at(-1)?.account_id ?? null),
  }
}
