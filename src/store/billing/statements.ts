import type pg from 'pg'
import type { EntryBody, StatementDocument } from '../../core/ledger/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { withBodies } from '../archive/bodies.ts'

type Queryable = Pick<pg.Pool, 'query'>

export interface DueClosing {
  readonly account_id: string
  /** As the database wrote it, for the next page. */
  readonly closes: string
}

/** Accounts whose open cycle has ended, the longest ago first. */
export async function dueClosings(
  pool: Queryable,
  page: { readonly at: number; readonly after: DueClosing | null; readonly limit: number },
): Promise<DueClosing[]> {
  const { rows } = await pool.query<DueClosing>(
    `select account_id, closes_at::text as closes from accounts.account
     where closes_at <= to_timestamp($1::double precision / 1000)
       and (closes_at, account_id) > ($2::timestamptz, $3::text)
     order by closes_at, account_id limit $4::integer`,
    [page.at, page.after?.closes ?? '-infinity', page.after?.account_id ?? '', page.limit],
  )
  return rows
}

/** Says that closings of an account are under way, so that whoever dies in the middle is followed up. */
export async function takeWork(pool: Queryable, accountId: string, at: Instant): Promise<void> {
  await pool.query(
    `insert into accounts.statement_work (account_id, taken_at)
     values ($1::text, $2::timestamptz)
     on conflict (account_id) do update set taken_at = excluded.taken_at`,
    [accountId, formatInstant(at)],
  )
}

export async function endWork(pool: Queryable, accountId: string, at: Instant): Promise<void> {
  // one that was taken again in the meantime stays
  await pool.query(
    `delete from accounts.statement_work
     where account_id = $1::text and taken_at <= $2::timestamptz`,
    [accountId, formatInstant(at)],
  )
}

/** Accounts whose closings somebody began before `before` and has not ended. */
export async function leftWork(
  pool: Queryable,
  page: { readonly before: number; readonly after: string; readonly limit: number },
): Promise<string[]> {
  const { rows } = await pool.query<{ account_id: string }>(
    `select account_id from accounts.statement_work
     where taken_at <= to_timestamp($1::double precision / 1000) and account_id > $2::text
     order by account_id limit $3::integer`,
    [page.before, page.after, page.limit],
  )
  return rows.map((row) => row.account_id)
}

/** An entry with its hash, as a statement is made from it. */
export interface HashedEntry {
  readonly body: EntryBody
  /** Hex. */
  readonly hash: string
}

const ENTRIES_PER_PAGE = 2_000

/** The journal after `afterSeq` up to `lastSeq`, in order. Entries never change: no snapshot is needed. */
export async function* entriesUpTo(
  pool: Queryable,
  accountId: string,
  afterSeq: number,
  lastSeq: number,
): AsyncGenerator<HashedEntry> {
  for (let after = afterSeq; after < lastSeq; ) {
    const { rows } = await pool.query<{ seq: string; body: string | null; hash: Buffer }>({
      name: 'read-statement-entries',
      text: `select seq, body::text as body, hash from accounts.entry
             where account_id = $1::text and seq > $2::bigint and seq <= $3::bigint
             order by seq limit $4::integer`,
      values: [accountId, after, lastSeq, ENTRIES_PER_PAGE],
    })
    for (const row of await withBodies(pool, accountId, rows))
      yield { body: JSON.parse(row.body) as EntryBody, hash: row.hash.toString('hex') }
    if (rows.length === 0) throw new Error(`the journal of ${accountId} ends before ${lastSeq}`)
    after += rows.length
  }
}

/** The hash of an entry, hex; `null`: there is no such entry. */
export async function hashAt(
  pool: Queryable,
  accountId: string,
  seq: number,
): Promise<string | null> {
  const { rows } = await pool.query<{ hash: string }>(
    `select encode(hash, 'hex') as hash from accounts.entry
     where account_id = $1::text and seq = $2::bigint`,
    [accountId, seq],
  )
  return rows[0]?.hash ?? null
}

/** The entries that closed cycles, from the given number on. */
export async function closingsFrom(
  pool: Queryable,
  accountId: string,
  number: number,
): Promise<EntryBody[]> {
  const { rows } = await pool.query<{ body: string }>(
    `select body::text as body from accounts.entry
     where account_id = $1::text and kind = 'close_statement'
       and (body #>> '{cycle,number}')::integer >= $2::integer
     order by seq`,
    [accountId, number],
  )
  return rows.map((row) => JSON.parse(row.body) as EntryBody)
}

/** Stores a closed statement. One that is there stays as it is: both were made from the same journal. */
export async function storeStatement(pool: Queryable, own: StatementDocument): Promise<void> {
  await pool.query(
    `insert into accounts.statement
       (account_id, number, starts_at, ends_at, first_seq, last_seq, hash, closed_seq, closed_at, document)
     values ($1::text, $2::integer, $3::timestamptz, $4::timestamptz, $5::bigint, $6::bigint,
       decode($7::text, 'hex'), $8::bigint, $9::timestamptz, $10::json)
     on conflict do nothing`,
    [
      own.account_id,
      own.number,
      own.start,
      own.end,
      own.entries.first_seq,
      own.entries.last_seq,
      own.hash,
      own.closed!.seq,
      own.closed!.at,
      JSON.stringify(own),
    ],
  )
}

/** A closed statement; the last one where no number is given. */
export async function readStatement(
  pool: Queryable,
  accountId: string,
  number: number | null,
): Promise<StatementDocument | null> {
  const { rows } = await pool.query<{ document: StatementDocument }>(
    `select document from accounts.statement
     where account_id = $1::text and ($2::integer is null or number = $2::integer)
     order by number desc limit 1`,
    [accountId, number],
  )
  return rows[0]?.document ?? null
}

/** Closed statements, the latest first. */
export async function listStatements(
  pool: Queryable,
  accountId: string,
  page: { readonly before: number | null; readonly limit: number },
): Promise<StatementDocument[]> {
  const { rows } = await pool.query<{ document: StatementDocument }>(
    `select document from accounts.statement
     where account_id = $1::text and ($2::integer is null or number < $2::integer)
     order by number desc limit $3::integer`,
    [accountId, page.before, page.limit],
  )
  return rows.map((row) => row.document)
}

export interface StatementRange {
  readonly number: number
  readonly lastSeq: number
}

/** Which entries are on which statement, oldest first. */
export async function statementRanges(
  pool: Queryable,
  accountId: string,
): Promise<StatementRange[]> {
  const { rows } = await pool.query<{ number: number; last_seq: string }>(
    `select number, last_seq::text from accounts.statement
     where account_id = $1::text order by number`,
    [accountId],
  )
  return rows.map((row) => ({ number: row.number, lastSeq: parseInt(row.last_seq, 10) }))
}
