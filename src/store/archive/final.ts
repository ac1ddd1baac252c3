import type pg from 'pg'
import type { EntryKind } from '../../core/ledger/entry.ts'
import { DAY_MS, formatInstant, type Instant, instant } from '../../core/time/index.ts'

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
  /** The end of a call that cannot go yet. */
  readonly waits: boolean
}

/** Where a run gets entries to look at. */
export interface Source {
  /** Each entry for the first time: the account's cursor moves on. */
  readonly isFirst: boolean
  /** When the oldest entry of that time was made that is to be looked at; `null`: there is none. */
  oldest(pool: pg.Pool, from: Instant, before: Instant): Promise<Instant | null>
  /** Accounts with entries of a month to look at, by id. */
  accounts(pool: pg.Pool, span: Span, page: AccountPage): Promise<readonly DueAccount[]>
  /** The next entries of an account, the bodies of those that can go with them. */
  look(pool: pg.Pool, account: DueAccount, own: LookSpan): Promise<readonly LookedAt[]>
}

export interface AccountPage {
  readonly after: string
  readonly limit: number
}

export interface LookSpan extends Span {
  readonly at: Instant
  readonly limit: number
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

async function oldestDue(pool: pg.Pool, from: Instant, before: Instant): Promise<Instant | null> {
  const { rows } = await pool.query<{ at: Date | null }>(
    `select min(e.at) as at ${DUE} and e.at >= $1::timestamptz and e.at < $2::timestamptz`,
    [formatInstant(from), formatInstant(before)],
  )
  const at = rows[0]?.at
  return at ? instant(at.getTime()) : null
}

async function dueAccounts(
  pool: pg.Pool,
  span: Span,
  page: AccountPage,
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

/*
 * Final is what no decision needs: the end of a call that waits for nothing (price, usage, another attempt in
 * flight), which no open case or incident looks at.
 */
const LOOKED_AT = `
  e.seq::text, e.kind, e.request_id, e.at, e.event_at, e.ref_seq::text, e.lot_id,
  encode(e.hash, 'hex') as hash,
  case when f.final then e.body::text end as body,
  e.body is not null and not f.final and e.kind = any($3::text[]) as waits`

const FINAL = `
  cross join lateral (select e.kind = any($3::text[])
    and (e.pending is null or exists (select from accounts.entry c
      where c.account_id = $1::text and c.request_id = split_part(e.request_id, '#', 1) and c.kind = 'complete'))
    and not exists (select from accounts.hold h
      where h.account_id = $1::text and h.call_id = split_part(e.request_id, '#', 1))
    and not exists (select from accounts.evidence_hold n
      where n.account_id = $1::text and n.call_id = split_part(e.request_id, '#', 1)
        and (n.until is null or n.until > $4::timestamptz)) as final) f`

const LOOK = `
  select ${LOOKED_AT}
  from accounts.entry e ${FINAL}
  where e.account_id = $1::text and e.seq > $2::bigint and e.seq <= $8::bigint
    and e.at < $5::timestamptz and e.at < $6::timestamptz
  order by e.seq limit $7::integer`

const lookParameters = (account: DueAccount, own: LookSpan): unknown[] => [
  account.accountId,
  account.afterSeq,
  ARCHIVED_KINDS,
  formatInstant(own.at),
  formatInstant(own.before),
  formatInstant(own.monthEnd),
  own.limit,
]

/** What nobody has looked at, of closed statements. */
export const FIRST_LOOK: Source = {
  isFirst: true,
  oldest: oldestDue,
  accounts: dueAccounts,
  look: async (pool, account, own) => {
    const { rows } = await pool.query<LookedAt>(LOOK, [
      ...lookParameters(account, own),
      account.closedSeq,
    ])
    return rows
  },
}

/** What had to stay is looked at once a day. */
const AGAIN_MS = DAY_MS

const LEFT = `from accounts.archive_left l where l.looked_at <= $1::timestamptz`

const LOOK_AGAIN = `
  select ${LOOKED_AT}
  from accounts.archive_left l
  join accounts.entry e on e.account_id = l.account_id and e.seq = l.seq ${FINAL}
  where l.account_id = $1::text and l.seq > $2::bigint and l.looked_at <= $8::timestamptz
    and e.at < $5::timestamptz and e.at < $6::timestamptz
  order by l.seq limit $7::integer`

/** What had to stay when it was looked at. */
export function lookAgain(at: Instant): Source {
  const lookedBefore = formatInstant(instant(at - AGAIN_MS))
  return {
    isFirst: false,
    oldest: async (pool, from, before) => {
      const { rows } = await pool.query<{ at: Date | null }>(
        `select min(l.at) as at ${LEFT} and l.at >= $2::timestamptz and l.at < $3::timestamptz`,
        [lookedBefore, formatInstant(from), formatInstant(before)],
      )
      const oldest = rows[0]?.at
      return oldest ? instant(oldest.getTime()) : null
    },
    accounts: async (pool, span, page) => {
      const { rows } = await pool.query<{ account_id: string }>(
        `select distinct l.account_id ${LEFT} and l.account_id > $2::text
           and l.at < $3::timestamptz and l.at < $4::timestamptz
         order by l.account_id limit $5::integer`,
        [
          ...[lookedBefore, page.after],
          ...[formatInstant(span.before), formatInstant(span.monthEnd), page.limit],
        ],
      )
      return rows.map((row) => ({ accountId: row.account_id, afterSeq: 0, closedSeq: 0 }))
    },
    look: async (pool, account, own) => {
      const { rows } = await pool.query<LookedAt>(LOOK_AGAIN, [
        ...lookParameters(account, own),
        lookedBefore,
      ])
      return rows
    },
  }
}
