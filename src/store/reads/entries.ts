import type pg from 'pg'
import type { JournalEntry } from '../../contract/receipt/index.ts'
import type { EntryBody, EntryKind, LotFacts } from '../../core/ledger/entry.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { withBodies } from '../archive/bodies.ts'
import { withEvidence } from '../evidence/compose.ts'

interface EntryRow {
  readonly seq: string
  readonly body: string
  readonly hash: Buffer
  readonly previous_hash: Buffer | null
  readonly evidence: string | null
  readonly evidence_removed_at: Date | null
}

const entryOf = (row: EntryRow): JournalEntry => ({
  body: withEvidence(JSON.parse(row.body) as EntryBody, row.evidence),
  hash: row.hash.toString('hex'),
  ...(row.previous_hash && { previous_hash: row.previous_hash.toString('hex') }),
  ...(row.evidence_removed_at && { evidence_removed_at: row.evidence_removed_at.toISOString() }),
})

/** As it comes from the database: without its body when that is in the archive. */
type StoredRow = Omit<EntryRow, 'body'> & { readonly body: string | null }

/** `offset 0` keeps it a look-up, however many entries the planner expects. */
const PREVIOUS = `left join lateral (
        select hash from accounts.entry where account_id = e.account_id and seq = e.seq - 1 offset 0) p on true`
const COLUMNS =
  'e.seq, e.body::text as body, e.hash, p.hash as previous_hash, e.evidence, e.evidence_removed_at'

export interface EntryPage {
  readonly kind: EntryKind | null
  /** Only about calls of this member; `null`: all. */
  readonly memberId: string | null
  readonly from: Instant | null
  readonly to: Instant | null
  readonly beforeSeq: number | null
  readonly limit: number
}

/** The journal, the latest entry first. */
export async function listEntries(
  pool: pg.Pool,
  accountId: string,
  page: EntryPage,
): Promise<readonly JournalEntry[]> {
  const { rows } = await pool.query<StoredRow>(
    `select ${COLUMNS} from accounts.entry e ${PREVIOUS}
     where e.account_id = $1::text
       and ($2::bigint is null or e.seq < $2::bigint)
       and ($3::text is null or e.kind = $3::text)
       and ($4::timestamptz is null or e.at >= $4::timestamptz)
       and ($5::timestamptz is null or e.at < $5::timestamptz)
       and ($7::text is null or coalesce(e.body, e.excerpt)->'call'->>'member_id' = $7::text)
     order by e.seq desc limit $6::integer`,
    [
      accountId,
      page.beforeSeq,
      page.kind,
      page.from === null ? null : formatInstant(page.from),
      page.to === null ? null : formatInstant(page.to),
      page.limit,
      page.memberId,
    ],
  )
  return (await withBodies(pool, accountId, rows)).map(entryOf)
}

/** One entry by its number. `null`: there is none, or it is not about a call of this member. */
export async function readEntry(
  pool: pg.Pool,
  accountId: string,
  { seq, memberId }: { readonly seq: number; readonly memberId: string | null },
): Promise<JournalEntry | null> {
  const { rows } = await pool.query<StoredRow>({
    name: 'read-entry',
    text: `select ${COLUMNS} from accounts.entry e ${PREVIOUS}
           where e.account_id = $1::text and e.seq = $2::bigint
             and ($3::text is null or coalesce(e.body, e.excerpt)->'call'->>'member_id' = $3::text)`,
    values: [accountId, seq, memberId],
  })
  const [row] = await withBodies(pool, accountId, rows)
  return row ? entryOf(row) : null
}

/** What came after `afterSeq`, in order. */
export async function entriesAfter(
  pool: pg.Pool,
  accountId: string,
  page: { readonly afterSeq: number; readonly limit: number },
): Promise<readonly JournalEntry[]> {
  const { rows } = await pool.query<StoredRow>({
    name: 'read-entries-after',
    text: `select ${COLUMNS} from accounts.entry e ${PREVIOUS}
           where e.account_id = $1::text and e.seq > $2::bigint
           order by e.seq limit $3::integer`,
    values: [accountId, page.afterSeq, page.limit],
  })
  return (await withBodies(pool, accountId, rows)).map(entryOf)
}

/** The entry that answered a request, if it was answered before. */
export async function findRequest(
  pool: pg.Pool,
  request: { readonly accountId: string; readonly requestId: string; readonly kind: EntryKind },
): Promise<EntryBody | null> {
  const { rows } = await pool.query<{ seq: string; body: string | null }>(
    `select seq, body::text as body from accounts.entry
     where account_id = $1::text and request_id = $2::text and kind = $3::text`,
    [request.accountId, request.requestId, request.kind],
  )
  const [row] = await withBodies(pool, request.accountId, rows)
  return row ? (JSON.parse(row.body) as EntryBody) : null
}

