import type pg from 'pg'
import type { EntryBody } from '../../core/ledger/entry.ts'
import { withBodies } from '../archive/bodies.ts'

/** Changes of plan and settings are few: what is looked for is nearly always on the first page. */
const PAGE = 50

/** As the index of plan history has it: its kinds, or the planner does not take it. */
const PLAN_HISTORY = {
  name: 'read-plan-history',
  text: `select seq, body::text as body from accounts.entry
         where account_id = $1::text and seq < $2::bigint
           and kind in ('open_account', 'change_plan', 'set_controls', 'change_subscription',
             'renew_subscription', 'lapse_subscription', 'cancel_subscription')
         order by seq desc limit $3::integer`,
}

/** The last entry that charged a fee or gave one back. `null`: none ever did. */
export async function lastFeeEntry(pool: pg.Pool, accountId: string): Promise<EntryBody | null> {
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const { rows } = await pool.query<{ seq: string; body: string | null }>({
      ...PLAN_HISTORY,
      values: [accountId, before, PAGE],
    })
    const bodies = (await withBodies(pool, accountId, rows)).map(
      ({ body }) => JSON.parse(body) as EntryBody,
    )
    const found = bodies.find(({ fee, refused }) => !refused && fee && fee.lines.length > 0)
    if (found || rows.length < PAGE) return found ?? null
    before = bodies.at(-1)!.seq
  }
}
