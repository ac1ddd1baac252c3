import type pg from 'pg'
import { formatInstant, type Instant } from '../../core/time/index.ts'

export interface CallFilter {
  /** As requested or as served. */
  readonly model: string | null
  readonly outcome: string | null
  readonly keyId: string | null
  readonly memberId: string | null
  readonly from: Instant | null
  readonly to: Instant | null
}

/** The entry with which a call, or an attempt of it, ended. */
interface CallEndRow {
  readonly callId: string
  readonly seq: number
}

export interface CallEnds {
  readonly ends: readonly CallEndRow[]
  /** Where the next page begins; `null` at the end of the list. */
  readonly nextBeforeSeq: number | null
}

/** What ends an attempt. An `authorize` is in the journal only when it was refused. */
export const END_KINDS = ['settle', 'record', 'release', 'authorize', 'expire_hold'] as const

/** Entries that one page looks at: a rare filter gives short pages, not slow ones. */
const SCANNED_MAX = 2_000

const ENDS = {
  name: 'read-call-ends',
  text: `
    with scanned as (
      select seq, body, event_at from accounts.entry
      where account_id = $1::text and seq < $2::bigint and kind = any($3::text[])
      order by seq desc limit $4::integer
    ), matching as (
      select seq, body->'call'->>'call_id' as call_id from scanned
      where ($5::text is null or $5::text in (body->'call'->>'model', body->'served'->>'model'))
        and ($6::text is null or body->'outcome'->>'code' = $6::text)
        and ($7::text is null or body->'call'->>'key_id' = $7::text)
        and ($8::text is null or body->'call'->>'member_id' = $8::text)
        and ($9::timestamptz is null or event_at >= $9::timestamptz)
        and ($10::timestamptz is null or event_at < $10::timestamptz)
      order by seq desc limit $11::integer
    )
    select (select count(*) from scanned)::integer as scanned,
      (select min(seq) from scanned) as scanned_to,
      coalesce((select json_agg(json_build_object('seq', seq, 'call_id', call_id) order by seq desc)
        from matching), '[]'::json) as ends`,
}

interface Row {
  readonly scanned: number
  readonly scanned_to: string | null
  readonly ends: readonly { readonly seq: number; readonly call_id: string | null }[]
}

/** The latest end first. */
export async function listCallEnds(
  pool: pg.Pool,
  accountId: string,
  page: { readonly filter: CallFilter; readonly beforeSeq: number | null; readonly limit: number },
): Promise<CallEnds> {
  const { filter } = page
  const { rows } = await pool.query<Row>({
    ...ENDS,
    values: [
      accountId,
      page.beforeSeq ?? Number.MAX_SAFE_INTEGER,
      [...END_KINDS],
      SCANNED_MAX,
      filter.model,
      filter.outcome,
      filter.keyId,
      filter.memberId,
      filter.from === null ? null : formatInstant(filter.from),
      filter.to === null ? null : formatInstant(filter.to),
      page.limit,
    ],
  })
  const row = rows[0]!
  const ends = row.ends.flatMap(({ seq, call_id: callId }) =>
    callId === null ? [] : [{ seq, callId }],
  )
  return { ends, nextBeforeSeq: nextAfter(row, page.limit) }
}

function nextAfter(row: Row, limit: number): number | null {
  if (row.ends.length === limit) return row.ends.at(-1)?.seq ?? null
  if (row.scanned < SCANNED_MAX || row.scanned_to === null) return null
  return parseInt(row.scanned_to, 10)
}
