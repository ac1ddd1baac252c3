import type pg from 'pg'
import type { EntryKind } from '../../core/ledger/entry.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

/**
 * What calls end with: as many as there are calls. Everything else (grants, purchases, plans, caps, refunds,
 * statements, invoices) stays whole in the database: it is little, and much is decided by it.
 */
export const ARCHIVED_KINDS: readonly EntryKind[] = [
  'authorize',
  'settle',
  'release',
  'record',
  'expire_hold',
]

/** Of what time entries are looked at: `month` ends where the next one (UTC) begins. */
export interface Span {
  readonly before: Instant
  readonly monthEnd: Instant
}

export interface DueAccount {
  readonly accountId: string
  /** It has been looked through up to here. */
  readonly afterSeq: number
  /** The last entry of its last closed statement. */
  readonly closedSeq: number
}

/*
 * Entries of an account are in the order of time and without a gap: the one behind the cursor tells whether
 * there is anything old. An account whose statements are just being closed waits.
 */
const DUE = `
  from accounts.account a
  left join accounts.archive_cursor c on c.account_id = a.account_id
  cross join lateral (
    select s.last_seq from accounts.statement s
    where s.account_id = a.account_id order by s.number desc limit 1) st
  join accounts.entry e on e.account_id = a.account_id and e.seq = coalesce(c.after_seq, 0) + 1
  where st.last_seq > coalesce(c.after_seq, 0)
    and not exists (select from accounts.statement_work w where w.account_id = a.account_id)`

/** When the oldest entry was made that nobody has looked at; `null`: there is none before that time. */
export async function oldestDue(pool: pg.Pool, before: Instant): Promise<Instant | null> {
  const { rows } = await pool.query<{ at: Date | null }>(
    `select min(e.at) as at ${DUE} and e.at < $1::timestamptz`,
    [formatInstant(before)],
  )
  const at = rows[0]?.at
  return at ? instant(at.getTime()) : null
}

/** Accounts with entries of a month to look at, by id. */
export async function dueAccounts(
  pool: pg.Pool,
  span: Span,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly DueAccount[]> {
  const { rows } = await pool.query<{ account_id: string; after_seq: string; closed_seq: string }>(
    `select a.account_id, coalesce(c.after_seq, 0)::text as after_seq, st.last_seq::text as closed_seq
     ${DUE} and a.account_id > $1::text
       and e.at < $2::timestamptz and e.at < $3::timestamptz
     order by a.account_id limit $4::integer`,
    [page.after, formatInstant(span.before), formatInstant(span.monthEnd), page.limit],
  )
  return rows.map((row) => ({
    accountId: row.account_id,
    afterSeq: Number(row.after_seq),
    closedSeq: Number(row.closed_seq),
  }))
}

export interface LookedAt {
  readonly seq: string
  readonly kind: string
  readonly request_id: string
  readonly at: Date
  readonly event_at: Date
  readonly ref_seq: string | null
  readonly lot_id: string | null
  readonly hash: string
  /** `null`: it stays in the database. */
  readonly body: string | null
}

/*
 * Final is what no decision needs: the end of a call that waits for nothing (price, usage, another attempt in
 * flight), which no open case or incident looks at.
 */
const LOOK = `
  select e.seq::text, e.kind, e.request_id, e.at, e.event_at, e.ref_seq::text, e.lot_id,
    encode(e.hash, 'hex') as hash,
    case when e.kind = any($6::text[]) and e.pending is null
      and not exists (select from accounts.hold h
        where h.account_id = $1::text and h.call_id = split_part(e.request_id, '#', 1))
      and not exists (select from accounts.evidence_hold n
        where n.account_id = $1::text and n.call_id = split_part(e.request_id, '#', 1)
          and (n.until is null or n.until > $7::timestamptz))
      then e.body::text end as body
  from accounts.entry e
  where e.account_id = $1::text and e.seq > $2::bigint and e.seq <= $3::bigint
    and e.at < $4::timestamptz and e.at < $5::timestamptz
  order by e.seq limit $8::integer`

/** The next entries of an account, the bodies of those that can go with them. */
export async function lookAt(
  pool: pg.Pool,
  account: DueAccount,
  own: Span & { readonly at: Instant; readonly limit: number },
): Promise<readonly LookedAt[]> {
  const { rows } = await pool.query<LookedAt>(LOOK, [
    account.accountId,
    account.afterSeq,
    account.closedSeq,
    formatInstant(own.before),
    formatInstant(own.monthEnd),
    ARCHIVED_KINDS,
    formatInstant(own.at),
    own.limit,
  ])
  return rows
}
