import type pg from 'pg'
import type { HoldBody } from '../../core/decisions/results.ts'
import type { CapRaiseFacts } from '../../core/ledger/entry-facts.ts'
import type { AccountCap, AccountState } from '../../core/ledger/state.ts'
import { decodeState } from '../../core/ledger/state-json.ts'
import type { Nanos } from '../../core/money/index.ts'
import { type Instant, instant } from '../../core/time/index.ts'
import { capOfRow } from '../statements/decision-load.ts'

/** An account as stored at one moment: all of it from one statement, so that it agrees with itself. */
export interface StoredState {
  readonly state: AccountState
  /** The time of the reading, by the clock that decisions go by. */
  readonly at: Instant
  readonly holds: readonly HoldBody[]
  /** Caps of members, keys, projects and sessions. */
  readonly scopedCaps: readonly AccountCap[]
}

export interface StateWish {
  /** Now, by the clock that decisions go by: `engine.now()`. */
  readonly at: Instant
  /** The most of them that are read; absent: none. */
  readonly holds?: number
  readonly caps?: number
  /** Only the holds of calls of this member. */
  readonly memberId?: string
}

interface CapRow {
  readonly cap_id: string
  readonly scope: string
  readonly scope_id: string | null
  readonly period: string
  readonly amount: string
  readonly counts: string
  readonly raises: readonly CapRaiseFacts[] | null
  readonly counters: readonly {
    readonly bucket: string
    readonly spent: string
    readonly held: string
  }[]
}

interface Row {
  readonly state: string
  readonly holds: readonly HoldBody[]
  readonly caps: readonly CapRow[]
}

const STATE = {
  name: 'read-account-state',
  text: `
    select a.state::text as state,
      coalesce((select json_agg(h.body) from (
        select body from accounts.hold where account_id = $1::text
          and ($4::text is null or body->'call'->>'member_id' = $4::text)
        order by expires_at, call_id limit $2::integer) h), '[]'::json) as holds,
      coalesce((select json_agg(c) from (
        select cap_id, scope, scope_id, period, amount::text, counts, raises,
          coalesce((select json_agg(json_build_object('bucket', n.bucket,
              'spent', n.spent::text, 'held', n.held::text)) from (
            select bucket, spent, held from accounts.cap_counter
            where account_id = $1::text and cap_id = s.cap_id and bucket not like 'session:%'
            order by bucket desc limit 4) n), '[]'::json) as counters
        from accounts.spend_cap s where account_id = $1::text
        order by scope, scope_id, cap_id limit $3::integer) c), '[]'::json) as caps
    from accounts.account a where a.account_id = $1::text`,
}

export async function readState(
  pool: Pick<pg.ClientBase, 'query'>,
  accountId: string,
  wish: StateWish,
): Promise<StoredState | null> {
  const { rows } = await pool.query<Row>({
    ...STATE,
    values: [accountId, wish.holds ?? 0, wish.caps ?? 0, wish.memberId ?? null],
  })
  const row = rows[0]
  if (!row) return null
  const state = decodeState(JSON.parse(row.state))
  return {
    state,
    // Another node's reading of the database's clock may be a little ahead of ours: an account's time does
    // not run backwards between a decision and a look at what it did.
    at: instant(Math.max(wish.at, state.lastAt)),
    holds: row.holds,
    scopedCaps: row.caps.map(capOf),
  }
}

/** An account as stored now, without what is beside its state. `null`: there is no such account. */
export async function readAccount(
  pool: Pick<pg.ClientBase, 'query'>,
  accountId: string,
): Promise<AccountState | null> {
  const { rows } = await pool.query<{ state: string }>({
    name: 'read-account',
    text: 'select state::text as state from accounts.account where account_id = $1::text',
    values: [accountId],
  })
  return rows[0] ? decodeState(JSON.parse(rows[0].state)) : null
}

const capOf = (row: CapRow): AccountCap => ({
  cap: capOfRow(row),
  counters: row.counters.map(({ bucket, spent, held }) => ({
    bucket,
    spent: BigInt(spent) as Nanos,
    held: BigInt(held) as Nanos,
  })),
  removed: false,
})

/** What `seq` the accounts are at: for those who wait for news. */
export async function readSeqs(
  pool: pg.Pool,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<{ account_id: string; seq: string }>({
    name: 'read-account-seqs',
    text: 'select account_id, seq from accounts.account where account_id = any($1::text[])',
    values: [accountIds],
  })
  return new Map(rows.map((row) => [row.account_id, parseInt(row.seq, 10)]))
}
