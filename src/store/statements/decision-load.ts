import type pg from 'pg'
import type { Cap } from '../../core/funding/types.ts'
import type { CapRaiseFacts } from '../../core/ledger/entry-facts.ts'
import { capOf } from '../../core/ledger/facts.ts'
import { formatNanos, nanos } from '../../core/money/index.ts'
import { withBodies, withBodiesOf } from '../archive/bodies.ts'
import { textArray } from './arrays.ts'

/**
 * The one read of a batch: states not cached, holds, and entries of the same requests or calls.
 *
 * `offset 0` keeps each look-up a look-up: without it, a plan that is made while the tables are empty
 * joins by reading whole indexes, and stays.
 */
const LOAD = {
  name: 'decision-load',
  text: `
    select 'account' as tag, k.account_id, f.version as key, null::bigint as seq, f.state as body,
           null::bytea as hash
    from unnest($1::text[]) as k(account_id)
    cross join lateral (
      select a.version::text as version, a.state::text as state
      from accounts.account a where a.account_id = k.account_id offset 0) f
    union all
    select 'hold', k.account_id, k.call_id, null, f.body, null
    from unnest($2::text[], $3::text[]) as k(account_id, call_id)
    cross join lateral (
      select h.body::text as body
      from accounts.hold h where h.account_id = k.account_id and h.call_id = k.call_id offset 0) f
    union all
    select 'entry', k.account_id, f.request_id, f.seq, f.body, f.hash
    from unnest($4::text[], $5::text[], $6::text[]) as k(account_id, low, high)
    cross join lateral (
      select e.request_id, e.seq, e.body::text as body, e.hash
      from accounts.entry e
      where e.account_id = k.account_id and e.request_id >= k.low and e.request_id <= k.high
      offset 0) f`,
}

export interface LoadKeys {
  readonly accounts: readonly string[]
  readonly holds: readonly { readonly accountId: string; readonly callId: string }[]
  /** Ranges of request ids, both ends included. */
  readonly requests: readonly {
    readonly accountId: string
    readonly low: string
    readonly high: string
  }[]
}

export interface LoadedRow {
  readonly tag: 'account' | 'hold' | 'entry'
  readonly account_id: string
  /** Version, call id or request id. */
  readonly key: string
  readonly seq: string | null
  readonly body: string
  readonly hash: Buffer | null
}

/** As it comes from the database: an entry's body may be in the archive. */
type StoredRow<T extends { readonly body: string }> = Omit<T, 'body'> & {
  readonly body: string | null
}

export async function loadForDecisions(
  client: pg.ClientBase,
  keys: LoadKeys,
): Promise<readonly LoadedRow[]> {
  const { rows } = await client.query<StoredRow<LoadedRow>>({
    ...LOAD,
    values: [
      textArray(keys.accounts),
      textArray(keys.holds.map((key) => key.accountId)),
      textArray(keys.holds.map((key) => key.callId)),
      textArray(keys.requests.map((key) => key.accountId)),
      textArray(keys.requests.map((key) => key.low)),
      textArray(keys.requests.map((key) => key.high)),
    ],
  })
  return withBodiesOf(client, rows, (row) => row.account_id)
}

/**
 * Begins a transaction in which nobody else moves the account: for a node that lost its races again and
 * again. PostgreSQL gives a row's lock in the order in which it is asked for it.
 */
export async function lockAccount(client: pg.ClientBase, accountId: string): Promise<void> {
  await client.query('begin')
  await client.query({
    name: 'decision-lock',
    text: 'select 1 from accounts.account where account_id = $1::text for update',
    values: [accountId],
  })
}

/** Versions as they are now: an answer given from a cached state is checked against them. */
export async function loadVersions(
  client: pg.ClientBase,
  accountIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await client.query<{ account_id: string; version: string }>({
    name: 'decision-versions',
    text: 'select account_id, version::text from accounts.account where account_id = any($1::text[])',
    values: [textArray(accountIds)],
  })
  return new Map(rows.map((row) => [row.account_id, row.version]))
}