/** What can be part of a call's story. */
export const CALL_KINDS: readonly EntryKind[] = [
  'authorize',
  'settle',
  'release',
  'record',
  'complete',
  'reattribute',
  'expire_hold',
  'refund',
  'rerate',
  'reverse',
]

/**
 * All entries of some calls, each call's in order of `seq`. They share the call's id as the beginning of
 * their request id; reversals are named after the entry that they mirror.
 *
 * `offset 0` keeps each look-up a look-up. Nobody can tell the planner that a call has few entries: it takes
 * them for a two-hundredth of the account's, and would read its whole journal instead. Kinds are chosen outside,
 * because it takes a list of them for ten look-ups.
 */
const OF_CALLS = {
  name: 'read-entries-of-calls',
  text: `
    with own as (
      select k.call_id, f.seq, f.kind
      from unnest($2::text[]) as k(call_id)
      cross join lateral (
        select e.seq, e.kind from accounts.entry e
        where e.account_id = $1::text and e.request_id >= k.call_id and e.request_id <= k.call_id || '$'
        offset 0) f
      where f.kind = any($3::text[])
    ), reversals as (
      select own.call_id, f.seq
      from own
      cross join lateral (
        select r.seq from accounts.entry r
        where r.account_id = $1::text and r.request_id = 'entry:' || own.seq || '#reverse'
          and r.kind = 'reverse'
        offset 0) f
      where own.kind in ('settle', 'record')
    )
    select all_entries.call_id, ${COLUMNS}
    from (select call_id, seq from own union select call_id, seq from reversals) all_entries
    cross join lateral (
      select * from accounts.entry where account_id = $1::text and seq = all_entries.seq offset 0) e
    ${PREVIOUS}
    order by e.seq`,
}

export async function entriesOfCalls(
  pool: pg.Pool,
  accountId: string,
  callIds: readonly string[],
): Promise<ReadonlyMap<string, readonly JournalEntry[]>> {
  const { rows } = await pool.query<StoredRow & { readonly call_id: string }>({
    ...OF_CALLS,
    values: [accountId, [...new Set(callIds)], CALL_KINDS],
  })
  const calls = new Map<string, JournalEntry[]>()
  for (const row of await withBodies(pool, accountId, rows)) {
    const own = calls.get(row.call_id) ?? []
    own.push(entryOf(row))
    calls.set(row.call_id, own)
  }
  return calls
}

/** What a reader of a call needs besides its entries. */
export interface CallSurroundings {
  readonly currency: string
  readonly seq: number
  /** Calls that have an open hold. */
  readonly open: ReadonlySet<string>
  /** Facts of the lots that were named. */
  readonly lots: readonly LotFacts[]
}

/**
 * `null`: there is no such account. Each lot is looked up by itself: a plan for any values expects a small
 * account, and would read the whole journal of a large one.
 */
export async function readSurroundings(
  pool: pg.Pool,
  accountId: string,
  named: {
    readonly callIds: readonly string[]
    readonly lotIds: readonly string[]
    /** Calls in flight of this member only; `null`: of all. */
    readonly memberId: string | null
  },
): Promise<CallSurroundings | null> {
  const { rows } = await pool.query<{
    currency: string
    seq: string
    open: readonly string[] | null
    lots: readonly LotFacts[] | null
  }>({
    name: 'read-call-surroundings',
    text: `
      select a.state->>'currency' as currency, a.seq,
        (select json_agg(h.call_id) from accounts.hold h
         where h.account_id = $1::text and h.call_id = any($2::text[])
           and ($4::text is null or h.body->'call'->>'member_id' = $4::text)) as open,
        (select json_agg(e.lot order by e.seq)
         from unnest($3::text[]) as named(lot_id) cross join lateral (
           select seq, body->'lot' as lot from accounts.entry
           where account_id = $1::text and lot_id = named.lot_id and kind in ('grant', 'top_up')
           offset 0) e) as lots
      from accounts.account a where a.account_id = $1::text`,
    values: [accountId, [...named.callIds], [...new Set(named.lotIds)], named.memberId],
  })
  const row = rows[0]
  if (!row) return null
  const seq = parseInt(row.seq, 10)
  return { currency: row.currency, seq, open: new Set(row.open ?? []), lots: row.lots ?? [] }
}
