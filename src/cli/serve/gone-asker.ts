import type pg from 'pg'

/** A server writes down every two seconds how far its calls have come; so long without is no delay. */
const SILENT_MS = 15_000

const FIND = {
  name: 'find-gone-asker',
  text: `
    select h.body->>'asked_by' as asked_by
    from accounts.hold h
    left join accounts.call_progress p on p.account_id = h.account_id and p.call_id = h.call_id
    where h.account_id = $1::text and h.call_id = $2::text
      and greatest((h.body->>'at')::timestamptz, p.at) < to_timestamp($3::double precision / 1000)`,
}

/**
 * Who holds a call and has died over it. Asked only for a call that another server has begun: it is
 * taken over then, and not waited for until its hold expires.
 */
export const findGoneAsker =
  (pool: pg.Pool, nowMs: () => number) =>
  async (accountId: string, callId: string): Promise<string | null> => {
    const values = [accountId, callId, nowMs() - SILENT_MS]
    const { rows } = await pool.query<{ asked_by: string | null }>({ ...FIND, values })
    return rows[0]?.asked_by ?? null
  }