export interface EntryRow {
  readonly account_id: string
  readonly seq: string
  readonly body: string
  readonly hash: Buffer
}

/** One entry by its place in the journal. */
export async function loadEntry(
  client: pg.ClientBase,
  accountId: string,
  seq: number,
): Promise<EntryRow | null> {
  const { rows } = await client.query<StoredRow<EntryRow>>({
    name: 'decision-entry',
    text: `select account_id, seq::text, body::text, hash from accounts.entry
           where account_id = $1::text and seq = $2::bigint`,
    values: [accountId, seq],
  })
  return (await withBodies(client, accountId, rows))[0] ?? null
}

/** The entries that created the given lots. */
export async function loadLotEntries(
  client: pg.ClientBase,
  accountId: string,
  lotIds: readonly string[],
): Promise<EntryRow[]> {
  const { rows } = await client.query<EntryRow>({
    name: 'decision-lots',
    text: `select e.account_id, e.seq::text, e.body::text, e.hash from accounts.entry e
           where e.account_id = $1::text and e.lot_id = any($2::text[]) order by e.seq`,
    values: [accountId, textArray(lotIds)],
  })
  return rows
}

/** The oldest call with this draw key after `seq`: the next one whose money may move to its windows. */
export async function loadNextDraw(
  client: pg.ClientBase,
  accountId: string,
  drawKey: string,
  afterSeq: number,
): Promise<EntryRow | null> {
  const { rows } = await client.query<StoredRow<EntryRow>>({
    name: 'decision-draw',
    // qualified: a bare seq would sort by the text that is selected, and 10 comes before 9 there
    text: `select e.account_id, e.seq::text, e.body::text, e.hash from accounts.entry e
           where e.account_id = $1::text and e.draw_key = $2::text and e.seq > $3::bigint
           order by e.seq limit 1`,
    values: [accountId, drawKey, afterSeq],
  })
  return (await withBodies(client, accountId, rows))[0] ?? null
}

export interface CapRow {
  readonly cap_id: string
  readonly scope: string
  readonly scope_id: string | null
  readonly period: string
  readonly amount: string
  readonly counts: string
  readonly raises: readonly CapRaiseFacts[] | null
  readonly bucket: string | null
  readonly spent: string | null
  readonly held: string | null
}

/** A cap as its row defines it. */
export const capOfRow = (
  row: Pick<CapRow, 'cap_id' | 'scope' | 'scope_id' | 'period' | 'amount' | 'counts' | 'raises'>,
): Cap =>
  capOf({
    id: row.cap_id,
    scope: row.scope,
    scope_id: row.scope_id,
    period: row.period,
    amount: formatNanos(nanos(BigInt(row.amount))),
    counts: row.counts as Cap['counts'],
    ...(row.raises && { raises: row.raises }),
  })

export interface CapKeys {
  /** `scope:scope_id` pairs of the calls in the batch. */
  readonly scopes: readonly string[]
  readonly capIds: readonly string[]
  readonly buckets: readonly string[]
  readonly all: boolean
}

/** Caps beside the state that could apply, with the counters of the given buckets. */
export async function loadCaps(
  client: Pick<pg.ClientBase, 'query'>,
  accountId: string,
  keys: CapKeys,
): Promise<CapRow[]> {
  const { rows } = await client.query<CapRow>({
    name: 'decision-caps',
    text: `
      select c.cap_id, c.scope, c.scope_id, c.period, c.amount::text, c.counts, c.raises,
             n.bucket, n.spent::text, n.held::text
      from accounts.spend_cap c
      left join accounts.cap_counter n
        on n.account_id = c.account_id and n.cap_id = c.cap_id and n.bucket = any($4::text[])
      where c.account_id = $1::text
        and ($5::boolean or c.scope = 'model' or c.cap_id = any($3::text[])
             or c.scope || ':' || coalesce(c.scope_id, '') = any($2::text[]))`,
    values: [
      accountId,
      textArray(keys.scopes),
      textArray(keys.capIds),
      textArray(keys.buckets),
      keys.all,
    ],
  })
  return rows
}
