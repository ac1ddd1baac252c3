import type pg from 'pg'
import type { EntryBody, WindowFacts } from '../../core/ledger/entry.ts'
import type { LotFacts } from '../../core/ledger/entry-facts.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'

const HEAD = {
  name: 'read-seq-head',
  text: `select seq::text as head from accounts.account where account_id = $1::text`,
}

const LAST_OF = {
  name: 'read-last-of-entries',
  // look-ups, one by one: as a list, a large account was read whole where most accounts are small
  text: `select max(e.seq)::text as last
         from unnest($2::bigint[]) as k(seq)
         cross join lateral (
           select seq, at from accounts.entry where account_id = $1::text and seq = k.seq offset 0) e
         where e.at <= $3::timestamptz`,
}

/** Entries looked at in one step: three steps reach through a thousand million. */
const STEP = 1_000

/**
 * The last entry that was recorded at or before a moment; 0: none; `null`: there is no such account. Time
 * never runs backwards in an account, so that a few steps find it by the primary key alone.
 */
export async function seqAt(pool: pg.Pool, accountId: string, at: Instant): Promise<number | null> {
  const { rows } = await pool.query<{ head: string }>({ ...HEAD, values: [accountId] })
  if (!rows[0]) return null
  let low = 0
  let high = parseInt(rows[0].head, 10)
  while (low < high) {
    const stride = Math.ceil((high - low) / STEP)
    const seqs: number[] = []
    for (let seq = low + stride; seq < high; seq += stride) seqs.push(seq)
    seqs.push(high)
    const values = [accountId, seqs, formatInstant(at)]
    const found = await pool.query<{ last: string | null }>({ ...LAST_OF, values })
    low = parseInt(found.rows[0]?.last ?? `${low}`, 10)
    // What comes after the last one that fits is later, and so is everything behind it.
    high = (seqs.find((seq) => seq > low) ?? high + 1) - 1
  }
  return low
}

const BODIES = {
  name: 'read-entry-bodies',
  text: `select body from accounts.entry
         where account_id = $1::text and seq > $2::bigint and seq <= $3::bigint
         order by seq limit $4::integer`,
}

export interface EntryRange {
  readonly afterSeq: number
  readonly throughSeq: number
  readonly limit: number
}

/** Entries without their evidence, in order. */
export async function entryBodies(
  pool: pg.Pool,
  accountId: string,
  range: EntryRange,
): Promise<readonly EntryBody[]> {
  const { rows } = await pool.query<{ body: EntryBody }>({
    ...BODIES,
    values: [accountId, range.afterSeq, range.throughSeq, range.limit],
  })
  return rows.map(({ body }) => body)
}

/** What held at a moment, as the ends of those calls and the holds that are still open tell it. */
export interface HeldThen {
  readonly callId: string
  readonly at: string
  readonly money: string
  readonly included: string
  /** Of calls that ended: what they drew from, so that runs which they began are known. */
  readonly windows: readonly WindowFacts[]
}

interface HeldRow {
  readonly call_id: string
  readonly at: string
  readonly money: string
  readonly included: string
  readonly windows: readonly WindowFacts[] | null
}

const HELD_THEN = {
  name: 'read-held-then',
  text: `
    with later as (
      select body from accounts.entry
      where account_id = $1::text and seq > $2::bigint order by seq limit $4::integer
    ), ended as (
      select body->'hold' as hold, body->'windows' as windows from later
      where (body->'hold'->>'at')::timestamptz <= $3::timestamptz
    ), held as (
      select hold->>'call_id' as call_id, hold->>'at' as at, hold->>'money' as money,
        hold->>'included' as included, windows from ended
      union all
      select call_id, body->>'at', body->>'money', body->>'included', body->'windows'
      from accounts.hold
      where account_id = $1::text and (body->>'at')::timestamptz <= $3::timestamptz
    )
    select distinct on (call_id) call_id, at, money, included, windows
    from held order by call_id, at`,
}

export interface Then {
  readonly seq: number
  readonly at: Instant
  /** How many later entries are looked through for calls that were in flight. */
  readonly laterMax: number
}

export async function heldThen(
  pool: pg.Pool,
  accountId: string,
  then: Then,
): Promise<readonly HeldThen[]> {
  const { rows } = await pool.query<HeldRow>({
    ...HELD_THEN,
    values: [accountId, then.seq, formatInstant(then.at), then.laterMax],
  })
  return rows.map(({ call_id, windows, ...own }) => ({
    ...own,
    callId: call_id,
    windows: windows ?? [],
  }))
}

/** The price book in force for a currency at a moment, of those that were published by then. */
export async function bookInForceAt(
  pool: pg.Pool,
  currency: string,
  at: Instant,
): Promise<string | null> {
  const { rows } = await pool.query<{ book_id: string }>(
    `select book_id from control.price_book
     where document->>'currency' = $1::text
       and effective_from <= $2::timestamptz and published_at <= $2::timestamptz
     order by effective_from desc, published_at desc limit 1`,
    [currency, formatInstant(at)],
  )
  return rows[0]?.book_id ?? null
}

/** Facts of lots by id, from the entries that brought them. */
export async function lotsNamed(
  pool: pg.Pool,
  accountId: string,
  lotIds: readonly string[],
): Promise<ReadonlyMap<string, LotFacts>> {
  if (lotIds.length === 0) return new Map()
  const { rows } = await pool.query<{ lot: LotFacts }>(
    `select body->'lot' as lot from accounts.entry
     where account_id = $1::text and lot_id = any($2::text[]) and kind in ('grant', 'top_up')`,
    [accountId, [...new Set(lotIds)]],
  )
  return new Map(rows.map(({ lot }) => [lot.id, lot]))
}

const RANGE_BACKWARDS = {
  name: 'read-entry-bodies-backwards',
  text: `select body from accounts.entry
         where account_id = $1::text and seq >= $2::bigint and seq < $3::bigint
           and at >= $4::timestamptz
         order by seq desc`,
}

/** Entries without their evidence, the latest first; the caller bounds how many numbers it spans. */
export async function entryBodiesBackwards(
  pool: pg.Pool,
  accountId: string,
  range: { readonly fromSeq: number; readonly beforeSeq: number; readonly from: Instant },
): Promise<readonly EntryBody[]> {
  const { rows } = await pool.query<{ body: EntryBody }>({
    ...RANGE_BACKWARDS,
    values: [accountId, range.fromSeq, range.beforeSeq, formatInstant(range.from)],
  })
  return rows.map(({ body }) => body)
}
