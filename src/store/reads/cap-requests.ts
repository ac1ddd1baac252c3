import type pg from 'pg'
import type { EntryBody } from '../../core/ledger/entry.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'

export const CAP_REQUEST_STATES = [
  'requested',
  'approved',
  'denied',
  'expired',
  'withdrawn',
] as const
export type CapRequestState = (typeof CAP_REQUEST_STATES)[number]

/** A request and what was decided of it, as the journal has them. */
export interface StoredCapRequest {
  readonly request: EntryBody
  readonly decision: EntryBody | null
}

export interface CapRequestPage {
  readonly memberId: string | null
  readonly requestId: string | null
  readonly state: CapRequestState | null
  /** Of now: what nobody has decided by its end has expired. */
  readonly at: Instant
  readonly beforeSeq: number | null
  readonly limit: number
}

/** The latest first. */
export async function listCapRequests(
  pool: pg.Pool,
  accountId: string,
  page: CapRequestPage,
): Promise<readonly StoredCapRequest[]> {
  const { rows } = await pool.query<{ request: EntryBody; decision: EntryBody | null }>(
    `select * from (
       select e.seq, e.body as request, d.body as decision,
         coalesce(d.body->'raise'->>'decision',
           case when (e.body->'raise'->>'expires_at')::timestamptz <= $5::timestamptz
             then 'expired' else 'requested' end) as state
       from accounts.entry e
       left join accounts.entry d on d.account_id = e.account_id
         and d.request_id = e.request_id || '#decision' and d.kind = 'decide_raise'
       where e.account_id = $1::text and e.kind = 'request_raise'
         and ($2::text is null or e.body->'raise'->>'member_id' = $2::text)
         and ($3::text is null or e.request_id = $3::text)
         and ($6::bigint is null or e.seq < $6::bigint)
     ) as own
     where $4::text is null or state = $4::text
     order by seq desc limit $7::integer`,
    [
      accountId,
      page.memberId,
      page.requestId,
      page.state,
      formatInstant(page.at),
      page.beforeSeq,
      page.limit,
    ],
  )
  return rows.map(({ request, decision }) => ({ request, decision }))
}
