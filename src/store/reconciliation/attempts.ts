import type pg from 'pg'
import type { EntryBody } from '../../core/ledger/entry.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { withBodiesOf } from '../archive/bodies.ts'
import { withEvidence } from '../evidence/compose.ts'

const PAGE = 2_000

/** Entries that end an attempt, of every account, in the order of the primary key. */
const ENDS = `
  select account_id, seq, body::text as body, evidence from accounts.entry
  where (account_id, seq) > ($1::text, $2::bigint) and kind = any($3::text[])
    and event_at >= $4::timestamptz and event_at < $5::timestamptz
  order by account_id, seq limit $6::integer`

const KINDS = ['settle', 'record', 'release', 'expire_hold']

interface Row {
  readonly account_id: string
  readonly seq: string
  readonly body: string | null
  readonly evidence: string | null
}

/** Reads every attempt of a time, a page at a time: the memory does not grow with their number. */
export async function* attemptsBetween(
  pool: pg.Pool,
  own: { readonly from: Instant; readonly until: Instant },
): AsyncGenerator<EntryBody> {
  let after: readonly [string, string] = ['', '0']
  for (;;) {
    const { rows } = await pool.query<Row>(ENDS, [
      ...after,
      KINDS,
      formatInstant(own.from),
      formatInstant(own.until),
      PAGE,
    ])
    for (const row of await withBodiesOf(pool, rows, (own) => own.account_id))
      yield withEvidence(JSON.parse(row.body) as EntryBody, row.evidence)
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = [last.account_id, last.seq]
  }
}
