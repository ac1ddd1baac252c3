import type pg from 'pg'
import { GENESIS_HASH } from '../src/core/ledger/index.ts'
import { accountName } from './workload.ts'

/** Written by one statement. */
const ACCOUNTS_AT_ONCE = 5_000

export interface Growth {
  /** Accounts whose rows are copied, in turn. The state of none may be held in a running engine. */
  readonly patterns: readonly string[]
  /** Numbers of the new accounts: from this one on, and before that one. */
  readonly from: number
  readonly to: number
}

/**
 * Makes accounts that lived as the patterns did: the same decisions under another account's id, in a hash
 * chain of its own, with everything that is written beside them. `verify` finds nothing wrong in them.
 * Their entries lie scattered, as they do where accounts are served together.
 */
export async function growAccounts(pool: pg.Pool, growth: Growth): Promise<void> {
  const beside = await tablesBeside(pool, growth.patterns)
  for (let from = growth.from; from < growth.to; from += ACCOUNTS_AT_ONCE)
    for (const [turn, pattern] of growth.patterns.entries()) {
      const ids: string[] = []
      for (let index = from; index < Math.min(growth.to, from + ACCOUNTS_AT_ONCE); index += 1)
        if (index % growth.patterns.length === turn) ids.push(accountName(index))
      const values = [pattern, ids]
      await pool.query(JOURNALS, values)
      await pool.query(DIRECTORY, values)
      for (const { statement } of beside) await pool.query(statement, values)
    }
}

/** The body names its account, the hash is of the body and of the hash before: both are made anew. */
const JOURNALS = `
  with recursive pattern as materialized (
    select * from accounts.entry where account_id = $1::text
  ), chain as (
    select own.id, 1::bigint as seq, made.body,
      sha256(decode('${GENESIS_HASH}', 'hex') || convert_to(made.body, 'UTF8')) as hash
    from unnest($2::text[]) as own(id)
    join pattern e on e.seq = 1
    cross join lateral (select replace(e.body::text, $1::text, own.id) as body offset 0) made
    union all
    select chain.id, e.seq, made.body, sha256(chain.hash || convert_to(made.body, 'UTF8'))
    from chain
    join pattern e on e.seq = chain.seq + 1
    cross join lateral (select replace(e.body::text, $1::text, chain.id) as body offset 0) made
  ), journals as (
    insert into accounts.entry (account_id, seq, kind, request_id, at, event_at, ref_seq, lot_id, draw_key,
      pending, hash, body, evidence, evidence_removed_at)
    select chain.id, e.seq, e.kind, replace(e.request_id, $1::text, chain.id), e.at, e.event_at, e.ref_seq,
      replace(e.lot_id, $1::text, chain.id), e.draw_key, e.pending, chain.hash, chain.body::json,
      e.evidence, e.evidence_removed_at
    from chain join pattern e on e.seq = chain.seq
  )
  insert into accounts.account (account_id, version, seq, state, due_at, updated_at, closes_at)
  select chain.id, a.version, a.seq,
    replace(replace(a.state::text, $1::text, chain.id), encode(last.hash, 'hex'), encode(chain.hash, 'hex'))::json,
    a.due_at, a.updated_at, a.closes_at
  from accounts.account a
  join pattern last on last.seq = a.seq
  join chain on chain.seq = a.seq
  where a.account_id = $1::text`

const DIRECTORY = `
  insert into control.account_directory (account_id, name, created_at)
  select own.id, own.id, a.updated_at
  from unnest($2::text[]) as own(id) join accounts.account a on a.account_id = $1::text`

interface Beside {
  readonly name: string
  readonly statement: string
}

/** Copies of the rows in every other table of the accounts that has any of the patterns. */
async function tablesBeside(pool: pg.Pool, patterns: readonly string[]): Promise<Beside[]> {
  const { rows } = await pool.query<{ table_name: string; columns: [string, string][] }>(
    `select c.table_name, json_agg(json_build_array(c.column_name, c.data_type)) as columns
     from information_schema.columns c
     where c.table_schema = 'accounts' and c.column_name <> 'account_id'
       and c.table_name not in ('account', 'entry')
     group by c.table_name order by c.table_name`,
  )
  const beside: Beside[] = []
  for (const { table_name: name, columns } of rows) {
    const used = await pool.query(
      `select from accounts.${name} where account_id = any($1::text[]) limit 1`,
      [patterns],
    )
    if (used.rowCount === 0) continue
    const names = columns.map(([column]) => column)
    const copies = columns.map(([column, type]) => copyOf(column, type))
    beside.push({
      name,
      statement: `
        with pattern as materialized (select * from accounts.${name} where account_id = $1::text)
        insert into accounts.${name} (account_id, ${names.join(', ')})
        select own.id, ${copies.join(', ')} from unnest($2::text[]) as own(id) cross join pattern t`,
    })
  }
  return beside
}

function copyOf(column: string, type: string): string {
  if (type === 'text') return `replace(t.${column}, $1::text, own.id)`
  if (type.startsWith('json')) return `replace(t.${column}::text, $1::text, own.id)::${type}`
  return `t.${column}`
}
