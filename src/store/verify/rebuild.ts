import type pg from 'pg'
import { type HoldBody, placeHold, prune } from '../../core/decisions/index.ts'
import {
  type AccountState,
  apply,
  decodeState,
  type EntryBody,
  encodeState,
} from '../../core/ledger/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { withBodies } from '../archive/bodies.ts'
import { inTransaction } from '../transaction.ts'
import { stateDifference } from './state-diff.ts'

const PAGE_ENTRIES = 2_000
/** Somebody else may move the account meanwhile; then it is rebuilt again. */
const TRIES_MAX = 5

/**
 * For a journal that is sound by itself: makes the stored state of an account what its journal and its open holds add up to. It is a projection of
 * both, so that nothing is decided here. `busy`: the account moved each time before it could be written.
 */
export async function rebuildState(
  pool: pg.Pool,
  accountId: string,
  at: Instant,
): Promise<'same' | 'rebuilt' | 'busy'> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const read = await inTransaction(
      pool,
      (client) => readBoth(client, accountId),
      'begin isolation level repeatable read read only',
    )
    if (read === null || !differs(read)) return 'same'
    const state = JSON.stringify(encodeState(prune(read.rebuilt, read.rebuilt.lastAt)))
    // a node that has the old state in memory loses the race for its next commit, and reads this one
    const { rowCount } = await pool.query(
      `update accounts.account
       set state = $2::json, version = version + 1, updated_at = $4::timestamptz
       where account_id = $1::text and version = $3::bigint`,
      [accountId, state, read.version, formatInstant(at)],
    )
    if (rowCount === 1) return 'rebuilt'
  }
  return 'busy'
}

interface Both {
  readonly version: string
  readonly stored: string
  readonly rebuilt: AccountState
}

async function readBoth(client: pg.ClientBase, accountId: string): Promise<Both | null> {
  const { rows } = await client.query<{ version: string; state: string }>(
    'select version, state::text as state from accounts.account where account_id = $1::text',
    [accountId],
  )
  const folded = await fold(client, accountId)
  if (!rows[0] || !folded) return null
  const holds = await client.query<{ body: HoldBody }>(
    'select body from accounts.hold where account_id = $1::text order by call_id',
    [accountId],
  )
  const rebuilt = holds.rows.reduce((state, { body }) => placeHold(state, body), folded)
  return { version: rows[0].version, stored: rows[0].state, rebuilt }
}

async function fold(client: pg.ClientBase, accountId: string): Promise<AccountState | null> {
  let state: AccountState | null = null
  for (let after = 0; ; ) {
    const page = await entriesAfter(client, accountId, after)
    for (const { body, hash } of page)
      state = { ...apply(state, JSON.parse(body) as EntryBody), hash }
    if (page.length < PAGE_ENTRIES) return state
    after += page.length
  }
}

/** Numbers of entries have no gap; where they have one, `verify` says so. */
async function entriesAfter(
  client: pg.ClientBase,
  accountId: string,
  after: number,
): Promise<readonly { readonly body: string; readonly hash: string }[]> {
  const { rows } = await client.query<{ seq: string; body: string | null; hash: string }>(
    `select seq, body::text as body, encode(hash, 'hex') as hash from accounts.entry
     where account_id = $1::text and seq > $2::bigint order by seq limit $3::integer`,
    [accountId, after, PAGE_ENTRIES],
  )
  return withBodies(client, accountId, rows)
}

/** A state that cannot be read differs, too. */
function differs({ stored, rebuilt }: Both): boolean {
  try {
    return stateDifference(decodeState(JSON.parse(stored)), rebuilt) !== null
  } catch {
    return true
  }
}
