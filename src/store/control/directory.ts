import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

/** That an account exists, and what it is called: the list across accounts. */
export interface DirectoryRow {
  readonly accountId: string
  readonly name: string
  readonly createdAt: Instant
}

/** Enters an account that has been opened. Entering it again changes nothing. */
export async function enterAccount(pool: pg.Pool, account: DirectoryRow): Promise<void> {
  await pool.query(
    `insert into control.account_directory (account_id, name, created_at)
     values ($1::text, $2::text, $3::timestamptz) on conflict do nothing`,
    [account.accountId, account.name, formatInstant(account.createdAt)],
  )
}

/** Those of the accounts that are not entered. */
export async function missingFromDirectory(
  pool: pg.Pool,
  accountIds: readonly string[],
): Promise<string[]> {
  const { rows } = await pool.query<{ account_id: string }>(
    `select i.account_id from unnest($1::text[]) as i(account_id)
     where not exists (select from control.account_directory d where d.account_id = i.account_id)`,
    [accountIds],
  )
  return rows.map((row) => row.account_id)
}

interface DirectoryPage {
  readonly after: string | null
  readonly limit: number
  /** Only those whose id or name has it, in whatever case; `null`: all. */
  readonly text: string | null
}

/** By id. */
export async function listAccounts(
  pool: pg.Pool,
  page: DirectoryPage,
): Promise<readonly DirectoryRow[]> {
  const { rows } = await pool.query<{ account_id: string; name: string; created_at: Date }>(
    `select account_id, name, created_at from control.account_directory
     where ($1::text is null or account_id > $1::text)
       and ($3::text is null or position(lower($3::text) in lower(account_id)) > 0
         or position(lower($3::text) in lower(name)) > 0)
     order by account_id limit $2::integer`,
    [page.after, page.limit, page.text],
  )
  return rows.map((row) => ({
    accountId: row.account_id,
    name: row.name,
    createdAt: instant(row.created_at.getTime()),
  }))
}

export async function namesOf(
  pool: pg.Pool,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ account_id: string; name: string }>(
    `select account_id, name from control.account_directory where account_id = any($1::text[])`,
    [accountIds],
  )
  return new Map(rows.map((row) => [row.account_id, row.name]))
}
