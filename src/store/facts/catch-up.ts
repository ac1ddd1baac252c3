import type pg from 'pg'
import { inTransaction } from '../transaction.ts'
import { type CallFact, FACT_COLUMNS } from './columns.ts'
import { factsOf } from './stories.ts'

/** Entries that one step follows: some tenths of a second. */
const STEP_MAX = 1_000

export interface CatchUpOptions {
  /** Steps at most; what is left is for the next time. */
  readonly stepsMax: number
  readonly stepMax?: number
}

interface Place {
  readonly currency: string
  /** Of the account, and how far it was followed. */
  readonly seq: number
  readonly followed: number
}

/**
 * Follows the journal of an account to its end, so that what is read next is as of now. Any number of nodes
 * may do it at once: each step is done once. `null`: there is no such account; `false`: there is more to
 * follow than was allowed.
 */
export async function catchUp(
  pool: pg.Pool,
  accountId: string,
  { stepsMax, stepMax = STEP_MAX }: CatchUpOptions,
): Promise<boolean | null> {
  const place = await placeOf(pool, accountId)
  if (!place) return null
  // What is written meanwhile is for the next reader: the end does not run away.
  const until = place.seq
  let { followed } = place
  for (let step = 0; followed < until; step += 1) {
    if (step >= stepsMax) return false
    const to = Math.min(followed + stepMax, until)
    const done = await follow(pool, { accountId, currency: place.currency, from: followed, to })
    followed = done ? to : ((await placeOf(pool, accountId))?.followed ?? to)
  }
  return true
}

async function placeOf(pool: pg.Pool, accountId: string): Promise<Place | null> {
  const { rows } = await pool.query<{ currency: string; seq: string; followed: string }>({
    name: 'read-call-fact-place',
    text: `
      select a.state->>'currency' as currency, a.seq, coalesce(c.seq, 0) as followed
      from accounts.account a
      left join accounts.call_fact_cursor c on c.account_id = a.account_id
      where a.account_id = $1::text`,
    values: [accountId],
  })
  const row = rows[0]
  if (!row) return null
  return {
    currency: row.currency,
    seq: parseInt(row.seq, 10),
    followed: parseInt(row.followed, 10),
  }
}

interface Step {
  readonly accountId: string
  readonly currency: string
  /** After this entry, up to and with that one. */
  readonly from: number
  readonly to: number
}

/** `false`: another node has been there meanwhile, and nothing is written. */
async function follow(pool: pg.Pool, step: Step): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    if (!(await moveCursor(client, step))) return false
    const facts = await factsOf(client, { ...step, asOf: step.to })
    if (facts.length > 0) await storeFacts(client, facts)
    return true
  })
}

/** First, so that two nodes at the same step wait for one another here and nowhere else. */
async function moveCursor(client: pg.ClientBase, { accountId, from, to }: Step): Promise<boolean> {
  const { rowCount } =
    from === 0
      ? await client.query(
          `insert into accounts.call_fact_cursor (account_id, seq) values ($1::text, $2::bigint)
           on conflict do nothing`,
          [accountId, to],
        )
      : await client.query(
          `update accounts.call_fact_cursor set seq = $2::bigint
           where account_id = $1::text and seq = $3::bigint`,
          [accountId, to, from],
        )
  return rowCount === 1
}

const COLUMNS = FACT_COLUMNS.join(', ')
const NEW_COLUMNS = FACT_COLUMNS.map((name) => `excluded.${name}`).join(', ')

async function storeFacts(client: pg.ClientBase, facts: readonly CallFact[]): Promise<void> {
  await client.query({
    name: 'store-call-facts',
    text: `insert into accounts.call_fact (account_id, call_id, ${COLUMNS})
           select account_id, call_id, ${COLUMNS}
           from json_populate_recordset(null::accounts.call_fact, $1::json)
           on conflict (account_id, call_id) do update set (${COLUMNS}) = row(${NEW_COLUMNS})`,
    values: [JSON.stringify(facts)],
  })
}

/** What a stretch of all accounts has to be followed. */
interface Unfollowed {
  readonly accountIds: readonly string[]
  /** Where the next stretch begins; `null`: this was the last one. */
  readonly scannedTo: string | null
}

/**
 * Compares a stretch of all accounts with how far they were followed: what moved on other nodes, and what a
 * crash left behind. A row of an account is large, so that the stretch is bounded; `offset 0` keeps the cursors
 * look-ups, or those of all accounts were read for a stretch.
 */
export async function unfollowed(
  pool: pg.Pool,
  stretch: { readonly after: string; readonly scanned: number },
): Promise<Unfollowed> {
  const { rows } = await pool.query<{ account_id: string; behind: boolean }>({
    name: 'read-accounts-to-follow',
    text: `
      select a.account_id, a.seq > coalesce(c.seq, 0) as behind
      from (select account_id, seq from accounts.account
        where account_id > $1::text order by account_id limit $2::integer) a
      left join lateral (
        select seq from accounts.call_fact_cursor where account_id = a.account_id offset 0) c on true
      order by a.account_id`,
    values: [stretch.after, stretch.scanned],
  })
  return {
    accountIds: rows.filter(({ behind }) => behind).map((row) => row.account_id),
    scannedTo: rows.length < stretch.scanned ? null : (rows.at(-1)?.account_id ?? null),
  }
}
