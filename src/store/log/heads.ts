import type pg from 'pg'
import type { Head } from '../../checkpoints/index.ts'

interface Moved {
  readonly account_id: string
  readonly seq: string
}

/** Where the comparison of all accounts with the log has got; `''`: at its beginning. */
export async function walkedTo(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ walked_to: string }>(
    "select walked_to from control.log_tree where tree_id = 'heads'",
  )
  return rows[0]?.walked_to ?? ''
}

export async function noteWalkedTo(pool: pg.Pool, accountId: string): Promise<void> {
  await pool.query(
    `update control.log_tree set walked_to = $1::text
     where tree_id = 'heads' and walked_to <> $1::text`,
    [accountId],
  )
}

/** Accounts in the order of their ids, whether sealed or not. */
export async function accountsAfter(
  pool: pg.Pool,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ account_id: string }>(
    `select account_id from accounts.account where account_id > $1::text
     order by account_id limit $2::integer`,
    [page.after, page.limit],
  )
  return rows.map((row) => row.account_id)
}

const COUNTED_A_PAGE = 2_000

/** How many accounts have last moved before a moment, and have a head that the log does not have. */
export async function unsealedSince(pool: pg.Pool, beforeMs: number): Promise<number> {
  let behind = 0
  for (let after = ''; ; ) {
    const { rows } = await pool.query<{ account_id: string; old: boolean }>(
      `select account_id, updated_at < to_timestamp($3::double precision / 1000) as old
       from accounts.account where account_id > $1::text order by account_id limit $2::integer`,
      [after, COUNTED_A_PAGE, beforeMs],
    )
    const old = rows.filter((row) => row.old).map((row) => row.account_id)
    behind += (await unsealedHeads(pool, old)).length
    const last = rows.at(-1)
    if (!last || rows.length < COUNTED_A_PAGE) return behind
    after = last.account_id
  }
}

/** Of these accounts, the heads that the log does not have, by account. */
export async function unsealedHeads(
  pool: pg.Pool,
  accountIds: readonly string[],
): Promise<readonly Head[]> {
  const sealed = await sealedSeqs(pool, accountIds)
  const moved = (await currentSeqs(pool, accountIds)).filter(
    ({ account_id, seq }) => Number(seq) > (sealed.get(account_id) ?? 0),
  )
  return readHeads(pool, moved)
}

async function sealedSeqs(
  pool: pg.Pool,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<Moved>({
    name: 'log-sealed-seqs',
    text: `select i.account_id, l.seq from unnest($1::text[]) as i(account_id)
           cross join lateral (
             select seq from control.log_leaf where account_id = i.account_id
             order by seq desc limit 1) as l`,
    values: [accountIds],
  })
  return new Map(rows.map((row) => [row.account_id, Number(row.seq)]))
}

async function currentSeqs(
  pool: pg.Pool,
  accountIds: readonly string[],
): Promise<readonly Moved[]> {
  const { rows } = await pool.query<Moved>({
    name: 'log-current-seqs',
    text: 'select account_id, seq from accounts.account where account_id = any($1::text[])',
    values: [accountIds],
  })
  return rows
}

async function readHeads(pool: pg.Pool, moved: readonly Moved[]): Promise<readonly Head[]> {
  if (moved.length === 0) return []
  const { rows } = await pool.query<Moved & { hash: string }>({
    name: 'log-heads',
    text: `select e.account_id, e.seq, encode(e.hash, 'hex') as hash
           from unnest($1::text[], $2::bigint[]) as i(account_id, seq)
           join accounts.entry e on e.account_id = i.account_id and e.seq = i.seq
           order by e.account_id`,
    values: [moved.map((own) => own.account_id), moved.map((own) => own.seq)],
  })
  return rows.map((row) => ({
    accountId: row.account_id,
    seq: Number(row.seq),
    hash: row.hash,
  }))
}
