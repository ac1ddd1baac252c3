import type pg from 'pg'
import type { EntryBody, WindowFacts } from '../../core/ledger/entry.ts'
import type { LotFacts } from '../../core/ledger/entry-facts.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { withBodies } from '../archive/bodies.ts'

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
  text: `select seq, body::text as body from accounts.entry
         where account_id = $1::text and seq > $2::bigint and seq <= $3::bigint
         order by seq limit $4::integer`,
}

interface BodyRow {
  readonly seq: string
  readonly body: string | null
}

const parsed = (rows: readonly { readonly body: string }[]): EntryBody[] =>
  rows.map(({ body }) => JSON.parse(body) as EntryBody)

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
  const { rows } = await pool.query<BodyRow>({
    ...BODIES,
    values: [accountId, range.afterSeq, range.throughSeq, range.limit],
  })
  return parsed(await withBodies(pool, accountId, rows))
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
}

const HOLDS_THEN = {
  name: 'read-holds-then',
  text: `
    select call_id, body->>'at' as at, body->>'money' as money, body->>'included' as included,
      body->'windows' as windows
    from accounts.hold
    where account_id = $1::text and (body->>'at')::timestamptz <= $2::timestamptz`,
}

/** A body that is in the archive is looked at when it is here. */
const ENDED_SINCE = {
  name: 'read-ended-since',
  text: `
    select seq, case when body is not null
        then json_build_object('hold', body->'hold', 'windows', body->'windows')::text end as body
    from (
      select seq, body from accounts.entry
      where account_id = $1::text and seq > $2::bigint order by seq limit $4::integer) as later
    where body is null or (body->'hold'->>'at')::timestamptz <= $3::timestamptz`,
}

export interface Then {
  readonly seq: number
  readonly at: Instant
  /** How many later entries are looked through for calls that were in flight. */
  readonly laterMax: number
}

/** Of each call the first that held. Holds come first: one that ends meanwhile is among the ends then. */
export async function heldThen(
  pool: pg.Pool,
  accountId: string,
  then: Then,
): Promise<readonly HeldThen[]> {
  const at = formatInstant(then.at)
  const { rows: open } = await pool.query<HeldRow & Pick<EntryBody, 'windows'>>({
    ...HOLDS_THEN,
    values: [accountId, at],
  })
  const { rows: ends } = await pool.query<BodyRow>({
    ...ENDED_SINCE,
    values: [accountId, then.seq, at, then.laterMax],
  })
  const ended = parsed(await withBodies(pool, accountId, ends)).flatMap(({ hold, windows }) =>
    hold && Date.parse(hold.at) <= then.at ? [{ ...hold, windows }] : [],
  )
  const held = new Map<string, HeldThen>()
  for (const { call_id: callId, at: since, money, included, windows } of [...ended, ...open]) {
    const before = held.get(callId)
    if (before && before.at <= since) continue
    held.set(callId, { callId, at: since, money, included, windows: windows ?? [] })
  }
  return [...held.values()].sort((a, b) => (a.callId < b.callId ? -1 : 1))
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
  text: `select seq, body::text as body from accounts.entry
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
  const { rows } = await pool.query<BodyRow>({
    ...RANGE_BACKWARDS,
    values: [accountId, range.fromSeq, range.beforeSeq, formatInstant(range.from)],
  })
  return parsed(await withBodies(pool, accountId, rows))
}
